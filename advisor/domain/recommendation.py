"""The answer: picks with their evidence, near misses with what they lack, and what was understood."""

from __future__ import annotations

from enum import StrEnum

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
    """Memory while running, GiB, in parts. `low` and `high` bound the total."""

    weights_gib: float
    kv_gib: float
    overhead_gib: float
    total_gib: float
    low_gib: float
    high_gib: float
    available_gib: float | None = None
    verdict: Fit
    basis: Basis = Basis.ESTIMATED
    note: str = ""


class Quality(Frozen):
    """Expected score on the user's task. `low` to `high` is an 80 % range."""

    expected: float
    low: float
    high: float
    unit: str
    """What the numbers are: "points of a typical retrieval benchmark (NDCG@10)"."""
    probability_best: float | None = None
    """Chance that this is the best of the models that passed; None where nothing informs it."""
    n_results: int = 0
    """Benchmark results of this model that informed it."""


class Evidence(Frozen):
    """A benchmark row behind a pick, and how alike its benchmark is to the need."""

    benchmark_id: str
    benchmark: str
    task: Task | None = None
    languages: tuple[str, ...] = ()
    score: float
    unit: str
    higher_is_better: bool = True
    config: str = ""
    percentile: float
    """Share of the models on this benchmark that score no better, 0 to 1."""
    n_models: int
    similarity: float
    """How alike the benchmark is to the need, 0 to 1."""
    measured_by: str
    source: str
    date: str | None = None


class Adaptation(StrEnum):
    """What to do with the model before use."""

    AS_IS = "use as is"
    FEW_SHOT = "few-shot"
    HEAD = "head"
    FINE_TUNE = "fine-tune"


class AdaptationAdvice(Frozen):
    """Whether to use the model as it is, and why."""

    advice: Adaptation
    why: str
    learning_rate: str | None = None
    """Starting point for fine-tuning, with its source."""


class Pick(Frozen):
    """A recommended model in the variant to run."""

    rank: int
    model_id: str
    name: str
    params_total: int | None = None
    params_active: int | None = None
    release_date: str | None = None
    variant: Variant
    engine: str
    quality: Quality
    utility: float
    license: LicenseVerdict
    memory: Memory
    speed: Estimate | None = None
    latency: Estimate | None = None
    energy: Estimate | None = None
    cost: Estimate | None = None
    adaptation: AdaptationAdvice
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    next_step: str


class Failure(Frozen):
    """A constraint that a model does not meet."""

    constraint: str
    """The field of the requirements."""
    needed: str
    has: str


class NearMiss(Frozen):
    """A model that would rank high but for what it fails."""

    model_id: str
    name: str
    failures: tuple[Failure, ...]
    expected_quality: float | None = None


class Understood(Frozen):
    """Something read from the request and how surely; 1 means that the request states it."""

    value: str
    confidence: float
    because: str


class Interpretation(Frozen):
    """What was understood of the request."""

    task: Understood
    alternatives: tuple[Understood, ...] = ()
    languages: tuple[Understood, ...] = ()
    domains: tuple[Understood, ...] = ()
    hardware: Understood | None = None
    device: Hardware | None = None
    limits: tuple[Understood, ...] = ()
    """Limits and conditions read from the text and applied."""
    context_tokens: int | None = None
    text: str = ""
    """The text whose likeness to benchmarks was used."""


class Recommendation(Frozen):
    """The answer to a Requirements."""

    id: str
    requirements: Requirements
    catalog_snapshot: str
    ranker: str
    interpreted: Interpretation
    n_considered: int
    n_passed: int
    picks: tuple[Pick, ...]
    near_misses: tuple[NearMiss, ...] = ()
    pareto: tuple[str, ...] = ()
    """Model ids that no other model beats in both quality and memory, best quality first."""
    warnings: tuple[str, ...] = ()
    verify_plan: tuple[str, ...] = ()
    """Commands that measure the picks on the user's machine and data."""


class ComparisonRow(Frozen):
    """One model of a comparison."""

    model: ModelRecord
    proprietary: bool = False
    license: LicenseVerdict
    memory: dict[str, Memory]
    """Memory by precision: fp16, int8, int4."""
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
    warnings: tuple[str, ...] = ()


class VariantSizing(Frozen):
    """What one variant of a model needs and does on a device."""

    variant: Variant
    engine: str
    memory: Memory
    speed: Estimate | None = None
    latency: Estimate | None = None
    energy: Estimate | None = None
    cost: Estimate | None = None
    quality_loss: Estimate | None = None
    """Points lost against the unquantised model."""


class Sizing(Frozen):
    """Will a model run on a device, in which variant, how fast."""

    model_id: str
    hardware: Hardware
    context_tokens: int
    concurrency: int
    variants: tuple[VariantSizing, ...]
    """Highest precision first."""
    recommended: int | None = None
    """Index of the variant to run; None where none fits."""
    warnings: tuple[str, ...] = ()
