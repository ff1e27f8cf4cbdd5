"""Caps on users, revenue and funding."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.domain.license import Verdict
from advisor.license.conditions import Facts, holds, open_fields
from advisor.license.finding import Finding
from advisor.license.terms import Cap, LicenseTerms

FEW_REACH = {"monthly_active_users": 10_000_000, "annual_revenue_usd": 100_000_000, "funding_raised_usd": 0}
"""A cap from this size on concerns the largest companies only: a use that leaves the figure open gets the verdict of
the ordinary case, with the dependence stated. Below it an open figure leaves the verdict open. Funding caps stand next
to revenue caps, which already leave it open when nothing is known of the money."""
SELDOM = frozenset({"hosting_resale"})
"""Facts that are stated where they hold: most services sell a product, not raw inference."""


def caps(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Limits above which the license stops. Limits that only ask for a name on display are duties."""
    for cap in terms.caps:
        if cap.excess == "needs_separate_license":
            yield from _cap(cap, facts)


def is_over(cap: Cap, facts: Facts) -> bool | None:
    """Whether the use is over a limit it is subject to; None where that is open."""
    return _and(holds(cap.when, facts), _exceeds(cap, facts))


def _cap(cap: Cap, facts: Facts) -> Iterator[Finding]:
    subject, exceeds = holds(cap.when, facts), _exceeds(cap, facts)
    over = _and(subject, exceeds)
    fact = "mau_at_release" if cap.measured == "at_release_date" else cap.measure
    if over is True:
        yield Finding(
            Verdict.NEEDS_SEPARATE_LICENSE,
            f"The use is above the limit: {cap.text}.",
            cap.clause,
            (fact, *(["mau_at_release_scope"] if facts["mau_at_release_scope"] == "affiliate" else [])),
            change=f"the use stays within the limit ({cap.text})",
        )
    elif over is None:
        missing = (*([fact] if exceeds is None else []), *open_fields(cap.when, facts))
        reason = f"Whether the limit is passed is open: {cap.text}."
        depends = f"allowed unless above the limit: {cap.text} (open: {', '.join(missing)})"
        verdict = Verdict.ALLOWED if _is_ordinary(cap, facts) else Verdict.UNKNOWN
        yield Finding(verdict, reason, cap.clause, missing, depends=depends)


def _exceeds(cap: Cap, facts: Facts) -> bool | None:
    if cap.measured == "at_release_date":
        if facts["mau_at_release_scope"] == "affiliate" and not cap.counts_affiliates:
            return None
        figure = facts["mau_at_release"]
    else:
        figure = facts[cap.measure]
    if figure is None or isinstance(figure, str):
        return None
    if figure > cap.value or (cap.inclusive and figure == cap.value):
        return True
    return None if cap.open_from is not None and figure > cap.open_from else False


def _is_ordinary(cap: Cap, facts: Facts) -> bool:
    """Whether an open figure may be taken to be below the cap, with the dependence stated."""
    if holds(cap.when, facts) is None and SELDOM.issuperset(open_fields(cap.when, facts)):
        return True
    if holds(cap.when, facts) is None and _exceeds(cap, facts) is True:
        return False
    figure = facts[cap.measure]
    if figure is not None and not isinstance(figure, str):
        return figure <= cap.value
    return cap.value >= FEW_REACH[cap.measure]


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
