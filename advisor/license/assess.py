"""One license against one use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from advisor.domain.license import Obligation, Verdict
from advisor.license.conditions import Facts, holds, open_fields
from advisor.license.finding import Finding
from advisor.license.limits import is_over
from advisor.license.rules import findings
from advisor.license.terms import LicenseTerms

SEVERITY = {verdict: rank for rank, verdict in enumerate(Verdict)}
"""Verdicts are declared from most to least permissive."""
STRICTNESS = {
    kind: rank
    for rank, kind in enumerate(
        (
            "permissive",
            "weak-copyleft",
            "strong-copyleft",
            "network-copyleft",
            "responsible-use",
            "community",
            "non-commercial",
            "research-only",
            "proprietary",
        )
    )
}
"""Kinds of license from most to least permissive; a kind that is not listed is not known."""


def worst(*verdicts: Verdict) -> Verdict:
    """The least permissive of some verdicts."""
    return max(verdicts, key=SEVERITY.__getitem__)


def distinct(obligations: Iterable[Obligation]) -> tuple[Obligation, ...]:
    """Each duty once; the same duty in other words stays."""
    return tuple({(o.code, o.text): o for o in obligations}.values())


@dataclass(frozen=True)
class Assessment:
    """The verdict of one license, with all that led to it."""

    terms: LicenseTerms
    verdict: Verdict
    obligations: tuple[Obligation, ...]
    findings: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[int, int, bool]:
        """Order from most to least permissive: the verdict, then the terms, so that a tie names the stricter text."""
        kind = STRICTNESS.get(self.terms.kind, len(STRICTNESS))
        return SEVERITY[self.verdict], kind, bool(self.terms.caps)

    @property
    def deciding(self) -> Finding | None:
        """The first finding of the verdict's severity; None where nothing stands in the way."""
        return None if self.verdict.permits else next((f for f in self.findings if f.verdict is self.verdict), None)


def assess(terms: LicenseTerms, facts: Facts) -> Assessment:
    """Judge a use by one license.

    An unverified text gives `unknown` whatever else is reported of it; what was reported stays as risks.
    """
    found = (*findings(terms, facts), *_open_duties(terms, facts))
    owed = tuple(_obligations(terms, facts))
    base = Verdict.ALLOWED_WITH_OBLIGATIONS if owed else Verdict.ALLOWED
    verdict = worst(base, *(f.verdict for f in found))
    if terms.confidence == "low":
        verdict = Verdict.UNKNOWN
    return Assessment(terms, verdict, owed if verdict.permits else (), found)


def _open_duties(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Duties that hang on open facts are owed to be safe; say what they hang on."""
    open_duties = [duty for duty in terms.duties if holds(duty.when, facts) is None]
    fields = dict.fromkeys(field for duty in open_duties for field in open_fields(duty.when, facts))
    if fields:
        listed = " ".join(duty.text for duty in open_duties)
        yield Finding(Verdict.ALLOWED, "", depends=f"owed or not by {', '.join(fields)}: {listed}")


def _obligations(terms: LicenseTerms, facts: Facts) -> list[Obligation]:
    owed = [
        Obligation(code=duty.code, text=duty.text, clause=duty.clause)
        for duty in terms.duties
        if holds(duty.when, facts) is not False
    ]
    shown: dict[str, Obligation] = {}
    for cap in terms.caps:
        if cap.excess == "display_name" and is_over(cap, facts):
            text = f"Show the name {cap.display_name!r} prominently in the product's interface ({cap.text})."
            code = f"ui_display:{cap.display_name}"
            shown.setdefault(code, Obligation(code=code, text=text, clause=cap.clause))
    return [*owed, *shown.values()]
