"""A sizing: the variants of a model on one device."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from advisor.cli.draw import words
from advisor.cli.draw.bars import share_bar
from advisor.cli.draw.layout import Name, bullets, heading, indented, labelled, table
from advisor.cli.draw.recommendation import device_line
from advisor.domain.recommendation import Fit, Sizing, VariantSizing

_BAR = 10
_UNKNOWN = "?"


def parts(sizing: Sizing) -> Iterator[RenderableType]:
    """Everything to draw."""
    yield labelled(
        [
            ("model", Name(sizing.model_id)),
            ("weights", Text(words.weights_read(sizing.weights_read)) if sizing.weights_read else None),
            ("device", Text(device_line(sizing.hardware))),
            ("load", Text(f"{sizing.load}, {sizing.concurrency} at once")),
            ("note", bullets(sizing.warnings)),
        ]
    )
    yield ""
    columns = [("", "left"), ("variant", "left"), ("GiB", "right"), ("memory", "left"), ("", "left"), ("speed", "left")]
    lines = [(">" if i == sizing.recommended else "", *_line(row)) for i, row in enumerate(sizing.variants)]
    if lines:
        yield indented(table(columns, lines, (1, None, 4, _BAR, 7, 15), expand=True))
        yield ""
    if sizing.recommended is None:
        yield indented(Text(_why_none(sizing), style="bold"))
        return
    yield from _recommended(sizing.variants[sizing.recommended])


def _why_none(sizing: Sizing) -> str:
    if not sizing.variants:
        return "It cannot be run on your own hardware."
    if all(row.memory.verdict is Fit.UNKNOWN for row in sizing.variants):
        return "Whether it runs on this device is not known."
    return "No variant of this model runs on this device."


def compared(sizing: Sizing, other: Sizing) -> Iterator[RenderableType]:
    """What the other device would run and how fast."""
    yield ""
    yield heading(f"On {device_line(other.hardware)}")
    if sizing.recommended is None or other.recommended is None:
        yield indented(Text("No variant of this model runs there."))
        return
    here, there = sizing.variants[sizing.recommended], other.variants[other.recommended]
    same = next((row for row in other.variants if row.variant == here.variant), None)
    yield labelled(
        [
            ("run", Text(words.variant_line(there.variant, there.engine))),
            ("memory", Text(words.memory(there.memory))),
            ("speed", Text(words.estimate(there.speed)) if there.speed else None),
            ("against", Text(_against(here, same)) if same else None),
        ]
    )


def _against(here: VariantSizing, there: VariantSizing) -> str:
    """How the same variant does on the other device."""
    variant = f"{here.variant.format} {here.variant.quantization}"
    if there.speed is None or here.speed is None:
        return f"{variant}: {words.FIT[there.memory.verdict]} there"
    return f"{variant}: {words.figure(there.speed.value / here.speed.value)} times the speed there"


def _line(row: VariantSizing) -> tuple[str, ...]:
    memory = row.memory
    sizes = [(memory.weights_gib or 0, "█"), (memory.kv_gib or 0, "▓"), (memory.overhead_gib or 0, "▒")]
    bar = share_bar(sizes, memory.available_gib, _BAR) if memory.available_gib else ""
    speed = f"{words.figure(row.speed.value)} {row.speed.unit}" if row.speed else "unknown"
    form = (
        row.variant.format
        if row.variant.format == row.variant.quantization
        else f"{row.variant.format} {row.variant.quantization}"
    )
    gib = _UNKNOWN if memory.verdict is Fit.UNKNOWN else words.gib(memory.total_gib)
    return f"{form} ({row.engine})", gib, bar, memory.verdict.value, speed


def _recommended(row: VariantSizing) -> Iterator[RenderableType]:
    given = [
        words.estimate(value) for value in (row.speed, row.latency, row.energy, row.cost, row.usd_per_million) if value
    ]
    yield heading("> Run this")
    yield labelled(
        [
            ("run", Text(words.variant_line(row.variant, row.engine))),
            ("memory", Text(f"{words.memory(row.memory)}\n{words.memory_parts(row.memory)}")),
            ("speed", Text("\n".join(given)) if given else None),
            ("room", Text(_room(row)) if row.largest_context or row.largest_concurrency else None),
            ("loss", words.loss(row.quality_loss)),
            ("note", Text(row.memory.note) if row.memory.note else None),
        ]
    )


def _room(row: VariantSizing) -> str:
    requests = row.largest_concurrency or 0
    plural = "" if requests == 1 else "s"
    if row.largest_context is None:
        return f"{requests:,} request{plural} of this one"
    return f"up to {row.largest_context:,} tokens of context, or {requests:,} request{plural} of this one"
