"""From what candidates answered to outcomes with intervals, and the differences between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from advisor.domain.verification import Difference, Outcome, PlannedRun, Status
from advisor.verify.contest import Contest
from advisor.verify.protocols import EvaluationTask
from advisor.verify.statistics import difference, interval

_CUT_NOTEWORTHY = 0.02


def outcomes_of(runs: Sequence[PlannedRun], contest: Contest, task: EvaluationTask) -> tuple[Outcome, ...]:
    """Outcomes of all planned runs: measured ones best first, then dropped, failed and skipped ones."""
    found = [_outcome(run, contest, task) for run in runs]
    order = list(Status)
    sign = -1 if task.metrics[0].higher_is_better else 1

    def place(outcome: Outcome) -> tuple[int, float]:
        primary = outcome.quality.get(task.metrics[0].name)
        return order.index(outcome.status), sign * primary.value if primary else 0.0

    return tuple(sorted(found, key=place))


def differences_of(outcomes: Sequence[Outcome], contest: Contest, task: EvaluationTask) -> tuple[Difference, ...]:
    """The best against each other one, on the items that both were evaluated on; closest first."""
    done = [outcome for outcome in outcomes if outcome.status in (Status.DONE, Status.DROPPED) and outcome.quality]
    if not done or done[0].status is not Status.DONE:
        return ()
    first = done[0].candidate.key
    out = []
    for other in done[1:]:
        last = contest.last(other.candidate.key)
        if last is None or last[0] not in contest.answers[first]:
            continue
        stop, outputs = last
        out.append(
            difference(
                task.metrics[0],
                (first, contest.answers[first][stop]),
                (other.candidate.key, outputs),
                task.references[:stop],
            )
        )
    return tuple(sorted(out, key=lambda one: one.difference.value))


def _outcome(run: PlannedRun, contest: Contest, task: EvaluationTask) -> Outcome:
    candidate, key = run.candidate, run.candidate.key
    if run.refused or key not in contest.candidates:
        return Outcome(candidate=candidate, status=Status.SKIPPED, cause=run.refused)
    last = None if key in contest.failed else contest.last(key)
    dropped = next((one for one in contest.race.dropped if one.key == key), None)
    status, cause = Status.DONE, ""
    if key in contest.failed:
        status, cause = Status.FAILED, contest.failed[key]
    elif dropped is not None:
        status, cause = Status.DROPPED, dropped.cause
    quality = {}
    if last is not None:
        stop, outputs = last
        quality = {metric.name: interval(metric, outputs, task.references[:stop]) for metric in task.metrics}
    return Outcome(
        candidate=candidate,
        status=status,
        cause=cause,
        quality=quality,
        n_items=last[0] if last else 0,
        performance=contest.performance(key),
        compute_s=round(contest.all_seconds(key), 3),
        warnings=tuple(_warnings(contest, key, last[1] if last else None)),
    )


def _warnings(contest: Contest, key: str, outputs: object) -> Iterator[str]:
    share = contest.cut_share(key)
    if share and share > _CUT_NOTEWORTHY:
        yield f"{share:.0%} of the texts are longer than its window and were cut"
    if isinstance(outputs, np.ndarray) and outputs.dtype.kind == "f" and not np.isfinite(outputs).all():
        yield "some of its answers are not numbers"
