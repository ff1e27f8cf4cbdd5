"""Benchmarks of vision, speech and forecasting, composed from what their result tables hold."""

from __future__ import annotations

import re
from pathlib import Path

from advisor.domain.languages import language_name
from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, read
from data.build.catalog.models_vision import TASKS, VIDEO, torchvision_task

GIFT_MAIN = "mean_weighted_sum_quantile_loss"
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
_ERROR = re.compile(r"(?i)epe|mpjpe|mrrpe|nme|rmse|fl_all|MdR|MnR")
_COLLECTION = re.compile(r"m4|ett|bitbrains|bizitobs|\w+")
_ASR_LANGUAGES = {"de": "de", "es": "es", "fr": "fr", "it": "it", "pt": "pt"}
_ASR_AVERAGES = {"Average", "Avg.", "Avg", "Avg (without CORAAL)"}


def other_benchmarks(raw: Path) -> list[Row]:
    """Benchmarks of timm, torchvision, OpenMMLab, YOLO26, Open ASR and GIFT-Eval."""
    return [*_timm(), *_torchvision(raw), *_openmmlab(raw), *_speech(raw), *_forecasting(raw)]


def lower_is_better(metric: str) -> bool:
    """True for error metrics of vision tasks."""
    return bool(_ERROR.search(metric))


def openmmlab_benchmark(task: str, dataset: str) -> str:
    """Id of the benchmark that OpenMMLab's task and data set make."""
    return f"openmmlab/{_slug(task)}/{_slug(dataset)}"


def openmmlab_main_metrics(raw: Path) -> dict[tuple[str, str], str]:
    """(task, data set) -> the metric that stands for the whole benchmark."""
    metrics: dict[tuple[str, str], set[str]] = {}
    for row in read(raw / "vision" / "openmmlab_results.parquet"):
        metrics.setdefault((row["task"], row["dataset"]), set()).add(row["metric"])
    return {
        key: min(found, key=lambda metric: (_MAIN.index(metric) if metric in _MAIN else 99, metric))
        for key, found in metrics.items()
    }


def forecasting_benchmark(dataset: str) -> str:
    """Id of the benchmark that a GIFT-Eval data set, frequency and horizon make."""
    return f"gift-eval/{dataset}"


def speech_benchmark(track: str, benchmark: str) -> str:
    """Id of a column of the Open ASR leaderboard."""
    return f"open-asr/{track}/{_slug(benchmark)}"


def torchvision_benchmark(dataset: str, metric: str) -> tuple[str, str]:
    """Benchmark id and subset of a torchvision metric."""
    main = {
        "acc@1": "",
        "acc@5": "top5",
        "box_map": "",
        "miou": "",
        "pixel_acc": "pixel_acc",
        "epe": "",
        "per_image_epe": "",
        "fl_all": "fl_all",
    }
    part = {"mask_map": "-masks", "kp_map": "-keypoints"}.get(metric, "")
    subset = main.get(metric, "")
    return f"torchvision/{_slug(dataset)}{part}", subset if not (metric == "fl_all" and dataset == "Kitti-Test") else ""


def _slug(text: str) -> str:
    return re.sub(r"[^\w.+-]+", "-", text.lower()).strip("-")


def _row(benchmark_id: str, arena: str, task: Task | None, **facts: object) -> Row:
    row: Row = {
        "benchmark_id": benchmark_id,
        "suite": benchmark_id.split("/", maxsplit=1)[0],
        "name": benchmark_id.split("/", 1)[1],
        "arena": arena,
        "task": task.value if task else None,
        "languages": [],
        "domains": [],
        "modalities": ["image"],
        "unit": "points",
        "higher_is_better": True,
    }
    return row | facts


def _timm() -> list[Row]:
    return [
        _row(
            f"timm/{name}",
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
    for entry in read(raw / "vision" / "torchvision_weights.parquet"):
        benchmark_id, subset = torchvision_benchmark(entry["dataset"], entry["metric"])
        if subset:
            continue
        task, metric = torchvision_task(entry["dataset"], entry["metric"]), entry["metric"]
        kind = task.value.replace("-", " ") if task else "optical flow"
        video = entry["dataset"].startswith("Kinetics") or not task
        rows[benchmark_id] = _row(
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
        rows[benchmark_id] = _row(
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
    rows["ultralytics/coco-val2017"] = _row(
        "ultralytics/coco-val2017",
        "vision",
        Task.OBJECT_DETECTION,
        task_type="Object Detection",
        metric="mAP 50-95",
        description="Object detection on photos of everyday scenes, 80 classes. Metric: mAP 50-95.",
        family="vision:coco",
        n_labels=80,
        source_id="ultralytics_yolo26",
    )
    return list(rows.values())


def _family(dataset: str) -> str:
    stem = re.split(r"[ _(]|-(?:1k|val|2D|3D|XSub|half|test|train|WholeBody|Train|Test|VOC)", dataset)[0].lower()
    return f"vision:{re.sub(r'(?<=cifar)-|(?<=sunrgbd).*|(?<=kinetic)s?-?(?=400)', '', stem)}"


def _speech(raw: Path) -> list[Row]:
    rows = {}
    for entry in read(raw / "asr" / "open_asr_results.parquet"):
        if entry["unit"] != "WER%":
            continue
        code = _ASR_LANGUAGES.get(entry["benchmark"].split("_")[0], "en")
        many = entry["track"] == "multilingual" and entry["benchmark"] in _ASR_AVERAGES
        languages = sorted(_ASR_LANGUAGES) if many else [code]
        benchmark_id = speech_benchmark(entry["track"], entry["benchmark"])
        corpus = re.sub(r"^[a-z]{2}_", "", entry["benchmark"].lower()).split(" ")[0].rstrip(".")
        average = entry["benchmark"] in _ASR_AVERAGES
        spoken = ", ".join(language_name(language) for language in languages)
        length = "long" if entry["track"] == "en-longform" else "short"
        rows[benchmark_id] = _row(
            benchmark_id,
            "speech",
            Task.SPEECH_RECOGNITION,
            task_type="speech recognition",
            metric="word error rate",
            unit="percent error",
            higher_is_better=False,
            languages=languages,
            modalities=["audio"],
            domains=["Spoken"],
            description=f"Speech recognition in {spoken}, {length} recordings"
            + (", average of all corpora" if average else "")
            + ". Metric: word error rate.",
            family=f"asr:{entry['track']}-average" if average else f"asr:{corpus.replace('coraal_avg', 'coraal')}",
            source_id="open_asr_leaderboard",
        )
    return list(rows.values())


def _forecasting(raw: Path) -> list[Row]:
    facts: dict[str, tuple[str | None, float | None]] = {}
    for row in read(raw / "timeseries" / "gift_eval_results.parquet"):
        domain, variates = facts.get(row["dataset"], (None, None))
        facts[row["dataset"]] = domain or row["domain"], variates or row["num_variates"]
    frequencies = {
        "D": "daily",
        "H": "hourly",
        "W": "weekly",
        "M": "monthly",
        "Q": "quarterly",
        "A": "yearly",
        "Y": "yearly",
        "S": "secondly",
    }
    rows = []
    for dataset, (domain, variates) in facts.items():
        name, frequency, term = dataset.split("/")
        letter = frequency.split("-")[0]
        often = frequencies.get(letter, f"every {letter[:-1]} {'minutes' if letter.endswith('T') else 'seconds'}")
        series = "several variables" if (variates or 1) > 1 else "one variable"
        rows.append(
            _row(
                forecasting_benchmark(dataset),
                "forecasting",
                Task.TIME_SERIES_FORECASTING,
                task_type=f"{term}-term forecasting",
                metric="CRPS (mean weighted quantile loss)",
                unit="raw",
                higher_is_better=False,
                modalities=["time-series"],
                domains=[domain] if domain else [],
                family=f"gift-eval:{_COLLECTION.findall(name)[0]}",
                description=f"Forecasting {often} series of {series}, {term} horizon"
                + (f", from {domain}" if domain else "")
                + ". Metric: CRPS.",
                source_id="gift_eval",
            )
        )
    return rows
