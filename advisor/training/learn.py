"""What is learned of query groups: LambdaRank trees for the top, a linear order, and the rule that weighs both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.features import NAMES, STANDING, STANDING_FIRST
from advisor.ranking.lineup import line_up
from advisor.ranking.link import Floats
from advisor.ranking.ranker import Band, Rule, Shares, blend, linear, size_class, standard
from advisor.training.calibrate import calibrate_bands
from advisor.training.groups import Group
from advisor.training.metrics import clustered_error, regrets

DEPTH = 6
SEEDS = (0, 1, 2)
TREES = 120
_LEVELS = 31
_DEVIATION = NAMES.index("deviation")
_DISCOUNT = 1 / np.log2(np.arange(2, 12))
_PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank", "lambdarank_truncation_level": 12, "label_gain": list(range(_LEVELS + 1)),
    "num_leaves": 15, "max_depth": DEPTH, "min_data_in_leaf": 150, "learning_rate": 0.07, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 20.0, "max_bin": 127, "use_missing": False,
    "verbosity": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
_RIDGE = 30.0
"""Groups of average weight that the penalty of the linear order counts as."""
_TOP = 0.7
"""How much more the models that are truly better count for the linear order, per standard deviation."""
_FIT_FOLDS = 5
_USUAL = (0.5, 0.25)
"""Weights of the trees and the linear order, unless hidden families say that the evidence alone is better."""
_CAUTIONS = (0.5, 1.0)
"""The less unless hidden families speak for the more. Never none: a need is asked of many more models than any
benchmark has, and luck grows with their number."""
_APART = (0.5, 0.0)
"""Margins between siblings, see `line_up`: the usual one, and none."""
_LEAST_GROUPS = 60
"""Groups of a size that its rule is chosen on; else all groups choose it."""
_LEAST_FAMILIES = 40
"""Families below which no trees and no linear order are learned."""
_MEANS = ("ability", "m_task")
"""What the evidence may be averaged with there: the linked ability, or the mean over results on the task."""
_HALF = 0.5
_MOST_REGRET = 40.0
"""Points beyond which a regret counts no further when rules are compared: one odd benchmark must not choose."""


class Model(NamedTuple):
    """A learned order."""

    texts: tuple[str, ...]
    """LightGBM text models, one a seed."""
    slopes: tuple[float, ...]
    """(len(STANDING),) the linear order."""


class Learned(NamedTuple):
    """What was learned and the rule of its use."""

    model: Model
    rules: dict[str, Rule]
    """By size of the models: small and any."""
    bands: dict[str, Band]
    """By medium of the task."""
    figures: dict[str, float]
    """Of the benchmarks learned from, each hidden with its family from what ordered it; the rule has seen them."""

    def rule(self, group: Group) -> Rule:
        """The rule for a group."""
        return self.rules[size_class(group.features)]


class Orders(NamedTuple):
    """What each part makes of a short list."""

    straight: Floats
    trees: Floats


class Trained(NamedTuple):
    """A model, what it says of groups that it has not seen, and how it is used unless they speak against it."""

    model: Model
    orders: list[Orders]
    """What the model says of each group, learned from other families."""
    usual: Rule


def train(groups: Sequence[Group], families: NDArray[np.int64]) -> Learned:
    """Train on groups, and choose the rule by cross-validation over families inside them."""
    few = len(np.unique(families)) < _LEAST_FAMILIES
    model, orders, usual = _averaged(groups) if few else _trained(groups, families)
    rules = {"any": _rule(groups, families, orders, range(len(groups)), (usual,))}
    small = [i for i, group in enumerate(groups) if size_class(group.features) == "small"]
    rules["small"] = rules["any"]
    if len(small) >= _LEAST_GROUPS:
        rules["small"] = _rule(groups, families, orders, small, (rules["any"], usual))
    whole = [i for i, group in enumerate(groups) if not group.limit]
    unlimited = [groups[i] for i in whole]
    used = [(groups[i], orders[i], rules[size_class(groups[i].features)]) for i in whole]
    bands = calibrate_bands(unlimited, [abilities(*one) for one in used], families[whole])
    return Learned(model, rules, bands, _figures(unlimited, [order_of(*one) for one in used], families[whole]))


def _figures(
    groups: Sequence[Group], shown: Sequence[NDArray[np.int64]], families: NDArray[np.int64]
) -> dict[str, float]:
    """Mean regret at 1 and 3 of the orders, and of the evidence alone, in the units of the benchmarks."""
    own = [regrets(group.short[order], group.truth.points) for group, order in zip(groups, shown, strict=True)]
    plain = [regrets(group.short, group.truth.points) for group in groups]
    means = np.mean([own, plain], axis=1).round(4).tolist() if groups else [[0.0, 0.0], [0.0, 0.0]]
    names = ("regret_1", "regret_3", "evidence_regret_1", "evidence_regret_3")
    counts = {"benchmarks": len(groups), "families": len(np.unique(families))}
    return counts | dict(zip(names, (*means[0], *means[1]), strict=True))


def _trained(groups: Sequence[Group], families: NDArray[np.int64]) -> Trained:
    """Trees and a linear order."""
    fold = families % _FIT_FOLDS
    orders: dict[int, Orders] = {}
    for number in range(_FIT_FOLDS):
        boosters, slopes = _fit([group for group, f in zip(groups, fold, strict=True) if f != number])
        for i in np.flatnonzero(fold == number).tolist():
            orders[i] = predict(boosters, slopes, groups[i].features)
    boosters, slopes = _fit(groups)
    texts = tuple(booster.model_to_string() for booster in boosters)
    usual = Rule(*_USUAL, caution=min(_CAUTIONS))
    return Trained(Model(texts, slopes), [orders[i] for i in range(len(groups))], usual)


def _averaged(groups: Sequence[Group]) -> Trained:
    """Nothing fitted: the evidence alone or averaged with a mean, whatever loses least on hidden benchmarks."""
    offered = []
    for name in (None, *_MEANS):
        slopes = tuple(float(feature == name) for feature in STANDING)
        orders = [predict((), slopes, group.features) for group in groups]
        for caution in _CAUTIONS:
            offered.append(Trained(Model((), slopes), orders, Rule(0.0, _HALF if name else 0.0, caution=caution)))
    return min(offered, key=lambda one: _mean_loss(groups, one))


def _mean_loss(groups: Sequence[Group], trained: Trained) -> float:
    lost = [_lost(g, order_of(g, parts, trained.usual)) for g, parts in zip(groups, trained.orders, strict=True)]
    return float(np.mean(lost))


def predict(boosters: Sequence[Any], slopes: Sequence[float], features: NDArray[np.float32]) -> Orders:
    """The linear order, and the summed prediction of the trees of all seeds."""
    trees = np.zeros(len(features))
    for booster in boosters:
        trees += booster.predict(features)
    return Orders(linear(features, slopes), trees)


def open_boosters(model: Model) -> list[Any]:
    """LightGBM's own models, to predict with outside the product."""
    import lightgbm

    return [lightgbm.Booster(model_str=text) for text in model.texts]


def _rule(
    groups: Sequence[Group],
    families: NDArray[np.int64],
    orders: Sequence[Orders],
    used: Sequence[int],
    usual: Sequence[Rule],
) -> Rule:
    """The first usual rule, or the one that loses least on held-out families if it is better by more than chance: by a
    standard error of the difference, families taken whole."""
    own = families[list(used)]

    def better(rules: Sequence[Rule]) -> Rule:
        """The first rule, or the one that loses less by most beyond a standard error of the difference."""
        lost = np.array([[_lost(groups[i], order_of(groups[i], orders[i], rule)) for i in used] for rule in rules])
        certain = np.array([difference.mean() - clustered_error(difference, own) for difference in lost[0] - lost])
        return rules[int(certain.argmax())] if certain.max() > 1e-9 else rules[0]

    weights = ((usual[-1].trees, usual[-1].linear), (0.0, 0.0))
    others = (Rule(*pair, caution=caution) for pair, caution in product(weights, _CAUTIONS))
    found = better([rule._replace(margin=0.0) for rule in dict.fromkeys((usual[0], *others))])
    found = better([found._replace(margin=margin) for margin in _APART])
    return found._replace(spread=_spread([groups[i] for i in used], [orders[i] for i in used], found))


def order_of(group: Group, orders: Orders, rule: Rule) -> NDArray[np.int64]:
    """(n_short,) positions of a short list in the order to show them."""
    utility = abilities(group, orders, rule) - group.doubt - rule.caution * group.features[:, _DEVIATION]
    return line_up(utility, group.series, rule.margin)


def abilities(group: Group, orders: Orders, rule: Rule) -> Floats:
    """(n_short,) expected abilities of a short list."""
    expected = group.expected[group.short]
    return blend(expected, Shares.of(expected, orders.straight, orders.trees, rule), rule)


def _lost(group: Group, order: NDArray[np.int64]) -> float:
    """Regrets at 1 and 3 in points of a 100 point scale, and what NDCG@10 lacks, of a short list in some order."""
    points = group.truth.points[group.short]
    regret = points.max() - points[order]
    gain = np.clip((points - np.median(points)) / max(float(points.max() - np.median(points)), 1e-9), 0, None)
    ideal = float((np.sort(gain)[::-1][:10] * _DISCOUNT[: len(gain)]).sum())
    ndcg = float((gain[order][:10] * _DISCOUNT[: len(gain)]).sum()) / max(ideal, 1e-12)
    unit = 1.0 if group.scale.unit == "points" else 5.0 / max(float(points.std()), 1e-9)
    first, best_of_three = np.minimum(unit * np.array([regret[0], regret[:3].min()]), _MOST_REGRET)
    return float(first + 2 * best_of_three + 20 * (1 - ndcg))


def _spread(groups: Sequence[Group], orders: Sequence[Orders], rule: Rule) -> float:
    """Slope of the true score, standardised like the evidence, on the combined score."""
    products, squares = 0.0, 0.0
    for group, values in zip(groups, orders, strict=True):
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


def _fit(groups: Sequence[Group]) -> tuple[list[Any], tuple[float, ...]]:
    import lightgbm

    label = np.concatenate([_gains(group.truth.points[group.short]) for group in groups])
    weight = np.concatenate([np.full(len(group.short), _importance(group)) for group in groups])
    sizes = [len(group.short) for group in groups]
    data = lightgbm.Dataset(np.concatenate([group.features for group in groups]), label, weight=weight, group=sizes)
    return [lightgbm.train(_PARAMETERS | {"seed": seed}, data, TREES) for seed in SEEDS], _slopes(groups)


def _slopes(groups: Sequence[Group]) -> tuple[float, ...]:
    """(len(STANDING),) ridge regression of the true scores on the features, both within each group."""
    gram, target = np.zeros((len(STANDING), len(STANDING))), np.zeros(len(STANDING))
    for group in groups:
        standing = group.features[:, STANDING_FIRST:].astype(np.float64)
        true = _linked(group) - _linked(group).mean()
        weight = np.exp(_TOP * standard(group.truth.points[group.short]).clip(-2, 2)) / len(group.short)
        gram += (standing * weight[:, None]).T @ standing
        target += standing.T @ (weight * true)
    return tuple(np.linalg.solve(gram + _RIDGE * np.eye(len(STANDING)), target).tolist())


def _gains(points: Floats) -> Floats:
    """Levels 0 to 31 that fall with the regret: half of it lost over a third of the spread."""
    spread = max(float(np.quantile(points, 0.9) - np.quantile(points, 0.1)), 0.5)
    return np.asarray(np.round(_LEVELS * np.exp(-2 * (points.max() - points) / spread)), np.float64)


def _importance(group: Group) -> float:
    """Benchmarks on which models differ by many points count more: regret is in points."""
    points = group.truth.points[group.short]
    return float(np.clip(np.sqrt(points.std() / 5), 0.5, 2.0))
