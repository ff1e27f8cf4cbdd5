"""The use somebody wants to make of a model, and the verdict on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import field_validator

from advisor.domain.base import Count, Flag, Frozen, NonNegative, Word


class Distribution(StrEnum):
    """How the model reaches the people who use it."""

    INTERNAL = "internal"
    SAAS = "saas"
    EMBEDDED_PRODUCT = "embedded_product"
    WEIGHTS_REDISTRIBUTION = "weights_redistribution"


class Verdict(StrEnum):
    """Whether a use is within the license, from most to least permissive."""

    ALLOWED = "allowed"
    ALLOWED_WITH_OBLIGATIONS = "allowed_with_obligations"
    UNKNOWN = "unknown"
    NEEDS_SEPARATE_LICENSE = "needs_separate_license"
    PROHIBITED = "prohibited"

    @property
    def permits(self) -> bool:
        """True only for the two verdicts under which the use may start today."""
        return self in (Verdict.ALLOWED, Verdict.ALLOWED_WITH_OBLIGATIONS)


class LicenseUse(Frozen):
    """The facts of a use that licenses ask about. A fact left out stays open: the verdict says what it depends on."""

    commercial: Flag | None = None
    """Used for business, directly or indirectly."""
    monthly_active_users: Count | None = None
    """Monthly active users now, all products of the group."""
    mau_at_release: Count | None = None
    """Monthly active users in the month before the model version's release."""
    mau_at_release_scope: Literal["licensee", "affiliate"] | None = None
    """Whose users `mau_at_release` counts."""
    annual_revenue_usd: NonNegative | None = None
    """Yearly revenue of the group, USD."""
    territory: Word | None = None
    """Principal place of business: ISO 3166 code, or EU."""
    distribution: Distribution | None = None
    """internal, saas, embedded_product or weights_redistribution."""
    modifies_weights: Flag | None = None
    """Fine-tunes, merges or otherwise changes the weights."""
    trains_other_models_on_outputs: Flag | None = None
    """Uses the model's outputs as training data for another model."""
    output_target: Literal["llm_other_family", "classifier"] | None = None
    """What is trained on the outputs."""
    sector: Word | None = None
    """Field of use: general, military, medical, legal, ..."""
    closed_source_product: Flag | None = None
    """The product around the model is closed source."""
    modality: Literal["text", "multimodal"] | None = None
    """How the model is used."""
    role: Literal["deployer", "end_user"] | None = None
    """Who the licensee is in the chain."""
    purpose: Literal["evaluation", "research", "production"] | None = None
    """What for; evaluation is allowed by some non-production licenses."""
    hosting_resale: Flag | None = None
    """Sells raw inference of the model."""
    funding_raised_usd: NonNegative | None = None
    """Funding raised so far, USD."""
    cleared_training_data: Flag | None = None
    """Also asks that no named training data is for non-commercial use only; else such data is told as a risk."""

    @field_validator("territory")
    @classmethod
    def _territory(cls, value: str | None) -> str | None:
        if value is None:
            return None
        code = value.upper()
        if not (len(code) == 2 and code.isalpha()):
            raise ValueError("expected a two-letter ISO 3166 code such as DE, or EU")
        return "GB" if code == "UK" else code


class Obligation(Frozen):
    """A duty that a use triggers."""

    code: str
    """Stable id, `give_license_copy`."""
    text: str
    """What to do, in plain words."""
    clause: str | None = None
    """Clause that asks for it; None if not known."""


class TrainingSet(Frozen):
    """A set of training data and its terms."""

    name: str
    """Name of the set."""
    license_tag: str | None = None
    """License as published; None if it has terms of its own or none are known."""
    commercial_use: Flag | None = None
    """Whether its terms allow business use of the data; None: as its license says, if that is known."""
    terms: str | None = None
    """Its terms in short."""
    url: str | None = None
    """Where they are published; None if unknown."""
    source: str = ""
    """Who says so."""


class LicenseLink(Frozen):
    """One license in the chain from a model up to its base models."""

    model_id: str
    """Id of the model."""
    license_id: str
    """Id of its license."""
    verdict: Verdict
    """Verdict of this license alone."""
    inferred: bool = False
    """The link to this base model was read from a name, not declared."""


NOTICE = "Information, not legal advice."


class LicenseVerdict(Frozen):
    """Whether a use is allowed, why, and what is then owed. Information, not legal advice."""

    id: str
    """License id of the model itself; `missing` when it has none."""
    name: str | None = None
    """Name of the license; None if unknown."""
    kind: str = "unknown"
    """permissive, weak-copyleft, strong-copyleft, network-copyleft, responsible-use, community, non-commercial, ..."""
    verdict: Verdict
    """Whether the use is allowed."""
    obligations: tuple[Obligation, ...] = ()
    """What is owed if the use starts."""
    clause: str | None = None
    """The clause that decides."""
    reason: str
    """One sentence: why this verdict."""
    decided_by: tuple[str, ...] = ()
    """Fields of the use that decided it."""
    depends_on: tuple[str, ...] = ()
    """What an open fact would change: "allowed below 700 million monthly users"."""
    would_change: tuple[str, ...] = ()
    """What would make a refused use allowed."""
    risks: tuple[str, ...] = ()
    """What may go wrong, in plain words."""
    chain: tuple[LicenseLink, ...] = ()
    """Licenses of the model and its base models."""
    training_data: tuple[TrainingSet, ...] = ()
    """Training sets that the model or a base model names and whose terms do not allow business use."""
    confidence: str = "low"
    """How well the text is known, and that the model is under it: high, medium, low."""
    url: str | None = None
    """Where the text is published, else the card of a model that the hub counts downloads of; None if unknown."""
    next_step: str | None = None
    """What to do next; None if nothing."""
    notice: str = NOTICE
    """What a verdict is and is not."""

    @property
    def base_licenses(self) -> tuple[str, ...]:
        """Ids of the licenses of its base models, other than its own."""
        return tuple(dict.fromkeys(link.license_id for link in self.chain[1:] if link.license_id != self.id))

    @property
    def named(self) -> str:
        """Its own license and those of its base models: `mit, base license gemma`."""
        return ", base license ".join((self.id, *self.base_licenses))


class Product(StrEnum):
    """What is made of several models."""

    CLOSED_SOURCE = "closed_source"
    """All shipped side by side inside one closed-source product."""
    WEIGHTS = "weights"
    """Merged, or one distilled into the other, and the weights handed on."""


class Compatibility(Frozen):
    """Whether two licenses go together in one product, and what is then owed."""

    first: str
    """Id of one license; of a model, those of its base models too."""
    second: str
    """Id of the other."""
    product: Product
    """What is made of the two: closed_source or weights."""
    compatible: bool | None
    """Whether they go together; None where a text, or how the two meet, is not known."""
    reasons: tuple[str, ...]
    """Why, in plain words."""
    obligations: tuple[Obligation, ...] = ()
    """What is owed; empty where they do not go together."""
    urls: tuple[str, ...] = ()
    """Where the texts are published, as far as known."""
    notice: str = NOTICE
    """What an answer is and is not."""


class Mix(Frozen):
    """Whether several licenses go together, every two of them."""

    compatible: bool | None
    """Whether all go together; None where that is not known."""
    pairs: tuple[Compatibility, ...]
    """Every two of them, in the order asked."""
    notice: str = NOTICE
    """What an answer is and is not."""
