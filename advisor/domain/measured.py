"""Figures measured on a device: what they are of, and what they say of the device."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from advisor.domain.base import Frozen, NonNegative, Positive, PositiveCount, Word
from advisor.domain.model import Basis, ModelRecord, Variant
from advisor.domain.tasks import Kind


class Metric(StrEnum):
    """What is measured; the unit is in the name."""

    DECODE = "decode_tokens_per_s"
    """Generation of one request."""
    PREFILL = "prefill_tokens_per_s"
    """Reading of a prompt."""
    ITEMS = "items_per_s"
    """Texts, images or seconds of audio, in batches."""
    LATENCY = "latency_ms"
    """One item alone, or the first token of a generation."""
    PEAK_MEMORY = "peak_memory_gib"
    """Most memory in use while running."""
    BANDWIDTH = "memory_bandwidth_gb_s"
    """Reading of memory; of the machine, without a model."""
    MATMUL = "matmul_tflops"
    """FP32 matrix products; of the machine, without a model."""


class LocalRun(Frozen):
    """One figure measured on this machine. Models that the catalog does not know are welcome: the record carries all
    that the estimator needs."""

    metric: Metric
    """What was measured."""
    value: Positive
    """The figure, in the unit of the metric; the median of the repeats."""
    low: Positive
    """10 % quantile of the repeats, or the least."""
    high: Positive
    """90 % quantile of the repeats, or the most."""
    n: PositiveCount = 1
    """Repeats."""
    model: ModelRecord | None = None
    """The model that ran; None for figures of the machine itself."""
    variant: Variant | None = None
    """The artefact that ran; None for figures of the machine itself."""
    engine: Word | None = None
    """Program that ran it, with its version."""
    context_tokens: PositiveCount | None = None
    """Tokens of a request or text; None where it does not matter."""
    concurrency: PositiveCount = 1
    """Requests at once."""
    measured_at: datetime
    """When, with its time zone."""


class Measured(Frozen):
    """A figure that is known of one model on one device: published, or measured here."""

    metric: Metric
    """What was measured."""
    model_id: str
    """Id of the model."""
    quantization: str
    """Precision that ran."""
    value: Positive
    """The figure, in the unit of the metric."""
    low: Positive
    """Lower end of its 80 % range."""
    high: Positive
    """Upper end of its 80 % range."""
    context_tokens: Annotated[int, Field(ge=0)] = 0
    """Tokens of a request or text; 0 if unknown or of no matter."""
    concurrency: PositiveCount = 1
    """Requests at once."""
    basis: Basis
    """measured (here) or looked-up."""
    note: str
    """Who measured it, when, with what."""


class Level(Frozen):
    """How much faster than estimated a device proved to be with models of one kind."""

    kind: Kind
    """Kind of the models that were measured."""
    ratio: Positive
    """Measured by estimated speed."""
    n: PositiveCount
    """Runs that tell it."""
    local: bool = False
    """Whether they were made on this machine."""


class Overhead(Frozen):
    """Memory beside weights and cache that models of one kind and format took here."""

    kind: Kind
    """Kind of the models that were measured."""
    format: str
    """safetensors, gguf, onnx, ...: it decides the engine."""
    gib: NonNegative
    """Runtime, buffers and libraries, without activations; the median over models, GiB."""
    n: PositiveCount
    """Models that tell it."""
