"""Slices of a card that NVIDIA's MIG cuts: "H100 MIG 1g.10gb"."""

from __future__ import annotations

import re
from typing import NamedTuple

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.hardware import Hardware

_SLICE = re.compile(
    r"\s*[-,(]?\s*(?:mig\s*[-:]?\s*)?(?<![a-z0-9])([1-7])g\.(\d{1,3})gb\)?(?:\s+(?:mig|slice|instance)\b)?", re.I
)
_PART = re.compile(
    r"^\s*(?:(?:a|one)\s+)?(?:half|third|quarter|fraction|part|slice|share|\d/\d|[\u00bc-\u00be])\s+(?:of\s+)?(?:an?|the|one|my|our)\s",
    re.I,
)
_CUTS = re.compile(r"\b(?:[AH][138]0{1,2}|GH200|H200|H20|G?B[23]00|RTX PRO [56]000)\b")
"""Cards that MIG cuts."""
_COMPUTE, _MEMORY = 7, 8
"""Parts that MIG cuts the processors (of the smaller cards four) and the memory of a card into, bandwidth as memory."""


class Slice(NamedTuple):
    """A profile of MIG and the card that it is cut from."""

    card: str
    compute: int
    """Sevenths of the processors."""
    memory_gib: float


def named(text: str) -> Slice | None:
    """The slice that a text names; None if it names none."""
    match = _SLICE.search(text)
    if not match:
        return None
    card = f"{text[: match.start()]} {text[match.end() :]}".strip()
    return Slice(card, int(match[1]), float(match[2])) if card else None


def of_part(text: str) -> bool:
    """Whether a text means a part of a device: "half an A100"."""
    return bool(_PART.match(text))


def cut(card: Hardware, wanted: Slice, text: str) -> Hardware:
    """The slice as a device: its memory, and its shares of throughput, bandwidth and power.

    Raises:
        InvalidInput: the card has no MIG, or less memory than the slice.
    """
    if not _CUTS.search(card.name) or wanted.memory_gib > card.memory_gib:
        problem = f"{text!r}: {card.name} with {card.memory_gib:g} GB has no such slice"
        raise InvalidInput([Problem("hardware", problem, "a profile of the card, as in A100 MIG 3g.20gb")])
    of = 4 if re.search(r"\b(?:A30|RTX PRO)\b", card.name) else _COMPUTE
    parts = max(1, round(_MEMORY * wanted.memory_gib / card.memory_gib))
    compute, share = min(1.0, wanted.compute / of), parts / _MEMORY
    shares = f"{wanted.compute} of {of} parts of its processors, {parts} of {_MEMORY} of its memory"
    return card.model_copy(
        update={
            "name": f"{card.name} MIG {wanted.compute}g.{wanted.memory_gib:g}gb",
            "memory_gib": wanted.memory_gib,
            "memory_bandwidth_gb_s": card.memory_bandwidth_gb_s and card.memory_bandwidth_gb_s * share,
            "fp16_tflops": card.fp16_tflops and card.fp16_tflops * compute,
            "tdp_w": card.tdp_w and card.tdp_w * compute,
            "usd_per_hour": None,
            "levels": (),
            "measured": (),
            "source": f"a slice of {card.name}: {shares}; {card.source}"[:200],
        }
    )
