"""What the order of a model is made of: parts that sum to what models are ordered by."""

from __future__ import annotations

import numpy as np

from advisor.ranking.features import STANDING, STANDING_FIRST
from advisor.ranking.ranker import LEAST_SET, ArenaRanker, linear, standard
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


def contributions(ranker: ArenaRanker, scores: Scores, position: int) -> dict[str, float]:
    """What each part adds to the utility of a contender, in standard deviations of ability.

    `start` is what the evidence expects of the average model of the short list; the other parts are against that model.

    Args:
        ranker: what ordered the short list.
        scores: the order.
        position: position of the model in the pool; one of `scores.contenders`.
    """
    expected, features = scores.short.expected, scores.short.features
    row = int(np.flatnonzero(scores.short.positions == position)[0])
    rule = ranker.rule(features)
    parts = {START: float(expected.mean())}
    if len(expected) < LEAST_SET:
        parts[EVIDENCE] = float(expected[row]) - parts[START]
    else:
        scale = rule.spread * float(expected.std())
        evidence = 1 - rule.trees - rule.linear
        parts[EVIDENCE] = scale * evidence * float(standard(expected)[row])
        for name, value in _linear(ranker, scores, row).items():
            parts[name] = scale * rule.linear * value
        if ranker.forest and rule.trees:
            parts[TREES] = scale * rule.trees * float(standard(ranker.forest.predict(features))[row])
    parts[CAUTION] = -rule.caution * float(scores.deviation[position])
    parts[PRECISION] = -float(scores.lost[position])
    parts[PRIORITIES] = float(scores.bonus[position])
    return {name: value for name, value in parts.items() if name == START or abs(value) >= 5e-4}


def _linear(ranker: ArenaRanker, scores: Scores, row: int) -> dict[str, float]:
    """The linear order of one model, standardised, by what its features tell."""
    features = scores.short.features
    straight = linear(features, ranker.slopes)
    deviation = float(straight.std())
    if deviation <= 1e-12:
        return {}
    each = features[:, STANDING_FIRST:].astype(np.float64) * np.array(ranker.slopes)
    away = (each[row] - each.mean(axis=0)) / deviation
    out: dict[str, float] = {}
    for name, value in zip(STANDING, away.tolist(), strict=True):
        group = _GROUPS.get(name, _ALIKE)
        out[group] = out.get(group, 0.0) + value
    return out
