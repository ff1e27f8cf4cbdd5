"""Ways to adapt and to compress the best candidate, compared in its own runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from advisor.domain.verification import Candidate, OptionComparison, Outcome, Status
from advisor.verify.journal import Journal
from advisor.verify.runner.failure import RunFailed
from advisor.verify.runner.pool import Pool

ADAPTATION = "advisor.verify.adapt:work"
COMPRESSION = "advisor.verify.compress:work"
_CHANGEABLE = ("sentence-transformers", "transformers-encoder")
"""Backends whose weights can be trained and pruned."""


def compared(
    function: str,
    outcomes: Sequence[Outcome],
    pool: Pool,
    journal: Journal,
    report: Callable[[float], None],
    options: dict[str, Any],
) -> tuple[OptionComparison | None, str]:
    """The comparison, kept in the journal; and why there is none.

    Args:
        function: `ADAPTATION` or `COMPRESSION`.
        outcomes: best first.
        pool: runs the candidate.
        journal: where an earlier comparison is found.
        report: told the share that is done.
        options: settings of the comparison.
    """
    candidate = best_to_change(outcomes)
    if candidate is None:
        return None, "no candidate was measured"
    kept = journal.find("compared", function=function, key=candidate.key, options=options)
    if kept is None:
        try:
            runner = pool.get(candidate)
            answer = runner.ask("work", {"function": function, "options": options}, report)
        except RunFailed as error:
            return None, f"{candidate.key}: {error}"
        finally:
            # Its weights may have been changed.
            pool.drop(candidate.key)
        comparison = answer.fields["comparison"]
        journal.write("compared", function=function, key=candidate.key, options=options, comparison=comparison)
        kept = journal.entries[-1]
    found = OptionComparison.model_validate(kept["comparison"])
    advice = f"{found.advice} {beside(candidate, outcomes)}".strip()
    return found.model_copy(update={"candidate": candidate.key, "advice": advice}), ""


def best_to_change(outcomes: Iterable[Outcome]) -> Candidate | None:
    """The best candidate whose weights can be changed, dropped ones included: adapted, it may win after all.

    If there is none, the best that was measured whole.
    """
    models = [outcome for outcome in outcomes if outcome.quality and not outcome.candidate.baseline]
    changeable = [outcome.candidate for outcome in models if outcome.candidate.backend in _CHANGEABLE]
    whole = [outcome.candidate for outcome in models if outcome.status is Status.DONE]
    return next(iter(changeable or whole), None)


def beside(candidate: Candidate, outcomes: Sequence[Outcome]) -> str:
    """What the best of all has, if the candidate is another one; empty if it is the best itself."""
    best = outcomes[0]
    if best.candidate.key == candidate.key or not best.quality:
        return ""
    metric, found = next(iter(best.quality.items()))
    return (
        f"{candidate.key} was taken because its weights can be changed; the best as it is, {best.candidate.key}, has"
        f" {metric} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] on {best.n_items:,} items."
    )
