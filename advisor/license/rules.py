"""The rules of a verdict: each reads one part of the terms and the facts of the use, and says what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from advisor.domain.license import Distribution, Verdict
from advisor.license.conditions import Facts, holds, open_fields
from advisor.license.finding import Finding
from advisor.license.limits import caps
from advisor.license.terms import Condition, LicenseTerms
from advisor.license.territory import is_in

CONVEYED = (Distribution.EMBEDDED_PRODUCT, Distribution.WEIGHTS_REDISTRIBUTION)
"""Distributions that hand out copies of the weights."""


def findings(terms: LicenseTerms, facts: Facts) -> list[Finding]:
    """All that the terms have against a use; empty when nothing stands in its way."""
    return [finding for rule in RULES for finding in rule(terms, facts)]


def known_text(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """A text that nobody read grants nothing here."""
    if terms.license_id == "missing":
        yield Finding(
            Verdict.UNKNOWN,
            "No license was found; without a grant all rights are reserved.",
            change="the author publishes a license",
        )
    elif terms.kind == "unknown":
        yield Finding(Verdict.UNKNOWN, terms.commercial.note or f"The text of {terms.name} is not known here.")
    elif terms.confidence == "low":
        yield Finding(Verdict.UNKNOWN, f"The text of {terms.name} was not verified, only its name or hearsay is known.")
    elif not terms.text_read and not terms.standard_text:
        yield Finding(Verdict.UNKNOWN, f"The text of {terms.name} was not read; only a summary of it is known.")


def weights(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Nothing to run where the weights were never licensed."""
    if not terms.weights_licensed:
        yield Finding(
            Verdict.PROHIBITED,
            "The weights were never licensed; only the vendor's own service may be used, under its contract.",
            terms.redistribution.clause,
        )


def commercial(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Business use against the grant, and what a non-commercial grant still covers."""
    grant = terms.commercial
    business, purpose = facts["commercial"], facts["purpose"]
    note = grant.note or "The license does not grant business use."
    if grant.use == "no" and business is not False:
        if grant.company_evaluation and purpose == "evaluation":
            yield from _inside_evaluation(terms, facts)
            return
        change = "the use is not commercial, or the rightsholder grants a commercial license"
        if grant.company_evaluation:
            change = "the use is an internal evaluation outside production, or the rightsholder grants a license"
        yield Finding(
            Verdict.NEEDS_SEPARATE_LICENSE,
            f"Commercial use is outside the grant. {note}",
            grant.clause,
            ("commercial",),
            depends="allowed only for non-commercial use" if business is None else None,
            change=change,
        )
    if grant.use == "no" and business is False and grant.noncommercial_scope == "research_only":
        yield from _research(terms, facts)
    if grant.requires in ("application", "subscription") and business is not False:
        yield Finding(
            Verdict.NEEDS_SEPARATE_LICENSE,
            f"Commercial use needs a {grant.requires} first. {grant.note or ''}".strip(),
            grant.clause,
            ("commercial",),
            depends="no separate license for non-commercial use" if business is None else None,
            change=f"the licensor accepts the {grant.requires}",
        )


def _inside_evaluation(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    where = facts["distribution"]
    if where != Distribution.INTERNAL:
        yield Finding(
            Verdict.NEEDS_SEPARATE_LICENSE,
            "A company may evaluate only inside its own walls, outside production.",
            terms.commercial.clause,
            ("purpose", "distribution"),
            depends="allowed when the evaluation stays internal" if where is None else None,
            change="the evaluation stays internal",
        )


def _research(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    if facts["sector"] in ("research", "academic") or facts["purpose"] in ("research", "evaluation"):
        return
    yield Finding(
        Verdict.NEEDS_SEPARATE_LICENSE,
        "Only research is granted; other non-commercial use is outside the grant.",
        terms.commercial.clause,
        ("purpose", "sector"),
        depends="allowed when the use is research" if facts["purpose"] is None else None,
        change="the use is research",
    )


def excluded_territory(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Places where no rights are granted."""
    place, role = facts["territory"], facts["role"]
    for exclusion in terms.territory:
        if role in exclusion.exempt_roles:
            continue
        multimodal: bool | None = True
        if exclusion.multimodal_only:
            multimodal = _multimodal(exclusion.models_are_multimodal, facts)
        if multimodal is False or (place is not None and not is_in(str(place), exclusion.territory)):
            continue
        where = ", ".join(exclusion.territory)
        what = "multimodal models" if exclusion.multimodal_only else "the model and its outputs"
        if place is None:
            depends = f"allowed outside {where}" + (" or for text models" if multimodal is None else "")
            verdict = Verdict.ALLOWED if multimodal is None else Verdict.UNKNOWN
            reason = f"No rights in {what} are granted in {where}; where the use is based is not stated."
            yield Finding(verdict, reason, exclusion.clause, ("territory",), depends=depends)
        elif multimodal is None:
            reason = f"No rights in {what} are granted in {where}; whether this one is multimodal is not stated."
            depends = "allowed when the model takes text only"
            yield Finding(Verdict.UNKNOWN, reason, exclusion.clause, ("territory", "modality"), depends=depends)
        else:
            exempt = f"; exempt: {exclusion.exception}" if exclusion.exception else ""
            yield Finding(
                Verdict.PROHIBITED,
                f"No rights in {what} are granted in {where}{exempt}.",
                exclusion.clause,
                ("territory",),
                depends=f"exempt: {exclusion.exception}" if exclusion.exempt_roles and role is None else None,
                change=f"the use is based outside {where}",
            )


def _multimodal(by_license: bool | None, facts: Facts) -> bool | None:
    said = facts["modality"]
    answers = (by_license, facts["multimodal_model"], None if said is None else said == "multimodal")
    if True in answers:
        return True
    return False if False in answers else None


def field_of_use(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Sectors and behaviours that the text bans."""
    sector, banned = facts["sector"], terms.field_of_use
    if sector in banned.prohibited:
        yield Finding(
            Verdict.PROHIBITED,
            f"The field of use {str(sector).replace('_', ' ')!r} is prohibited.",
            banned.clause,
            ("sector",),
            change="the use is in another field",
        )
        return
    words = set(str(sector).split("_")) - {"general", "research", "use", "and", "of", "or"}
    near = [tag for tag in banned.prohibited if sector is not None and words & set(tag.split("_"))]
    if near:
        listed = ", ".join(tag.replace("_", " ") for tag in near)
        yield Finding(Verdict.ALLOWED, "", risk=f"{terms.name} prohibits {listed}: check that the use is not that")


def output_training(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Training other models on outputs."""
    outputs, trains = terms.outputs, facts["trains_other_models_on_outputs"]
    banned = holds(outputs.banned_when, facts)
    if banned is False:
        if trains and outputs.may_train is None and not terms.standard_text and terms.kind != "unknown":
            reason = "What the text says of training on outputs is not known."
            yield Finding(Verdict.UNKNOWN, reason, outputs.clause, ("trains_other_models_on_outputs",))
        return
    note = outputs.note or "Outputs may not train other models."
    fields = ("trains_other_models_on_outputs", *open_fields(outputs.banned_when, facts))
    if trains:
        yield Finding(
            Verdict.PROHIBITED,
            f"Training other models on outputs is banned. {note}",
            outputs.clause,
            fields,
            depends=f"the ban covers: {note}" if banned is None else None,
            change="outputs do not train such models",
        )
    elif trains is None:
        depends = f"only while outputs do not train other models ({note})"
        yield Finding(Verdict.ALLOWED, "", outputs.clause, depends=depends)


class _Way(NamedTuple):
    """A use that a copyleft text reaches."""

    when: Condition
    duty: str
    act: str
    """What a closed product does then."""


_HANDED_OUT: Condition = {"distribution": tuple(str(d) for d in CONVEYED)}
_MODIFIED: Condition = {"modifies_weights": (True,)}
_WAYS = {
    "whole_work": _Way(
        _HANDED_OUT, "A work that contains it must be handed out under this license with its source", "hands it out"
    ),
    "adaptations": _Way(
        {**_HANDED_OUT, **_MODIFIED},
        "A modified version that is shared must stay under this license",
        "shares a modified version",
    ),
    "file": _Way(
        {"distribution": ("weights_redistribution",), **_MODIFIED},
        "Modified weights that are handed on must stay under this license with their source",
        "hands on modified weights",
    ),
}
_OVER_A_NETWORK = _Way(
    {"distribution": ("saas",), **_MODIFIED},
    "Who uses a modified version over a network must be offered its source under this license",
    "offers a modified version over a network",
)


def copyleft(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """A closed product against a text that must stay open."""
    rule, closed = terms.copyleft, facts["closed_source_product"]
    if rule.scope == "none" or closed is False:
        return
    ways = (_WAYS[rule.scope], *((_OVER_A_NETWORK,) if rule.network else ()))
    reached = [way for way in ways if holds((way.when,), facts)]
    if reached and closed:
        way = reached[0]
        yield Finding(
            Verdict.PROHIBITED,
            f"{way.duty}, which a closed product refuses.",
            rule.clause,
            ("closed_source_product", *way.when),
            change=_CHANGE,
        )
        return
    possible = [way for way in ways if holds((way.when,), facts) is not False]
    if not possible:
        return
    missing = open_fields(tuple({**way.when, "closed_source_product": (True,)} for way in possible), facts)
    duties = ", and ".join(way.duty[0].lower() + way.duty[1:] for way in possible)
    yield Finding(
        Verdict.UNKNOWN,
        f"{duties[0].upper()}{duties[1:]}, which a closed product refuses. Not stated: {', '.join(missing)}.",
        rule.clause,
        missing,
        depends=f"allowed unless a closed product {' or '.join(way.act for way in possible)}"
        f" (open: {', '.join(missing)})",
        change=_CHANGE,
    )


_CHANGE = "the source is offered under the same license, or the rightsholder sells another license"


def hosting(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Offering the model as a service."""
    rule, resale, where = terms.hosting, facts["hosting_resale"], facts["distribution"]
    service = where == Distribution.SAAS
    if rule.excluded == "none" or (rule.excluded == "any_service" and not service and not resale and where):
        return
    refused = resale or (rule.excluded == "any_service" and service)
    if refused:
        yield Finding(
            Verdict.NEEDS_SEPARATE_LICENSE,
            f"Hosting is outside the grant: {rule.note or 'a separate license is needed.'}",
            rule.clause,
            ("hosting_resale",) if resale else ("distribution",),
            change="the model is not offered as a service, or the rightsholder licenses hosting",
        )
    elif resale is None and where in (None, Distribution.SAAS):
        text = "allowed unless raw inference of the model is sold"
        yield Finding(Verdict.ALLOWED, "", rule.clause, depends=text)


def redistribution(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Handing out copies of the weights."""
    rule, where = terms.redistribution, facts["distribution"]
    if terms.kind == "unknown" or (where is not None and where not in CONVEYED):
        return
    note = rule.note or "the text does not say so"
    if rule.allowed == "no":
        verdict, reason = Verdict.NEEDS_SEPARATE_LICENSE, f"Copies may not be handed out: {note}."
    elif rule.allowed == "unmodified_only" and facts["modifies_weights"] is not False:
        verdict, reason = Verdict.PROHIBITED, "Modified versions may not be shared."
        if facts["modifies_weights"] is None:
            verdict = Verdict.UNKNOWN
    elif rule.allowed == "unclear" or (rule.allowed is None and not terms.standard_text and terms.weights_licensed):
        verdict, reason = Verdict.UNKNOWN, f"Whether copies may be handed out is not known: {note}."
    else:
        return
    if where is None:
        yield Finding(Verdict.ALLOWED, "", rule.clause, depends=f"only while no copies are handed out ({note})")
        return
    yield Finding(verdict, reason, rule.clause, ("distribution",), change="the model stays inside the organization")


def open_conditions(terms: LicenseTerms, facts: Facts) -> Iterator[Finding]:
    """Conditions that no field of the use answers."""
    for condition in terms.open_conditions:
        if holds(condition.when, facts) is not False:
            yield Finding(Verdict.ALLOWED, "", condition.clause, depends=condition.text)


RULES: tuple[Callable[[LicenseTerms, Facts], Iterator[Finding]], ...] = (
    known_text,
    weights,
    commercial,
    excluded_territory,
    field_of_use,
    output_training,
    copyleft,
    caps,
    hosting,
    redistribution,
    open_conditions,
)
