"""Benchmark descriptions composed from metadata (never from a benchmark's name), with the task each belongs to."""

from __future__ import annotations

from pathlib import Path

import duckdb

# Types of the embedding benchmarks by task; types that mix tasks are left out.
TASK_OF_TYPE = {
    "Retrieval": "retrieval",
    "InstructionRetrieval": "retrieval",
    "Reranking": "reranking",
    "InstructionReranking": "reranking",
    "Classification": "text-classification",
    "MultilabelClassification": "text-classification",
    "Clustering": "clustering",
    "STS": "semantic-similarity",
    "PairClassification": "pair-classification",
    "BitextMining": "bitext-mining",
    "DocumentUnderstanding": "document-understanding",
    "ImageClassification": "image-classification",
    "ZeroShotClassification": "zero-shot-image-classification",
    "AudioClassification": "audio-classification",
    "AudioMultilabelClassification": "audio-classification",
    "VideoClassification": "video-classification",
}
QUERY = "select type, modalities, summary from read_parquet(?) where summary is not null order by type, summary"


def benchmark_texts(connection: duckdb.DuckDBPyConnection, raw: Path) -> list[tuple[str, str]]:
    """(description, task) of every distinct description, in the order of type and text."""
    rows = connection.execute(QUERY, [str(raw / "mteb" / "benchmarks.parquet")]).fetchall()
    found = {text: task for kind, modalities, text in rows if (task := _task(kind, modalities))}
    return list(found.items())


def _task(kind: str, modalities: list[str]) -> str | None:
    if kind.startswith("Any2Any"):
        if "video" in modalities:
            return "video-retrieval"
        return "image-retrieval" if "image" in modalities else None
    return TASK_OF_TYPE.get(kind)
