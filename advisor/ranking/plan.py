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
from advisor.ranking.pace import pace
from advisor.sizing.cost import estimate_cost
from advisor.sizing.energy import POWER_SHARE
from advisor.sizing.memory import DEFAULT_TEXT, available_gib, memory_gib, overhead_gib
from advisor.sizing.quantization import engine_for, quality_loss, runs_on, standard_variants


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
    speed: Floats
    """(n,) tokens/s or items/s of the chosen variant; NaN where unknown."""
    latency_ms: Floats
    generates: Mask
    unsized: Mask
    """(n,) forecasters of unknown size: small as a kind (the largest known has 2.5B parameters), so let through
    with a note."""

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
    totals, weights, speeds, latencies = np.full((4, len(pool)), np.nan)
    limit = _memory_limit(need)
    for kind_code in np.unique(models.kind[pool]):
        rows = np.flatnonzero(models.kind[pool] == kind_code)
        kind = KINDS[kind_code]
        own = [option for option in _options(kind) if _runs(option, need)]
        if need.device is not None and need.device.kind is not DeviceKind.CPU:
            own = [option for option in own if option.quantization != "fp32"]
        parts = [_memory(models, need, pool[rows], kind, option) for option in own]
        total = np.stack([part[0] for part in parts])
        paces = [
            pace(models, need, pool[rows], kind, option.bits, option.quantization, gguf=option.format == "gguf")
            for option in own
        ]
        speed, latency = (np.stack(parts) for parts in zip(*paces, strict=True))
        fits = total <= limit
        quick = fits & _quick_enough(need, kind, speed, latency)
        chosen = np.where(quick.any(0), quick.argmax(0), np.where(fits.any(0), fits.argmax(0), len(own) - 1))
        unknown = np.isnan(total[0])
        chosen = np.where(unknown, 0, chosen)
        choice[rows] = chosen + len(options)
        totals[rows] = total[chosen, np.arange(len(rows))]
        weights[rows] = np.stack([part[1] for part in parts])[chosen, np.arange(len(rows))]
        speeds[rows] = speed[chosen, np.arange(len(rows))]
        latencies[rows] = latency[chosen, np.arange(len(rows))]
        options += own
    unsized = np.isnan(totals) & (models.kind[pool] == KINDS.index(Kind.FORECASTER))
    generates = models.kind[pool] == KINDS.index(Kind.GENERATIVE)
    return Plan(tuple(options), choice, totals, weights, speeds, latencies, generates, unsized)


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
    yield from _pace_checks(need, plan)
    device = need.device
    if asked.max_usd_per_month:
        cost = estimate_cost(device) if device else None
        month = np.full(len(plan.choice), cost.value if cost else np.nan)
        yield _bound("max_usd_per_month", month, asked.max_usd_per_month, "USD a month", most=True)
    if asked.max_joules_per_item:
        power = device.tdp_w * device.count * POWER_SHARE if device and device.tdp_w else np.nan
        joules = power / plan.speed * np.where(plan.generates, 1000 / asked.concurrency, 1)
        yield _bound("max_joules_per_item", joules, asked.max_joules_per_item, "J", most=True)


def _pace_checks(need: Need, plan: Plan) -> Iterator[Check]:
    asked = need.requirements
    if asked.min_tokens_per_s:
        speed = np.where(plan.generates, plan.speed, np.nan)
        yield _bound("min_tokens_per_s", speed, asked.min_tokens_per_s, "tokens/s", most=False)
    if asked.min_items_per_s:
        speed = np.where(plan.generates, np.nan, plan.speed)
        yield _bound("min_items_per_s", speed, asked.min_items_per_s, "items/s", most=False)
    if asked.max_latency_ms:
        yield _bound("max_latency_ms", plan.latency_ms, asked.max_latency_ms, "ms", most=True)


def _quick_enough(need: Need, kind: Kind, speed: Floats, latency: Floats) -> Mask:
    """(options, models) which variants keep the limits on pace."""
    asked = need.requirements
    least = asked.min_tokens_per_s if kind is Kind.GENERATIVE else asked.min_items_per_s
    ok = np.ones(speed.shape, bool)
    if least:
        ok &= speed >= least
    if asked.max_latency_ms:
        ok &= latency <= asked.max_latency_ms
    return ok


def _bound(constraint: str, values: Floats, limit: float, unit: str, *, most: bool) -> Check:
    """A limit that a model of unknown value does not keep."""
    fails: Mask = ~(values <= limit) if most else ~(values >= limit)
    needed = f"at {'most' if most else 'least'} {limit:,.4g} {unit}"
    return Check(
        constraint,
        fails,
        lambda i: (needed, "unknown" if np.isnan(values[i]) else f"{values[i]:,.3g} {unit}"),
        values / limit if most else limit / values,
    )


def _limit(constraint: str, values: Floats, limit: float, where: str, plan: Plan) -> Check:
    fails: Mask = ~(values <= limit) & ~plan.unsized

    def say(i: int) -> tuple[str, str]:
        if np.isnan(values[i]):
            return f"at most {limit:.1f} GiB {where}".strip(), "size unknown"
        option = plan.options[plan.choice[i]]
        return f"at most {limit:.1f} GiB {where}".strip(), f"{values[i]:.1f} GiB in {option.quantization}"

    return Check(constraint, fails, say, values / limit)


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


def _memory(models: ModelColumns, need: Need, pool: Pool, kind: Kind, option: Option) -> tuple[Floats, Floats]:
    """Total and weights, GiB."""
    stated = need.requirements.context_tokens
    asked = need.context_tokens if kind is Kind.GENERATIVE else stated or DEFAULT_TEXT
    parts = memory_gib(
        models.column("params_total")[pool],
        option.bits,
        models.column("kv_bytes_per_token")[pool],
        np.fmin(asked, models.column("context_tokens")[pool]),
        need.requirements.concurrency,
        kind,
        full_share=models.column("kv_full_share")[pool],
        window=models.column("kv_window")[pool],
        hidden_size=models.column("hidden_size")[pool],
        macts_m=models.column("macts_m")[pool],
        overhead=overhead_gib(engine_for(option.format, need.device, kind)),
    )
    return parts.total, parts.weights
