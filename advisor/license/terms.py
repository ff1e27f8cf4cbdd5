"""The terms of one license as data. Every rule in this package reads these fields; none knows a license by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from advisor.domain.base import Frozen

Confidence = Literal["high", "medium", "low"]
Condition = dict[str, tuple[str | bool, ...]]
"""Field of the use (or `derivative`) to the values it may have; all must hold."""
When = tuple[Condition, ...]
"""Any one of these conditions holds. `({},)` always holds, `()` never does."""
ALWAYS: When = ({},)


class Citation(Frozen):
    """Where in which text a term stands."""

    field: str
    clause: str
    source: str


class Commercial(Frozen):
    """Whether business use is granted."""

    use: Literal["yes", "no", "conditional"] | None = None
    requires: Literal["registration", "application", "subscription"] | None = None
    noncommercial_scope: Literal["noncommercial", "nonproduction", "research_only"] | None = None
    """What a "no" still permits."""
    company_evaluation: bool = False
    """A company may evaluate, internally and outside production."""
    note: str | None = None
    clause: str | None = None


class Cap(Frozen):
    """A limit on users, revenue or funding."""

    measure: Literal["monthly_active_users", "annual_revenue_usd", "funding_raised_usd"]
    value: float
    """From here the limit surely applies: users, or USD a year."""
    open_from: float | None = None
    """From here it may apply: the text counts months, another currency, or days, and the use states years or USD."""
    inclusive: bool = False
    """The threshold itself is already over."""
    measured: Literal["current", "at_release_date"] = "current"
    release_date: str | None = None
    counts_affiliates: bool = True
    excess: Literal["needs_separate_license", "display_name"] = "needs_separate_license"
    display_name: str | None = None
    """Name that the interface must show above the limit."""
    when: When = ALWAYS
    """Uses that the limit is about."""
    text: str
    """The limit in words: "700 million monthly users on 2023-07-18, licensee and affiliates"."""
    clause: str | None = None


class TerritoryExclusion(Frozen):
    """Where no rights are granted."""

    territory: tuple[str, ...]
    multimodal_only: bool = False
    models_are_multimodal: bool | None = None
    """Whether the models under this license are multimodal, where one answer holds for all of them."""
    exempt_roles: tuple[str, ...] = ()
    test: str | None = None
    exception: str | None = None
    clause: str | None = None


class FieldOfUse(Frozen):
    """Prohibited sectors and behaviours."""

    prohibited: tuple[str, ...] = ()
    policy: str | None = None
    clause: str | None = None


class Outputs(Frozen):
    """Whether outputs may train other models."""

    may_train: Literal["yes", "no", "conditional"] | None = None
    banned_when: When = ()
    note: str | None = None
    clause: str | None = None


class Copyleft(Frozen):
    """What must stay under the license when it reaches others."""

    scope: Literal["none", "file", "adaptations", "whole_work"] = "none"
    network: bool = False
    """Offering a modified version over a network counts as handing it out."""
    clause: str | None = None


class Hosting(Frozen):
    """Offering the model as a service."""

    excluded: Literal["none", "resale", "any_service"] = "none"
    note: str | None = None
    clause: str | None = None


class Redistribution(Frozen):
    """Handing copies on, alone or inside a product."""

    allowed: Literal["yes", "no", "unmodified_only", "unclear"] | None = None
    note: str | None = None
    clause: str | None = None


class Duty(Frozen):
    """What a licensee owes, and for which uses."""

    code: str
    text: str
    when: When = ALWAYS
    clause: str | None = None


class OpenCondition(Frozen):
    """A condition on facts that `LicenseUse` has no field for; reported, never assumed to hold silently."""

    text: str
    when: When = ALWAYS
    clause: str | None = None


class LicenseTerms(Frozen):
    """One license in our own words. None is "not known", never guessed."""

    license_id: str
    name: str
    kind: str
    version: str | None = None
    date: str | None = None
    spdx_id: str | None = None
    osi_approved: bool | None = None
    url: str | None = None
    confidence: Confidence
    text_read: bool
    """The deciding clauses were read."""
    standard_text: bool = False
    """A text with an SPDX id of its own, known clause by clause without the repository's copy."""
    weights_licensed: bool = True
    """False: nobody may run the weights, only the vendor's service exists."""
    commercial: Commercial = Commercial()
    caps: tuple[Cap, ...] = ()
    territory: tuple[TerritoryExclusion, ...] = ()
    field_of_use: FieldOfUse = FieldOfUse()
    outputs: Outputs = Outputs()
    copyleft: Copyleft = Copyleft()
    hosting: Hosting = Hosting()
    redistribution: Redistribution = Redistribution()
    duties: tuple[Duty, ...] = ()
    open_conditions: tuple[OpenCondition, ...] = ()
    passages: Mapping[str, str] = Field(default_factory=dict)
    """Duties as the reader put them: attribution, notice, naming, share_alike, modification."""
    patent: str | None = None
    termination: str | None = None
    usually_gated: bool | None = None
    misconceptions: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
