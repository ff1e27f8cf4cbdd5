"""Boosted trees over query groups: LambdaRank for the order at the top, regression for how far apart models are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.features import NAMES
from advisor.ranking.link import Floats
from advisor.ranking.ranker import Band, Rule, blend, size_class, standard
from advisor.training.calibrate import calibrate_bands
from advisor.training.groups import Group

DEPTH = 6
OBJECTIVES = ("lambdarank", "regression")
SEEDS = {"lambdarank": (0, 1), "regression": (0,)}
TREES = {"lambdarank": 80, "regression": 120}
_LEVELS = 31
_DEVIATION = NAMES.index("deviation")
_DISCOUNT = 1 / np.log2(np.arange(2, 12))
_SHARED: dict[str, Any] = {
    "num_leaves": 15, "max_depth": DEPTH, "min_data_in_leaf": 40, "learning_rate": 0.07, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 127, "use_missing": False,
    "verbosity": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
_FIT_FOLDS = 2
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_KERNELS = (0.0, 0.25, 0.5)
_CAUTIONS = (0.5, 1.0)
"""Never none: a need is asked of many more models than any benchmark has, and luck grows with their number."""
_LEAST_GROUPS = 60
"""Groups of a size that its rule is chosen on; else all groups choose it."""
_MOST_REGRET = 40.0
"""Points beyond which a regret counts no further when rules are compared: one odd benchmark must not choose."""


class Learned(NamedTuple):
    """Trained trees and the rule of their use."""

    texts: dict[str, list[str]]
    """LightGBM text models by objective, one a seed."""
    rules: dict[str, Rule]
    """By size of the models: small and any."""
    bands: dict[str, Band]
    """By medium of the task."""

    def rule(self, group: Group) -> Rule:
        """The rule for a group."""
        return self.rules[size_class(group.features)]


def train(groups: Sequence[Group], families: NDArray[np.int64]) -> Learned:
    """Train on groups, and choose the rule by cross-validation over families inside them."""
    fold = families % _FIT_FOLDS
    predictions: list[list[Floats]] = [[] for _ in groups]
    for number in range(_FIT_FOLDS):
        boosters = _fit([group for group, f in zip(groups, fold, strict=True) if f != number])
        for i in np.flatnonzero(fold == number).tolist():
            predictions[i] = predict(boosters, groups[i].features)
    boosters = _fit(groups)
    texts = {name: [booster.model_to_string() for booster in found] for name, found in boosters.items()}
    rules = {}
    for name in ("any", "small"):
        chosen = [i for i, group in enumerate(groups) if size_class(group.features) == name]
        used = chosen if len(chosen) >= _LEAST_GROUPS else range(len(groups))
        rules[name] = choose([groups[i] for i in used], [predictions[i] for i in used])
    whole = [i for i, group in enumerate(groups) if not group.limit]
    told = [abilities(groups[i], predictions[i], rules[size_class(groups[i].features)]) for i in whole]
    return Learned(texts, rules, calibrate_bands([groups[i] for i in whole], told))


def predict(boosters: dict[str, list[Any]], features: NDArray[np.float32]) -> list[Floats]:
    """The summed prediction of the seeds of each objective."""
    return [np.sum([booster.predict(features) for booster in found], axis=0) for found in boosters.values()]


def open_boosters(learned: Learned) -> dict[str, list[Any]]:
    """LightGBM's own models, to predict with outside the product."""
    import lightgbm

    return {name: [lightgbm.Booster(model_str=text) for text in texts] for name, texts in learned.texts.items()}


def choose(groups: Sequence[Group], predictions: Sequence[list[Floats]]) -> Rule:
    """The weights and caution of least loss on held-out families, and the spread that abilities really have."""
    best, found = np.inf, Rule(caution=0.0)
    for learned, kernel, caution in product(_WEIGHTS, _KERNELS, _CAUTIONS):
        rule = Rule(learned, kernel, 1.0, caution)
        lost = [_lost(group, order_of(group, values, rule)) for group, values in zip(groups, predictions, strict=True)]
        if (mean := float(np.mean(lost))) < best - 1e-9:
            best, found = mean, rule
    return found._replace(spread=_spread(groups, predictions, found))


def order_of(group: Group, trees: list[Floats], rule: Rule) -> Floats:
    """(n_short,) what a short list is ordered by."""
    return abilities(group, trees, rule) - rule.caution * group.features[:, _DEVIATION]


def abilities(group: Group, trees: list[Floats], rule: Rule) -> Floats:
    """(n_short,) expected abilities of a short list."""
    return blend(group.expected[group.short], group.features, trees if rule.learned else [], rule)


def _lost(group: Group, order_by: Floats) -> float:
    """Regrets at 1 and 3 in points of a 100 point scale, and what NDCG@10 lacks."""
    points = group.truth.points[group.short]
    order = np.argsort(-order_by, kind="stable")
    regret = points.max() - points[order]
    gain = np.clip((points - np.median(points)) / max(float(points.max() - np.median(points)), 1e-9), 0, None)
    ideal = float((np.sort(gain)[::-1][:10] * _DISCOUNT[: len(gain)]).sum())
    ndcg = float((gain[order][:10] * _DISCOUNT[: len(gain)]).sum()) / max(ideal, 1e-12)
    unit = 1.0 if group.scale.unit == "points" else 5.0 / max(float(points.std()), 1e-9)
    first, best_of_three = np.minimum(unit * np.array([regret[0], regret[:3].min()]), _MOST_REGRET)
    return float(first + 2 * best_of_three + 20 * (1 - ndcg))


def _spread(groups: Sequence[Group], predictions: Sequence[list[Floats]], rule: Rule) -> float:
    """Slope of the true score, standardised like the evidence, on the combined score."""
    products, squares = 0.0, 0.0
    for group, values in zip(groups, predictions, strict=True):
        expected = group.expected[group.short]
        if expected.std() < 1e-9:
            continue
        combined = (abilities(group, values, rule) - expected.mean()) / expected.std()
        true = _linked(group) - _linked(group).mean()
        products += float(combined @ true) / len(true)
        squares += float(combined @ combined) * float(expected.std()) / len(true)
    return float(np.clip(products / max(squares, 1e-9), 0.3, 1.5))


def _linked(group: Group) -> Floats:
    """(n_short,) true scores in robust standard deviations of all candidates."""
    oriented = group.truth.oriented
    deviation = max(
        1.4826 * float(np.median(np.abs(oriented - np.median(oriented)))), 0.3 * float(oriented.std()), 1e-9
    )
    return np.clip((oriented[group.short] - np.median(oriented)) / deviation, -4, 4)


def _fit(groups: Sequence[Group]) -> dict[str, list[Any]]:
    import lightgbm

    features = np.concatenate([group.features for group in groups])
    sizes = [len(group.short) for group in groups]
    found: dict[str, list[Any]] = {}
    for objective in OBJECTIVES:
        label, weight, special = _targets(groups, objective)
        data = lightgbm.Dataset(features, label, weight=weight, group=sizes if objective == "lambdarank" else None)
        found[objective] = [
            lightgbm.train(_SHARED | special | {"objective": objective, "seed": seed}, data, TREES[objective])
            for seed in SEEDS[objective]
        ]
    return found


def _targets(groups: Sequence[Group], objective: str) -> tuple[Floats, Floats, dict[str, Any]]:
    """Label and weight of every row, and what the objective needs."""
    if objective == "lambdarank":
        label = np.concatenate([_gains(group.truth.points[group.short]) for group in groups])
        weight = np.concatenate([np.full(len(group.short), _importance(group)) for group in groups])
        return label, weight, {"lambdarank_truncation_level": 12, "label_gain": list(range(_LEVELS + 1))}
    label = np.concatenate([_linked(group) - _linked(group).mean() for group in groups])
    weight = np.concatenate(
        [
            np.exp(0.5 * standard(group.truth.points[group.short]).clip(-2, 2)) * 30 / len(group.short)
            for group in groups
        ]
    )
    return label, weight, {}


def _gains(points: Floats) -> Floats:
    """Levels 0 to 31 that fall with the regret: half of it lost over a third of the spread."""
    spread = max(float(np.quantile(points, 0.9) - np.quantile(points, 0.1)), 0.5)
    return np.asarray(np.round(_LEVELS * np.exp(-2 * (points.max() - points) / spread)), np.float64)


def _importance(group: Group) -> float:
    """Benchmarks on which models differ by many points count more: regret is in points."""
    points = group.truth.points[group.short]
    return float(np.clip(np.sqrt(points.std() / 5), 0.5, 2.0))
