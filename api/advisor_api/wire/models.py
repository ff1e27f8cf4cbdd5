"""Models of the catalog on the wire."""

from __future__ import annotations

from datetime import date

from advisor.domain.base import Frozen
from advisor.domain.model import ModelRecord, Result
from advisor.domain.tasks import Kind


class ModelSummary(Frozen):
    """A model in a list."""

    model_id: str
    """Id of the model, "organisation/name"."""
    kind: Kind
    """What the model is, and so which tasks it can be asked to do."""
    params_total: int | None = None
    """Parameters in total, experts included; null if unknown."""
    license_tag: str | None = None
    """License as published; null if none is stated."""
    release_date: date | None = None
    """Day of release; null if unknown."""
    downloads: int | None = None
    """Downloads as the hub counts them; null if unknown."""
    open_weights: bool | None = None
    """Whether the weights can be had; null if unknown."""
    n_results: int
    """Benchmark results that the catalog holds."""


class ModelPage(Frozen):
    """Some of the models that match, most downloaded first."""

    models: tuple[ModelSummary, ...]
    """The models of this page."""
    offset: int
    """Models left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""


class ModelDetail(Frozen):
    """All that the catalog holds of a model."""

    model: ModelRecord
    """The model and the variants it is published in."""
    results: tuple[Result, ...]
    """Its scores on whole benchmarks, each with who measured it and the source."""
