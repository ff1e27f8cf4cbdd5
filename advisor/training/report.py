"""The evaluation as tables and plots: every method beside ours, also where it wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from advisor.training.conditions import Condition
from advisor.training.evaluate import EVIDENCE, PRODUCT, Found, Row, slices
from advisor.training.metrics import Metrics, interval

Rows = Sequence[Row] | Sequence[Condition]
_LEAST = 20
"""Queries that a slice needs to be shown."""
_SHOWN = ("regret_1", "regret_3", "ndcg_10", "tau", "pairs")


def markdown(name: str, found: Found) -> Iterator[str]:
    """The lines of one evaluation."""
    by_slice = slices(found.rows)
    n = len(by_slice["all"][PRODUCT])
    yield f"### {name}: {n} hidden benchmarks\n"
    yield "| method | regret@1 | regret@3 | NDCG@10 | tau | pairs | regret@1 less ours (95 %) |"
    yield "|---|---|---|---|---|---|---|"
    ours = by_slice["all"][PRODUCT]
    for method, rows in by_slice["all"].items():
        yield f"| {method} | {_means(rows)} | {_difference(rows, ours)} |"
    yield (
        "\n| slice | queries | ours: regret@1, regret@3, NDCG@10, tau | evidence alone | its regret@1 less ours (95 %) "
        "| best other at regret@1 |"
    )
    yield "|---|---|---|---|---|---|"
    for title, methods in by_slice.items():
        if title != "all" and len(methods[PRODUCT]) >= _LEAST:
            ours, evidence = methods[PRODUCT], methods[EVIDENCE]
            told = f"{_short(ours)} | {_short(evidence)} | {_difference(evidence, ours)} | {_best(methods)}"
            yield f"| {title} | {len(ours)} | {told} |"
    yield "\n80 % intervals cover " + coverage(found) + "\n"
    yield f"Of what they miss by, squared, {alike_share(found):.0%} is alike for all models of a benchmark.\n"
    for size in ("any", "small"):
        rules = [chosen[size] for chosen in found.rules]
        told = ", ".join(f"{rule.trees:g}/{rule.linear:g}/{rule.caution:g}/{rule.margin:g}" for rule in rules)
        yield f"Rules of the folds for models of {size} size (trees/linear/caution/margin): {told}.\n"


def conditions_markdown(found: Sequence[Condition]) -> Iterator[str]:
    """A line for every condition and method, new models only; with the standard deviation between draws of them."""
    yield "| new models | method | regret@1 | regret@3 | NDCG@10 | tau | pairs | regret@1 less ours (95 %) |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(row.condition for row in found):
        own = [row for row in found if row.condition == name]
        ours = [row for row in own if row.method == PRODUCT]
        for method in dict.fromkeys(row.method for row in own):
            rows = [row for row in own if row.method == method]
            shown = f"{name} ({len(ours)})" if method == own[0].method else ""
            told = " | ".join(f"{_column(rows, metric).mean():.3g}{_between_draws(rows, metric)}" for metric in _SHOWN)
            yield f"| {shown} | {method} | {told} | {_difference(rows, ours)} |"


def _between_draws(rows: Sequence[Condition], metric: str) -> str:
    """Standard deviation of the means of the draws; empty where there is one."""
    draw, values = np.array([row.draw for row in rows]), _column(rows, metric)
    means = [values[draw == number].mean() for number in np.unique(draw)]
    return f" ± {np.std(means, ddof=1):.2g}" if len(means) > 1 else ""


def coverage(found: Found) -> str:
    """Share of scores inside their intervals, over all and by modality."""
    parts = [f"{np.concatenate([told.inside for told in found.told]).mean():.1%} of the first ten"]
    for modality in sorted({told.modality for told in found.told}):
        own = [told for told in found.told if told.modality == modality]
        _, family = np.unique([told.family for told in own], return_inverse=True)
        share = np.array([told.inside.mean() for told in own])
        once = (np.bincount(family, share) / np.bincount(family)).mean()
        size = f"{len(own)} benchmarks; {family.max() + 1} families, each counted once: {once:.0%}"
        parts.append(f"{modality} {np.concatenate([told.inside for told in own]).mean():.0%} ({size})")
    return "; ".join(parts)


def alike_share(found: Found) -> float:
    """Share of the squared misses that all models of a benchmark have in common: how hard it is."""
    missed = [told.missed for told in found.told if len(told.missed) > 1]
    own = np.array([values.var(ddof=1) for values in missed])
    size = np.array([len(values) for values in missed])
    alike = np.array([values.mean() for values in missed]) ** 2 - own / size
    return float(alike.mean() / (alike.mean() + own.mean()))


def figures(found: Found) -> dict[str, dict[str, float]]:
    """Mean metrics of ours and of the evidence over all queries, rounded."""
    rows = slices(found.rows)["all"]
    return {
        method: {name: round(float(_column(rows[method], name).mean()), 4) for name in _SHOWN}
        for method in (PRODUCT, EVIDENCE)
    }


def plot(name: str, found: Found, path: Path) -> None:
    """Regret@1 of every method with its 95 % interval, families drawn whole."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    methods = slices(found.rows)["all"]
    order = sorted(methods, key=lambda method: -_column(methods[method], "regret_1").mean())
    figure, axis = pyplot.subplots(figsize=(7, 0.36 * len(order) + 1))
    for place, method in enumerate(order):
        values = _column(methods[method], "regret_1")
        low, high = interval(values, _families(methods[method]))
        axis.plot([low, high], [place, place], color="#8da2b8", linewidth=4, solid_capstyle="round")
        axis.plot(values.mean(), place, "o", color="#c2410c" if method == PRODUCT else "#334155")
    axis.set_yticks(range(len(order)), order)
    axis.set_xlabel(f"regret@1, {name} (lower is better)")
    axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _means(rows: Rows) -> str:
    return " | ".join(f"{_column(rows, name).mean():.3g}" for name in _SHOWN)


def _short(rows: Rows) -> str:
    return ", ".join(f"{_column(rows, name).mean():.3g}" for name in _SHOWN[:4])


def _best(methods: dict[str, list[Row]]) -> str:
    others = {
        name: _column(rows, "regret_1").mean() for name, rows in methods.items() if name not in (PRODUCT, EVIDENCE)
    }
    best = min(others, key=lambda name: others[name])
    return f"{best} {others[best]:.3g}"


def _difference(rows: Rows, ours: Rows) -> str:
    gap = _column(rows, "regret_1") - _column(ours, "regret_1")
    low, high = interval(gap, _families(ours))
    return f"{gap.mean():+.2g} ({low:+.2g} to {high:+.2g})"


def _column(rows: Rows, name: str) -> np.typing.NDArray[np.float64]:
    return np.array([row.metrics[Metrics._fields.index(name)] for row in rows])


def _families(rows: Rows) -> np.typing.NDArray[np.int64]:
    return np.array([row.family for row in rows])
