"""A recorded answer beside the same need answered now."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.domain.recommendation import Pick, Recommendation, Replay


def replay(recorded: Recommendation, answer: Recommendation) -> Replay:
    """What differs between two answers to one need."""
    differences = tuple(_differences(recorded, answer))
    return Replay(same=recorded == answer, differences=differences, answer=answer)


def _differences(old: Recommendation, new: Recommendation) -> Iterator[str]:
    if old == new:
        return
    if old.catalog_snapshot != new.catalog_snapshot:
        yield f"catalog: was {old.catalog_snapshot}, is {new.catalog_snapshot}"
    if old.ranker != new.ranker:
        yield f"ranker: was {old.ranker}, is {new.ranker}"
    if old.interpreted != new.interpreted:
        yield "the need is understood otherwise: compare `interpreted`"
    moved = list(_moved(old.picks, new.picks))
    yield from moved
    fields = [name for name in Recommendation.model_fields if getattr(old, name) != getattr(new, name)]
    if told := [name for name in fields if name not in _TOLD and (name != "picks" or not moved)]:
        yield (
            f"same models in the same order, but other {', '.join(told)}"
            if not moved
            else (f"also other {', '.join(told)}")
        )


_TOLD = ("id", "catalog_snapshot", "ranker", "interpreted")


def _moved(old: tuple[Pick, ...], new: tuple[Pick, ...]) -> Iterator[str]:
    """Picks that came, went, changed place, variant or expected score."""
    before, after = ({pick.model_id: pick for pick in picks} for picks in (old, new))
    for model_id, pick in before.items():
        now = after.get(model_id)
        if now is None:
            yield f"pick {pick.rank}, {model_id}, is no longer picked"
            continue
        changes = [
            f"{what} was {was}, is {has}"
            for what, was, has in (
                ("place", pick.rank, now.rank),
                ("variant", pick.variant.variant_id, now.variant.variant_id),
                ("precision", pick.variant.quantization, now.variant.quantization),
                ("expected quality", pick.quality.expected, now.quality.expected),
                ("license verdict", pick.license.verdict.value, now.license.verdict.value),
            )
            if was != has
        ]
        if changes:
            yield f"{model_id}: {'; '.join(changes)}"
    for model_id, pick in after.items():
        if model_id not in before:
            yield f"pick {pick.rank} is now {model_id}"
