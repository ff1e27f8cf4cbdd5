"""Vision models: timm, torchvision, OpenMMLab and YOLO26, one row a set of weights."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, empty_model, integer, read

# OpenMMLab's and torchvision's tasks in our words; what is not here is none of ours.
TASKS: dict[str, Task] = {
    "Image Classification": Task.IMAGE_CLASSIFICATION,
    "Multi-Label Classification": Task.IMAGE_CLASSIFICATION,
    "Object Detection": Task.OBJECT_DETECTION,
    "Semi-Supervised Object Detection": Task.OBJECT_DETECTION,
    "Region Proposal": Task.OBJECT_DETECTION,
    "Text Detection": Task.OBJECT_DETECTION,
    "Instance Segmentation": Task.IMAGE_SEGMENTATION,
    "Panoptic Segmentation": Task.IMAGE_SEGMENTATION,
    "Semantic Segmentation": Task.IMAGE_SEGMENTATION,
    "Animal 2D Keypoint": Task.POSE_ESTIMATION,
    "Body 2D Keypoint": Task.POSE_ESTIMATION,
    "Body 3D Keypoint": Task.POSE_ESTIMATION,
    "Face 2D Keypoint": Task.POSE_ESTIMATION,
    "Fashion 2D Keypoint": Task.POSE_ESTIMATION,
    "Hand 2D Keypoint": Task.POSE_ESTIMATION,
    "Hand 3D Keypoint": Task.POSE_ESTIMATION,
    "Wholebody 2D Keypoint": Task.POSE_ESTIMATION,
    "Action Recognition": Task.VIDEO_CLASSIFICATION,
    "Skeleton-based Action Recognition": Task.VIDEO_CLASSIFICATION,
    "Video Retrieval": Task.VIDEO_RETRIEVAL,
    "Image Retrieval": Task.IMAGE_RETRIEVAL,
    "Image-To-Text Retrieval": Task.IMAGE_RETRIEVAL,
    "Text-To-Image Retrieval": Task.IMAGE_RETRIEVAL,
    "Visual Question Answering": Task.VISUAL_QUESTION_ANSWERING,
    "NLVR": Task.VISUAL_QUESTION_ANSWERING,
    "Key Information Extraction": Task.DOCUMENT_UNDERSTANDING,
}
_IMAGENET = re.compile(r"(?<![a-z0-9])(?:in(?:1k|12k|21k|22k)|imagenet)")
"""Names of weights say what they were trained on: "resnet50.a1_in1k"."""
VIDEO = re.compile(r"Video|Action|Temporal|Multi(?:-object|ple Object) Tracking|Kinetics")


def timm_ids(raw: Path) -> dict[str, str]:
    """timm's model name -> model id: its hub repository where that holds this model alone, else `timm/<name>`."""
    rows = read(raw / "vision" / "timm_models.parquet")
    uses = Counter(row["hf_hub_id"] for row in rows)
    return {
        row["model"]: row["hf_hub_id"]
        if (row["hf_hub_id"] or "").startswith("timm/") and uses[row["hf_hub_id"]] == 1
        else f"timm/{row['model']}"
        for row in rows
    }


def vision_models(raw: Path) -> list[Row]:
    """All vision models, before identities are resolved."""
    return [*_timm(raw), *_torchvision(raw), *_openmmlab(raw), *_yolo(raw)]


def torchvision_id(weights: str) -> str:
    """ "ResNet50_Weights.IMAGENET1K_V2" -> "torchvision/resnet50.imagenet1k_v2"."""
    return "torchvision/" + weights.replace("_Weights.", ".").lower()


def torchvision_rows(raw: Path) -> list[Row]:
    """torchvision's table of weights. The boxes of keypoint models are of persons only and no object detection."""
    return [
        row | {"metric": "person_box_map"}
        if row["metric"] == "box_map" and row["weights"].startswith("KeypointRCNN")
        else row
        for row in read(raw / "vision" / "torchvision_weights.parquet")
    ]


def openmmlab_id(library: str, model: str) -> str:
    """OpenMMLab's library and configuration as one id."""
    return f"openmmlab/{library}/{model}"


def _vision(model_id: str, source: str, tasks: set[Task], family: str | None) -> Row:
    row = empty_model(model_id, source)
    row |= {"kind": "vision", "modalities": ["image"], "open_weights": True, "family": family}
    row["tasks"] = sorted(task.value for task in tasks)
    row["organisation"] = model_id.split("/", maxsplit=1)[0]
    row["declared_data"] = ["ImageNet"] if _IMAGENET.search(model_id.lower()) else []
    return row


def _timm(raw: Path) -> list[Row]:
    ids = timm_ids(raw)
    scored = {row["model"] for row in read(raw / "vision" / "timm_results.parquet")}
    models = []
    for entry in read(raw / "vision" / "timm_models.parquet"):
        classifies = entry["model"] in scored or entry["num_classes"] > 0
        tasks = {Task.IMAGE_CLASSIFICATION} if classifies else set()
        row = _vision(ids[entry["model"]], "timm_registry", tasks, entry["module"])
        row["kind"] = "vision" if classifies else "other"  # a headless backbone classifies nothing by itself
        row["name"] = entry["model"]
        row["architecture"] = entry["arch"]
        row["params_total"] = integer(entry["params_m"] * 1e6 if entry["params_m"] else None)
        row["gmacs"], row["macts_m"], row["image_size"] = entry["gmacs"], entry["macts_m"], entry["img_size"]
        tag = (entry["license"] or "").lower()
        row["license_tag"] = None if tag in {"", "unknown"} else tag
        row["hub_id"] = entry["hf_hub_id"]
        models.append(row)
    return models


def _torchvision(raw: Path) -> list[Row]:
    models: dict[str, Row] = {}
    for entry in torchvision_rows(raw):
        model_id = torchvision_id(entry["weights"])
        row = models.setdefault(
            model_id, _vision(model_id, "torchvision", set(), entry["module"].removesuffix(".py").split("/")[-1])
        )
        task = torchvision_task(entry["dataset"], entry["metric"])
        row["tasks"] = sorted({*row["tasks"], *([task.value] if task else [])})
        row["name"], row["architecture"], row["params_total"] = (
            entry["weights"],
            entry["model"].lower(),
            entry["params"],
        )
        row["gmacs"] = entry["gflops"]  # torchvision's "GFLOPS" count multiply-accumulates
        if entry["dataset"].startswith("Kinetics"):
            row["modalities"] = ["video"]
        if not row["tasks"]:
            row["kind"] = "other"
    for row in models.values():
        row["kind"] = "vision" if row["tasks"] else "other"
        _license_of_repository(row, "bsd-3-clause")
    return list(models.values())


def _license_of_repository(row: Row, tag: str) -> None:
    """Weights that a library publishes without terms of their own come under the library's license."""
    row["license_tag"] = tag
    row["notes"].append(
        f"license: {tag}, that of the repository which publishes the weights; none is stated for them alone"
    )


def torchvision_task(dataset: str, metric: str) -> Task | None:
    """The task that a torchvision metric measures; optical flow is none of ours."""
    by_metric = {
        "box_map": Task.OBJECT_DETECTION,
        "mask_map": Task.IMAGE_SEGMENTATION,
        "kp_map": Task.POSE_ESTIMATION,
        "person_box_map": Task.POSE_ESTIMATION,
        "miou": Task.IMAGE_SEGMENTATION,
        "pixel_acc": Task.IMAGE_SEGMENTATION,
    }
    if metric in by_metric:
        return by_metric[metric]
    if metric.startswith("acc@"):
        return Task.VIDEO_CLASSIFICATION if dataset.startswith("Kinetics") else Task.IMAGE_CLASSIFICATION
    return None


def _openmmlab(raw: Path) -> list[Row]:
    models: dict[str, Row] = {}
    for entry in read(raw / "vision" / "openmmlab_results.parquet"):
        model_id = openmmlab_id(entry["library"], entry["model"])
        family = re.sub(r"\W+", "-", entry["collection"].lower()).strip("-")
        row = models.setdefault(model_id, _vision(model_id, f"openmmlab_{entry['library']}", set(), family))
        if task := TASKS.get(entry["task"]):
            row["tasks"] = sorted({*row["tasks"], task.value})
        if VIDEO.search(entry["task"]):
            row["modalities"] = ["video"]
        row["params_total"] = row["params_total"] or integer(entry["params"])
        if entry["flops"]:
            row["gmacs"] = entry["flops"] / 1e9
    for row in models.values():
        row["kind"] = "vision" if row["tasks"] else "other"
        size = re.search(r"[-_](\d{3,4})(?:x\d+|px)", row["name"])
        row["image_size"] = int(size.group(1)) if size else None
        _license_of_repository(row, "apache-2.0")
    return list(models.values())


def _yolo(raw: Path) -> list[Row]:
    models = []
    for entry in read(raw / "vision" / "ultralytics_yolo26_det.parquet"):
        row = _vision(f"ultralytics/{entry['model']}", "ultralytics_yolo26", {Task.OBJECT_DETECTION}, "yolo26")
        row["params_total"] = integer(entry["params_m"] * 1e6)
        row["gmacs"] = round(entry["gflops"] / 2, 3)  # the source counts two operations a multiply-accumulate
        row["image_size"], row["license_tag"] = entry["img_size"], entry["license"].lower()
        models.append(row)
    return models
