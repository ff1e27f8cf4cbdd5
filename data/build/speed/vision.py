"""Speed of image models: prices of operations by class and device, effects of models, and how far off all that is.

What is chosen for a hidden group is chosen without it: prices, effects and the plain formula alike.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from advisor.sizing.operations import counted, rates
from advisor.sizing.vision import against_plain, plain_parts
from data.build.speed.figures import Line, covered, even_spread, spread
from data.build.speed.runs import Floats, Mask, Names, paths

EFFECT_TRUST = 0.3
"""Devices that the expectation of an architecture's effect of 1 is worth."""
PULL = 0.02
"""How strongly the prices of a device's operations are drawn to those of its class, and these to 1, in log."""
HIDDEN = {
    "unseen device": ("unseen", "ran"),
    "unseen device, family run nowhere": ("unseen", "counted"),
    "unseen device, family run nowhere, not counted": ("unseen", "plain"),
    "known device, family not run on it": ("known", "ran"),
    "known device, family run nowhere": ("known", "counted"),
    "known device, timm module run nowhere": ("known", ""),
    "known device, family run nowhere, not counted": ("known", "plain"),
}
"""What is hidden in turn, and the range that it sets: of devices, and of models that ran elsewhere, were counted, or
have nothing but their size."""
_FOLDS = 5
_RUNS = """
SELECT
    median(m.value), any_value(t.gmacs), any_value(t.params), any_value(coalesce(h.fp16_tflops, h.fp32_tflops)),
    any_value(h.memory_bandwidth_gb_s), any_value(t.macts_m), m.hardware, any_value(h.kind), m.model_raw, m.image_size,
    any_value(t.module)
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
JOIN (
    SELECT
        regexp_replace(name, '\\..*', '') AS arch, image_size, min(gmacs) AS gmacs, min(macts_m) AS macts_m,
        min(params_total) AS params, min(family) AS module
    FROM read_parquet($models) WHERE gmacs > 0 AND macts_m > 0 GROUP BY ALL
) t ON t.arch = m.model_raw AND t.image_size = m.image_size
WHERE m.source_id = 'timm-throughput' AND NOT list_has_any(m.flags, ['training', 'channels-last'])
    AND (h.kind = 'cpu' OR NOT list_contains(m.flags, 'compiled'))
GROUP BY m.hardware, m.model_raw, m.image_size
ORDER BY ALL
"""


class Vision(NamedTuple):
    """Measured throughput of image models on devices of one class, one entry a device, architecture and input size."""

    value: Floats
    gmacs: Floats
    params: Floats
    tflops: Floats
    bandwidth: Floats
    macts: Floats
    """Activations of one image, 1e6."""
    devices: Names
    models: Names
    """Architecture @ pixels."""
    families: Names
    """First letters of the architecture's name."""
    modules: Names
    """The part of timm that defines it: several families each."""
    work: Floats
    """(n, 20), see `advisor.sizing.operations`."""
    processor: bool

    def of(self, chosen: Mask) -> Vision:
        """The entries marked."""
        return Vision(*(part if isinstance(part, bool) else part[chosen] for part in self))

    @property
    def parts(self) -> Floats:
        """(n, 21) times of the operations on the devices that ran."""
        each = rates(self.tflops, self.bandwidth, processor=self.processor)
        return np.hstack([self.work, np.ones((len(self.work), 1))]) * each

    def plain(self, values: Floats) -> Floats:
        """(n, 3) times of the plain formula."""
        return plain_parts(self.gmacs, self.params, self.tflops, self.bandwidth, values)

    def known(self, effects: dict[str, float]) -> Floats:
        """(n,) the effects of the models; 0 where there are none."""
        return np.array([effects.get(model, 0.0) for model in self.models])


class Fitted(NamedTuple):
    """What one fit gives."""

    values: Floats
    """(3,) what tells activations in the plain formula."""
    plain: Floats
    """(3,) prices of the plain formula, all devices together."""
    operations: Floats
    """(21,) prices of operations, all devices together."""
    effects: dict[str, float]
    devices: dict[str, dict[str, Any]]
    """By device `figures` (its TFLOPS and GB/s), and its own prices: `plain` and `operations`."""


def read_vision() -> tuple[Vision, Vision]:
    """The runs of timm that the estimator is about, on GPUs and on processors: plain layout, the latter compiled."""
    with duckdb.connect() as con:
        rows = con.execute(_RUNS, paths(runs="measurements", hardware="hardware", models="models")).fetchall()
    row_of, table = counted()
    models = [f"{row[8]}@{row[9]}" for row in rows]
    everything = Vision(
        *(np.array([row[i] for row in rows], float) for i in range(6)),
        np.array([row[6] for row in rows]),
        np.array(models),
        np.array([re.findall(r"[a-z]+", row[8])[0] for row in rows]),
        np.array([row[10] for row in rows]),
        table[[row_of[model] for model in models]],
        processor=False,
    )
    processor = np.array([row[7] == "cpu" for row in rows])
    return everything.of(~processor), everything.of(processor)._replace(processor=True)


def fit(runs: Vision) -> Fitted:
    """Fit to some runs of a class."""
    values = fit_values(runs)
    plain = fit_prices(runs.plain(values), runs.value)
    everywhere = fit_prices(runs.parts, runs.value, PULL)
    left: dict[str, list[float]] = {}
    names = sorted(set(runs.devices))
    for name in names:
        own = runs.of(runs.devices == name)
        over = np.log(own.parts @ fit_prices(own.parts, own.value, PULL, everywhere) * own.value)
        for model, value in zip(own.models, over, strict=True):
            left.setdefault(str(model), []).append(float(value))
    effects = {model: sum(over) / (len(over) + EFFECT_TRUST) for model, over in sorted(left.items())}
    devices = {str(name): _device(runs.of(runs.devices == name), values, effects, everywhere) for name in names}
    return Fitted(values, plain, everywhere, effects, devices)


def _device(own: Vision, values: Floats, effects: dict[str, float], start: Floats) -> dict[str, Any]:
    """What is known of a device after its runs, beside the effects of its models."""
    return {
        "figures": [float(own.tflops[0]), float(own.bandwidth[0])],
        "plain": fit_prices(own.plain(values), own.value),
        "operations": fit_prices(own.parts, own.value / np.exp(own.known(effects)), PULL, start),
    }


def fit_values(runs: Vision) -> Floats:
    """How activations follow from multiply-accumulates and parameters, see `plain_parts`; a model counts once."""
    _, first = np.unique(runs.models, return_index=True)
    known = np.stack([np.log(runs.gmacs), np.log(runs.params / 1e6), np.ones(len(runs.value))], 1)[first]
    target = np.log(runs.macts[first])
    return np.asarray(least_squares(lambda x: known @ x - target, np.ones(3), loss="soft_l1", f_scale=0.3).x)


def fit_prices(times: Floats, value: Floats, pull: float = 0.0, start: Floats | None = None) -> Floats:
    """(k,) positive prices of (n, k) times by which their sum is that of an image, drawn to `start` (or 1)."""
    begin = np.log(start) if start is not None else np.zeros(times.shape[1])
    strength = pull * np.sqrt(len(value) / 100)

    def residual(x: Floats) -> Floats:
        return np.concatenate([np.log(times @ np.exp(x) * value), strength * (x - begin)])

    return np.asarray(np.exp(least_squares(residual, begin, loss="soft_l1", f_scale=0.2, bounds=(-8, 8)).x))


def expected(fitted: Fitted, runs: Vision) -> Floats:
    """(n,) images/s by operations, without effects, on devices that were or were not fitted."""
    out = np.zeros(len(runs.value))
    for name in sorted(set(runs.devices)):
        chosen = runs.devices == name
        own = runs.of(chosen)
        if device := fitted.devices.get(str(name)):
            out[chosen] = 1 / (own.parts @ device["operations"])
            continue
        over = against_plain(fitted._asdict(), own.gmacs, own.params, own.work, processor=runs.processor)
        out[chosen] = 1 / (own.plain(fitted.values) @ fitted.plain * np.exp(over))
    return out


def without_operations(fitted: Fitted, runs: Vision) -> Floats:
    """(n,) images/s by the plain formula."""
    prices = np.array([fitted.devices.get(str(name), {}).get("plain", fitted.plain) for name in runs.devices])
    return 1 / (runs.plain(fitted.values) * prices).sum(1)


def held_out(runs: Vision) -> dict[str, Floats]:
    """By what was hidden, predictions of every run by a fit that never saw it."""
    parts_of = {"family": folds(runs.families), "timm module": folds(runs.modules)}
    out = {name: np.zeros(len(runs.value)) for name in HIDDEN}
    for kind, fold in parts_of.items():
        for part in range(_FOLDS):
            test = fold == part
            fitted, hidden = fit(runs.of(~test)), runs.of(test)
            out[f"known device, {kind} run nowhere"][test] = expected(fitted, hidden)
            if kind == "family":
                out["known device, family run nowhere, not counted"][test] = without_operations(fitted, hidden)
    for name in sorted(set(runs.devices)):
        own = runs.devices == name
        elsewhere = fit(runs.of(~own))
        effect = runs.known(elsewhere.effects)
        out["unseen device"][own] = np.exp(effect[own]) * expected(elsewhere, runs.of(own))
        for part in range(_FOLDS):
            test, train = own & (parts_of["family"] == part), own & (parts_of["family"] != part)
            device = _device(runs.of(train), elsewhere.values, elsewhere.effects, elsewhere.operations)
            here = elsewhere._replace(devices={str(name): device})
            out["known device, family not run on it"][test] = np.exp(effect[test]) * expected(here, runs.of(test))
            fitted, hidden = fit(runs.of(~own & (parts_of["family"] != part))), runs.of(test)
            out["unseen device, family run nowhere"][test] = expected(fitted, hidden)
            out["unseen device, family run nowhere, not counted"][test] = without_operations(fitted, hidden)
    return out


def folds(groups: Names) -> NDArray[np.int64]:
    """The fold of each group, by its letters."""
    return np.array([sum(map(ord, group)) % _FOLDS for group in groups])


def fit_vision(lines: list[Line]) -> dict[str, Any]:
    """Prices, effects of models and ranges by class; appends what hidden devices and families show."""
    out: dict[str, Any] = {}
    for label, runs in zip(("gpu", "cpu"), read_vision(), strict=True):
        held = held_out(runs)
        spreads: dict[str, dict[str, list[float]]] = {"known": {}, "unseen": {}}
        for name, (device, model) in HIDDEN.items():
            lines.append(Line.of(f"vision, {label}: {name}", held[name] / runs.value))
            if model:
                over, unseen = runs.value / held[name], device == "unseen"
                groups, by = (runs.devices, even_spread) if unseen else (runs.families, spread)
                spreads[device][model] = by(over)
                share = covered(over, groups, by)
                print(f"80 % range, vision, {label}: {name}: {by(over)} covers {share:.1%}")
        fitted = fit(runs)
        out[label] = {
            "values": fitted.values.tolist(),
            "plain": fitted.plain.tolist(),
            "ranges": spreads,
            "devices": {
                name: {key: np.asarray(part).tolist() for key, part in device.items()}
                for name, device in fitted.devices.items()
            },
            "effects": fitted.effects,
        }
    return {"vision": out}
