"""Benchmarks of the embedding arena: MTEB's tasks."""

from __future__ import annotations

import re
from pathlib import Path

from advisor.domain.tasks import Task
from data.build.catalog.frame import Row, domains_of, read
from data.build.catalog.models_mteb import languages_of

# MTEB's task types in our words. What is absent has no word of ours: clustering of images, audio and video, pair
# classification of audio and video, regression, similarity of rendered text.
_TASKS: dict[str, Task] = {
    "Retrieval": Task.RETRIEVAL,
    "InstructionRetrieval": Task.RETRIEVAL,
    "Reranking": Task.RERANKING,
    "InstructionReranking": Task.RERANKING,
    "Classification": Task.TEXT_CLASSIFICATION,
    "MultilabelClassification": Task.TEXT_CLASSIFICATION,
    "Clustering": Task.CLUSTERING,
    "STS": Task.SEMANTIC_SIMILARITY,
    "Summarization": Task.SEMANTIC_SIMILARITY,  # MTEB scores how similar summaries are judged, not how they are written
    "PairClassification": Task.PAIR_CLASSIFICATION,
    "BitextMining": Task.BITEXT_MINING,
    "ImageClassification": Task.IMAGE_CLASSIFICATION,
    "ZeroShotClassification": Task.ZERO_SHOT_IMAGE_CLASSIFICATION,
    "Compositionality": Task.IMAGE_RETRIEVAL,  # which caption belongs to an image
    "DocumentUnderstanding": Task.DOCUMENT_UNDERSTANDING,
    "VisionCentricQA": Task.VISUAL_QUESTION_ANSWERING,
    "VideoCentricQA": Task.VISUAL_QUESTION_ANSWERING,
    "AudioClassification": Task.AUDIO_CLASSIFICATION,
    "AudioMultilabelClassification": Task.AUDIO_CLASSIFICATION,
    "AudioZeroshotClassification": Task.AUDIO_CLASSIFICATION,
    "VideoClassification": Task.VIDEO_CLASSIFICATION,
    "VideoZeroshotClassification": Task.VIDEO_CLASSIFICATION,
}
_TEXT_TYPES = {"Retrieval", "Reranking", "InstructionReranking", "InstructionRetrieval"}


def embedding_benchmarks(raw: Path) -> list[Row]:
    """One row an MTEB task. Tasks that only have results are left to `results` to drop: their type is not known."""
    return [_benchmark(row) for row in read(raw / "mteb" / "benchmarks.parquet")]


def task_of(kind: str, category: str) -> Task | None:
    """The task of an MTEB type; `category` ("t2i") tells what a retrieval type retrieves."""
    sides = set(category.replace("2", ""))
    if kind.startswith("Any2Any") or (kind in _TEXT_TYPES and sides - set("t")):
        if "v" in sides:
            return Task.VIDEO_RETRIEVAL
        if "i" in sides:
            return Task.RERANKING if kind == "Reranking" and category == "t2it" else Task.IMAGE_RETRIEVAL
        return None if "a" in sides else Task.RETRIEVAL
    return _TASKS.get(kind)


def _benchmark(raw: Row) -> Row:
    task = task_of(raw["type"], raw["category"])
    lengths = [raw[field] for field in ("avg_text_length", "avg_document_length", "avg_query_length") if raw[field]]
    return {
        "benchmark_id": f"mteb/{raw['benchmark_id']}",
        "suite": "mteb",
        "name": raw["benchmark_id"],
        "arena": "embedding",
        "task": task.value if task else None,
        "task_type": raw["type"],
        "languages": languages_of(raw["languages"]),
        "domains": domains_of(raw["domains"]),
        "modalities": sorted(set(raw["modalities"])),
        "metric": raw["main_metric"],
        "unit": "points",
        "higher_is_better": raw["higher_is_better"],
        "n_items": raw["n_samples"],
        "n_labels": raw["n_labels"],
        "avg_chars": round(float(lengths[0]), 1) if lengths else None,
        "description": _description(raw),
        "family": f"mteb:{raw['family']}",
        "year": int(raw["date_to"][:4]),
        "source_id": "mteb_registry",
    }


def _description(raw: Row) -> str:
    """MTEB's composed summary without the task's own name, with its subtypes, sizes and leaderboards' metric."""
    text = raw["summary"].strip()
    bare = re.escape(raw["benchmark_id"])
    text = re.sub(rf"(?<!\w){bare}(?!\w)", "this task", text)
    sizes = f" {raw['n_samples']:,} items." if raw["n_samples"] else ""
    return f"{text}{sizes} Metric: {raw['main_metric'].replace('_', ' ')}."
