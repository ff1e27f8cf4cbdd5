"""Decode speed: the roofline's constants by class of device, a learned residual, and the level of each measured device.

Whatever is chosen, the number of boosting rounds too, is chosen on training runs alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from advisor.sizing.residual import FEATURES, correction
from advisor.sizing.roofline import CLASSES, physics
from data.build.speed.runs import Floats, Mask, Names, Runs

START = (0.65, 8e-5, 1.5)
"""Where the search for e, t0 in s a block, and u begins, and where classes with few runs stay."""
LEVEL_TRUST = 1.0
"""Runs that the expectation of a level of 1 is worth."""
MOST_ROUNDS = 800
_BOOSTER = {
    "objective": "huber", "alpha": 0.3, "num_leaves": 2, "learning_rate": 0.05, "min_data_in_leaf": 20,
    "lambda_l2": 5.0, "verbose": -1, "num_threads": 1, "seed": 1, "deterministic": True,
}  # fmt: skip


class Fitted(NamedTuple):
    """What one fit gives."""

    constants: dict[str, Any]
    """`classes` and `residual` of speed_constants.json."""
    levels: dict[str, tuple[float, int]]
    """By device: measured by predicted, drawn towards 1, and from how many runs."""


def fit(runs: Runs, train: Mask) -> Fitted:
    """Fit to the runs marked in `train`."""
    classes = _classes(runs, train)
    over = np.log(runs.value / physics(classes, runs.load, runs.classes))
    within = over - _of(_levels(runs, train, over), runs.devices)
    classes["residual"] = _residual(runs, train, within)
    over = over - correction(classes["residual"], runs.features)
    return Fitted(classes, {name: (float(np.exp(v)), n) for name, (v, n) in _levels(runs, train, over).items()})


def predict(fitted: Fitted, runs: Runs, *, known: bool) -> Floats:
    """Decode speed of all runs, tokens/s, never above the roofline; with the level of their device where `known`."""
    speed = physics(fitted.constants, runs.load, runs.classes)
    speed = speed * np.exp(correction(fitted.constants["residual"], runs.features))
    if known:
        speed = speed * [fitted.levels.get(device, (1.0, 0))[0] for device in runs.devices]
    return np.minimum(speed, runs.load.bandwidth / runs.load.active_gb)


def held_out(runs: Runs, groups: Names) -> Floats:
    """Predictions for every run by a fit that never saw its group."""
    predicted = np.zeros(len(runs.value))
    for group in sorted(set(groups)):
        test = groups == group
        predicted[test] = predict(fit(runs, ~test), runs, known=True)[test]
    return predicted


def after_one(runs: Runs, predicted: Floats, repeats: int = 8) -> Floats:
    """Predicted by measured when one run of the same source on the device corrects the level: one of the same mixture
    class where there is one. `predicted` never saw the device."""
    ratio, rng, out = runs.value / predicted, np.random.default_rng(0), []
    for i in range(len(ratio)):
        mates = (runs.devices == runs.devices[i]) & (runs.sources == runs.sources[i])
        mates[i] = False
        alike = mates & (runs.load.mixture == runs.load.mixture[i])
        others = np.flatnonzero(alike if alike.any() else mates)
        if len(others):
            out.extend(ratio[rng.choice(others, repeats)] / ratio[i])
    return np.array(out)


def _classes(runs: Runs, train: Mask) -> dict[str, Any]:
    """Efficiency, overhead and work by class, dense models first; a class of one device takes those of all devices."""
    moe = runs.load.mixture
    everywhere = [_three(runs, train & (moe == kind), START, 0.3) for kind in (0, 1)]
    by_class: dict[str, list[list[float]]] = {}
    for code, label in enumerate(CLASSES):
        by_class[label] = list(everywhere)
        for kind in (0, 1):
            own = train & (runs.classes == code) & (moe == kind)
            if len(set(runs.devices[own])) >= 2:
                by_class[label][kind] = _three(runs, own, everywhere[kind], 1.0)
    return {"classes": by_class}


def _three(runs: Runs, train: Mask, start: Sequence[float], pull: float) -> list[float]:
    """e, t0 and u: robust least squares in log space, a device weighing as the root of its runs, drawn towards
    `start`."""
    load = runs.load
    weight = np.sqrt(device_weights(runs.devices[train]))
    read = ((load.active_gb + load.cache_gb) / load.bandwidth)[train]
    work = (2 * load.active / (np.where(np.isnan(load.tflops), 0.1 * load.bandwidth, load.tflops) * 1e12))[train]
    pulls = np.array([pull, pull, 0.3])

    def residual(x: Floats) -> Floats:
        e, t0, u = np.exp(x)
        return np.concatenate(
            [
                -weight * np.log((read / e + work * u + load.blocks[train] * t0) * runs.value[train]) / 0.2,
                pulls * (x - np.log(start)),
            ]
        )

    # No device reads faster than its bandwidth, nor works faster than its throughput.
    bounds = (np.log([0.05, 3e-7, 1.0]), np.log([1.0, 0.03, 100.0]))
    start_at = np.clip(np.log(start), bounds[0] + 1e-6, bounds[1] - 1e-6)
    return [float(value) for value in np.exp(least_squares(residual, start_at, bounds=bounds, loss="soft_l1").x)]


def _levels(runs: Runs, train: Mask, over: Floats) -> dict[str, tuple[float, int]]:
    """By device: median log of measured by predicted, drawn towards 0, and the number of runs."""
    out = {}
    for device in sorted(set(runs.devices[train])):
        own = over[train & (runs.devices == device)]
        out[device] = (float(np.median(own)) * len(own) / (len(own) + LEVEL_TRUST), len(own))
    return out


def _of(levels: dict[str, tuple[float, int]], devices: Names) -> Floats:
    return np.array([levels.get(device, (0.0, 0))[0] for device in devices])


def device_weights(devices: Names) -> Floats:
    """Weight of each run, of mean 1, by which a device counts as the root of its runs."""
    counts = Counter(devices)
    weight = np.array([counts[device] ** -0.5 for device in devices])
    return weight / weight.mean()


def _residual(runs: Runs, train: Mask, target: Floats) -> dict[str, dict[str, list[float]]]:
    """Stumps boosted on what is left within devices, as one step function a feature. How many: the best of up to 800
    over five folds of the training devices."""
    import lightgbm as lgb

    x, y, devices = runs.features[train], target[train], runs.devices[train]
    fold = {device: i % 5 for i, device in enumerate(sorted(set(devices)))}
    folds = np.array([fold[device] for device in devices])
    data = lgb.Dataset(x, y, weight=device_weights(devices), free_raw_data=False)
    splits = [(np.flatnonzero(folds != i), np.flatnonzero(folds == i)) for i in range(5)]
    losses = next(
        values
        for name, values in lgb.cv(_BOOSTER | {"metric": "l1"}, data, MOST_ROUNDS, folds=splits).items()
        if name.endswith("mean")
    )
    booster = lgb.train(_BOOSTER, data, int(np.argmin(losses)) + 1)
    return _steps(booster.dump_model()["tree_info"])


def _steps(trees: list[dict[str, Any]]) -> dict[str, dict[str, list[float]]]:
    """The sum of stumps as a step function a feature."""
    splits: dict[int, list[tuple[float, float, float]]] = {}
    constant = 0.0
    for tree in trees:
        root = tree["tree_structure"]
        if "leaf_value" in root:
            constant += root["leaf_value"]
            continue
        left, right = root["left_child"]["leaf_value"], root["right_child"]["leaf_value"]
        splits.setdefault(root["split_feature"], []).append((root["threshold"], left, right))
    out = {}
    for position, (feature, cuts) in enumerate(sorted(splits.items())):
        edges = sorted({threshold for threshold, _, _ in cuts})
        probes = [*edges, np.inf]
        values = [sum(left if probe <= threshold else right for threshold, left, right in cuts) for probe in probes]
        out[FEATURES[feature]] = {"edges": edges, "values": [v + constant * (position == 0) for v in values]}
    return out
