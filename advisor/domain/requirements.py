"""What the user needs: the one input of a recommendation."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from advisor.domain.amounts import Parameters
from advisor.domain.base import Count, Flag, Frozen, NonNegative, Positive, PositiveCount, Text, Word
from advisor.domain.hardware import Hardware
from advisor.domain.languages import parse_language
from advisor.domain.license import LicenseUse
from advisor.domain.tasks import Task, read_task

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Expertise(StrEnum):
    """What the team can do: prompt only, train a head on frozen features, or fine-tune."""

    DROP_IN = "drop-in"
    SOME = "some"
    EXPERT = "expert"


class DataProfile(Frozen):
    """The user's data in numbers, or a small sample to read them from."""

    n_labelled: Count | None = None
    """Labelled examples."""
    n_labels: PositiveCount | None = None
    """Distinct labels."""
    avg_chars: Positive | None = None
    """Mean length of a text, characters."""
    n_documents: Count | None = None
    """Documents to search, cluster or classify."""
    sample: Annotated[tuple[Text, ...], Field(max_length=1000)] = ()
    """A few texts; length and language are read from them."""


class Priorities(Frozen):
    """Weights of what matters; they are normalised, only their ratio counts."""

    quality: NonNegative = 1.0
    """Weight of the expected score."""
    speed: NonNegative = 0.0
    """Weight of throughput and latency."""
    memory: NonNegative = 0.0
    """Weight of little memory."""
    energy: NonNegative = 0.0
    """Weight of little energy."""
    cost: NonNegative = 0.0
    """Weight of little rent an item: on one device, that of throughput."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not sum(self.model_dump().values()):
            raise ValueError("every weight is 0; expected at least one weight above 0")
        return self


Names = Annotated[tuple[Word, ...], Field(max_length=1000)]


class Requirements(Frozen):
    """A need. `task` or `description` is required; every limit left out is no limit."""

    name: Word | None = None
    """Project name."""
    description: Text | None = None
    """The need in free text; task, languages, domain and hardware are read from it where no field states them."""
    task: Task | None = None
    """One word of the task vocabulary, a Hugging Face pipeline tag, or a common synonym."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes or English names."""
    domains: Names = ()
    """Domain words: legal, medical, news, ..."""
    data: DataProfile | None = None
    """What is known of the user's data."""
    hardware: Annotated[str, Field(min_length=1, max_length=200)] | Hardware | None = None
    """A catalog name ("RTX 4090", "2x A100 80GB"), an explicit specification, or "this-machine"."""
    context_tokens: PositiveCount | None = None
    """Tokens of context a request needs, prompt and answer."""
    concurrency: PositiveCount = 1
    """Requests served at once."""
    max_memory_gib: Positive | None = None
    """Most memory for weights, cache and overhead, GiB."""
    max_params: Parameters | None = None
    """Most parameters in total, experts included."""
    max_disk_gib: Positive | None = None
    """Most disk for the weights, GiB."""
    max_latency_ms: Positive | None = None
    """Longest time for one item, or to the first token of a generation, ms."""
    min_tokens_per_s: Positive | None = None
    """Slowest generation for one request, tokens/s."""
    min_items_per_s: Positive | None = None
    """Slowest throughput of a model that does not generate, items/s."""
    max_usd_per_month: Positive | None = None
    """Highest rent of the hardware, USD a month."""
    max_joules_per_item: Positive | None = None
    """Most energy an item, J."""
    use: LicenseUse = LicenseUse()
    """What the license must allow."""
    licenses_allow: Names = ()
    """License ids or kinds; only these pass."""
    licenses_deny: Names = ()
    """License ids or kinds that never pass."""
    open_weights_only: Flag = True
    """Leave out models whose weights cannot be had."""
    allow_uncensored: Flag = False
    """Consider models whose refusals were removed."""
    allow_remote_code: Flag = False
    """Consider models that run code from their repository."""
    safe_formats_only: Flag = True
    """Refuse formats that can carry code (pickle)."""
    contamination: Literal["ignore", "avoid"] = "ignore"
    """`avoid` leaves out results of a model on data that it declares to have trained on."""
    candidates: Names = ()
    """Model ids or globs; only these are considered."""
    exclude: Names = ()
    """Model ids or globs that are left out."""
    released_after: date | None = None
    """Only models released after this day."""
    expertise: Expertise = Expertise.SOME
    """What the team can do: drop-in, some or expert."""
    priorities: Priorities = Priorities()
    """What matters how much beside the limits."""
    top_k: Annotated[PositiveCount, Field(le=100)] = 3
    """Most models to recommend."""

    @field_validator("task", mode="before")
    @classmethod
    def _task(cls, value: Any) -> Any:
        return read_task(value) if isinstance(value, str) else value

    @field_validator("released_after", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        """A day, never a count of seconds: 20250630 is no moment in 1970."""
        if value is None or isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value.strip())):
            return value
        raise ValueError("expected a day such as 2025-06-30")

    @field_validator("languages", mode="after")
    @classmethod
    def _languages(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        codes = {text: parse_language(text) for text in value}
        if bad := [text for text, code in codes.items() if code is None]:
            raise ValueError(
                f"unknown language {', '.join(map(repr, bad))}; expected ISO 639 codes or names such as de, deu, German"
            )
        return tuple(dict.fromkeys(code for code in codes.values() if code))

    @model_validator(mode="after")
    def _something_to_do(self) -> Self:
        if self.task is None and not self.description:
            raise ValueError("task or description: at least one is required")
        return self
