"""Which listed machine runs a model at the least rent, and how two machines compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.domain.hardware import Hardware
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.recommendation import Offer, Sizing
from advisor.sizing.cost import HOURS_A_MONTH
from advisor.sizing.devices import DeviceBook
from advisor.sizing.report import size_model


def offers(
    record: ModelRecord,
    devices: DeviceBook,
    context_tokens: int | None = None,
    concurrency: int = 1,
    *,
    only: Variant | None = None,
    min_tokens_per_s: float | None = None,
    max_loss: float | None = None,
) -> list[Offer]:
    """The listed machines that run a model within the limits, least rent first.

    Args:
        record: the model.
        devices: all devices, with the prices of machines for rent.
        context_tokens: tokens of a request.
        concurrency: requests at once.
        only: the one variant to run; any if None.
        min_tokens_per_s: least speed of one request.
        max_loss: most loss of score to quantisation, percent.
    """
    out = []
    for price in devices.prices:
        if price["hardware"] is None:
            continue
        machine = devices.parse(f"{price['count']}x {price['hardware']}" if price["count"] > 1 else price["hardware"])
        machine = machine.model_copy(update={"usd_per_hour": price["usd_per_hour"]})
        sizing = size_model(record, machine, context_tokens, concurrency, only=only)
        if offer := _offer(sizing, price, min_tokens_per_s, max_loss):
            out.append(offer)
    return sorted(out, key=lambda offer: (offer.usd_per_month, offer.provider, offer.instance))


def _offer(
    sizing: Sizing, price: Mapping[str, Any], min_tokens_per_s: float | None, max_loss: float | None
) -> Offer | None:
    """The first variant, highest precision first, that fits whole and keeps the limits."""
    for row in sizing.variants:
        loss = row.quality_loss.value if row.quality_loss else None
        if (
            row.memory.verdict not in ("fits", "tight")
            or (row.variant.quantization == "fp32" and len(sizing.variants) > 1)
            or (min_tokens_per_s and (row.speed is None or row.speed.value < min_tokens_per_s))
            or (max_loss is not None and (loss is None or loss > max_loss))
        ):
            continue
        return Offer(
            provider=price["provider"], instance=price["instance"], hardware=_name(sizing.hardware),
            as_of=price["as_of"], source=price["source_id"], usd_per_hour=price["usd_per_hour"],
            usd_per_month=round(price["usd_per_hour"] * HOURS_A_MONTH, 2), variant=row.variant, memory=row.memory,
            speed=row.speed, usd_per_million=row.usd_per_million, quality_loss=row.quality_loss,
        )  # fmt: skip
    return None


def _name(hardware: Hardware) -> str:
    return hardware.name if hardware.count == 1 else f"{hardware.count}x {hardware.name}"
