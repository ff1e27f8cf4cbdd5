"""Speed of what does not generate: prompt processing, images, speech."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import duckdb
import numpy as np
from scipy.optimize import least_squares

from advisor.sizing.roofline import CLASSES
from data.build.speed.figures import Line, spread
from data.build.speed.runs import Floats, Mask, Names, paths, read_runs

EFFECT_TRUST = 0.3
"""Devices that the expectation of an architecture's effect of 1 is worth."""
_FOLDS = 5
_VISION = """
SELECT
    median(m.value), any_value(t.gmacs), any_value(t.macts_m), any_value(coalesce(h.fp16_tflops, h.fp32_tflops)),
    any_value(h.memory_bandwidth_gb_s), m.hardware, any_value(h.kind), m.model_raw, m.image_size
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
JOIN (
    SELECT
        regexp_replace(name, '\\..*', '') AS arch, image_size, any_value(gmacs) AS gmacs, any_value(macts_m) AS macts_m
    FROM read_parquet($models) WHERE gmacs > 0 AND macts_m > 0 GROUP BY ALL
) t ON t.arch = m.model_raw AND t.image_size = m.image_size
WHERE m.source_id = 'timm-throughput' AND NOT list_has_any(m.flags, ['training', 'channels-last'])
    AND (h.kind = 'cpu' OR NOT list_contains(m.flags, 'compiled'))
GROUP BY m.hardware, m.model_raw, m.image_size
ORDER BY ALL
"""


class Vision(NamedTuple):
    """Measured throughput of image models, one entry a device, architecture and input size."""

    value: Floats
    terms: Floats
    """(n, 3) times of arithmetic, of memory, and a constant."""
    devices: Names
    processor: Mask
    models: Names
    """Architecture @ pixels."""
    families: Names


def read_vision() -> Vision:
    """The runs of timm that the estimator is about: plain layout, on processors compiled too."""
    with duckdb.connect() as con:
        rows = con.execute(_VISION, paths(runs="measurements", hardware="hardware", models="models")).fetchall()
    value, gmacs, macts, tflops, bandwidth = (np.array([row[i] for row in rows], float) for i in range(5))
    return Vision(
        value,
        np.stack([gmacs / tflops / 1e3, macts / bandwidth / 1e3, np.full(len(rows), 1e-4)], 1),
        np.array([row[5] for row in rows]),
        np.array([row[6] == "cpu" for row in rows]),
        np.array([f"{row[7]}@{row[8]}" for row in rows]),
        np.array([re.findall(r"[a-z]+", row[7])[0] for row in rows]),
    )


def fit_terms(terms: Floats, value: Floats) -> Floats:
    """a, b and c of 1 / (a gmacs / TFLOPS + b macts / bandwidth + c)."""
    found = least_squares(lambda x: np.log(terms @ np.exp(x) * value), np.zeros(3), loss="soft_l1", f_scale=0.3)
    return np.exp(found.x)


def effects(runs: Vision, chosen: Mask) -> dict[str, float]:
    """By model: log of measured by expected over the devices marked, each against its own terms, drawn towards 0."""
    left: dict[str, list[float]] = {}
    for device in sorted(set(runs.devices[chosen])):
        own = chosen & (runs.devices == device)
        over = np.log(runs.terms[own] @ fit_terms(runs.terms[own], runs.value[own]) * runs.value[own])
        for model, value in zip(runs.models[own], over, strict=True):
            left.setdefault(str(model), []).append(float(value))
    return {model: sum(values) / (len(values) + EFFECT_TRUST) for model, values in sorted(left.items())}


def device_terms(runs: Vision, own: Mask, known: Floats) -> Floats:
    """The terms of one device beside the effects of its models elsewhere."""
    terms = fit_terms(runs.terms[own], runs.value[own])
    level = np.median(np.log(runs.terms[own] @ terms * runs.value[own]) - known[own])
    return np.asarray(terms * np.exp(-level))


def fit_vision(lines: list[Line]) -> dict[str, Any]:
    """Terms by class and by device, effects of models, ranges; appends what hidden devices and families show."""
    runs = read_vision()
    out: dict[str, Any] = {}
    fold = np.array([sum(map(ord, family)) % _FOLDS for family in runs.families])
    for label, chosen in (("gpu", ~runs.processor), ("cpu", runs.processor)):
        hidden_device, hidden_family, new_family = np.zeros((3, len(runs.value)))
        for device in sorted(set(runs.devices[chosen])):
            own = chosen & (runs.devices == device)
            elsewhere = effects(runs, chosen & ~own)
            known = np.array([elsewhere.get(model, 0.0) for model in runs.models])
            general = fit_terms(runs.terms[chosen & ~own], runs.value[chosen & ~own])
            hidden_device[own] = np.exp(known[own]) / (runs.terms[own] @ general)
            for part in range(_FOLDS):
                test, train = own & (fold == part), own & (fold != part)
                hidden_family[test] = np.exp(known[test]) / (runs.terms[test] @ device_terms(runs, train, known))
                new_family[test] = 1 / (runs.terms[test] @ fit_terms(runs.terms[train], runs.value[train]))
        for name, predicted in (
            ("unseen device", hidden_device),
            ("known device, family not run on it", hidden_family),
            ("known device, family run nowhere", new_family),
        ):
            lines.append(Line.of(f"vision, {label}: {name}", (predicted / runs.value)[chosen]))
        effect = effects(runs, chosen)
        known = np.array([effect.get(model, 0.0) for model in runs.models])
        out[label] = {
            "terms": fit_terms(runs.terms[chosen], runs.value[chosen]).tolist(),
            "range": spread(runs.value[chosen] / hidden_device[chosen]),
            "known_range": spread(runs.value[chosen] / hidden_family[chosen]),
            "new_range": spread(runs.value[chosen] / new_family[chosen]),
            "devices": {
                str(device): device_terms(runs, chosen & (runs.devices == device), known).tolist()
                for device in sorted(set(runs.devices[chosen]))
            },
            "effects": effect,
        }
    return {"vision": out}


def fit_prefill(lines: list[Line]) -> dict[str, Any]:
    """Share of the FP16 throughput that prompt processing reaches, by class; runs with prompts of 256 tokens and
    more."""
    runs = read_runs("prefill_tokens_per_s")
    prompt = np.array([row["prompt"] for row in runs.rows])
    use = (prompt >= 256) & ~np.isnan(runs.load.tflops)
    share = 2 * runs.load.active * runs.value / (runs.load.tflops * 1e12)
    use &= share < 1.05
    everywhere = float(np.median(share[use]))
    by_class = {
        label: float(np.median(share[own])) if (own := use & (runs.classes == code)).sum() >= 8 else everywhere
        for code, label in enumerate(CLASSES)
    }
    level = np.array([by_class[CLASSES[code]] for code in runs.classes])
    ratio = (share / level)[use]
    lines.append(Line.of("prefill, in sample", 1 / ratio))
    return {"prefill": by_class, "prefill_range": spread(ratio)}


def fit_speech(lines: list[Line]) -> dict[str, Any]:
    """Seconds of audio a second, times parameters, by TFLOPS: the leaderboard does not name its GPU, an A100 (312
    TFLOPS) is assumed."""
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT m.value * t.params_total / 312e12 "
            "FROM read_parquet($runs) m JOIN read_parquet($models) t USING (model_id) "
            "WHERE m.metric = 'rtfx' AND t.params_total > 0 AND list_contains(m.flags, 'en-shortform') ORDER BY 1",
            paths(runs="measurements", models="models"),
        ).fetchall()
    level = np.array([row[0] for row in rows])
    lines.append(Line.of("speech recognition, in sample", np.median(level) / level))
    return {"speech": {"level": float(np.median(level)), "range": spread(level / np.median(level))}}
