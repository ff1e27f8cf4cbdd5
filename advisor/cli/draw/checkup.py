"""What `advisor doctor` found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.checkup import Finding
from advisor.cli.draw.layout import heading, labelled


def parts(findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Everything to draw."""
    wrong = sum(not finding.ok for finding in findings)
    yield heading("Everything is right" if not wrong else f"{wrong} of {len(findings)} need attention")
    for finding in findings:
        text = Text(finding.value)
        if finding.next_step:
            text.append(f"\n→ {finding.next_step}", style="bold")
        yield labelled([(("ok  " if finding.ok else "!!  ") + finding.name, text)], label=16)
