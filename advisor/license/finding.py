"""What one rule found."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.domain.license import Verdict


@dataclass(frozen=True)
class Finding:
    """A verdict on one point, and what it hangs on."""

    verdict: Verdict
    reason: str
    clause: str | None = None
    fields: tuple[str, ...] = ()
    """Facts of the use that decided."""
    depends: str | None = None
    """What an open fact would change."""
    change: str | None = None
    """What would make the use allowed."""
    risk: str | None = None
