"""What an order of models is worth against their true scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.ranking.link import Floats

_MOST_PAIRS = 100_000


class Metrics(NamedTuple):
    """Quality of one order of the models of one benchmark."""

    regret_1: float
    """Best score less the score of the first model, in points of the benchmark."""
    regret_3: float
    """Best score less the best of the first three, points."""
    relative_1: float
    """regret_1 as a share of the distance from the median to the best."""
    ndcg_10: float
    """NDCG@10 with gains that grow linearly from the median score to the best."""
    tau: float
    """Kendall's tau-a."""
    pairs: float
    """Share of the pairs with different scores that are in the right order; ties of the order count half."""


def metrics(order_by: Floats, score: Floats) -> Metrics:
    """Compare an order, (n,) higher first, with (n,) true scores, higher is better."""
    order = np.argsort(-order_by, kind="stable")
    best, median = score.max(), np.median(score)
    gain = np.clip((score - median) / max(best - median, 1e-9), 0, None)
    discount = 1 / np.log2(np.arange(2, 12))
    k = min(10, len(score))
    ideal = (np.sort(gain)[::-1][:k] * discount[:k]).sum()
    ndcg = (gain[order][:k] * discount[:k]).sum() / max(ideal, 1e-12)
    first, second = _pairs(len(score))
    agreement = np.sign(order_by[first] - order_by[second]) * np.sign(score[first] - score[second])
    differ = score[first] != score[second]
    right = float((agreement[differ].mean() + 1) / 2) if differ.any() else 0.5
    regret, regret_3 = regrets(order, score)
    return Metrics(
        regret,
        regret_3,
        regret / max(float(best - median), 1e-9),
        float(ndcg),
        float(agreement.mean()),
        right,
    )


def regrets(order: NDArray[np.intp], score: Floats) -> tuple[float, float]:
    """What the first of an order, positions in (n,) scores, and the best of its first three miss the best score by."""
    best = score.max()
    return float(best - score[order[0]]), float(best - score[order[:3]].max())


def _pairs(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of n items, or a fixed sample of them."""
    if n * (n - 1) // 2 <= _MOST_PAIRS:
        return np.triu_indices(n, 1)
    first, second = np.random.default_rng(0).integers(0, n, (2, _MOST_PAIRS))
    return first[first != second], second[first != second]


def weighted_quantiles(
    values: NDArray[np.float64], weight: NDArray[np.float64], shares: Sequence[float]
) -> list[float]:
    """Quantiles of (n,) values that count by their (n,) weights."""
    order = np.argsort(values, kind="stable")
    sorted_weight = weight[order]
    below = (np.cumsum(sorted_weight) - sorted_weight / 2) / sorted_weight.sum()
    return [float(value) for value in np.interp(shares, below, values[order])]


def interval(values: NDArray[np.float64], cluster: NDArray[np.int64], draws: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of a mean whose (n,) values come in clusters (n,): families are drawn whole."""
    _, code = np.unique(cluster, return_inverse=True)
    total, count = np.bincount(code, values), np.bincount(code)
    chosen = np.random.default_rng(0).integers(0, len(count), (draws, len(count)))
    means = total[chosen].sum(1) / count[chosen].sum(1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def clustered_error(values: NDArray[np.float64], cluster: NDArray[np.int64]) -> float:
    """Standard error of a mean whose (n,) values come in clusters (n,)."""
    _, code = np.unique(cluster, return_inverse=True)
    return float(np.sqrt((np.bincount(code, values - values.mean()) ** 2).sum()) / len(values))
