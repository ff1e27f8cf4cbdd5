"""Which class evaluates which task; only that one is imported."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import load
from advisor.verify.data.roles import ROLES
from advisor.verify.protocols import EvaluationTask

_MODULES = {
    Task.TEXT_CLASSIFICATION: "text_classification.TextClassification",
    Task.IMAGE_CLASSIFICATION: "image_classification.ImageClassification",
    Task.RETRIEVAL: "retrieval.Retrieval",
    Task.BITEXT_MINING: "retrieval.Bitext",
    Task.RERANKING: "reranking.Reranking",
    Task.SEMANTIC_SIMILARITY: "similarity.Similarity",
    Task.PAIR_CLASSIFICATION: "pair_classification.PairClassification",
    Task.CLUSTERING: "clustering.Clustering",
    Task.CODE_GENERATION: "code_generation.CodeGeneration",
}
CLASSES = {task: _MODULES.get(task, "generation.Generation") for task in ROLES}


def open_task(folder: Path, cache: Path | None = None) -> EvaluationTask:
    """The task of a prepared folder.

    Args:
        folder: what `advisor.verify.data.prepare` wrote.
        cache: a folder of one candidate, where its embeddings are kept, so that a run that goes on after an interrupt
            embeds nothing twice; None keeps them in memory alone.

    Raises:
        InvalidInput: the folder holds no prepared data, or they were changed.
    """
    prepared = load(folder)
    task: EvaluationTask = class_of(prepared.task)(prepared, cache)
    return task


def class_of(task: Task) -> Any:
    """The class that evaluates a task."""
    module, name = CLASSES[task].split(".")
    return getattr(import_module(f"advisor.verify.tasks.{module}"), name)
