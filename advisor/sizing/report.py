"""The sizing of one model on one device: every variant that runs there, what each needs and does, and which to
run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.recommendation import Fit, Sized, Sizing, VariantSizing
from advisor.domain.tasks import Kind
from advisor.sizing.choice import quickest_alike, whole
from advisor.sizing.cost import estimate_cost, usd_per_million_tokens
from advisor.sizing.devices import assumed_of
from advisor.sizing.energy import estimate_energy
from advisor.sizing.engines import engine_of, goes_into_gguf
from advisor.sizing.losses import estimate_loss
from advisor.sizing.memory import context_of, estimate_memory, largest_concurrency, largest_context
from advisor.sizing.mixtures import is_mixture
from advisor.sizing.quantization import (
    bits_per_weight,
    keeps_native,
    native,
    runs_on,
    sized,
    standard_variants,
)
from advisor.sizing.speed import estimate_latency, estimate_speed

_PUBLISHED_AT_MOST = 8
_WHOLE = {("safetensors", "bf16"), ("safetensors", "fp16")}


def size_model(
    record: ModelRecord,
    hardware: Hardware,
    context_tokens: int | None = None,
    concurrency: int = 1,
    *,
    only: Sequence[Variant] = (),
    cache_type: str = "fp16",
    stated: Variant | None = None,
) -> Sizing:
    """Size the standard variants and the most downloaded published ones that the device runs, highest precision
    first; of files, these alone.

    Recommended is the highest precision that fits, of a generative model unless it only just does and one with room
    loses little more; else, of those that run split over device and host, the quickest that loses little more. A
    variant that was asked for by name (`stated`) is shown instead, if the device runs it at all.
    """
    context = context_of(record, context_tokens)
    chosen = only or variants_of(record, hardware)
    runs, why = runs_on(stated.format, stated.quantization, hardware) if stated else (False, "")
    if stated and runs:
        chosen = with_stated(chosen, stated)
    rows = [size_variant(record, variant, hardware, context, concurrency, cache_type) for variant in chosen]
    warnings = list(record.notes) if only else []
    if reason := why_unsized(record):
        warnings.append(reason)
    elif record.params_active is None and is_mixture(record.architecture):
        warnings.append("active parameters not known: speed is that of a dense model of its size, a mixture is faster")
    if context_tokens and context < context_tokens:
        warnings.append(f"the model takes at most {context:,} tokens of context")
    if "orphan-quantization" in record.flags and not only:
        warnings.append("its own files are quantised: the rows are its model, as large as its base, in each precision")
    if record.kind is Kind.GENERATIVE and record.params_total and not record.context_tokens:
        warnings.append("how long a context the model takes is not known")
    if assumed := assumed_of(hardware):
        warnings.append(f"device: {assumed}")
    if hardware.memory_bandwidth_gb_s is None:
        warnings.append(f"memory bandwidth of {hardware.name} not known: speed is unknown or rough")
    recommended = _recommended(record.kind, rows)
    if stated:
        recommended, note = _as_stated(rows, recommended, stated, None if runs else why)
        warnings += note
    return Sizing(
        model_id=record.model_id,
        hardware=hardware,
        context_tokens=context,
        concurrency=concurrency,
        load=load_of(record, context),
        variants=tuple(rows),
        recommended=recommended,
        warnings=tuple(warnings),
    )


def with_stated(chosen: Sequence[Variant], stated: Variant) -> list[Variant]:
    """Variants with the one that is asked for in its place by precision, instead of another of its kind."""
    kind = stated.format, stated.quantization
    others = [variant for variant in chosen if (variant.format, variant.quantization) != kind]
    place = sum(variant.bits_per_weight >= stated.bits_per_weight for variant in others)
    return [*others[:place], stated, *others[place:]]


def _as_stated(
    rows: Sequence[VariantSizing], recommended: int | None, stated: Variant, why_not: str | None
) -> tuple[int | None, list[str]]:
    """The variant to show where one is asked for, and what to say of it."""
    name = stated.quantization if stated.format in stated.quantization else f"{stated.format} {stated.quantization}"
    if why_not is not None:
        return recommended, [f"{name} as named does not run here: {why_not}"]
    place = next(i for i, row in enumerate(rows) if row.variant == stated)
    if rows[place].memory.verdict is Fit.NO:
        return recommended, [f"{name} as named does not fit"]
    if recommended in (None, place):
        return place, []
    better = rows[recommended].variant
    return place, [f"{name} as named; unasked it would be {better.format} {better.quantization}"]


def unplaced(record: ModelRecord, context_tokens: int | None = None, concurrency: int = 1) -> Sized:
    """The model under a load, on no device: without variants, which depend on what a device runs."""
    reason = why_unsized(record)
    return Sized(
        model_id=record.model_id,
        context_tokens=(context := context_of(record, context_tokens)),
        concurrency=concurrency,
        load=load_of(record, context),
        variants=(),
        warnings=(reason,) if reason else (),
    )


def load_of(record: ModelRecord, context_tokens: int) -> str:
    """What one request to a model is: an image has no tokens."""
    if record.kind is not Kind.VISION:
        return f"{context_tokens:,} tokens of context"
    return f"an image of {record.image_size} x {record.image_size} pixels" if record.image_size else "an image"


def why_unsized(record: ModelRecord) -> str | None:
    """What keeps a model from being sized on any device, None if nothing does."""
    if record.open_weights is False:
        return "its weights are not published: it runs at its provider alone, on no hardware of yours"
    if not record.params_total:
        return "number of parameters not known: memory and speed cannot be estimated"
    return None


def size_variant(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware,
    context_tokens: int | None = None,
    concurrency: int = 1,
    cache_type: str = "fp16",
) -> VariantSizing:
    """What one variant needs and does on a device."""
    memory = estimate_memory(record, variant, hardware, context_tokens, concurrency, cache_type)
    runs = memory.verdict is not Fit.NO
    speed = estimate_speed(record, variant, hardware, context_tokens, concurrency) if runs else None
    return VariantSizing(
        variant=variant,
        engine=engine_of(record, variant.format, hardware),
        memory=memory,
        speed=speed,
        latency=estimate_latency(record, variant, hardware, context_tokens, concurrency, speed=speed) if runs else None,
        energy=estimate_energy(record.kind, speed, hardware, concurrency),
        cost=estimate_cost(hardware),
        usd_per_million=usd_per_million_tokens(hardware, speed, concurrency),
        quality_loss=estimate_loss(variant, record),
        largest_context=largest_context(record, variant, hardware, concurrency, cache_type) if runs else None,
        largest_concurrency=largest_concurrency(record, variant, hardware, context_tokens, cache_type)
        if runs
        else None,
    )


def variants_of(record: ModelRecord, hardware: Hardware) -> list[Variant]:
    """Variants that a device runs, highest precision first: what anybody can make, and the most downloaded of what is
    published, but for copies in the full precision of the publisher's own files; of a closed model none."""
    if record.open_weights is False:
        return []
    published = sorted(record.variants, key=lambda variant: (-(variant.downloads or 0), variant.variant_id))
    published = [
        variant
        for variant in published
        if (variant.format, variant.quantization) not in _WHOLE
        and runs_on(variant.format, variant.quantization, hardware)[0]
    ]
    chosen: dict[tuple[str, str], Variant] = {}
    for variant in published:
        if len(chosen) < _PUBLISHED_AT_MOST:
            chosen.setdefault((variant.format, variant.quantization), variant)
    own = native(record)
    kept_by_others = any(variant.format == "gguf" and keeps_native(variant, record) for variant in chosen.values())
    for form, quantization, bits in standard_variants(record.kind, own, gguf=goes_into_gguf(record.architecture.name)):
        if not runs_on(form, quantization, hardware)[0]:
            continue
        publishers = form == "safetensors"
        made = Variant(
            variant_id=record.model_id if publishers else f"{record.model_id} as {form.upper()} {quantization}",
            model_id=record.model_id,
            format=form,
            quantization=quantization,
            bits_per_weight=bits,
            published=publishers,
        )
        if not (kept_by_others and form == "gguf" and keeps_native(made, record)):
            chosen.setdefault((form, quantization), made)
    most = own.bits if own else np.inf

    def order(variant: Variant) -> tuple[float, bool, bool, float, str, str]:
        """Highest precision first, which is no higher than that of what was published; of equal ones those that lose
        nothing, the publisher's own, then what loses least by its name."""
        kept = keeps_native(variant, record)
        bits, nominal = variant.bits_per_weight, bits_per_weight(variant.quantization) or variant.bits_per_weight
        precision = most if kept else min(bits, most)
        return -precision, not kept, variant.variant_id != record.model_id, -nominal, variant.format, variant.variant_id

    return sorted((sized(variant, record) for variant in chosen.values()), key=order)


def _recommended(kind: Kind, rows: list[VariantSizing]) -> int | None:
    """FP32 only where there is nothing smaller: a file of the user's own."""
    usable = [position for position, row in enumerate(rows) if row.variant.quantization != "fp32"]
    usable = usable or list(range(len(rows)))
    verdicts = np.array([rows[position].memory.verdict for position in usable], dtype=object)
    losses = [loss.value if loss else np.nan for loss in (rows[position].quality_loss for position in usable)]
    speeds = [speed.value if speed else np.nan for speed in (rows[position].speed for position in usable)]
    first = whole(verdicts == Fit.FITS, verdicts == Fit.TIGHT, losses, generative=kind is Kind.GENERATIVE)
    if first is not None:
        return usable[first]
    split = np.flatnonzero(verdicts == Fit.SPLIT)
    return usable[quickest_alike(split, losses, speeds)] if len(split) else None
