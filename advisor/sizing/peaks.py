"""Memory that models were measured to take on a device: it replaces the estimate, by way of the overhead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from advisor.domain.hardware import Hardware
from advisor.domain.measured import Measured, Metric
from advisor.sizing.quantization import measured_as

RANGE = (0.92, 1.09)
"""80 % of the 62 configurations that the shipped measurements hold several times differ by no more."""


class Peak(NamedTuple):
    """A measured peak, and what the estimate lacks of it."""

    missing_gib: float
    """Measured less estimated for the load that was measured, GiB; of overhead, whatever the load."""
    figure: Measured


def has_peaks(hardware: Hardware | None) -> bool:
    """Whether the memory of any model was measured on a device."""
    return hardware is not None and any(figure.metric is Metric.PEAK_MEMORY for figure in hardware.measured)


def peaks(
    hardware: Hardware | None,
    model_ids: Mapping[int, str],
    quantization: str,
    total_gib: Callable[[int, int, int], float],
) -> dict[int, Peak]:
    """The measured peaks of models in one precision, by position.

    Args:
        hardware: the device.
        model_ids: by position.
        quantization: of the variant.
        total_gib: the estimate for the model at a position, for tokens of a request (0: not known) and requests at
            once.
    """
    if hardware is None or not has_peaks(hardware):
        return {}
    wanted = measured_as(quantization)
    figures: dict[str, Measured] = {}
    for figure in hardware.measured:
        if figure.metric is Metric.PEAK_MEMORY and measured_as(figure.quantization) == wanted:
            figures.setdefault(figure.model_id, figure)
    return {
        position: Peak(found.value - total_gib(position, found.context_tokens, found.concurrency), found)
        for position, model_id in model_ids.items()
        if (found := figures.get(model_id))
    }
