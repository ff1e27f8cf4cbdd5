"""Where the catalog's facts come from."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from data.build.catalog.frame import Row, read

_COLUMNS = ("source_id", "title", "repository", "path", "revision", "as_of", "data_license", "measured_by", "note")
# source_id, title, repository, path, revision, as_of, data license, measured by, note
_OWN: tuple[tuple[str | None, ...], ...] = (
    ("mteb_results", "MTEB results repository", "embeddings-benchmark/results", None, None, "2026-08", "CC0-1.0", "independent",
     "scores per split and language, submitted as runs of one open harness; task scores are means of them"),
    ("mteb_model_cards", "Scores in model cards, as collected by MTEB", "embeddings-benchmark/results", None, None, "2026-08", "CC0-1.0",
     "self-reported", "published by the models' authors"),
    ("mteb_registry", "MTEB model and task metadata", "embeddings-benchmark/mteb", None, "2.x", None, "Apache-2.0", None, None),
    ("timm_registry", "timm model registry", "huggingface/pytorch-image-models", "timm/models", "1.0.31", None, "Apache-2.0", None, None),
    ("timm_results", "timm ImageNet results", "huggingface/pytorch-image-models", "results/*.csv", "1.0.31", None, "Apache-2.0",
     "independent", "one harness over all weights, by the library's author, not the models' authors"),
    ("torchvision", "torchvision weights metadata", "pytorch/vision", "torchvision/models", "0.29.2", None, "BSD-3-Clause", "official", None),
    *(
        (f"openmmlab_{library}", f"OpenMMLab {library} model index", f"open-mmlab/{library}", "configs/*/metafile.yml", None, None,
         "Apache-2.0", "official", "trained and measured by the library")
        for library in ("mmaction2", "mmdetection3d", "mmdet", "mmdet3d", "mmocr", "mmpose", "mmpretrain", "mmsegmentation", "mmdetection")
    ),
    ("ultralytics_yolo26", "YOLO26 documentation", "ultralytics/ultralytics", "docs", None, None, "AGPL-3.0", "self-reported", None),
    ("open_asr_leaderboard", "Open ASR Leaderboard", "huggingface/open_asr_leaderboard", None, None, None, "Apache-2.0", "independent", None),
    ("gift_eval", "GIFT-Eval leaderboard", "SalesforceAIResearch/gift-eval", "results", None, None, "Apache-2.0", "submitted",
     "results are submitted by model authors; some with code to repeat them"),
    ("openllm_v2_meta", "Open LLM Leaderboard v2, model metadata", "open-llm-leaderboard", "requests", None, "2025", None, None, None),
    ("openllm_v2_final", "Open LLM Leaderboard v2, final table (model columns)", "open-llm-leaderboard", "contents", None, "2025", None, None, None),
    ("euroeval_metadata", "EuroEval leaderboards, model columns", "EuroEval/leaderboards", "leaderboards/*.csv",
     "1a77f1d2f8ba1ba05ab73287fb090d76bf41b2e0", "2026-04-20", "MIT (repo)", None, None),
    ("leaderboard_names", "Models known from leaderboard rows only", None, None, None, None, None, None, "no facts but the name"),
)  # fmt: skip


def sources(raw: Path, used: set[str]) -> list[Row]:
    """Every source of the language tables and of other parts, and of ours those in `used`.

    Raises:
        ValueError: a table names a source that nobody describes.
    """
    rows = {row["source_id"]: row for row in map(_language_source, read(raw / "llm" / "sources.parquet"))}
    rows |= {str(entry[0]): dict(zip(_COLUMNS, entry, strict=True)) for entry in _OWN if entry[0] in used}
    for part in ("hardware", "measurements"):
        rows |= {row["source_id"]: dict.fromkeys(_COLUMNS) | row for row in _of_part(part)}
    if missing := sorted(used - set(rows)):
        raise ValueError(f"no source describes {missing}: add them to data/build/catalog/sources.py")
    return list(rows.values())


def _of_part(part: str) -> list[Row]:
    found: list[Row] = importlib.import_module(f"data.build.{part}").SOURCES
    return found


def _language_source(raw: Row) -> Row:
    repository = re.sub(r"^pypi:(\S+).*", r"package \1", raw["repo"])
    revision: str | None = re.sub(r"^PyPI ", "", raw["commit"])
    note = re.sub(r" as quoted in stored file id \d+", "", raw["note"] or "") or None
    if repository.startswith("(stored"):
        repository, revision = "arXiv 1909.10351", None
    return {
        "source_id": raw["source_id"],
        "title": raw["source_id"].replace("_", " "),
        "repository": repository,
        "path": raw["path"],
        "revision": revision,
        "as_of": (raw["snapshot_date"] or "")[:10].split(" ")[0] or None,
        "data_license": raw["data_licence"].replace("licence", "license"),
        "measured_by": MEASURED_BY.get(raw["default_measured_by"]),
        "note": note,
    }


MEASURED_BY = {
    "independent": "independent",
    "independent/unstated": "independent",
    "submitted by author": "submitted",
    "official test server": "official",
    "self-reported by vendor": "self-reported",
}
"""The raw tables' words for who measured -> ours. "official" is a grader run by the benchmark's owner."""
