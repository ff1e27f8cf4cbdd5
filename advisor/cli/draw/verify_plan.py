"""What a verification will run, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw.layout import Name, bullets, heading, indented, labelled, table
from advisor.domain.figures import figure
from advisor.domain.model import Estimate
from advisor.domain.verification import DataSummary, PlannedRun, VerifyPlan
from advisor.verify.report.words import percent

_MOST_LABELS = 8


def plan_parts(plan: VerifyPlan) -> Sequence[RenderableType]:
    """The data, the candidates in order, and what they take."""
    running = [run for run in plan.runs if not run.refused]
    refused = [run for run in plan.runs if run.refused]
    parts: list[RenderableType] = [
        heading(f"Plan: {plan.task.value}", f"{len(running)} of {len(plan.runs)} can be run")
    ]
    if plan.data is not None:
        parts += [data_part(plan.data), ""]
    if running:
        parts += [indented(_runs(running)), ""]
    if refused:
        parts.append(heading("Not run"))
        parts += [labelled([(run.candidate.key, Text(run.refused)) for run in refused], label=24), ""]
    parts.append(
        labelled(
            [
                ("download", f"{plan.download_gib:.2f} GiB; {plan.disk_free_gib:.0f} GiB of disk are free"),
                ("memory", "GiB of each, estimated"),
                ("time", _range(plan.minutes) if plan.minutes else None),
                ("mind", bullets(plan.warnings)),
            ]
        )
    )
    return parts


def data_part(data: DataSummary) -> RenderableType:
    """The data as they were understood."""
    labels = sorted(data.labels.items(), key=lambda entry: -entry[1])
    shown = ", ".join(f"{name} {count:,}" for name, count in labels[:_MOST_LABELS])
    more = f", and {len(labels) - _MOST_LABELS} more" if len(labels) > _MOST_LABELS else ""
    size = f"{data.n_items:,} items: {data.n_train:,} to learn from, {data.n_test:,} to measure on"
    documents = f"; {data.n_documents:,} documents" if data.n_documents else ""
    return labelled(
        [
            ("columns", ", ".join(f"{role} = {column}" for role, column in data.columns.items())),
            ("items", f"{size}{documents}"),
            ("split", data.split),
            ("labels", shown + more),
            ("languages", ", ".join(f"{code} {percent(share)}" for code, share in data.languages.items())),
            ("length", f"{data.chars_median:,.0f} characters (median)" if data.chars_median else None),
            ("mind", bullets(data.warnings)),
        ]
    )


def _runs(runs: Sequence[PlannedRun]) -> RenderableType:
    columns = [("candidate", "left"), ("backend", "left"), ("from", "left"), ("memory", "right"), ("minutes", "right")]
    return table(columns, [_row(run) for run in runs], (None, 26, 9, 9, 9))


def _row(run: PlannedRun) -> Sequence[RenderableType]:
    candidate, artifact = run.candidate, run.candidate.artifact
    fetched = f" {artifact.download_gib:.1f} GiB" if artifact.download_gib else ""
    return (
        Name(candidate.key),
        f"{candidate.backend} {candidate.quantization}".rstrip(),
        f"{artifact.origin.value}{fetched}",
        _range(run.memory_gib, brief=True),
        _range(run.minutes, brief=True),
    )


def _range(estimate: Estimate | None, *, brief: bool = False) -> str:
    if estimate is None:
        return "-"
    if brief:
        return f"{figure(estimate.low)}-{figure(estimate.high)}"
    return f"{figure(estimate.low)} to {figure(estimate.high)} {estimate.unit}, estimated; {estimate.note}"
