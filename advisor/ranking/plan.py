"""For every model of a pool the variant to run: the highest precision that the device and the limits take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.hardware import DeviceKind
from advisor.domain.tasks import Kind
from advisor.features.need import Need
from advisor.ranking.constraints import Check, Mask, Pool
from advisor.ranking.index import KINDS, ModelColumns
from advisor.ranking.link import Floats
from advisor.sizing.memory import available_gib, memory_gib
from advisor.sizing.quantization import quality_loss, runs_on, standard_variants

_ENCODER_CONTEXT = 512
"""Tokens of one text where the request states no context and the model does not generate."""


class Option(NamedTuple):
    """A variant that a user can run or make."""

    format: str
    quantization: str
    bits: float
    loss: float
    """Expected loss of score, percent."""


class Plan(NamedTuple):
    """The chosen variant of every model of a pool."""

    options: tuple[Option, ...]
    choice: NDArray[np.int64]
    """(n,) index into `options`; where nothing fits, that of the smallest."""
    total_gib: Floats
    """(n,) memory of the chosen variant; NaN where the size is unknown."""
    weights_gib: Floats
    unsized: Mask
    """(n,) forecasters of unknown size: small as a kind (the largest known has 2.5B parameters), so let through with a note."""

    def loss(self) -> Floats:
        """(n,) expected loss of score of the chosen variant, percent."""
        return np.array([option.loss for option in self.options])[self.choice]


def plan_variants(models: ModelColumns, need: Need, pool: Pool) -> Plan:
    """Choose a variant for every model of the pool, by memory.

    Args:
        models: all models.
        need: device, context and limits.
        pool: (n,) indices of the models.
    """
    options: list[Option] = []
    choice = np.zeros(len(pool), np.int64)
    totals, weights = np.full(len(pool), np.nan), np.full(len(pool), np.nan)
    limit = _memory_limit(need)
    for kind_code in np.unique(models.kind[pool]):
        rows = np.flatnonzero(models.kind[pool] == kind_code)
        kind = KINDS[kind_code]
        own = [option for option in _options(kind) if _runs(option, need)]
        if need.device is not None and need.device.kind is not DeviceKind.CPU:
            own = [option for option in own if option.quantization != "fp32"]
        parts = [_memory(models, need, pool[rows], kind, option.bits) for option in own]
        total = np.stack([part[0] for part in parts])
        fits = total <= limit
        chosen = np.where(fits.any(0), fits.argmax(0), len(own) - 1)
        unknown = np.isnan(total[0])
        chosen = np.where(unknown, 0, chosen)
        choice[rows] = chosen + len(options)
        totals[rows] = total[chosen, np.arange(len(rows))]
        weights[rows] = np.stack([part[1] for part in parts])[chosen, np.arange(len(rows))]
        options += own
    unsized = np.isnan(totals) & (models.kind[pool] == KINDS.index(Kind.FORECASTER))
    return Plan(tuple(options), choice, totals, weights, unsized)


def device_checks(need: Need, plan: Plan) -> Iterator[Check]:
    """The constraints that depend on the device and the variant."""
    asked = need.requirements
    available = available_gib(need.device)
    if available is not None:
        device = need.device
        assert device is not None
        yield _limit("hardware", plan.total_gib, available, f"on {device.name}", plan)
    if asked.max_memory_gib:
        yield _limit("max_memory_gib", plan.total_gib, asked.max_memory_gib, "", plan)
    if asked.max_disk_gib:
        yield _limit("max_disk_gib", plan.weights_gib, asked.max_disk_gib, "of disk", plan)


def _limit(constraint: str, values: Floats, limit: float, where: str, plan: Plan) -> Check:
    fails: Mask = ~(values <= limit) & ~plan.unsized

    def say(i: int) -> tuple[str, str]:
        if np.isnan(values[i]):
            return f"at most {limit:.1f} GiB {where}".strip(), "size unknown"
        option = plan.options[plan.choice[i]]
        return f"at most {limit:.1f} GiB {where}".strip(), f"{values[i]:.1f} GiB in {option.quantization}"

    return Check(constraint, fails, say)


def _memory_limit(need: Need) -> float:
    limits = [available_gib(need.device), need.requirements.max_memory_gib]
    return min((limit for limit in limits if limit is not None), default=np.inf)


def _options(kind: Kind) -> list[Option]:
    out = []
    for form, quantization, bits in standard_variants(kind):
        loss = quality_loss(quantization)
        out.append(Option(form, quantization, bits, loss.typical if loss else 0.0))
    return out


def _runs(option: Option, need: Need) -> bool:
    return need.device is None or runs_on(option.format, option.quantization, need.device)[0]


def _memory(models: ModelColumns, need: Need, pool: Pool, kind: Kind, bits: float) -> tuple[Floats, Floats]:
    """Total and weights, GiB."""
    stated = need.requirements.context_tokens
    asked = need.context_tokens if kind is Kind.GENERATIVE else stated or _ENCODER_CONTEXT
    parts = memory_gib(
        models.column("params_total")[pool],
        bits,
        models.column("kv_bytes_per_token")[pool],
        np.fmin(asked, models.column("context_tokens")[pool]),
        need.requirements.concurrency,
        kind,
        full_share=models.column("kv_full_share")[pool],
        window=models.column("kv_window")[pool],
        hidden_size=models.column("hidden_size")[pool],
        macts_m=models.column("macts_m")[pool],
    )
    return parts.total, parts.weights
