"""Which items are learned from and which are measured on."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.domain.errors import InvalidInput, Problem
from advisor.verify.data.options import DataOptions

N_FOLDS = 5
_TEST_NAMES = frozenset({"test", "eval", "evaluation", "holdout"})
_VALIDATION_NAMES = frozenset({"validation", "valid", "val", "dev"})


@dataclass(frozen=True)
class Split:
    """Positions of items, each part in the random order of evaluation."""

    train: list[int]
    test: list[int]
    name: str
    folds: list[int] | None = None
    """Fold of each test item where the same items are learned from and measured on."""


def random_order(keys: Sequence[str], seed: int) -> list[int]:
    """Positions in a random order that depends on the items and the seed alone, not on the order of the file."""
    return sorted(
        range(len(keys)), key=lambda i: hashlib.blake2b(f"{seed}\0{keys[i]}".encode(), digest_size=8).digest()
    )


def everything(keys: Sequence[str], options: DataOptions) -> Split:
    """All items are measured on: nothing is learned."""
    return Split([], random_order(keys, options.seed)[: options.max_test], "none: nothing is learned from the data")


def by_column(keys: Sequence[str], parts: Sequence[object], options: DataOptions) -> Split:
    """The split that a column of the file states.

    Raises:
        InvalidInput: the column names no test items.
    """
    names = [str(part).strip().casefold() for part in parts]
    wanted = _TEST_NAMES if _TEST_NAMES & set(names) else _VALIDATION_NAMES
    order = random_order(keys, options.seed)
    test = [i for i in order if names[i] in wanted]
    train = [i for i in order if names[i] not in _TEST_NAMES | _VALIDATION_NAMES]
    if not test:
        there = ", ".join(sorted(set(names))[:8])
        raise InvalidInput(
            [Problem("columns.split", f"no row is of the test part; there is {there}", "train and test")]
        )
    return Split(train, test, "given by the file")


def by_label(keys: Sequence[str], labels: Sequence[str], options: DataOptions) -> Split:
    """A stratified hold-out, or stratified folds where there are few items."""
    order = random_order(keys, options.seed)
    groups: dict[str, list[int]] = defaultdict(list)
    for i in order:
        groups[labels[i]].append(i)
    if len(keys) < options.folds_below:
        fold = {i: at % N_FOLDS for group in groups.values() for at, i in enumerate(group)}
        return Split(order, order, f"{N_FOLDS}-fold", [fold[i] for i in order])
    test = {i for group in groups.values() for i in group[: max(1, round(len(group) * options.test_share))]}
    return Split([i for i in order if i not in test], [i for i in order if i in test], "stratified hold-out")


def cap(split: Split, labels: Sequence[str], options: DataOptions) -> Split:
    """At most as many items as the options allow, in the same proportions of labels."""
    if split.folds is not None:
        return split
    return Split(
        _proportional(split.train, labels, options.max_train),
        _proportional(split.test, labels, options.max_test),
        split.name,
    )


def _proportional(items: list[int], labels: Sequence[str], most: int) -> list[int]:
    if len(items) <= most:
        return items
    groups: dict[str, list[int]] = defaultdict(list)
    for i in items:
        groups[labels[i]].append(i)
    kept = {i for group in groups.values() for i in group[: max(1, round(len(group) * most / len(items)))]}
    return [i for i in items if i in kept]
