"""Kept measurements on the wire."""

from __future__ import annotations

from advisor.domain.base import Frozen
from advisor.domain.measurement import Measurement


class MeasurementPage(Frozen):
    """Some of the measurements, oldest first."""

    measurements: tuple[Measurement, ...]
    """The measurements of this page."""
    offset: int
    """Measurements left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""
