"""Requests that are more than one domain value: what a comparison, a check, an estimate is asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from advisor.domain.base import Flag, Frozen, NonNegative, Positive, PositiveCount, Word
from advisor.domain.hardware import Hardware
from advisor.domain.license import LicenseUse, Product
from advisor.domain.requirements import Requirements


class ComparisonRequest(Frozen):
    """Which models to put side by side, and for what need."""

    model_ids: Annotated[tuple[Word, ...], Field(min_length=1, max_length=20)]
    """Ids or aliases of 1 to 20 models; the first is what the others are measured against."""
    requirements: Requirements | None = None
    """The need; its `use` decides the license verdicts."""


class LicenseCheckRequest(Frozen):
    """A license or model and what somebody wants to do with it."""

    license_or_model: Word
    """A license id such as "apache-2.0" or "llama3.1", or the id of a model."""
    use: LicenseUse = LicenseUse()
    """The facts of the use; what is left out stays open, and the verdict says what it depends on."""


class CompatibilityRequest(Frozen):
    """Licenses or models, and what is made of them."""

    licenses_or_models: Annotated[tuple[Word, ...], Field(min_length=2, max_length=10)]
    """License ids or model ids; a model stands for its license and those of its base models."""
    product: Product
    """closed_source: side by side in one closed-source product; weights: merged into one set of weights."""
    use: LicenseUse | None = None
    """Further facts of the use; commercial where left out."""


class EstimateRequest(Frozen):
    """Which model on which machine."""

    model_id: Word
    """Id or alias of the model; where the service may ask the Hugging Face hub also "hub:org/name", with "@revision",
    ":q4_k_m" or "/file.gguf" after it where needed."""
    cheapest: Flag = False
    """Whether to list machines for rent that run the model, cheapest first."""
    hardware: Annotated[str, Field(min_length=1, max_length=200)] | Hardware | None = Field(
        default=None, validate_default=True
    )
    """A catalog name ("RTX 4090", "2x A100 80GB") or an explicit specification. Required unless `cheapest` is true:
    then the sizing on a device comes beside the machines for rent."""
    context_tokens: PositiveCount | None = None
    """Tokens of context a request needs, prompt and answer; 4,096 of generation and 512 of a text if left out."""
    concurrency: PositiveCount = 1
    """Requests served at once."""
    cache_type: Literal["fp16", "fp8", "q8_0", "q4_0"] = "fp16"
    """Type of the KV cache."""
    compare_to: Annotated[str, Field(min_length=1, max_length=200)] | Hardware | None = None
    """Another device to show beside it."""
    min_tokens_per_s: Positive | None = None
    """With `cheapest`: least speed of one request."""
    max_loss_percent: NonNegative | None = None
    """With `cheapest`: most loss of score to quantisation."""

    @field_validator("hardware")
    @classmethod
    def _some_machine(cls, value: str | Hardware | None, others: ValidationInfo) -> str | Hardware | None:
        if value is None and not others.data.get("cheapest", True):
            raise ValueError("is missing; expected a device or its specification, or cheapest: true")
        return value
