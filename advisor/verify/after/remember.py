"""Keep what was measured: quality, speed and memory of every candidate, in the private overlay."""

from __future__ import annotations

import datetime
from pathlib import Path

from advisor.catalog import overlay
from advisor.domain.measurement import Measurement
from advisor.domain.verification import Outcome, Verification
from advisor.verify.after.outcomes import comparable, measured


def remember(report: Verification, project: str | None = None) -> tuple[Measurement, ...]:
    """Keep the measurements of a verification; the same verification twice is kept once.

    Args:
        report: what was measured.
        project: whose later recommendations may use the quality; None keeps it for the record only.
    """
    return tuple(overlay.add(one) for one in measurements_of(report, project))


def measurements_of(report: Verification, project: str | None = None) -> tuple[Measurement, ...]:
    """One measurement a candidate, best first; baselines are none of the catalog's models and are left out."""
    return tuple(
        _measurement(report, outcome, project)
        for outcome in measured(report.outcomes)
        if not outcome.candidate.baseline
    )


def _measurement(report: Verification, outcome: Outcome, project: str | None) -> Measurement:
    candidate = outcome.candidate
    # Where the files lie says nothing of the model, and is nobody's business later.
    options = {name: Path(value).name if "/" in value else value for name, value in candidate.options.items()}
    return Measurement(
        model_id=candidate.model_id,
        task=report.task,
        measured_on=datetime.date.fromisoformat(report.date),
        project=project,
        verification=report.id,
        backend=candidate.backend,
        format=candidate.artifact.format,
        quantization=candidate.quantization or "unknown",
        options=options,
        metric=report.metric,
        quality=comparable(outcome, measured(report.outcomes)[0], report.differences),
        performance=outcome.performance,
        chars_median=report.data.chars_median,
        machine=report.machine,
    )
