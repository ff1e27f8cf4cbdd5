"""What was read from a text, and the phrase it was read from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Found:
    """A field of the requirements that the text states.

    `field` is the dotted path ("use.commercial"), `because` the phrase in the text, `confidence` from 0 to 1.
    """

    field: str
    value: Any
    because: str
    confidence: float
