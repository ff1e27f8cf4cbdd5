"""A model of the catalog, the variants it is published in, and what was measured of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from advisor.domain.base import Frozen
from advisor.domain.tasks import Kind, Modality, Task


class Basis(StrEnum):
    """Where a number comes from."""

    MEASURED = "measured"
    """Measured on this machine or data."""
    LOOKED_UP = "looked-up"
    """Published by a named source."""
    ESTIMATED = "estimated"
    """Computed from other facts."""


class Estimate(Frozen):
    """A number with its range: never a bare figure. `low` to `high` is an 80 % range unless `note` says otherwise."""

    value: float
    low: float
    high: float
    unit: str
    basis: Basis
    note: str = ""


class Architecture(Frozen):
    """The numbers that weights and KV cache follow from."""

    name: str | None = None
    n_layers: int | None = None
    hidden_size: int | None = None
    n_heads: int | None = None
    n_kv_heads: int | None = None
    head_dim: int | None = None
    vocab_size: int | None = None
    n_experts: int | None = None
    n_experts_active: int | None = None
    sliding_window: int | None = None
    attention: str | None = None
    """mha, gqa, mla, sliding, hybrid; None if unknown."""
    kv_bytes_per_token: float | None = None
    """Bytes of FP16 KV cache per token of context; an upper bound where `kv_exact` is false."""
    kv_exact: bool = False


class Variant(Frozen):
    """An artefact in which a model is published: a format and a precision."""

    variant_id: str
    """Repository or file that holds it."""
    model_id: str
    format: str
    """safetensors, gguf, mlx, onnx, awq, gptq, ..."""
    quantization: str
    """fp16, int8, q4_k_m, awq-int4, nvfp4, ..."""
    bits_per_weight: float
    publisher: str | None = None
    downloads: int | None = None
    published: bool = True
    """False for a variant that the user can make but that the catalog knows no repository for."""


class ModelRecord(Frozen):
    """A model as the catalog knows it: one row, after contradictions are resolved."""

    model_id: str
    name: str
    organisation: str | None = None
    kind: Kind
    modalities: tuple[Modality, ...] = ()
    tasks: tuple[Task, ...] = ()
    """Tasks it is made for; empty means every task of its kind."""
    params_total: int | None = None
    params_active: int | None = None
    embedding_params: int | None = None
    embed_dim: int | None = None
    context_tokens: int | None = None
    languages: tuple[str, ...] = ()
    license_tag: str | None = None
    open_weights: bool | None = None
    gated: bool | None = None
    release_date: date | None = None
    family: str | None = None
    base_models: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """uncensored, merged, test, init-only, flagged, superseded, remote-code."""
    downloads: int | None = None
    architecture: Architecture = Field(default_factory=Architecture)
    gmacs: float | None = None
    """Vision: multiply-accumulates of one image, 1e9."""
    macts_m: float | None = None
    """Vision: activations of one image, 1e6."""
    image_size: int | None = None
    """Vision: pixels a side."""
    variants: tuple[Variant, ...] = ()
    notes: tuple[str, ...] = ()
    """Facts that were corrected, and why."""
    source: str | None = None


class Result(Frozen):
    """One benchmark row."""

    model_id: str
    benchmark_id: str
    benchmark: str
    task: Task | None = None
    score: float
    unit: str
    higher_is_better: bool = True
    config: str = ""
    measured_by: str
    source: str
    date: str | None = None
