"""Fit the constants of advisor.sizing.speed to the shipped measurements and report how well they predict what they
did not see.

    python -m data.build.fit_speed [--peers RAW/hardware/peer_predictions.parquet] [--write]

Decode: the three constants of `advisor.sizing.roofline` by class of device, apart for mixtures and dense models; a
class of which only one device was measured takes those of all devices. Every figure is from grouped
cross-validation: the group (a device, a size class, a source) is never trained on. Rows that are faster than the
roofline, speculative, offloaded or clustered are not used at all.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from advisor.sizing.attention import kv_shape
from advisor.sizing.roofline import CLASSES, Load, class_of, physics

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
FACTS = Path(__file__).parents[1] / "facts"
TARGET = Path(__file__).parents[2] / "advisor" / "sizing" / "speed_constants.json"
ENGINES = {
    "vllm": "vllm",
    "sglang": "vllm",
    "ollama": "ollama",
    "ollama/llama.cpp": "ollama",
    "mlx": "mlx",
    "mlx-lm": "mlx",
}
START = (0.65, 0.003, 1.5)
"""Where the search for e, t0 in s, and u begins, and where classes with few runs stay."""
_RUNS = """
SELECT m.source_id, m.hardware, m.model_raw, m.quantization, m.engine, median(m.value) AS value,
  any_value(m.params_total) AS params,
    any_value(m.params_active) AS active, any_value(m.bits_per_weight) AS bits, any_value(m.weights_gb) AS weights,
    any_value(h.memory_bandwidth_gb_s) AS bandwidth, any_value(coalesce(h.fp16_tflops, h.fp32_tflops)) AS tflops,
    any_value(h.vendor) AS vendor, any_value(h.kind) AS kind, any_value(h.memory_gib) AS memory,
      any_value(m.model_id) AS model_id,
    median(coalesce(m.prompt_tokens, 0) + coalesce(m.generated_tokens, 128) / 2) AS depth,
    median(coalesce(m.prompt_tokens, 0)) AS prompt
FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
WHERE metric = $metric AND coalesce(batch, 1) = 1 AND m.count = 1 AND weights_gb IS NOT NULL
  AND h.memory_bandwidth_gb_s IS NOT NULL
    AND NOT list_has_any(m.flags, ['speculative', 'offloaded', 'cluster', 'above-roofline', 'mixed-devices'])
    AND m.weights_gb <= h.memory_gib * 1.09
GROUP BY m.source_id, m.hardware, m.model_raw, m.quantization, m.engine, coalesce(m.prompt_tokens, 0) // 8192
ORDER BY ALL
"""


class Runs(NamedTuple):
    """Measured runs, one entry each."""

    rows: list[dict[str, Any]]
    load: Load
    classes: NDArray[np.int64]
    value: Floats
    devices: NDArray[np.str_]
    sizes: NDArray[np.str_]
    sources: NDArray[np.str_]


def main() -> None:
    """Print the report; with --write store the constants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, help="table of what llmfit and whichllm predict")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    arguments = parser.parse_args()
    runs = read_runs("decode_tokens_per_s")
    print(f"{len(runs.value)} decode runs of {len(set(runs.devices))} devices\n")
    held = {
        name: held_out(runs, groups)
        for name, groups in (("device", runs.devices), ("size class", runs.sizes), ("source", runs.sources))
    }
    for name, predicted in held.items():
        print(line(f"unseen {name}", predicted / runs.value))
    for code, label in enumerate(CLASSES):
        if (chosen := runs.classes == code).any():
            print(line(f"  unseen device, {label}", (held["device"] / runs.value)[chosen]))
    print(line("after one local measurement", after_one(runs, held["device"])))
    if arguments.peers:
        compare(runs, held, arguments.peers)
    constants = fit(runs, np.ones(len(runs.value), bool))
    constants["decode_range"] = spread(runs.value / held["device"])
    print(
        f"80 % range {constants['decode_range']}; set on all other devices, it covers "
        f"{covered(runs, held['device']):.0%} of a device's runs"
    )
    constants |= fit_prefill()
    constants |= fit_vision()
    constants |= fit_speech()
    if arguments.write:
        TARGET.write_text(json.dumps(rounded(constants), indent=1) + "\n", encoding="utf-8")


def read_runs(metric: str) -> Runs:
    """The runs of a metric that may be trained on, medians of repeats."""
    paths = {"runs": str(FACTS / "measurements.parquet"), "hardware": str(FACTS / "hardware.parquet"), "metric": metric}
    with duckdb.connect() as con:
        cursor = con.execute(_RUNS, paths)
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        found = con.execute(
            "SELECT model_id, kv_bytes_per_token, architecture, attention, sliding_window FROM read_parquet(?)",
            [str(FACTS / "models.parquet")],
        ).fetchall()
    caches = {row[0]: row[1:] for row in found if row[1]}
    number: Callable[[str], Floats] = lambda key: np.array([np.nan if r[key] is None else float(r[key]) for r in rows])  # noqa: E731
    params, active = number("params"), number("active")
    active = np.where(np.isnan(active), params, np.fmin(active, params))
    cache = np.zeros(len(rows))
    for i, row in enumerate(rows):
        if row["model_id"] in caches:
            per_token, *shape = caches[row["model_id"]]
            share, window = kv_shape(*shape)
            cache[i] = per_token * (share * row["depth"] + (1 - share) * min(row["depth"], window)) / 1e9
    load = Load(
        active_gb=number("weights") * active / params, cache_gb=cache,
        mixture=(active < 0.99 * params).astype(int), active=active,
        bandwidth=number("bandwidth"), tflops=number("tflops"),
    )  # fmt: skip
    classes = np.array([CLASSES.index(class_of(row["vendor"], row["kind"])) for row in rows])
    sizes = np.floor(np.log2(params / 1e9)).clip(-3, 8).astype(int).astype(str)
    return Runs(
        rows,
        load,
        classes,
        number("value"),
        np.array([r["hardware"] for r in rows]),
        sizes,
        np.array([r["source_id"] for r in rows]),
    )


def fit(runs: Runs, train: Mask) -> dict[str, Any]:
    """Efficiency, overhead and work by class, dense models first, from the runs marked in `train`."""
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
    load, counts = runs.load, Counter(runs.devices[train])
    weight = np.array([counts[device] ** -0.5 for device in runs.devices[train]])
    weight = np.sqrt(weight / weight.mean())
    read = ((load.active_gb + load.cache_gb) / load.bandwidth)[train]
    work = (2 * load.active / (np.where(np.isnan(load.tflops), 0.1 * load.bandwidth, load.tflops) * 1e12))[train]
    pulls = np.array([pull, pull, 0.3])

    def residual(x: Floats) -> Floats:
        e, t0, u = np.exp(x)
        return np.concatenate(
            [-weight * np.log((read / e + work * u + t0) * runs.value[train]) / 0.2, pulls * (x - np.log(start))]
        )

    # No device reads faster than its bandwidth, nor works faster than its throughput.
    bounds = (np.log([0.05, 1e-5, 1.0]), np.log([1.0, 1.0, 100.0]))
    start_at = np.clip(np.log(start), bounds[0] + 1e-6, bounds[1] - 1e-6)
    return [float(value) for value in np.exp(least_squares(residual, start_at, bounds=bounds, loss="soft_l1").x)]


def predict(constants: dict[str, Any], runs: Runs) -> Floats:
    """Decode speed of all runs, tokens/s."""
    return physics(constants, runs.load, runs.classes)


def held_out(runs: Runs, groups: NDArray[np.str_]) -> Floats:
    """Predictions for every run by constants that never saw its group."""
    predicted = np.zeros(len(runs.value))
    for group in sorted(set(groups)):
        test = groups == group
        predicted[test] = predict(fit(runs, ~test), runs)[test]
    return predicted


def after_one(runs: Runs, predicted: Floats) -> Floats:
    """Predicted by measured when one other run on the device (of the same mixture class where there is one)
    corrects the level."""
    ratio, rng = predicted / runs.value, np.random.default_rng(0)
    out: list[float] = []
    moe = runs.load.mixture
    for device in sorted(set(runs.devices)):
        own = np.flatnonzero(runs.devices == device)
        for i in own if len(own) > 1 else ():
            others = [j for j in own if j != i and moe[j] == moe[i]] or [j for j in own if j != i]
            out.extend(ratio[i] / ratio[j] for j in rng.choice(others, 5))
    return np.array(out)


def line(name: str, ratio: Floats) -> str:
    """One line of the report: predicted by measured."""
    error = np.abs(ratio - 1)
    median, p90 = np.median(error), np.quantile(error, 0.9)
    return f"{name:42s} n={len(ratio):5d} median error {median:6.1%}  p90 {p90:6.1%}  bias {np.median(ratio):.2f}"


def spread(ratio: Floats) -> list[float]:
    """10 and 90 % quantiles of measured by predicted."""
    return [float(q) for q in np.quantile(ratio, [0.1, 0.9])]


def covered(runs: Runs, predicted: Floats) -> float:
    """Share of runs inside the 80 % range when the range of each device is set on all others."""
    ratio, inside = runs.value / predicted, 0
    for device in set(runs.devices):
        own = runs.devices == device
        low, high = spread(ratio[~own])
        inside += int(((ratio[own] >= low) & (ratio[own] <= high)).sum())
    return inside / len(ratio)


def compare(runs: Runs, held: dict[str, Floats], path: Path) -> None:
    """The same rows as two other tools predicted."""
    with duckdb.connect() as con:
        cursor = con.execute(
            "SELECT hw_key, model, quant, eng, decode_tps, llmfit_tps, whichllm_tps FROM read_parquet(?)", [str(path)]
        )
        theirs = {(_chip(r[0]), r[1], r[2].lower(), ENGINES.get(r[3], "llama.cpp")): r[4:] for r in cursor.fetchall()}
    rows = []
    for i, row in enumerate(runs.rows):
        other = theirs.get(
            (
                _chip(row["hardware"]),
                row["model_raw"],
                (row["quantization"] or "").lower(),
                ENGINES.get(row["engine"], "llama.cpp"),
            )
        )
        if other and other[1] and other[2] and abs(other[0] / row["value"] - 1) < 0.5:
            rows.append((i, *other[1:]))
    index = np.array([row[0] for row in rows])
    print(f"\non the {len(rows)} runs that llmfit and whichllm predict too:")
    for name, predicted in held.items():
        print(line(f"  ours, unseen {name}", (predicted / runs.value)[index]))
    for name, column in (("llmfit", 1), ("whichllm", 2)):
        print(line(f"  {name}", np.array([row[column] for row in rows]) / runs.value[index]))
    print()


def _chip(name: str) -> str:
    return re.sub(r"^Apple | \d+GB$|^Radeon (?:PRO |AI PRO )?|\(.*", "", name).strip().casefold()


def fit_prefill() -> dict[str, Any]:
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
    print(line("prefill, in sample", 1 / ratio))
    return {"prefill": by_class, "prefill_range": spread(ratio)}


def fit_vision() -> dict[str, Any]:
    """Images a second in large batches: 1 / (a gmacs / TFLOPS + b macts / bandwidth + c), GPUs and processors
    apart."""
    statement = """
    SELECT m.value, t.gmacs, t.macts_m, coalesce(h.fp16_tflops, h.fp32_tflops), h.memory_bandwidth_gb_s,
      m.hardware, h.kind, m.model_raw
    FROM read_parquet($runs) m JOIN read_parquet($hardware) h ON h.name = m.hardware
    JOIN (SELECT regexp_replace(name, '\\..*', '') AS arch, image_size, any_value(gmacs) AS gmacs,
      any_value(macts_m) AS macts_m
          FROM read_parquet($models) WHERE gmacs > 0 AND macts_m > 0 GROUP BY ALL) t ON t.arch = m.model_raw
            AND t.image_size = m.image_size
    WHERE m.source_id = 'timm-throughput' AND NOT list_has_any(m.flags, ['training', 'channels-last'])
        AND (h.kind = 'cpu' OR NOT list_contains(m.flags, 'compiled')) ORDER BY ALL"""
    paths = {
        name: str(FACTS / f"{file}.parquet")
        for name, file in (("runs", "measurements"), ("hardware", "hardware"), ("models", "models"))
    }
    with duckdb.connect() as con:
        rows = con.execute(statement, paths).fetchall()
    value, gmacs, macts, tflops, bandwidth = (np.array([row[i] for row in rows], float) for i in range(5))
    devices, gpu = np.array([row[5] for row in rows]), np.array([row[6] != "cpu" for row in rows])
    terms = np.stack([gmacs / tflops / 1e3, macts / bandwidth / 1e3, np.ones(len(rows)) / 1e4], 1)
    families = np.array([re.match(r"[a-z]+", row[7])[0] for row in rows])  # type: ignore[index]
    out: dict[str, Any] = {}
    for label, chosen in (("gpu", gpu), ("cpu", ~gpu)):
        coefficients = _vision(terms[chosen], value[chosen])
        unseen = np.zeros(len(rows))
        for device in sorted(set(devices[chosen])):
            test = chosen & (devices == device)
            unseen[test] = 1 / (terms[test] @ _vision(terms[chosen & ~test], value[chosen & ~test]))
        known = np.zeros(len(rows))
        for device in sorted(set(devices[chosen])):
            own = chosen & (devices == device)
            for fold in range(5):
                test = own & (np.array([sum(map(ord, family)) % 5 for family in families]) == fold)
                known[test] = 1 / (terms[test] @ _vision(terms[own & ~test], value[own & ~test]))
        print(line(f"vision, {label}, unseen device", (unseen / value)[chosen]))
        print(line(f"vision, {label}, known device, unseen family", (known / value)[chosen]))
        out[label] = {"terms": coefficients.tolist(), "range": spread(value[chosen] / unseen[chosen])}
    return {"vision": out}


def _vision(terms: Floats, value: Floats) -> Floats:
    found = least_squares(lambda x: np.log(terms @ np.exp(x) * value), np.zeros(3), loss="soft_l1", f_scale=0.3)
    return np.exp(found.x)


def fit_speech() -> dict[str, Any]:
    """Seconds of audio a second, times parameters, by TFLOPS: the leaderboard does not name its GPU, an A100 (312
    TFLOPS) is assumed."""
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT m.value * t.params_total / 312e12 "
            "FROM read_parquet($runs) m JOIN read_parquet($models) t USING (model_id) "
            "WHERE m.metric = 'rtfx' AND t.params_total > 0 AND list_contains(m.flags, 'en-shortform') ORDER BY 1",
            {"runs": str(FACTS / "measurements.parquet"), "models": str(FACTS / "models.parquet")},
        ).fetchall()
    level = np.array([row[0] for row in rows])
    print(line("speech recognition, in sample", np.median(level) / level))
    return {"speech": {"level": float(np.median(level)), "range": spread(level / np.median(level))}}


def rounded(value: Any) -> Any:
    """Five significant digits everywhere, so that the file does not change with the machine."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [rounded(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
