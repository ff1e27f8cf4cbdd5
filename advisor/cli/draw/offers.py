"""Machines for rent that run a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.layout import indented, table
from advisor.domain.recommendation import Offer


def parts(offers: Sequence[Offer], n: int) -> Iterator[RenderableType]:
    """Everything to draw: the cheapest of `n` offers."""
    if not offers:
        yield indented(Text("No listed machine runs this model within these limits.", style="bold"))
        return
    columns = [("USD/month", "right"), ("machine", "left"), ("variant", "left"), ("speed", "left"), ("USD/1M", "right"),
               ("price of", "left")]  # fmt: skip
    yield indented(table(columns, (_line(offer) for offer in offers), (9, None, 12, 14, 7, 10), expand=True))
    yield indented(Text(f"{len(offers)} of {n}; listed rent around the clock, prices differ by provider and day"))


def _line(offer: Offer) -> tuple[str, ...]:
    speed = f"{words.figure(offer.speed.value)} {offer.speed.unit}" if offer.speed else "unknown"
    million = words.figure(offer.usd_per_million.value) if offer.usd_per_million else ""
    machine = f"{offer.provider} {offer.instance}: {offer.hardware}"
    return f"{offer.usd_per_month:,.0f}", machine, offer.variant.quantization, speed, million, offer.as_of or "undated"
