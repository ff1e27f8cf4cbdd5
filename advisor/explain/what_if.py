"""What would change the answer: each constraint relaxed alone, and the first pick that this would bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from advisor.catalog.store import Store
from advisor.domain.recommendation import WhatIf
from advisor.explain.judge import Judge
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.constraints import Check, Mask
from advisor.ranking.index import ModelColumns
from advisor.ranking.score import Scores, quality
from advisor.ranking.select import Selection

_A_STEP = 2.0
"""A limit is relaxed to twice its value first (a license to what its owner can grant, a date by two years), and dropped
only where that changes nothing."""


class _Change(NamedTuple):
    check: Check
    position: int
    scores: Scores
    n_more: int


def what_would_change(
    store: Store, models: ModelColumns, arena: ArenaIndex, judge: Judge, selection: Selection
) -> tuple[WhatIf, ...]:
    """The constraints whose relaxing alone brings a first pick of higher expected score, the largest gain first.

    The variant that a model needs least memory in is what a limit on memory is compared with.
    """
    n_failed = np.sum([check.fails for check in selection.checks], axis=0) if selection.checks else 0
    changes = [
        change for check in selection.checks for change in _change(check, check.fails & (n_failed == 1), selection)
    ]
    changes.sort(key=lambda change: -float(change.scores.utility[change.position]))
    records = store.models([models.ids[selection.pool[change.position]] for change in changes])
    current = selection.scores.contenders[:1].tolist()
    first = quality(selection.scores, arena, current[0], None).expected if current else None
    out = []
    for change in changes:
        record = records[models.ids[selection.pool[change.position]]]
        expected = quality(change.scores, arena, change.position, None)
        failure = judge.told(change.check.failure(change.position), record)
        out.append(
            WhatIf(
                **failure.model_dump(),
                model_id=record.model_id,
                name=record.name,
                expected_quality=expected.expected,
                first_quality=first,
                unit=expected.unit,
                n_more=change.n_more,
            )
        )
    return tuple(out)


def _change(check: Check, only: Mask, selection: Selection) -> Iterator[_Change]:
    """The first pick with a check relaxed, where it is one of the models that fail it alone."""
    for gained in _steps(check, only):
        if not gained.any():
            continue
        scores = selection.rescore(selection.passes | gained)
        first = int(scores.contenders[0])
        current = selection.scores.contenders[:1]
        if gained[first] and (not current.size or scores.mean[first] > selection.scores.mean[current[0]]):
            yield _Change(check, first, scores, int(gained.sum()))
            return


def _steps(check: Check, only: Mask) -> Iterator[Mask]:
    """Which of the models that fail a check alone would pass, relaxed step by step."""
    if check.excess is None:
        yield only
        return
    yield only & (check.excess <= _A_STEP)
    yield only & np.isfinite(check.excess)
