"""What a newer catalog changes in an answer, and why: both answers are asked, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from advisor.domain.change import AnswerChange, PickChange
from advisor.domain.recommendation import NearMiss, Pick, Recommendation
from advisor.domain.requirements import Requirements

_SAME_POINTS = 0.05


def difference(
    before: Recommendation, after: Recommendation, recommend: Callable[[Requirements], Recommendation]
) -> AnswerChange:
    """The change from an old answer to the new one.

    Args:
        before: The old answer.
        after: The new answer to the same need.
        recommend: Answers from the new catalog; asked how the models of the old answer stand today.
    """
    pairs = list(zip_longest((pick.model_id for pick in before.picks), (pick.model_id for pick in after.picks)))
    changed = [(rank, old, new) for rank, (old, new) in enumerate(pairs, 1) if old != new]
    why = _Why(before, after, recommend) if changed else None
    picks = tuple(
        PickChange(rank=rank, before=old, after=new, because=tuple(why.sentences(old, new)) if why else ())
        for rank, old, new in changed
    )
    return AnswerChange(
        before_snapshot=before.catalog_snapshot,
        after_snapshot=after.catalog_snapshot,
        ranker_before=before.ranker,
        ranker_after=after.ranker,
        picks=picks,
        summary=_summary(picks, len(pairs)),
    )


class _Why:
    """How the models of both answers stood before and stand now."""

    def __init__(
        self, before: Recommendation, after: Recommendation, recommend: Callable[[Requirements], Recommendation]
    ) -> None:
        ids = [pick.model_id for pick in (*before.picks, *after.picks)]
        today = recommend(
            after.requirements.model_copy(update={"candidates": tuple(dict.fromkeys(ids)), "top_k": len(set(ids))})
        )
        self._before, self._after = before, after
        self._was = {pick.model_id: pick for pick in before.picks}
        self._is = {pick.model_id: pick for pick in (*today.picks, *after.picks)}
        self._lacks = {miss.model_id: miss for miss in (*today.near_misses, *after.near_misses)}
        self._lacked = {miss.model_id: miss for miss in before.near_misses}

    def sentences(self, old: str | None, new: str | None) -> Iterator[str]:
        """Why `new` stands where `old` stood."""
        if old is not None and old not in self._is:
            yield self._gone(old)
        if new is not None and new not in self._was:
            yield from self._came(new)
        if old in self._is and new in self._is and old is not None and new is not None:
            yield self._weighed(self._is[old], self._is[new])
        for model in (old, new):
            if model in self._was and model in self._is:
                yield from self._moved(self._was[model], self._is[model])
        if self._before.ranker != self._after.ranker:
            yield f"the ranker is another one: {self._after.ranker}, before {self._before.ranker}"

    def _gone(self, model: str) -> str:
        if miss := self._lacks.get(model):
            return f"{model} no longer meets {_failures(miss)}"
        return f"{model} is not among the models that the catalog has for this need any more"

    def _came(self, model: str) -> Iterator[str]:
        if miss := self._lacked.get(model):
            yield f"{model} now meets every limit; before it failed {_failures(miss)}"
        elif (released := self._is[model].release_date) and released > self._before.catalog_snapshot[:10]:
            yield f"{model} was released on {released}, after the catalog that answered before"

    def _weighed(self, old: Pick, new: Pick) -> str:
        gap = new.quality.expected - old.quality.expected
        scores = f"{new.quality.expected:.1f} against {old.quality.expected:.1f} {new.quality.unit}"
        if gap > _SAME_POINTS:
            return f"{new.model_id} is expected to do better than {old.model_id}: {scores}"
        if gap < -_SAME_POINTS:
            return f"{new.model_id} is preferred to {old.model_id} although it is expected lower: {scores}"
        return f"{new.model_id} and {old.model_id} are expected to do alike: {scores}"

    def _moved(self, was: Pick, now: Pick) -> Iterator[str]:
        shift = now.quality.expected - was.quality.expected
        if abs(shift) > _SAME_POINTS:
            results = now.quality.n_results - was.quality.n_results
            behind = f" with {results:+d} results" if results else ""
            expected = f"{now.quality.expected:.1f}, before {was.quality.expected:.1f}"
            yield f"{now.model_id} is now expected at {expected}{behind}"
        if now.license.verdict != was.license.verdict:
            yield f"the license of {now.model_id} is now {_said(now)}, before {_said(was)}"


def _failures(miss: NearMiss) -> str:
    return "; ".join(f"{f.constraint} (needed {f.needed}, has {f.has})" for f in miss.failures)


def _said(pick: Pick) -> str:
    return f"{pick.license.named}, {pick.license.verdict.value.replace('_', ' ')}"


def _summary(picks: tuple[PickChange, ...], places: int) -> str:
    if not picks:
        return f"the same {places} models in the same order"
    first = picks[0]
    if first.before is None:
        return f"{first.after} is new at place {first.rank}"
    if first.after is None:
        return f"{first.before} left place {first.rank}, and nothing took it"
    because = f", because {first.because[0]}" if first.because else ""
    more = f"; {len(picks) - 1} more places changed" if len(picks) > 1 else ""
    return f"{first.after} replaces {first.before} at place {first.rank}{because}{more}"
