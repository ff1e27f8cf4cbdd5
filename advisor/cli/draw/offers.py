"""Machines for rent that run a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.layout import Name, indented, labelled, table
from advisor.domain.recommendation import Offer, WeightsRead


def parts(
    offers: Sequence[Offer], n: int, load: str, weights: WeightsRead | None = None, why_none: str | None = None
) -> Iterator[RenderableType]:
    """Everything to draw: the cheapest of `n` offers, and where the weights of the model were read; of none, why."""
    if not offers:
        yield indented(Text("No listed machine runs this model within these limits.", style="bold"))
        if why_none:
            yield indented(Text(why_none))
        return
    unit = next((offer.speed.unit for offer in offers if offer.speed), "speed")
    columns = [("USD/month", "right"), ("machine", "left"), ("variant", "left"), (unit, "right"), ("USD/1M", "right"),
               ("price of", "left")]  # fmt: skip
    widths = (9, None, 8, max(len(unit), 7), 6, 10)
    read = Text(words.weights_read(weights)) if weights else None
    yield labelled([("model", Name(offers[0].variant.model_id)), ("weights", read), ("load", Text(load))])
    yield ""
    yield indented(table(columns, (_line(offer) for offer in offers), widths, expand=True))
    yield ""
    yield indented(Text(f"{len(offers)} of {n} machines; rent around the clock, prices differ by day and region"))


def _line(offer: Offer) -> tuple[str, ...]:
    speed = words.figure(offer.speed.value) if offer.speed else "unknown"
    million = words.figure(offer.usd_per_million.value) if offer.usd_per_million else ""
    rent, day = f"{offer.usd_per_month:,.0f}", offer.as_of or "undated"
    return rent, _machine(offer), offer.variant.quantization, speed, million, day


def _machine(offer: Offer) -> str:
    """Provider and instance, and the device where its name is not in that of the instance."""
    machine = f"{offer.provider} {offer.instance}"
    return machine if offer.hardware.casefold() in machine.casefold() else f"{machine}: {offer.hardware}"
