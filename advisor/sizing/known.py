"""Measured and published figures of the very model on the very device: they replace the estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from advisor.domain.hardware import Hardware
from advisor.domain.measured import Measured, Metric
from advisor.domain.model import Basis
from advisor.sizing.constants import Floats, Range
from advisor.sizing.quantization import measured_as


class Hit(NamedTuple):
    """A figure for the model at a position."""

    position: int
    figure: Measured


def hits(
    hardware: Hardware, metric: Metric, model_ids: Mapping[int, str], quantization: str, concurrency: int = 1
) -> list[Hit]:
    """The figures of a metric for models in one precision, what was measured here before what is published.

    Args:
        hardware: the device, with its figures.
        metric: what is asked.
        model_ids: by position, of the models that figures could be known of.
        quantization: the precision.
        concurrency: requests at once.
    """
    figures: dict[str, Measured] = {}
    wanted = measured_as(quantization)
    for figure in hardware.measured:
        if figure.metric is metric and figure.concurrency == concurrency and measured_as(figure.quantization) == wanted:
            before = figures.get(figure.model_id)
            if before is None or (before.basis is not Basis.MEASURED and figure.basis is Basis.MEASURED):
                figures[figure.model_id] = figure
    if not figures:
        return []
    return [Hit(i, figures[model_id]) for i, model_id in model_ids.items() if model_id in figures]


def replace(found: Range, known: Sequence[Hit], at_their_length: Floats) -> Range:
    """Estimates with the known figures put in.

    Args:
        found: estimates of n models.
        known: figures of some of them.
        at_their_length: (len(known),) estimates for the lengths that the figures are of; a figure of another length
            is scaled as the estimate is.
    """
    value, low, high = (np.array(part, float) for part in found)
    for hit, estimate in zip(known, at_their_length, strict=True):
        scale = value[hit.position] / estimate if estimate > 0 else 1.0
        i, figure = hit.position, hit.figure
        value[i], low[i], high[i] = figure.value * scale, figure.low * scale, figure.high * scale
    return Range(value, low, high)
