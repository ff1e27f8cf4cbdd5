"""Picks that stand before others which are expected to do better, because something else than quality decided."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.features.need import Need
from advisor.ranking.score import Scores

_ALIKE = 0.1
"""Standard deviations of ability by which models are alike: no reader asks why one of them stands first."""


def ahead_of(scores: Scores, position: int, shown: Sequence[int]) -> list[int]:
    """Later picks that would stand before one if quality alone decided, best first.

    Args:
        scores: the order.
        position: the pick.
        shown: positions of all picks, in their order.
    """
    plain = scores.utility - scores.bonus
    later = shown[shown.index(position) + 1 :]
    # A sibling of an earlier pick stands behind for that alone, which is told elsewhere.
    behind = [other for other in later if scores.utility[other] <= scores.utility[position]]
    better = [
        other
        for other in behind
        if plain[other] > plain[position] and scores.mean[other] > scores.mean[position] + _ALIKE
    ]
    return sorted(better, key=lambda other: -scores.mean[other])


def what_decided(need: Need) -> str:
    """What moves models beside their quality."""
    wanted = need.requirements.priorities
    stated = [name for name in ("speed", "memory", "energy", "cost") if getattr(wanted, name)]
    if stated:
        return f"the priority of {' and '.join(stated)} decided"
    return "speed decided, not quality; state max_latency_ms to set how slow a model may be"
