"""What the place of each pick is made of."""

from __future__ import annotations

from advisor.domain.recommendation import Contribution, Pick
from advisor.ranking.contributions import START, contributions
from advisor.ranking.index import ModelColumns
from advisor.ranking.ranker import ArenaRanker
from advisor.ranking.select import Selection

_MEASURED = "measured here"
"""What own measurements of the project moved."""
_ROUNDING = 5e-3


def explained(
    picks: tuple[Pick, ...], models: ModelColumns, ranker: ArenaRanker, selection: Selection
) -> tuple[Pick, ...]:
    """The picks with their contributions: where the order starts, then what moves it most.

    A pick that measurements brought in from outside the ranked models has none.
    """
    scores = selection.scores
    place = {models.ids[selection.pool[position]]: int(position) for position in scores.contenders}
    ranked = [pick.model_id for pick in picks if pick.model_id in place]
    made_of = dict(zip(ranked, contributions(ranker, scores, [place[model_id] for model_id in ranked]), strict=True))
    return tuple(_told(pick, made_of[pick.model_id]) if pick.model_id in place else pick for pick in picks)


def _told(pick: Pick, parts: dict[str, float]) -> Pick:
    if abs(rest := pick.utility - sum(parts.values())) >= _ROUNDING:
        parts = parts | {_MEASURED: rest}
    order = sorted(parts, key=lambda part: (part != START, -abs(parts[part])))
    told = tuple(Contribution(part=part, value=round(parts[part], 4)) for part in order)
    return pick.model_copy(update={"contributions": told})
