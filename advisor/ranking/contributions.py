"""What the order of a model is made of: parts that sum to what models are ordered by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.features import STANDING, STANDING_FIRST
from advisor.ranking.link import Floats
from advisor.ranking.ranker import LEAST_SET, ArenaRanker, linear
from advisor.ranking.score import Scores

START, EVIDENCE, TREES, CAUTION = "start", "evidence", "trees", "caution"
PRECISION, PRIORITIES = "precision", "priorities"
_GROUPS = {
    "ability": "general ability",
    "prior": "general ability",
    "deviation": "amount of evidence",
    "n_results": "amount of evidence",
    "n_families": "amount of evidence",
    "w0.5": "amount of evidence",
    "w_type": "amount of evidence",
    "w_task": "amount of evidence",
    "params_total": "size",
    "embed_dim": "size",
    "release": "age",
}
_ALIKE = "results on tasks alike"
"""The features of the linear order that are not grouped above."""


def contributions(ranker: ArenaRanker, scores: Scores, positions: Sequence[int]) -> list[dict[str, float]]:
    """What each part adds to the utility of some contenders, in standard deviations of ability.

    `start` is what the evidence expects of the average model of the short list; the other parts are against that model.

    Args:
        ranker: what ordered the short list.
        scores: the order.
        positions: positions of the models in the pool; all of them in `scores.contenders`.
    """
    expected, features = scores.short.expected, scores.short.features
    rule = ranker.rule(features)
    row = {int(position): i for i, position in enumerate(scores.short.positions)}
    start = float(expected.mean())
    learned: dict[str, Floats] = {EVIDENCE: expected - start}
    if len(expected) >= LEAST_SET:
        shares = ranker.shares(expected, features)
        scale = rule.spread * float(expected.std())
        learned = {EVIDENCE: scale * shares.evidence, TREES: scale * shares.trees}
        learned |= {name: scale * rule.linear * values for name, values in _linear(ranker, features).items()}
    out = []
    for position in positions:
        parts = {name: float(values[row[position]]) for name, values in learned.items()}
        parts[CAUTION] = -rule.caution * float(scores.deviation[position]) - float(scores.doubt[position])
        parts[PRECISION] = -float(scores.lost[position])
        parts[PRIORITIES] = float(scores.bonus[position])
        out.append({START: start} | {name: value for name, value in parts.items() if abs(value) >= 5e-4})
    return out


def _linear(ranker: ArenaRanker, features: NDArray[np.float32]) -> dict[str, Floats]:
    """(n,) each: the standardised linear order by what the features tell."""
    deviation = float(linear(features, ranker.slopes).std())
    if deviation <= 1e-12:
        return {}
    each = features[:, STANDING_FIRST:].astype(np.float64) * np.array(ranker.slopes)
    away = (each - each.mean(axis=0)) / deviation
    out: dict[str, Floats] = {}
    for name, values in zip(STANDING, away.T, strict=True):
        group = _GROUPS.get(name, _ALIKE)
        out[group] = out.get(group, 0.0) + values
    return out
