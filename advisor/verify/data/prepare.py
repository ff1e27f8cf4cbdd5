"""From the user's file to a prepared folder."""

from __future__ import annotations

from pathlib import Path

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.tasks import Task
from advisor.domain.verification import DataSummary
from advisor.verify.data.collection import prepare_collection
from advisor.verify.data.images import read_images
from advisor.verify.data.labelled import prepare_items
from advisor.verify.data.options import DataOptions
from advisor.verify.data.prepared import write
from advisor.verify.data.roles import ROLES
from advisor.verify.data.table import read_table

_SEARCHING = frozenset({Task.RETRIEVAL, Task.RERANKING, Task.BITEXT_MINING})


def prepare(path: Path, task: Task, options: DataOptions, folder: Path) -> DataSummary:
    """Read, check and split data, and write them to a folder that runner processes open.

    Args:
        path: CSV, TSV, JSONL or Parquet; a folder of images by class; a folder with corpus, queries and qrels.
        task: what the models are to do with it.
        options: columns, sizes, seed and how models are asked.
        folder: where the prepared data are written; must not hold others.

    Returns:
        What was understood, and what to know before trusting figures on it.

    Raises:
        InvalidInput: the task cannot be measured, or the data do not fit it; names every column and what is there.
    """
    if task not in ROLES:
        message = f"{task.value} cannot be measured on own data"
        raise InvalidInput([Problem("task", message, f"one of {', '.join(sorted(ROLES))}")])
    if not path.exists():
        raise InvalidInput([Problem("data", f"no file or folder {path}", "the path of the data")])
    if task in _SEARCHING:
        summary, queries, corpus = prepare_collection(path, task, options)
        write(folder, summary, options, {"queries": queries, "corpus": corpus})
        return summary
    table = read_images(path) if task is Task.IMAGE_CLASSIFICATION else read_table(path)
    summary, rows = prepare_items(table, task, options)
    write(folder, summary, options, {"items": rows})
    return summary
