"""Which way to take: the cheapest that no dearer one beats beyond chance; and what more labels would bring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from advisor.domain.verification import Interval, Option, OptionComparison
from advisor.verify.adapt.curve import extrapolated
from advisor.verify.protocols import Metric, Outputs
from advisor.verify.statistics import difference, draws

_DRAWS = 200
_GROWTH = 4


class Way(Protocol):
    """A way that was tried."""

    @property
    def name(self) -> str: ...
    @property
    def n_labels(self) -> int: ...
    @property
    def outputs(self) -> Outputs: ...


def advise(
    metric: Metric,
    references: Sequence[Any],
    tried: Sequence[Way],
    options: Sequence[Option],
    curve: Sequence[Option],
    head_curve: Sequence[Way],
) -> OptionComparison:
    """The comparison with its advice.

    Args:
        metric: the primary metric.
        references: right answers of the test items.
        tried: the ways with all labels, the cheapest first.
        options: the same, told.
        curve: options by number of labels.
        head_curve: the linear head by number of labels.
    """
    chosen = tried[0]
    for dearer in tried[1:]:
        pair = (dearer.name, dearer.outputs), (chosen.name, chosen.outputs)
        if difference(metric, *pair, references).difference.low > 0:
            chosen = dearer
    reference = next(option.name for option in options if option.name == head_curve[-1].name)
    told = {option.name: option for option in options}
    return OptionComparison(
        reference=reference,
        options=tuple(options),
        advice=f"{_why(told[chosen.name], options, metric)} {_more(metric, references, head_curve)}".strip(),
        chosen=chosen.name,
        learning_curve=tuple(curve),
    )


def _why(chosen: Option, options: Sequence[Option], metric: Metric) -> str:
    quality = _words(chosen.quality)
    best = max((one for one in options if one.quality), key=lambda one: one.quality.value if one.quality else 0.0)
    if best.name == chosen.name:
        return f"Take {chosen.name}: {metric.name} {quality}, the best of all."
    return (
        f"Take {chosen.name}: {metric.name} {quality}; {best.name} has {_words(best.quality)}, which is no more than "
        "chance on these items, and costs more."
    )


def _more(metric: Metric, references: Sequence[Any], curve: Sequence[Way]) -> str:
    size = _GROWTH * curve[-1].n_labels
    drawn = [draws(metric, way.outputs, references, _DRAWS) for way in curve]
    expected = extrapolated([way.n_labels for way in curve], drawn, size, metric.unit)
    if expected is None:
        return ""
    now = metric.aggregate(curve[-1].outputs, references, np.arange(len(references)))
    flat = "" if expected.value > now else ", no more than now"
    return (
        f"With {_GROWTH} times as many labels ({size}) {curve[-1].name} would reach about {_words(expected)}{flat}, "
        "if its curve goes on as it went."
    )


def _words(interval: Interval | None) -> str:
    return f"{interval.value:.3f} [{interval.low:.3f}, {interval.high:.3f}]" if interval else "nothing"
