"""An answer that knows what was measured for its project: expectations corrected, and ordered anew.

Only an answer whose `name` is the project of measurements uses them, and only those of its task. What was measured of
one model tells how hard the data is for all, so models that were not measured move too, and stay less sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from advisor.catalog import overlay
from advisor.domain.recommendation import Pick, Quality, Recommendation
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Task
from advisor.ranking.posterior import USUAL_ITEMS, Belief, chances, expect, learn, unsure

if TYPE_CHECKING:
    from advisor.domain.measurement import Measurement

LOOKED_AT = 20
"""Picks among which measurements decide; an answer shows the best of them."""
_Z80, _Z95 = NormalDist().inv_cdf(0.9), NormalDist().inv_cdf(0.975)
_POINTS = {"0 to 1": 100.0, "-1 to 1": 100.0, "points": 1.0}


def measured_for(asked: Requirements, task: Task) -> tuple[Measurement, ...]:
    """Qualities of the latest verification that was kept for the project of a request."""
    if asked.name is None:
        return ()
    kept = [one for one in overlay.list(task=task, project=asked.name) if one.quality and one.quality.unit in _POINTS]
    if not kept:
        return ()
    last = kept[-1]
    same = (last.verification, last.measured_on, last.metric)
    return tuple(one for one in kept if (one.verification, one.measured_on, one.metric) == same)


def widened(asked: Requirements) -> Requirements:
    """A request for as many picks as measurements may reorder."""
    return asked.model_copy(update={"top_k": max(asked.top_k, LOOKED_AT)})


def with_measurements(answer: Recommendation, asked: Requirements, kept: Sequence[Measurement]) -> Recommendation:
    """The best `asked.top_k` picks of an answer after what was measured.

    Args:
        answer: as ranked without measurements, with as many picks as may be reordered.
        asked: the request as it was made.
        kept: measurements of one verification.
    """
    by_model = {pick.model_id: _fitting(pick, kept) for pick in answer.picks}
    used = {model_id: found for model_id, found in by_model.items() if found}
    told = {"id": _id(answer, kept), "requirements": asked}
    if not used or not answer.picks[0].quality.unit.startswith("points"):
        return answer.model_copy(update=told | {"picks": answer.picks[: asked.top_k]})
    after = _belief(answer.picks, used)
    best, deviation = chances(after), after.deviation()
    picks = [
        _told(pick, float(mean), float(width), float(chance), used.get(pick.model_id), kept[0].metric)
        for pick, mean, width, chance in zip(answer.picks, after.mean, deviation, best, strict=True)
    ]
    order = np.argsort(-(after.mean - deviation), kind="stable") if _only_quality(asked) else np.arange(len(picks))
    ranked = [picks[at].model_copy(update={"rank": rank}) for rank, at in enumerate(order[: asked.top_k], 1)]
    note = (
        f"{len(used)} of the models were measured for project {asked.name!r}: quality and order follow from that;"
        " advisor catalog measurements shows and deletes"
    )
    return answer.model_copy(update=told | {"picks": tuple(ranked), "warnings": (*answer.warnings, note)})


def _belief(picks: Sequence[Pick], used: dict[str, Measurement]) -> Belief:
    """Scores of the picks on the user's data, points."""
    before = expect(
        np.array([pick.quality.expected for pick in picks]),
        np.array([max(pick.quality.high - pick.quality.low, 0.1) / 2 / _Z80 for pick in picks]),
    )
    rows = np.array([at for at, pick in enumerate(picks) if pick.model_id in used])
    found = [(used[picks[at].model_id].quality, at) for at in rows]
    scaled = [
        (one.value * _POINTS[one.unit], (one.high - one.low) * _POINTS[one.unit], one.n or USUAL_ITEMS)
        for one, _ in found
        if one
    ]
    mean, width, n_items = np.array(scaled).T
    deviation = unsure(np.maximum(width / 2 / _Z95, 0.05), n_items)
    return learn(before, Belief(mean, np.diag(deviation**2)), rows)


def _told(pick: Pick, mean: float, deviation: float, chance: float, found: Measurement | None, metric: str) -> Pick:
    half = _Z80 * deviation
    quality = Quality(
        expected=round(mean, 2),
        low=round(max(0.0, mean - half), 2),
        high=round(min(100.0, mean + half), 2),
        unit=f"points on the data of this project ({metric}, measured here)",
        probability_best=round(chance, 3),
        n_results=pick.quality.n_results,
        informed=pick.quality.informed,
    )
    reasons = pick.reasons
    if found is not None and (seen := found.quality):
        what = f"{metric} {seen.value:.3f} ({seen.low:.3f} to {seen.high:.3f}) on {seen.n:,} items"
        reasons = (f"measured here on {found.measured_on}: {what}", *reasons)
    return pick.model_copy(update={"quality": quality, "reasons": reasons})


def _fitting(pick: Pick, kept: Sequence[Measurement]) -> Measurement | None:
    """What was measured of a pick, in its precision where there is a choice."""
    own = [one for one in kept if one.model_id == pick.model_id]
    return next((one for one in own if one.quantization == pick.variant.quantization), own[0] if own else None)


def _only_quality(asked: Requirements) -> bool:
    wanted = asked.priorities
    return not (wanted.speed or wanted.memory or wanted.energy or wanted.cost)


def _id(answer: Recommendation, kept: Sequence[Measurement]) -> str:
    return sha256("\n".join((answer.id, *(one.measurement_id for one in kept))).encode()).hexdigest()[:16]
