"""A chain of assessed licenses as one verdict in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from advisor.domain.license import LicenseLink, LicenseVerdict, Obligation, TrainingSet, Verdict
from advisor.license.assess import SEVERITY, STRICTNESS, Assessment, distinct
from advisor.license.spdx import spdx_page

NEXT_STEP = {
    "missing": "Ask the author to publish a license: without a grant there is no business use.",
    "other": "Read license_name and license_link on the model's card, or its LICENSE file, and check that one instead.",
    "unconfirmed": "Read the license on the model's card and check that one instead.",
    "unknown": "Look on the model's card for a linked license and check that one instead.",
}


def report(
    tag: str | None, own: str, assessed: Sequence[Assessment], chain: tuple[LicenseLink, ...], notes: Iterable[str]
) -> LicenseVerdict:
    """Put a chain into one verdict; the first entry is the model itself. In a tie the stricter text decides."""
    deciding = max(assessed, key=lambda part: part.rank)
    verdict = deciding.verdict
    finding = deciding.deciding
    owed = _obligations(assessed) if verdict.permits else ()
    clauses = [duty.clause for duty in (*deciding.obligations, *owed)]
    terms = assessed[0].terms
    decisive = [] if verdict.permits else [f for f in deciding.findings if f.verdict is verdict]
    everything = [f for part in assessed for f in part.findings]
    page = spdx_page(tag) if deciding.terms.license_id == "other" else None
    return LicenseVerdict(
        id=own,
        name=tag if page else terms.name if own == terms.license_id else own,
        kind=terms.kind,
        verdict=verdict,
        obligations=owed,
        clause=finding.clause if finding else next(filter(None, clauses), None),
        reason=f"The catalog does not hold the terms of {tag}."
        if page
        else _from(deciding, assessed[0], finding.reason)
        if finding
        else _fine(assessed, owed),
        decided_by=_unique(field for f in decisive for field in f.fields),
        depends_on=_unique(f.depends for f in everything if f.depends),
        would_change=_unique(f.change for f in decisive if f.change),
        risks=(*notes, *_risks(tag, assessed, chain), *_unique(f.risk for f in everything if f.risk)),
        chain=chain,
        confidence="low" if deciding.terms.kind == "unknown" else deciding.terms.confidence,
        url=deciding.terms.url or page,
        next_step=_next_step(verdict, deciding, page),
    )


def with_data(
    verdict: LicenseVerdict, restricted: Sequence[TrainingSet], unknown: Sequence[str], *, refuse: bool
) -> LicenseVerdict:
    """A verdict beside the training data: sets for non-commercial use only, and sets whose terms are not known.

    Args:
        verdict: That of the licenses.
        restricted: Sets whose terms do not allow business use.
        unknown: Names of sets whose terms are not known.
        refuse: Whether restricted data leaves business use unknown.
    """
    notes = []
    if restricted:
        listed = ", ".join(f"{each.name} ({each.terms or each.license_tag})" for each in restricted)
        notes.append(f"Trained on {listed}: whether such terms bind the weights is not settled.")
    if unknown:
        more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
        notes.append(f"Trained on sets whose terms are not known here: {', '.join(unknown[:_MOST_NAMED])}{more}.")
    changes: dict[str, object] = {"risks": (*verdict.risks, *notes), "training_data": tuple(restricted)}
    if refuse and restricted and verdict.verdict.permits:
        changes |= {
            "verdict": Verdict.UNKNOWN,
            "reason": notes[0],
            "obligations": (),
            "clause": None,
            "decided_by": ("commercial", "cleared_training_data"),
            "would_change": ("the use accepts training data whose terms are not settled for weights",),
            "next_step": "Ask the publisher how the training data was cleared for commercial use.",
        }
    return verdict.model_copy(update=changes)


def as_listed(verdict: LicenseVerdict, source: str) -> LicenseVerdict:
    """A verdict on a license that a list of models tells: whether the model is under it is less sure than the text."""
    if verdict.kind in ("unknown", "proprietary"):
        return verdict
    told = f"Its license is as the source {source} lists it; the publisher's card was not read."
    confidence = "medium" if verdict.confidence == "high" else verdict.confidence
    return verdict.model_copy(update={"risks": (*verdict.risks, told), "confidence": confidence})


_MOST_NAMED = 5


def _obligations(assessed: Sequence[Assessment]) -> tuple[Obligation, ...]:
    return distinct(o for part in assessed for o in part.obligations)


def _fine(assessed: Sequence[Assessment], owed: tuple[Obligation, ...]) -> str:
    """Names the model's own text and those of base models that are stricter."""
    first = assessed[0]
    stricter = {part.terms.name: None for part in assessed if part.rank > first.rank and part.terms != first.terms}
    names = first.terms.name
    if stricter:
        names += f" and, from {'a base model' if len(stricter) == 1 else 'base models'}, {', '.join(stricter)}"
    return f"{names} grant{'' if stricter else 's'} this use{'; duties apply' if owed else ' and asks nothing for it'}."


def _from(deciding: Assessment, first: Assessment, reason: str) -> str:
    if deciding is first or deciding.terms.license_id == first.terms.license_id:
        return reason
    return f"Inherited from a base model under {deciding.terms.name}: {reason}"


def _risks(tag: str | None, assessed: Sequence[Assessment], chain: tuple[LicenseLink, ...]) -> list[str]:
    first, *bases = assessed
    found = []
    for base, link in zip(bases, chain[1:], strict=True):
        rank, base_rank = STRICTNESS.get(first.terms.kind), STRICTNESS.get(base.terms.kind)
        wider = rank is not None and base_rank is not None and rank < base_rank
        if wider or SEVERITY[first.verdict] < SEVERITY[base.verdict]:
            found.append(
                f"The tag {tag or 'missing'!r} promises more than the base model {link.model_id} "
                f"({base.terms.name}) gives; the stricter license holds."
            )
    for part in assessed:
        if part.terms.confidence == "low":
            found += [
                f"Reported of {part.terms.name}, unverified: {f.reason}"
                for f in part.findings
                if SEVERITY[f.verdict] > SEVERITY[Verdict.UNKNOWN]
            ]
    return found


def _next_step(verdict: Verdict, deciding: Assessment, page: str | None) -> str | None:
    own = deciding.terms.license_id
    finding = deciding.deciding
    if verdict is Verdict.UNKNOWN and finding is not None and finding.depends:
        return f"State {', '.join(finding.fields)} of the use and check again."
    if page:
        return f"Read the text in the SPDX list before use: {page}"
    if verdict is Verdict.UNKNOWN:
        return NEXT_STEP.get(own, "Read the license text at its source before use; its terms are not known here.")
    if verdict is Verdict.NEEDS_SEPARATE_LICENSE:
        return "Ask the rightsholder for a license that covers this use, or take another model."
    return None


def _unique(items: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for item in items if item))
