"""For every model of a pool the variant to run: the highest precision that the device and the limits take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.figures import duration, figure
from advisor.domain.hardware import DeviceKind
from advisor.domain.tasks import Kind
from advisor.features.need import Need
from advisor.ranking.constraints import Check, Mask, Pool
from advisor.ranking.index import KINDS, ModelColumns
from advisor.ranking.link import Floats
from advisor.ranking.pace import Pace, known_ids, pace
from advisor.sizing.choice import passed_over
from advisor.sizing.cost import estimate_cost
from advisor.sizing.energy import POWER_SHARE
from advisor.sizing.losses import quality_loss
from advisor.sizing.memory import (
    DEFAULT_CONTEXT,
    DEFAULT_TEXT,
    ROOMY,
    Parts,
    available_gib,
    host_params,
    memory_gib,
    overhead_gib,
)
from advisor.sizing.peaks import has_peaks, peaks
from advisor.sizing.quantization import Native, engine_for, natives, runs_on, standard_variants

_USUALLY_WIDE = 1e9
"""Parameters up to which encoders are published and run in full precision; larger ones come in 16 bits."""
_ROOM_GIB = 6.0
"""Memory that a model of images of 0.5 billion parameters takes with room to spare."""


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
    """(n,) models of unknown size that are small as a kind, so let through with a note: forecasters (the largest known
    has 2.5B parameters) and, where `_ROOM_GIB` are free, detectors and others of images (nine in ten known ones have
    less than 0.25B)."""

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
    pool, place = _distinct(models, need, pool)
    options: list[Option] = []
    choice = np.zeros(len(pool), np.int64)
    totals, weights, speeds, latencies = np.full((4, len(pool)), np.nan)
    shape = (len(KINDS), 1 + len(natives()), 2)
    native, gguf = (models.column(name)[pool].astype(int) for name in ("native", "gguf"))
    published = np.ravel_multi_index((models.kind[pool], native + 1, gguf), shape)
    for code in np.flatnonzero(np.bincount(published)):
        rows = np.flatnonzero(published == code)
        kind_code, native_code, converts = (int(part) for part in np.unravel_index(code, shape))
        low = natives()[native_code - 1] if native_code else None
        own = _options(KINDS[kind_code], need, low, gguf=bool(converts))
        chosen, *figures = _choose(models, need, pool[rows], KINDS[kind_code], own)
        choice[rows] = chosen + len(options)
        totals[rows], weights[rows], speeds[rows], latencies[rows] = figures
        options += own
    generates = models.kind[pool] == KINDS.index(Kind.GENERATIVE)
    small = models.kind[pool] == KINDS.index(Kind.FORECASTER)
    if _memory_limit(need) >= _ROOM_GIB:
        small |= models.kind[pool] == KINDS.index(Kind.VISION)
    unsized = np.isnan(totals) & small
    return Plan(
        tuple(options), choice[place], totals[place], weights[place], speeds[place], latencies[place],
        generates[place], unsized[place],
    )  # fmt: skip


def _choose(
    models: ModelColumns, need: Need, pool: Pool, kind: Kind, options: Sequence[Option]
) -> tuple[NDArray[np.int64], Floats, Floats, Floats, Floats]:
    """For models of one kind the option to run, and its total, weights, speed and latency.

    The first option that fits and keeps the limits on pace; else the first that fits; else the last. Of generative
    models, options that fit only just may be passed over. The pace is computed down to the first that does, no further.
    """
    parts = _memory(models, need, pool, kind, options)
    total, last, unknown = parts.total, len(options) - 1, np.isnan(parts.total[0])
    fits = total <= _memory_limit(need)
    if need.device is None and options[0].quantization == "fp32":
        fits[0] &= models.column("params_total")[pool] <= _USUALLY_WIDE
    if kind is Kind.GENERATIVE:
        roomy = fits & (total <= ROOMY * (available_gib(need.device) or np.inf))
        fits &= ~passed_over(fits, roomy, [option.loss for option in options])
    chosen = np.where(unknown, 0, np.where(fits.any(0), fits.argmax(0), last))
    speed, latency = np.full((2, *total.shape), np.nan)
    open_ = np.ones(len(pool), bool)
    for number, option in enumerate(options):
        tried = np.flatnonzero(open_ & (fits[number] | (chosen == number)))
        found = pace(models, need, pool[tried], kind, option.bits, option.quantization, gguf=option.format == "gguf")
        speed[number, tried], latency[number, tried] = found
        quick = tried[fits[number, tried] & _quick_enough(need, kind, found)]
        chosen[quick] = number
        open_[quick] = False
    at = (chosen, np.arange(len(pool)))
    return chosen, total[at], parts.weights[at], speed[at], latency[at]


def _distinct(models: ModelColumns, need: Need, pool: Pool) -> tuple[Pool, NDArray[np.int64]]:
    """One model of each build of a pool, and the place in these (len(pool),) of every model; a model of which figures
    are known on the device stands for itself alone."""
    build = models.build[pool].astype(np.int64)
    if need.device is not None and need.device.measured:
        known = np.isin(pool, models.find({figure.model_id for figure in need.device.measured}))
        build = np.where(known, len(models) + pool, build)
    first = np.full(2 * len(models), -1)
    first[build] = np.arange(len(pool))
    used = np.flatnonzero(first >= 0)
    place = np.empty_like(first)
    place[used] = np.arange(len(used))
    return pool[first[used]], place[build]


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


def _quick_enough(need: Need, kind: Kind, found: Pace) -> Mask:
    """(n,) which models keep the limits on pace."""
    asked = need.requirements
    least = asked.min_tokens_per_s if kind is Kind.GENERATIVE else asked.min_items_per_s
    ok = np.ones(found.speed.shape, bool)
    if least:
        ok &= found.speed >= least
    if asked.max_latency_ms:
        ok &= found.latency_ms <= asked.max_latency_ms
    return ok


def _bound(constraint: str, values: Floats, limit: float, unit: str, *, most: bool) -> Check:
    """A limit that a model of unknown value does not keep."""
    fails: Mask = ~(values <= limit) if most else ~(values >= limit)
    needed = f"at {'most' if most else 'least'} {_told(limit, unit)}"
    return Check(
        constraint,
        fails,
        lambda i: (needed, "unknown" if np.isnan(values[i]) else _told(float(f"{values[i]:.3g}"), unit)),
        values / limit if most else limit / values,
    )


def _told(value: float, unit: str) -> str:
    return duration(value) if unit == "ms" else f"{figure(value)} {unit}"


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


def _options(kind: Kind, need: Need, native: Native | None, *, gguf: bool) -> list[Option]:
    """What the device runs of models of one kind and published precision, in GGUF or not, highest precision first;
    fp32 only on a processor or where none is stated, there for small models alone."""
    out = []
    for form, quantization, bits in standard_variants(kind, native, gguf=gguf):
        if need.device is not None:
            too_wide = quantization == "fp32" and need.device.kind is not DeviceKind.CPU
            if too_wide or not runs_on(form, quantization, need.device)[0]:
                continue
        kept = native is not None and quantization in (native.quantization, native.gguf)
        loss = None if kept else quality_loss(quantization, kind)
        out.append(Option(form, quantization, bits, loss.typical if loss else 0.0))
    return out


def _memory(models: ModelColumns, need: Need, pool: Pool, kind: Kind, options: Sequence[Option]) -> Parts:
    """Parts that broadcast to (options, models), GiB."""
    stated = need.requirements.context_tokens
    asked = need.context_tokens if kind is Kind.GENERATIVE else stated or DEFAULT_TEXT
    parts = _parts(models, need, pool, kind, options, asked, need.requirements.concurrency)
    if need.device is None or not has_peaks(need.device):
        return parts
    usual = DEFAULT_CONTEXT if kind is Kind.GENERATIVE else DEFAULT_TEXT
    overhead = np.broadcast_to(parts.overhead, parts.total.shape).copy()
    for row, option in enumerate(options):

        def total(at: int, tokens: int, concurrency: int, option: Option = option) -> float:
            return float(_parts(models, need, pool[[at]], kind, [option], tokens or usual, concurrency).total[0, 0])

        for at, peak in peaks(need.device, known_ids(models, need.device, pool), option.quantization, total).items():
            overhead[row, at] = max(overhead[row, at] + peak.missing_gib, 0.0)
    return parts._replace(overhead=overhead)


def _parts(
    models: ModelColumns,
    need: Need,
    pool: Pool,
    kind: Kind,
    options: Sequence[Option],
    tokens: int,
    concurrency: int,
) -> Parts:
    tables = models.column("input_table")[pool]
    overhead = [
        overhead_gib(engine_for(each.format, need.device, kind), kind, each.format, need.device) for each in options
    ]
    return memory_gib(
        models.column("params_total")[pool],
        np.array([[option.bits] for option in options]),
        models.column("kv_bytes_per_token")[pool],
        np.fmin(tokens, models.column("context_tokens")[pool]),
        concurrency,
        kind,
        full_share=models.column("kv_full_share")[pool],
        window=models.column("kv_window")[pool],
        hidden_size=models.column("hidden_size")[pool],
        macts_m=models.column("macts_m")[pool],
        overhead=np.array(overhead)[:, None],
        host_params=np.array([host_params(tables, each.format, need.device) for each in options]),
    )
