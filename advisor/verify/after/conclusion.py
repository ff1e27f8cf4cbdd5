"""What follows from a measurement, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.domain.figures import figure
from advisor.domain.verification import Difference, Interval, Outcome, Status, Verdict
from advisor.verify.after.outcomes import level_with_best, measured, pace, primary

_MUCH_FASTER = 2.0
_MOST_ITEMS = 100_000


def verdict_on(first: str | None, outcomes: Sequence[Outcome], differences: Sequence[Difference]) -> Verdict:
    """What became of the first pick; another form of the same model stands for it, and is nothing to hold it against.

    Args:
        first: key of the first pick.
        outcomes: best first.
        differences: the best against each other one.
    """
    models = {outcome.candidate.key: outcome.candidate.model_id for outcome in measured(outcomes)}
    if first is None or first not in models:
        return Verdict.NOT_MEASURED
    if set(models.values()) == {models[first]}:
        return Verdict.NOT_COMPARED
    level = level_with_best(outcomes, differences)
    stands = any(outcome.candidate.model_id == models[first] for outcome in level)
    return Verdict.CONFIRMED if stands else Verdict.NOT_CONFIRMED


def conclude(metric: str, first: str | None, outcomes: Sequence[Outcome], differences: Sequence[Difference]) -> str:
    """What to use and how sure that is.

    Args:
        metric: primary metric.
        first: key of the first pick; None if no recommendation is behind it.
        outcomes: best first.
        differences: the best against each other one.
    """
    return " ".join(_sentences(metric, first, outcomes, differences))


def _sentences(
    metric: str, first: str | None, outcomes: Sequence[Outcome], differences: Sequence[Difference]
) -> Iterator[str]:
    ran = measured(outcomes)
    if not ran:
        yield f"Nothing could be measured: {_causes(outcomes)}."
        return
    best, level = ran[0], level_with_best(outcomes, differences)
    yield _winner(metric, best, level, len(ran))
    if len(level) > 1:
        yield from _between(level, differences)
    elif differences:
        yield f"The next, {differences[0].second}, is behind by {_range(differences[0].difference)}."
    if first is not None:
        yield _on_first(first, verdict_on(first, outcomes, differences), outcomes, level)


def _on_first(first: str, verdict: Verdict, outcomes: Sequence[Outcome], level: Sequence[Outcome]) -> str:
    if verdict is Verdict.NOT_MEASURED:
        cause = next((outcome.cause for outcome in outcomes if outcome.candidate.key == first), "")
        return f"The first pick, {first}, was not measured{f': {cause}' if cause else ''}."
    told = {
        Verdict.CONFIRMED: "confirmed" + (f", as far as {level[0].n_items:,} items tell" if len(level) > 1 else ""),
        Verdict.NOT_CONFIRMED: "not confirmed: it is worse beyond chance",
        Verdict.NOT_COMPARED: "not compared: no other model was measured that it could be held against",
    }
    return f"The first pick, {first}, is {told[verdict]}."


def _winner(metric: str, best: Outcome, level: Sequence[Outcome], n_ran: int) -> str:
    key, figure = best.candidate.key, f"{metric} {_range(primary(best))}"
    if n_ran == 1:
        return f"{key} was measured alone: {figure}."
    if len(level) == 1:
        return f"{key} is the best of {n_ran} on this data: {figure}."
    return f"{key} leads with {figure}, but {_listed([one.candidate.key for one in level[1:]])} may be as good."


def _between(level: Sequence[Outcome], differences: Sequence[Difference]) -> Iterator[str]:
    """What to choose where quality does not decide."""
    baseline = next((outcome for outcome in level if outcome.candidate.baseline), None)
    if baseline is not None and not level[0].candidate.baseline:
        yield f"The baseline {baseline.candidate.key} is among them: a model must earn its cost in another way."
    quick = max(level, key=lambda outcome: pace(outcome) or 0.0)
    best_pace, quick_pace = pace(level[0]), pace(quick)
    if best_pace and quick_pace and quick_pace >= _MUCH_FASTER * best_pace:
        times = f"{figure(quick_pace / best_pace)} times as fast as {level[0].candidate.key}"
        yield f"Of these, {quick.candidate.key} is {times}."
    nearest = next((found for found in differences if found.second == level[1].candidate.key), None)
    if nearest is not None and (items := _items_needed(nearest.difference)):
        yield f"About {items:,} items would tell the first two apart."


def _items_needed(difference: Interval) -> int | None:
    """Items at which the interval would leave 0, if the difference stays: its width falls with the square root."""
    if not difference.n or difference.value <= 0:
        return None
    needed = difference.n * ((difference.high - difference.low) / 2 / difference.value) ** 2
    if needed > _MOST_ITEMS:
        return None
    return round(float(f"{needed:.1e}"))


def _causes(outcomes: Sequence[Outcome]) -> str:
    ended = [outcome for outcome in outcomes if outcome.status in (Status.FAILED, Status.SKIPPED)]
    return "; ".join(f"{outcome.candidate.key}: {outcome.cause or outcome.status.value}" for outcome in ended) or (
        "no candidate was given"
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _range(interval: Interval) -> str:
    digits = 1 if max(abs(interval.low), abs(interval.high)) > 1.5 else 3
    return f"{interval.value:.{digits}f} ({interval.low:.{digits}f} to {interval.high:.{digits}f})"
