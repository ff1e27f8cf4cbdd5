"""Numbers as people write them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from advisor.domain.base import PositiveCount
from advisor.domain.figures import plain_number

_MAGNITUDES = {"K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


def number(text: str) -> int | float | str:
    """The number that a text writes ("7B" is 7,000,000,000); the text itself where it writes none."""
    written = text.strip().replace("_", "")
    scale = _MAGNITUDES.get(written[-1:].upper())
    plain = plain_number(written[:-1] if scale else written)
    try:
        value = json.loads(plain or "")
    except ValueError:
        return text
    if isinstance(value, bool) or not isinstance(value, int | float):
        return text
    scaled = value * (scale or 1)
    return int(scaled) if scale and float(scaled).is_integer() else scaled


def _parameters(value: Any) -> Any:
    """A text as the number that it writes; anything else as it is."""
    if not isinstance(value, str):
        return value
    meant = number(value)
    if isinstance(meant, str):
        raise ValueError('expected a number such as 7000000000 or "7B"')
    return meant


Parameters = Annotated[
    PositiveCount,
    BeforeValidator(
        _parameters,
        json_schema_input_type=PositiveCount | Annotated[str, Field(pattern=r"^\d+(\.\d+)?[KMBTkmbt]$")],
    ),
]
"""Parameters of a model: 7000000000, "7B"."""
