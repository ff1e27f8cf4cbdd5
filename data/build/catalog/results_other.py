"""Scores of vision, speech and forecasting."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from data.build.catalog import benchmarks_other as benches
from data.build.catalog import benchmarks_vision as vision
from data.build.catalog.frame import Row, read, six_digits
from data.build.catalog.models_other import forecaster_ids
from data.build.catalog.models_vision import openmmlab_id, timm_ids, torchvision_id, torchvision_rows

ABSURD = 1e12
"""An error above this is a division by a near-zero series, no measurement of a model."""
# Who measured, by the first word of the source.
_MEASURED_BY = {
    "timm": "independent",
    "torchvision": "official",
    "openmmlab": "official",
    "ultralytics": "self-reported",
    "open": "independent",
    "gift": "submitted",
}
_SUBSETS = {"Top 5 Accuracy": "top5"}
Moved = dict[str, tuple[str, str]]


def other_results(raw: Path, moved: Moved) -> tuple[list[Row], Counter[str]]:
    """Rows of results, and how many were dropped and why."""
    dropped: Counter[str] = Counter()
    rows = [
        *_timm(raw),
        *_torchvision(raw),
        *_openmmlab(raw, dropped),
        *_yolo(raw),
        *_speech(raw),
        *_forecasting(raw, dropped),
    ]
    unique: dict[tuple[str, ...], Row] = {}
    for row in rows:
        row["model_id"] = moved.get(row["model_id"], (row["model_id"], ""))[0]
        key = (row["model_id"], row["benchmark_id"], row["subset"], row["config"])
        if key in unique:
            dropped["repeated"] += 1
        else:
            unique[key] = row
    return list(unique.values()), dropped


def _row(model_id: str, benchmark_id: str, score: float, source_id: str, *, subset: str = "", config: str = "") -> Row:
    return {
        "model_id": model_id,
        "benchmark_id": benchmark_id,
        "subset": subset,
        "config": config,
        "score": six_digits(score),
        "ci95": None,
        "n_shot": None,
        "complete": None,
        "measured_by": _MEASURED_BY[source_id.split("_", maxsplit=1)[0]],
        "source_id": source_id,
        "date": None,
    }


def _timm(raw: Path) -> list[Row]:
    """The default configuration is the run nearest to the model's own input size and crop."""
    ids = timm_ids(raw)
    sizes = {row["model"]: row for row in read(raw / "vision" / "timm_models.parquet")}
    runs: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in read(raw / "vision" / "timm_results.parquet"):
        runs[row["model"], row["benchmark"], row["metric"]].append(row)
    results = []
    for (model, benchmark, metric), rows in runs.items():
        own = sizes.get(model, {"img_size": rows[0]["img_size"], "crop_pct": rows[0]["crop_pct"]})
        rows.sort(
            key=lambda row: (
                abs(row["img_size"] - own["img_size"]),
                abs(row["crop_pct"] - own["crop_pct"]),
                row["interpolation"],
            )
        )
        for rank, row in enumerate(rows):
            config = f"{row['img_size']} px, crop {row['crop_pct']:g}" if rank else ""
            subset = "" if metric == "top1" else metric
            model_id = ids.get(model, f"timm/{model}")
            results.append(
                _row(
                    model_id,
                    vision.timm_benchmark(benchmark),
                    row["value"],
                    "timm_results",
                    subset=subset,
                    config=config,
                )
            )
    return results


def _torchvision(raw: Path) -> list[Row]:
    results = []
    for row in torchvision_rows(raw):
        if row["value"] is not None:
            benchmark_id, subset = vision.torchvision_benchmark(row["dataset"], row["metric"])
            results.append(
                _row(torchvision_id(row["weights"]), benchmark_id, row["value"], "torchvision", subset=subset)
            )
    return results


def _openmmlab(raw: Path, dropped: Counter[str]) -> list[Row]:
    """Where a model index gives a metric twice, the higher one is an extra setting and the lower one is kept."""
    mains = vision.openmmlab_main_metrics(raw)
    rows = [row for row in read(raw / "vision" / "openmmlab_results.parquet") if row["value"] is not None]
    # Libraries write the same metric as a share or in percent; at most 1 is taken as a share.
    results = []
    for row in sorted(rows, key=lambda row: (row["model"], row["task"], row["dataset"], row["metric"], row["value"])):
        metric, value = row["metric"], row["value"]
        share = not vision.lower_is_better(metric) and metric != "CIDER" and 0 < value <= 1.0
        subset = "" if metric == mains[row["task"], row["dataset"]] else _SUBSETS.get(metric, metric)
        benchmark_id = vision.openmmlab_benchmark(row["task"], row["dataset"])
        source = f"openmmlab_{row['library']}"
        model_id = openmmlab_id(row["library"], row["model"])
        results.append(_row(model_id, benchmark_id, value * 100 if share else value, source, subset=subset))
    dropped["openmmlab: no value"] += len(read(raw / "vision" / "openmmlab_results.parquet")) - len(rows)
    return results


def _yolo(raw: Path) -> list[Row]:
    return [
        _row(
            f"ultralytics/{row['model']}",
            vision.YOLO_BENCHMARK,
            row["coco_map50_95"],
            "ultralytics_yolo26",
        )
        for row in read(raw / "vision" / "ultralytics_yolo26_det.parquet")
    ]


def _speech(raw: Path) -> list[Row]:
    return [
        _row(
            row["model"],
            benches.speech_benchmark(row["track"], row["benchmark"]),
            row["value"],
            "open_asr_leaderboard",
        )
        for row in read(raw / "asr" / "open_asr_results.parquet")
        if row["unit"] == "WER%" and row["value"] is not None
    ]


def _forecasting(raw: Path, dropped: Counter[str]) -> list[Row]:
    ids = forecaster_ids(raw)
    results = []
    for row in read(raw / "timeseries" / "gift_eval_results.parquet"):
        if row["value"] is None:
            dropped["gift-eval: no value"] += 1
        elif abs(row["value"]) > ABSURD:
            dropped["gift-eval: above 1e12"] += 1
        else:
            subset = "" if row["metric"] == benches.GIFT_MAIN else row["metric"]
            benchmark_id = benches.forecasting_benchmark(row["dataset"])
            results.append(_row(ids[row["model_dir"]], benchmark_id, row["value"], "gift_eval", subset=subset))
    return results
