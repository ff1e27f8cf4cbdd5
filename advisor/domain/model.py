"""A model of the catalog, the variants it is published in, and what was measured of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from advisor.domain.base import Frozen
from advisor.domain.tasks import Kind, Modality, Task

ON_HUB = "hub:"
"""How the name of a model on the Hugging Face hub begins, where it is not looked up in the catalog."""


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
    """The figure, in `unit`."""
    low: float
    """Lower end of the range, in `unit`."""
    high: float
    """Upper end of the range, in `unit`."""
    unit: str
    """Unit of the three figures."""
    basis: Basis
    """measured, looked-up or estimated."""
    note: str = ""
    """What the figure leaves out or assumes."""


class Architecture(Frozen):
    """The numbers that weights and KV cache follow from."""

    name: str | None = None
    """Name of the architecture."""
    n_layers: int | None = None
    """Layers."""
    hidden_size: int | None = None
    """Width of the hidden state."""
    n_heads: int | None = None
    """Attention heads."""
    n_kv_heads: int | None = None
    """Heads of keys and values."""
    head_dim: int | None = None
    """Width of a head."""
    vocab_size: int | None = None
    """Tokens in the vocabulary."""
    n_experts: int | None = None
    """Experts a layer, mixture of experts only."""
    n_experts_active: int | None = None
    """Experts used per token."""
    sliding_window: int | None = None
    """Tokens that a local attention layer sees."""
    attention: str | None = None
    """mha, gqa, mla, sliding, hybrid; None if unknown."""
    kv_bytes_per_token: float | None = None
    """Bytes of FP16 KV cache per token of context; an upper bound where `kv_exact` is false."""
    kv_exact: bool = False
    """Whether `kv_bytes_per_token` is exact and not an upper bound."""


class Variant(Frozen):
    """An artefact in which a model is published: a format and a precision."""

    variant_id: str
    """Repository or file that holds it."""
    model_id: str
    """Id of the model that it packages."""
    format: str
    """safetensors, gguf, mlx, onnx, awq, gptq, ..."""
    quantization: str
    """fp16, int8, q4_k_m, awq-int4, nvfp4, ..."""
    bits_per_weight: float
    """Mean bits a weight, scales included."""
    publisher: str | None = None
    """Who publishes it; None if unknown."""
    downloads: int | None = None
    """Downloads as the hub counts them; None if unknown."""
    published: bool = True
    """False for a variant that the user can make but that the catalog knows no repository for."""


class ModelRecord(Frozen):
    """A model as the catalog knows it: one row, after contradictions are resolved."""

    model_id: str
    """Hugging Face id where one exists, else publisher/name."""
    name: str
    """Name of the model."""
    organisation: str | None = None
    """Who publishes it; None if unknown."""
    kind: Kind
    """What the model is, and so which tasks it can be asked to do."""
    modalities: tuple[Modality, ...] = ()
    """What goes in."""
    tasks: tuple[Task, ...] = ()
    """Tasks it is made for; empty means every task of its kind."""
    params_total: int | None = None
    """Parameters in total, experts included; None if unknown."""
    params_active: int | None = None
    """Parameters used per token, mixture of experts only."""
    embedding_params: int | None = None
    """Parameters of the embedding table; None if unknown."""
    embed_dim: int | None = None
    """Width of the embedding, embedding models only."""
    context_tokens: int | None = None
    """Longest context, tokens; None if unknown."""
    languages: tuple[str, ...] = ()
    """ISO 639 codes; empty if not stated."""
    license_tag: str | None = None
    """License as published, lower case; None if none is stated."""
    license_told_by: str | None = None
    """Source of the license where a list of models tells it and its publisher was not read; None otherwise."""
    open_weights: bool | None = None
    """Whether the weights can be had; None if unknown."""
    gated: bool | None = None
    """Whether the download asks for consent first; None if unknown."""
    release_date: date | None = None
    """Day of release; None if unknown."""
    family: str | None = None
    """Family of models that it belongs to; None if unknown."""
    base_models: tuple[str, ...] = ()
    """Ids of the models that it was made from."""
    flags: tuple[str, ...] = ()
    """uncensored, merged, test, init-only, flagged, superseded, remote-code."""
    downloads: int | None = None
    """Downloads as the hub counts them; None if unknown."""
    architecture: Architecture = Field(default_factory=Architecture)
    """Numbers that weights and cache follow from."""
    gmacs: float | None = None
    """Vision: multiply-accumulates of one image, 1e9."""
    macts_m: float | None = None
    """Vision: activations of one image, 1e6."""
    image_size: int | None = None
    """Vision: pixels a side."""
    variants: tuple[Variant, ...] = ()
    """Artefacts in which it is published."""
    notes: tuple[str, ...] = ()
    """Facts that were corrected, and why."""
    source: str | None = None
    """Id of the source; None if unknown."""


class Result(Frozen):
    """One benchmark row."""

    model_id: str
    """Id of the model."""
    benchmark_id: str
    """Id of the benchmark."""
    benchmark: str
    """Suite and name of the benchmark."""
    task: Task | None = None
    """Task that the benchmark tests; None if it is none of the vocabulary."""
    score: float
    """Score, in `unit`."""
    unit: str
    """What the score is: points (0 to 100), percent error, ratio, raw."""
    higher_is_better: bool = True
    """Whether a higher score is better."""
    config: str = ""
    """Thinking effort, prompt or resolution; empty for the default."""
    measured_by: str
    """independent, official, submitted or self-reported."""
    source: str
    """Id of the source."""
    date: str | None = None
    """ISO date of the score; None if unknown."""
