"""Which way to compress with: the fastest that is sure to lose little, or none."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.protocols import Metric


def advised(
    options: Sequence[Option], reference_name: str, settings: CompressSettings, metric: Metric
) -> OptionComparison:
    """The fastest way whose loss is small for sure, if it is faster or smaller than the model as it is.

    Args:
        options: every way that was tried.
        reference_name: name of the unchanged model among them.
        settings: how much may be lost.
        metric: the primary metric.

    Raises:
        NotAvailable: the unchanged model could not be measured.
    """
    reference = next((option for option in options if option.name == reference_name and option.quality), None)
    if reference is None:
        raise NotAvailable(f"the model could not be measured: {options[0].note}")
    safe = [one for one in options if one.difference and one.difference.low >= -settings.most_lost]
    kept = [one for one in safe if _gains(one, reference)]
    best = min(kept, key=lambda one: one.latency_ms or float("inf"), default=None)
    lost = f"at most {settings.most_lost:g} of {metric.name} is lost for sure"
    if best is None or best.difference is None:
        advice = f"Take none: no way is faster or smaller where {lost}."
        return OptionComparison(reference=reference_name, options=tuple(options), advice=advice, chosen=reference_name)
    advice = (
        f"Take {best.name}: {best.size_mib:.0f} instead of {reference.size_mib:.0f} MiB, "
        f"{best.latency_ms:.1f} instead of {reference.latency_ms:.1f} ms, {metric.name} changes by "
        f"{best.difference.value:+.3f} [{best.difference.low:+.3f}, {best.difference.high:+.3f}]."
    )
    return OptionComparison(reference=reference_name, options=tuple(options), advice=advice, chosen=best.name)


def _gains(option: Option, reference: Option) -> bool:
    """Whether it is a tenth smaller, or a tenth faster, without being slower."""
    if not (option.size_mib and reference.size_mib and option.latency_ms and reference.latency_ms):
        return False
    faster = option.latency_ms / reference.latency_ms
    return faster < 0.9 or (option.size_mib < 0.9 * reference.size_mib and faster < 1.1)
