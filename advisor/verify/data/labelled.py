"""Prepare items with an answer each: classification, pairs, similarity, generation, code, images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.tasks import Task
from advisor.domain.verification import DataSummary
from advisor.verify.data import checks
from advisor.verify.data.columns import assign
from advisor.verify.data.languages import languages_of
from advisor.verify.data.options import DataOptions
from advisor.verify.data.prepared import Row
from advisor.verify.data.roles import ROLES
from advisor.verify.data.split import Split, by_column, by_label, cap, everything
from advisor.verify.data.table import Table

LEARNING = frozenset({Task.TEXT_CLASSIFICATION, Task.IMAGE_CLASSIFICATION, Task.PAIR_CLASSIFICATION})
"""Tasks where something is learned from labelled items before others are measured on."""
LABELLED = LEARNING | {Task.CLUSTERING}
_LEAST_ITEMS = 20
_INPUTS = ("text", "other", "prompt", "context", "image")


@dataclass(frozen=True)
class Items:
    """Rows that can be used."""

    rows: list[Row]
    keys: list[str]
    parts: list[Any] | None
    """What the file says about the split."""
    warnings: list[str]


def prepare_items(table: Table, task: Task, options: DataOptions) -> tuple[DataSummary, list[Row]]:
    """The summary, and the rows to write: training items first, each part in the order of evaluation.

    Raises:
        InvalidInput: columns are missing, or there are too few items or labels.
    """
    columns = assign(table, ROLES[task], options.columns)
    items = _read(table, task, columns)
    if items.parts is None:
        items, n_duplicates = _unique(items)
        kept, n_leaked = _random_split(items, task, options), 0
    else:
        kept, n_duplicates, n_leaked = _without_repeats(_given_split(items, task, options), items.keys)
    labels = [row.get("label", "") for row in items.rows]
    final = cap(kept, labels, options)
    rows = _rows(final, items.rows)
    used = sorted({*final.train, *final.test})
    texts = [" ".join(str(items.rows[i][role]) for role in _INPUTS if role in items.rows[i]) for i in used]
    is_text = "image" not in columns
    median, p95 = checks.lengths(texts) if is_text else (None, None)
    summary = DataSummary(
        task=task,
        columns=columns,
        n_items=len({*kept.train, *kept.test}),
        n_train=len(final.train),
        n_test=len(final.test),
        split=final.name,
        labels=dict(Counter(labels[i] for i in {*kept.train, *kept.test}).most_common()) if task in LABELLED else {},
        languages=languages_of(texts) if is_text else {},
        chars_median=median,
        chars_p95=p95,
        n_duplicates=n_duplicates,
        n_leaked=n_leaked,
    )
    _refuse_too_few(summary, task)
    shortened = [*_capped(kept, final), *([f"a random sample of {len(table)} rows was read"] if table.sampled else [])]
    told = checks.warnings_of(summary, texts if is_text else (), list(table.columns) if "split" not in columns else ())
    return summary.model_copy(update={"warnings": (*told, *items.warnings, *shortened)}), rows


def _read(table: Table, task: Task, columns: dict[str, str]) -> Items:
    required = [role.name for role in ROLES[task] if role.required]
    rows, keys, parts = [], [], []
    answers: dict[str, str] = {}
    n_missing = n_conflicts = 0
    for index in range(len(table)):
        values = {role: table.columns[column][index] for role, column in columns.items()}
        row = {role: _clean(role, value) for role, value in values.items() if value is not None and role != "split"}
        if any(row.get(role) in (None, "") for role in required):
            n_missing += 1
            continue
        key = checks.key_of(*(row[role] for role in _INPUTS if role in row))
        answer = str(row.get("label", row.get("answer", "")))
        n_conflicts += answers.setdefault(key, answer) != answer
        rows.append(row)
        keys.append(key)
        parts.append(values.get("split"))
    warnings = [f"{n_missing} rows lack a value and were left out"] if n_missing else []
    if n_conflicts:
        warnings.append(f"{n_conflicts} items repeat an earlier one with another answer: the answers are not all right")
    return Items(rows, keys, parts if "split" in columns else None, warnings)


def _clean(role: str, value: Any) -> Any:
    if role == "score":
        return float(value)
    if role == "answer":
        return [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if role == "label" and isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if role == "label" else str(value)


def _unique(items: Items) -> tuple[Items, int]:
    first = _first_of_each(range(len(items.keys)), items.keys)
    rows, keys = [items.rows[i] for i in first], [items.keys[i] for i in first]
    return Items(rows, keys, None, items.warnings), len(items.keys) - len(first)


def _random_split(items: Items, task: Task, options: DataOptions) -> Split:
    if task in LEARNING:
        return by_label(items.keys, [row["label"] for row in items.rows], options)
    return everything(items.keys, options)


def _given_split(items: Items, task: Task, options: DataOptions) -> Split:
    given = by_column(items.keys, items.parts or (), options)
    return given if task in LEARNING else Split([], given.test, given.name)


def _without_repeats(split: Split, keys: Sequence[str]) -> tuple[Split, int, int]:
    """The first of each item in its part; a test item that is in the training part too stays there alone."""
    train, test = _first_of_each(split.train, keys), _first_of_each(split.test, keys)
    seen = {keys[i] for i in train}
    apart = [i for i in test if keys[i] not in seen]
    n_duplicates = len(split.train) + len(split.test) - len(train) - len(test)
    return Split(train, apart, split.name), n_duplicates, len(test) - len(apart)


def _first_of_each(items: Sequence[int], keys: Sequence[str]) -> list[int]:
    return list({keys[i]: i for i in reversed(items)}.values())[::-1]


def _rows(split: Split, rows: Sequence[Row]) -> list[Row]:
    if split.folds is not None:
        return [rows[i] | {"part": "both", "fold": fold} for i, fold in zip(split.test, split.folds, strict=True)]
    return [rows[i] | {"part": part} for part in ("train", "test") for i in getattr(split, part)]


def _refuse_too_few(summary: DataSummary, task: Task) -> None:
    if summary.n_test < _LEAST_ITEMS:
        message = f"{summary.n_test} items to measure on"
        raise InvalidInput([Problem("data", message, f"{_LEAST_ITEMS} or more, better {10 * _LEAST_ITEMS}")])
    if task in LABELLED and len(summary.labels) < 2:
        there = ", ".join(map(repr, summary.labels))
        raise InvalidInput([Problem("columns.label", f"one label alone: {there}", "two labels or more")])


def _capped(kept: Split, final: Split) -> list[str]:
    return [
        f"{len(after)} of {len(before)} {name} items are used (max_{name})"
        for name, before, after in (("train", kept.train, final.train), ("test", kept.test, final.test))
        if len(after) < len(before)
    ]
