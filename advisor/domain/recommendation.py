"""The answer: picks with their evidence, near misses with what they lack, and what was understood."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import SerializationInfo, field_serializer

from advisor.domain.base import Frozen
from advisor.domain.hardware import Hardware
from advisor.domain.license import LicenseVerdict
from advisor.domain.model import Basis, Estimate, ModelRecord, Result, Variant
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Task


class Fit(StrEnum):
    """Whether a variant fits a device."""

    FITS = "fits"
    TIGHT = "tight"
    SPLIT = "split"
    NO = "no"
    UNKNOWN = "unknown"


class Memory(Frozen):
    """Memory while running, GiB, in parts; `low` and `high` bound the total. All None where the size of the model is
    not known."""

    weights_gib: float | None
    """Weights at the variant's precision, GiB."""
    kv_gib: float | None
    """Cache of keys and values at the asked context and concurrency, GiB."""
    overhead_gib: float | None
    """Runtime, activations and buffers, GiB."""
    total_gib: float | None
    """Sum of the parts, GiB."""
    low_gib: float | None
    """Lower bound of the total, GiB."""
    high_gib: float | None
    """Upper bound of the total, GiB."""
    available_gib: float | None = None
    """Memory of the device, GiB; None without a device."""
    verdict: Fit
    """fits, tight, split over devices or host, no, or unknown."""
    basis: Basis = Basis.ESTIMATED
    """Where the figures come from."""
    note: str = ""
    """What the figures leave out or assume."""


class Quality(Frozen):
    """Expected score on the user's task. `low` to `high` is an 80 % range."""

    expected: float
    """Expected score, in `unit`."""
    low: float
    """Lower end of the range, in `unit`."""
    high: float
    """Upper end of the range, in `unit`."""
    unit: str
    """What the numbers are: "points of a typical retrieval benchmark (NDCG@10)"."""
    probability_best: float | None = None
    """Chance that this is the best of the models that passed; None where nothing informs it."""
    n_results: int = 0
    """Benchmark results of this model that informed it."""
    informed: float = 0.0
    """Share of what is open of a model without results that these results settle for the need, 0 to 1."""


class EvidenceLevel(StrEnum):
    """How far public results carry an answer."""

    ENOUGH = "enough"
    """Results on tasks like the need settle a good part of what is open of the first pick."""
    THIN = "thin"
    """They settle little: the order rests on general ability and on size, age and family; ranges are wide."""
    NONE = "none"
    """No pick has a result, or there is none: ordered by size, age and family alone."""


class Evidence(Frozen):
    """A benchmark row behind a pick, and how alike its benchmark is to the need."""

    benchmark_id: str
    """Id of the benchmark."""
    benchmark: str
    """Suite and name of the benchmark."""
    task: Task | None = None
    """Task that the benchmark tests; None if it is none of the vocabulary."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes of its languages; empty if not stated."""
    score: float
    """Score of the model, in `unit`."""
    unit: str
    """What the score is: points (0 to 100), percent error, ratio, raw."""
    higher_is_better: bool = True
    """Whether a higher score is better."""
    config: str = ""
    """Thinking effort, prompt or resolution; empty for the default."""
    percentile: float
    """Share of the models on this benchmark that score no better, 0 to 1."""
    n_models: int
    """Models that the benchmark has scores of."""
    similarity: float
    """How alike the benchmark is to the need, 0 to 1."""
    measured_by: str
    """independent, official, submitted or self-reported."""
    source: str
    """Id of the source of the score."""
    date: str | None = None
    """ISO date of the score; None if unknown."""


class Adaptation(StrEnum):
    """What to do with the model before use."""

    AS_IS = "use as is"
    FEW_SHOT = "few-shot"
    HEAD = "head"
    FINE_TUNE = "fine-tune"


class AdaptationAdvice(Frozen):
    """Whether to use the model as it is, and why."""

    advice: Adaptation
    """What to do with the model before use."""
    why: str
    """Why, in one sentence."""
    learning_rate: str | None = None
    """Starting point for fine-tuning, with its source."""


class Contribution(Frozen):
    """What one part adds to the order of a pick."""

    part: str
    """start (the average of the models that were ranked), evidence, results on tasks alike, general ability, amount of
    evidence, size, age, trees (what the learned trees see beyond these), caution, precision, priorities or measured
    here."""
    value: float
    """Standard deviations of ability among the models, added to `utility`."""


class Relation(StrEnum):
    """What a smaller model has to do with a larger one."""

    DISTILLATION = "distillation"
    PRUNING = "pruning"
    SERIES = "series"


class SmallerModel(Frozen):
    """A smaller model that passes every limit: made from a pick, or of its series."""

    model_id: str
    """Id of the model."""
    relation: Relation
    """Distilled or pruned from the pick, or of the same publisher and series."""
    params_total: int
    """Parameters in total."""
    expected_quality: float | None = None
    """Expected score on the task, in the unit of the picks; None if it has no result."""
    kept: Estimate | None = None
    """Percent of the pick's score that it has on benchmarks that both were run on, and from the tenth to the ninetieth
    percentile of these; of the error, where less is better. None if there are none."""
    memory_gib: float | None = None
    """Memory while running, GiB; None if unknown."""


class Pick(Frozen):
    """A recommended model in the variant to run."""

    rank: int
    """Place among the picks, 1 is best."""
    model_id: str
    """Id of the model."""
    name: str
    """Name of the model."""
    params_total: int | None = None
    """Parameters in total, experts included; None if unknown."""
    params_active: int | None = None
    """Parameters used per token, mixture of experts only."""
    release_date: str | None = None
    """ISO date of release; None if unknown."""
    variant: Variant
    """The artefact to run."""
    engine: str
    """Program to run it with."""
    quality: Quality
    """Expected quality on the task."""
    quality_loss: Estimate | None = None
    """Percent of the score lost to the quantisation of the variant, part of the expected quality; None if unknown."""
    utility: float
    """Quality and the other priorities, weighted. The picks are ordered by it, but two of one series stand among the
    first three only if the second is better than all others by a margin."""
    license: LicenseVerdict
    """Whether the use is allowed and what is owed."""
    memory: Memory
    """Memory while running."""
    speed: Estimate | None = None
    """Throughput, in the unit that it names; None if unknown."""
    latency: Estimate | None = None
    """Time to the first token or for one item, in the unit that it names; None if unknown."""
    energy: Estimate | None = None
    """Energy a token or item, in the unit that it names; None if unknown."""
    cost: Estimate | None = None
    """Rent of the hardware, in the unit that it names; None if unknown."""
    adaptation: AdaptationAdvice
    """Use as is, few-shot, head or fine-tune."""
    smaller: tuple[SmallerModel, ...] = ()
    """Smaller models to consider instead, larger first."""
    evidence: tuple[Evidence, ...] = ()
    """Benchmark results behind the expectation, most alike to the need first."""
    reasons: tuple[str, ...] = ()
    """Why this model, in plain words."""
    risks: tuple[str, ...] = ()
    """What may go wrong, in plain words."""
    contributions: tuple[Contribution, ...] = ()
    """What `utility` is the sum of; computed when asked for."""
    next_step: str
    """A command that works."""


class Failure(Frozen):
    """A constraint that a model does not meet."""

    constraint: str
    """The field of the requirements."""
    needed: str
    """What the requirements ask."""
    has: str
    """What the model has."""


class NearMiss(Frozen):
    """A model that would rank high but for what it fails."""

    model_id: str
    """Id of the model."""
    name: str
    """Name of the model."""
    failures: tuple[Failure, ...]
    """Every constraint that it does not meet."""
    expected_quality: float | None = None
    """Expected score on the task, in the unit of the picks; None if unknown."""


class WhatIf(Frozen):
    """One constraint relaxed, all others kept: what would then come first."""

    constraint: str
    """The field of the requirements."""
    needed: str
    """What the requirements ask."""
    has: str
    """What the model has, and the requirements would have to grant."""
    model_id: str
    """Id of the model that would come first."""
    name: str
    """Name of the model."""
    expected_quality: float
    """Expected score of that model, in the unit of the picks."""
    first_quality: float | None = None
    """Expected score of the first pick as things stand; None where nothing passes."""
    unit: str
    """Unit of both scores."""
    n_more: int
    """Models that would pass beside those that do."""


class Tradeoff(Frozen):
    """A model that passes, by what it needs and does: a point to plot."""

    model_id: str
    """Id of the model."""
    expected_quality: float
    """Expected score on the task, in the unit of the picks."""
    memory_gib: float
    """Memory of the variant to run, GiB."""
    speed: float | None = None
    """Throughput, in the unit of the picks' speed; None if unknown."""


class Understood(Frozen):
    """Something read from the request and how surely; 1 means that the request states it."""

    value: str
    """What was understood."""
    confidence: float
    """How surely, 0 to 1."""
    because: str
    """The words or the field that it was read from."""


class Interpretation(Frozen):
    """What was understood of the request."""

    task: Understood
    """The task."""
    alternatives: tuple[Understood, ...] = ()
    """Other tasks that the text may mean, likeliest first."""
    languages: tuple[Understood, ...] = ()
    """ISO 639 codes."""
    domains: tuple[Understood, ...] = ()
    """Domain words."""
    hardware: Understood | None = None
    """The device; None if none was named."""
    device: Hardware | None = None
    """The figures of the device; None if none was named."""
    limits: tuple[Understood, ...] = ()
    """Limits and conditions read from the text and applied."""
    context_tokens: int | None = None
    """Tokens of context that were reckoned with; None where it does not matter."""
    text: str = ""
    """The text whose likeness to benchmarks was used."""


class Recommendation(Frozen):
    """The answer to a Requirements."""

    id: str
    """Hash of request, catalog and ranker: the same need gets the same id."""
    requirements: Requirements
    """The need as it was read."""
    catalog_snapshot: str
    """Key of the catalog that answered."""
    ranker: str
    """Name and version of the ranker."""
    interpreted: Interpretation
    """What was understood, and how surely."""
    n_considered: int
    """Models that were looked at."""
    n_passed: int
    """Models that meet every limit."""
    picks: tuple[Pick, ...]
    """The models to use, best first; empty where none meets every limit."""
    evidence_level: EvidenceLevel = EvidenceLevel.NONE
    """Whether there is enough evidence for the first pick, and what ordered the models where there is not."""
    near_misses: tuple[NearMiss, ...] = ()
    """Models that would rank high but for what they fail."""
    what_would_change: tuple[WhatIf, ...] = ()
    """For each constraint whose relaxing alone would change the first pick, what then comes first; computed when asked
    for."""
    pareto: tuple[str, ...] = ()
    """Model ids that no other model beats in both quality and memory, best quality first."""
    tradeoffs: tuple[Tradeoff, ...] = ()
    """The best models that pass and those of `pareto`, best quality first; computed when asked for."""
    warnings: tuple[str, ...] = ()
    """What to know before trusting the answer."""
    verify_plan: tuple[str, ...] = ()
    """Commands that measure the picks on the user's machine and data."""

    @field_serializer("requirements")
    def _as_stated(self, value: Requirements, info: SerializationInfo) -> dict[str, Any]:
        """Only what was stated: what the request leaves to its text is left to it again when the answer is replayed."""
        return value.model_dump(mode=info.mode, exclude_unset=True)


class Replay(Frozen):
    """An answer computed again, beside the one that was recorded."""

    same: bool
    """Whether the answer is the recorded one."""
    differences: tuple[str, ...] = ()
    """What differs: catalog, ranker, picks; empty where nothing does."""
    answer: Recommendation
    """The answer now."""


class ComparisonRow(Frozen):
    """One model of a comparison."""

    model: ModelRecord
    """The model and its variants."""
    proprietary: bool = False
    """Closed model, shown for reference."""
    license: LicenseVerdict
    """Whether the use is allowed and what is owed."""
    memory: dict[str, Memory]
    """Memory by precision: fp16, int8, int4; empty where the size is unknown."""
    scores: dict[str, Result]
    """Best independent score by benchmark id."""
    ability: Estimate | None = None
    """Linked ability over all leaderboards, in standard deviations among models of its kind."""
    relative: str | None = None
    """Quality and size against the first model of the comparison."""


class Comparison(Frozen):
    """Models side by side on the benchmarks that they share."""

    benchmarks: tuple[str, ...]
    """Benchmark ids, those with most of the models first."""
    rows: tuple[ComparisonRow, ...]
    """One a model, in the order asked."""
    warnings: tuple[str, ...] = ()
    """What to know before trusting the comparison."""


class VariantSizing(Frozen):
    """What one variant of a model needs and does on a device."""

    variant: Variant
    """The artefact."""
    engine: str
    """Program to run it with."""
    memory: Memory
    """Memory while running."""
    speed: Estimate | None = None
    """Throughput, in the unit that it names; None if unknown."""
    latency: Estimate | None = None
    """Time to the first token or for one item, in the unit that it names; None if unknown."""
    energy: Estimate | None = None
    """Energy a token or item, in the unit that it names; None if unknown."""
    cost: Estimate | None = None
    """Rent of the hardware, in the unit that it names; None if unknown."""
    usd_per_million: Estimate | None = None
    """Rent for a million generated tokens at full load; None if unknown."""
    quality_loss: Estimate | None = None
    """Percent of the score lost to quantisation; None if unknown."""
    largest_context: int | None = None
    """Longest context that fits at the asked number of requests, tokens; None where none does, it does not matter, or
    how long a context the model takes is not known."""
    largest_concurrency: int | None = None
    """Most requests of the asked context that fit at once; None where none does or it does not matter."""


class Offer(Frozen):
    """A machine for rent that runs a model within the limits."""

    provider: str
    """Who rents it out."""
    instance: str
    """What the provider calls it."""
    hardware: str
    """Its devices."""
    usd_per_hour: float
    """Listed rent, USD an hour."""
    usd_per_month: float
    """The same around the clock, USD a month."""
    as_of: str | None = None
    """ISO date of the price; None if its list has none."""
    source: str
    """Id of the source of the price."""
    variant: Variant
    """The artefact to run: the highest precision that keeps the limits."""
    memory: Memory
    """Memory while running."""
    speed: Estimate | None = None
    """Throughput; None if unknown."""
    usd_per_million: Estimate | None = None
    """Rent for a million generated tokens at full load; None if unknown."""
    quality_loss: Estimate | None = None
    """Percent of the score lost to quantisation; None if unknown."""


class WeightsRead(Frozen):
    """Files whose headers told the weights of a model, to the byte; no weight was read."""

    location: str
    """File or folder, or repository on the hub."""
    revision: str | None = None
    """Commit of the repository; None for files that are not of one."""
    bytes_by_variant: dict[str, int]
    """Bytes of the weights of each variant, by its id."""


class Sized(Frozen):
    """A model under a load, in its variants."""

    model_id: str
    """Id of the model."""
    context_tokens: int
    """Tokens of context reckoned with; an image has none, whatever stands here."""
    concurrency: int
    """Requests at once reckoned with."""
    load: str = ""
    """What one request is, in words: "4,096 tokens of context", "an image of 224 x 224 pixels"."""
    variants: tuple[VariantSizing, ...]
    """Highest precision first."""
    recommended: int | None = None
    """Index of the variant to run; None where none fits."""
    warnings: tuple[str, ...] = ()
    """What to know before trusting the figures."""
    weights_read: WeightsRead | None = None
    """Where exact bytes were read; None where they follow from parameters and bits."""


class Sizing(Sized):
    """Will a model run on a device, in which variant, how fast."""

    hardware: Hardware
    """The device with the figures used."""


class SizingReport(Sized):
    """A sizing with what was asked for beside it."""

    hardware: Hardware | None = None
    """The device with the figures used; None, and no variants, where only machines for rent were asked for."""
    offers: tuple[Offer, ...] = ()
    """Listed machines that run it within the limits, least rent first; empty unless asked for."""
    compared_to: Sizing | None = None
    """The same on another device; None unless asked for."""
