"""Benchmarks of vision: timm, torchvision, OpenMMLab and YOLO26. What measures the same is one benchmark."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, benchmark, read, slug
from data.build.catalog.models_vision import TASKS, VIDEO, torchvision_rows, torchvision_task

_TIMM = {
    "imagenet-1k val": "1,000 classes of photos",
    "imagenet-a": "photos that classifiers get wrong, 200 classes",
    "imagenet-a-clean (same 200 classes of val)": "ordinary photos of 200 classes",
    "imagenet-r": "art, cartoons and other renditions, 200 classes",
    "imagenet-r-clean": "ordinary photos of the 200 classes that have renditions",
    "imagenetv2-mf": "newly collected photos, 1,000 classes",
    "imagenet-sketch": "sketches, 1,000 classes",
    "imagenet-real": "1,000 classes of photos with reassessed labels",
}
# Which metric decides where OpenMMLab reports several: the first that a task and data set has.
_MAIN = (
    "box AP",
    "Box AP",
    "mask AP",
    "Mask AP",
    "PQ",
    "mIoU",
    "mIOU",
    "mDice",
    "Dice",
    "Top 1 Accuracy",
    "mean Top 1 Accuracy",
    "NDS",
    "mAP",
    "f-mAP",
    "mAP@L1",
    "Whole AP",
    "AP",
    "AP@0.5",
    "AP@0.25",
    "Mean",
    "Total",
    "PCK@0.2",
    "PCK",
    "AUC",
    "MPJPE",
    "MPJPE-all",
    "NME",
    "NME test",
    "NME full",
    "NME frontal",
    "hmean-iou",
    "word_acc",
    "HOTA",
    "MOTA",
    "AR@1000",
    "AR@100",
    "CIDER",
    "Recall@1",
    "Accuracy",
    "Accuracy (testA)",
    "micro_f1",
    "macro_f1",
    "Private Score",
    "RMSE",
    "Recall@Top1(IoU=0.5)",
    "mAP@10",
    "Top 1 Accuracy (efficient)",
)
# The same images, labels and metric under the names of several libraries.
_SAME = {
    "timm/imagenet-1k val": "imagenet/1k-val",
    "torchvision/imagenet-1k": "imagenet/1k-val",
    "openmmlab/image-classification/imagenet-1k": "imagenet/1k-val",
    "torchvision/coco-val2017": "coco/val2017-boxes",
    "openmmlab/object-detection/coco": "coco/val2017-boxes",
    "ultralytics/coco-val2017": "coco/val2017-boxes",
    "torchvision/coco-val2017-masks": "coco/val2017-masks",
    "openmmlab/instance-segmentation/coco": "coco/val2017-masks",
    "torchvision/coco-val2017-keypoints": "coco/val2017-keypoints",
    "openmmlab/body-2d-keypoint/coco": "coco/val2017-keypoints",
    "torchvision/kinetics-400": "kinetics/400",
    "openmmlab/action-recognition/kinetics-400": "kinetics/400",
}
YOLO_BENCHMARK = _SAME["ultralytics/coco-val2017"]
_ERROR = re.compile(r"(?i)epe|mpjpe|mrrpe|nme|rmse|fl_all|MdR|MnR")


def vision_benchmarks(raw: Path) -> list[Row]:
    """Benchmarks of timm, torchvision, OpenMMLab and YOLO26."""
    rows = [*_torchvision(raw), *_openmmlab(raw), *_timm()]
    return list({row["benchmark_id"]: row for row in rows}.values())


def lower_is_better(metric: str) -> bool:
    """True for error metrics of vision tasks."""
    return bool(_ERROR.search(metric))


def timm_benchmark(name: str) -> str:
    """Id of a benchmark of timm's result tables."""
    return _same(f"timm/{name}")


def openmmlab_benchmark(task: str, dataset: str) -> str:
    """Id of the benchmark that OpenMMLab's task and data set make."""
    return _same(f"openmmlab/{slug(task)}/{slug(dataset)}")


def openmmlab_main_metrics(raw: Path) -> dict[tuple[str, str], str]:
    """(task, data set) -> the metric that stands for the whole benchmark: one that most of its models have."""
    rows = read(raw / "vision" / "openmmlab_results.parquet")
    metrics: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        metrics.setdefault((row["task"], row["dataset"]), Counter())[row["metric"]] += 1
    return {key: _main(found) for key, found in metrics.items()}


def _main(found: Counter[str]) -> str:
    common = [metric for metric, count in found.items() if 2 * count >= max(found.values())]
    return min(common, key=lambda metric: (_MAIN.index(metric) if metric in _MAIN else 99, metric))


def torchvision_benchmark(dataset: str, metric: str) -> tuple[str, str]:
    """Benchmark id and subset of a torchvision metric."""
    part = {"mask_map": "-masks", "kp_map": "-keypoints", "person_box_map": "-keypoints"}.get(metric, "")
    subset = {"acc@5": "top5", "pixel_acc": "pixel_acc", "fl_all": "fl_all", "person_box_map": "person_box_map"}
    alone = metric == "fl_all" and dataset == "Kitti-Test"
    return _same(f"torchvision/{slug(dataset)}{part}"), "" if alone else subset.get(metric, "")


def _same(benchmark_id: str) -> str:
    return _SAME.get(benchmark_id, benchmark_id)


def _timm() -> list[Row]:
    return [
        benchmark(
            timm_benchmark(name),
            "vision",
            Task.IMAGE_CLASSIFICATION,
            task_type="Image Classification",
            metric="top-1 accuracy",
            description=f"Image classification of {about}. Metric: top-1 accuracy.",
            family="vision:imagenet",
            source_id="timm_results",
            n_labels=200 if "200" in about else 1000,
        )
        for name, about in _TIMM.items()
    ]


def _torchvision(raw: Path) -> list[Row]:
    rows: dict[str, Row] = {}
    for entry in torchvision_rows(raw):
        benchmark_id, subset = torchvision_benchmark(entry["dataset"], entry["metric"])
        if subset:
            continue
        task, metric = torchvision_task(entry["dataset"], entry["metric"]), entry["metric"]
        kind = task.value.replace("-", " ") if task else "optical flow"
        video = entry["dataset"].startswith("Kinetics") or not task
        rows[benchmark_id] = benchmark(
            benchmark_id,
            "vision",
            task,
            task_type=kind,
            metric=metric,
            unit="raw" if "epe" in metric else "points",
            higher_is_better=not lower_is_better(metric),
            modalities=["video"] if video else ["image"],
            description=f"{kind.capitalize()} on {'videos' if video else 'photos'}. Metric: {metric}.",
            family=_family(entry["dataset"]),
            source_id="torchvision",
        )
    return list(rows.values())


def _openmmlab(raw: Path) -> list[Row]:
    rows: dict[str, Row] = {}
    libraries = {
        (row["task"], row["dataset"]): row["library"] for row in read(raw / "vision" / "openmmlab_results.parquet")
    }
    for (task, dataset), metric in openmmlab_main_metrics(raw).items():
        benchmark_id = openmmlab_benchmark(task, dataset)
        rows[benchmark_id] = benchmark(
            benchmark_id,
            "vision",
            TASKS.get(task),
            task_type=task,
            metric=metric,
            unit="raw" if lower_is_better(metric) or metric == "CIDER" else "points",
            higher_is_better=not lower_is_better(metric),
            modalities=["video"] if VIDEO.search(f"{task} {dataset}") else ["image"],
            description=f"{task} on {'videos' if VIDEO.search(task) else 'images'}. Metric: {metric}.",
            family=_family(dataset),
            source_id=f"openmmlab_{libraries[task, dataset]}",
        )
    return list(rows.values())


def _family(dataset: str) -> str:
    stem = re.split(r"[ _(]|-(?:1k|val|2D|3D|XSub|half|test|train|WholeBody|Train|Test|VOC)", dataset)[0].lower()
    return f"vision:{re.sub(r'(?<=cifar)-|(?<=sunrgbd).*|(?<=kinetic)s?-?(?=400)', '', stem)}"
