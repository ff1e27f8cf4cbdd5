"""Which listed machine runs a model at the least rent, and how two machines compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.recommendation import Fit, Offer
from advisor.domain.tasks import Kind
from advisor.sizing.choice import whole
from advisor.sizing.cost import HOURS_A_MONTH, usd_per_million_tokens
from advisor.sizing.devices import DeviceBook
from advisor.sizing.losses import estimate_loss
from advisor.sizing.memory import context_of, estimate_memory
from advisor.sizing.quantization import runs_on
from advisor.sizing.report import variants_of
from advisor.sizing.speed import estimate_speed


def offers(
    record: ModelRecord,
    devices: DeviceBook,
    context_tokens: int | None = None,
    concurrency: int = 1,
    *,
    only: Sequence[Variant] = (),
    min_tokens_per_s: float | None = None,
    max_loss: float | None = None,
) -> list[Offer]:
    """The listed machines that run a model within the limits, each with the variant that fits whole, keeps them and
    would be recommended there, least rent first.

    Args:
        record: the model.
        devices: all devices, with the prices of machines for rent.
        context_tokens: tokens of a request.
        concurrency: requests at once.
        only: the variants to choose from, highest precision first; all if empty.
        min_tokens_per_s: least speed of one request.
        max_loss: most loss of score to quantisation, percent.
    """
    context = context_of(record, context_tokens)
    out = []
    for price in devices.prices:
        if price["hardware"] is None:
            continue
        machine = devices.parse(f"{price['count']}x {price['hardware']}" if price["count"] > 1 else price["hardware"])
        machine = machine.model_copy(update={"usd_per_hour": price["usd_per_hour"]})
        chosen = only or variants_of(record, machine)
        usable = [
            variant
            for variant in chosen
            if (variant.quantization != "fp32" or len(chosen) == 1)
            and runs_on(variant.format, variant.quantization, machine)[0]
        ]
        kept = [
            offer
            for variant in usable
            if (offer := _offer(record, variant, machine, price, context, concurrency, min_tokens_per_s, max_loss))
        ]
        verdicts = np.array([offer.memory.verdict for offer in kept], dtype=object)
        losses = [offer.quality_loss.value if offer.quality_loss else np.nan for offer in kept]
        generative = record.kind is Kind.GENERATIVE
        best = whole(verdicts == Fit.FITS, verdicts == Fit.TIGHT, losses, generative=generative) if kept else None
        if best is not None:
            out.append(kept[best])
    return sorted(out, key=lambda offer: (offer.usd_per_month, offer.provider, offer.instance))


def _offer(
    record: ModelRecord,
    variant: Variant,
    machine: Hardware,
    price: Mapping[str, Any],
    context: int,
    concurrency: int,
    min_tokens_per_s: float | None,
    max_loss: float | None,
) -> Offer | None:
    """One variant on one machine, if it fits whole and keeps the limits."""
    memory = estimate_memory(record, variant, machine, context, concurrency)
    if memory.verdict not in (Fit.FITS, Fit.TIGHT):
        return None
    loss = estimate_loss(variant, record)
    if max_loss is not None and (loss is None or loss.value > max_loss):
        return None
    speed = estimate_speed(record, variant, machine, context, concurrency)
    if min_tokens_per_s and (speed is None or speed.value < min_tokens_per_s):
        return None
    return Offer(
        provider=price["provider"], instance=price["instance"], hardware=_name(machine), as_of=price["as_of"],
        source=price["source_id"], usd_per_hour=price["usd_per_hour"],
        usd_per_month=round(price["usd_per_hour"] * HOURS_A_MONTH, 2), variant=variant, memory=memory, speed=speed,
        usd_per_million=usd_per_million_tokens(machine, speed, concurrency), quality_loss=loss,
    )  # fmt: skip


def _name(hardware: Hardware) -> str:
    return hardware.name if hardware.count == 1 else f"{hardware.count}x {hardware.name}"
