"""Questions that are asked of outcomes again and again."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain.verification import Difference, Interval, Outcome


def measured(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """Those whose quality was measured, dropped ones included, in their order."""
    return tuple(outcome for outcome in outcomes if outcome.quality)


def primary(outcome: Outcome) -> Interval:
    """Quality on the primary metric."""
    return next(iter(outcome.quality.values()))


def comparable(outcome: Outcome, best: Outcome, differences: Sequence[Difference]) -> Interval:
    """Quality on the primary metric, on the items of the best one.

    One that was measured on fewer items, which may have been easier or harder, is told as the best less the paired
    difference on these.
    """
    own, level = primary(outcome), primary(best)
    apart = next((one.difference for one in differences if one.second == outcome.candidate.key), None)
    if outcome.n_items == best.n_items or apart is None:
        return own
    return Interval(
        value=level.value - apart.value,
        low=level.value - apart.high,
        high=level.value - apart.low,
        unit=own.unit,
        n=outcome.n_items,
        method="the best less the paired difference on the same items",
    )


def level_with_best(outcomes: Sequence[Outcome], differences: Sequence[Difference]) -> tuple[Outcome, ...]:
    """The best and those that chance alone may have put behind it: their paired difference may be none."""
    ran = measured(outcomes)
    if not ran:
        return ()
    level = {found.second for found in differences if found.difference.low <= 0}
    return tuple(outcome for outcome in ran if outcome is ran[0] or outcome.candidate.key in level)


def pace(outcome: Outcome) -> float | None:
    """Items/s or tokens/s; None where it was not measured."""
    performance = outcome.performance
    found = performance and (performance.tokens_per_s or performance.throughput)
    return found.value if found else None
