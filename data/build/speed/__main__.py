"""How far off sizing is on what it never saw, beside two other tools; with --write the constants that ship.

    python -m data.build.speed [--write] [--plots docs/img]

Every figure is of grouped cross-validation: the group named (a device, a size class, a source) was never trained on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from data.build.peers import chip
from data.build.speed.decode import after_one, fit, held_out
from data.build.speed.encoders import fit_encoders
from data.build.speed.figures import Line, covered, grouped_spread, spread
from data.build.speed.fits import fit_processor, read_limited, verdicts_under_limits
from data.build.speed.items import fit_speech
from data.build.speed.memory import fit_overhead, verdicts_of_runs
from data.build.speed.prefill import fit_prefill
from data.build.speed.runs import Floats, Runs, engine_of, paths, read_runs
from data.build.speed.split import fit_split
from data.build.speed.vision import fit_vision

TARGET = Path(__file__).parents[3] / "advisor" / "sizing" / "speed_constants.json"
EFFECTS = TARGET.with_name("vision_effects.json")


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name} and {EFFECTS.name}")
    parser.add_argument("--plots", type=Path, help="folder for the plots")
    arguments = parser.parse_args()
    runs = read_runs("decode_tokens_per_s")
    print(f"{len(runs.value)} decode runs of {len(set(runs.devices))} devices", flush=True)
    held = {
        name: held_out(runs, groups)
        for name, groups in (("device", runs.devices), ("size class", runs.sizes), ("source", runs.sources))
    }
    lines = [Line.of(f"decode, unseen {name}", predicted / runs.value) for name, predicted in held.items()]
    one = after_one(runs, held["device"])
    lines.append(Line.of("decode, after one local measurement", one))
    lines += peers(runs, held)
    constants = ranges(runs, held, one)
    for name, groups in (("device", runs.devices), ("size class", runs.sizes)):
        ratio = runs.value / held[name]
        share = covered(ratio, groups, grouped_spread, groups)
        print(f"80 % range, unseen {name}: {grouped_spread(ratio, groups)} covers {share:.1%}")
    found = fit(runs, np.ones(len(runs.value), bool))
    constants |= found.constants | {"levels": {name: [ratio, n] for name, (ratio, n) in found.levels.items()}}
    constants |= fit_split(found, lines)
    constants |= fit_prefill(lines) | fit_vision(lines) | fit_speech(lines) | fit_overhead(lines)
    constants |= fit_processor(lines)
    constants |= fit_encoders(constants["vision"]["cpu"], lines)
    print(*lines, sep="\n")
    fit_of = verdicts_of_runs()
    print(
        f"fit: of {fit_of.ran} models that ran on one device {fit_of.split} are called split, {fit_of.impossible} "
        "impossible"
    )
    print(*fit_of.names, sep="\n")
    for engine, limits in verdicts_under_limits(read_limited()).items():
        print(
            f"fit under a limit on a processor, models hidden: {engine}, {limits.of_them_no} of {limits.out_of_memory} "
            f"runs that went out of memory are called no, {limits.of_them_yes} of {limits.ran} that ran fits or tight"
        )
        print(*limits.wrong, sep="\n")
    if arguments.plots:
        from data.build.speed.plots import draw

        draw(runs, held, arguments.plots)
    if arguments.write:
        effects = {kind: constants["vision"][kind].pop("effects") for kind in ("gpu", "cpu")}
        TARGET.write_text(json.dumps(rounded(constants), indent=1) + "\n", encoding="utf-8")
        EFFECTS.write_text(json.dumps(rounded(effects, 3), indent=0) + "\n", encoding="utf-8")


def ranges(runs: Runs, held: dict[str, Floats], one: Floats) -> dict[str, Any]:
    """80 % ranges of measured by predicted: unseen device, known device, after one local measurement."""
    return {
        "decode_range": grouped_spread(runs.value / held["device"], runs.devices),
        "decode_known_range": grouped_spread(runs.value / held["size class"], runs.sizes),
        "decode_local_range": spread(1 / one),
        "repeat_range": repeats(runs),
    }


def repeats(runs: Runs) -> list[float]:
    """80 % range of one run by another of the same model and precision on the same device and engine."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for i, row in enumerate(runs.rows):
        key = (
            row["model_id"],
            row["hardware"],
            row["quantization"],
            engine_of(row["engine"]),
            round(np.log(1 + row["depth"])),
        )
        if row["model_id"]:
            alike.setdefault(key, []).append(i)
    ratios = [runs.value[i] / runs.value[j] for group in alike.values() for i in group for j in group if i != j]
    return spread(np.array(ratios))


def peers(runs: Runs, held: dict[str, Floats]) -> list[Line]:
    """The same runs as two other tools predicted."""
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT device, model_raw, quantization, engine, measured, llmfit, whichllm FROM read_parquet($peers)",
            paths(peers="peer_predictions"),
        ).fetchall()
    theirs = {(row[0], row[1], row[2], engine_of(row[3])): row[4:] for row in rows}
    index, llmfit, whichllm = [], [], []
    for i, row in enumerate(runs.rows):
        key = (chip(row["hardware"]), row["model_raw"], (row["quantization"] or "").lower(), engine_of(row["engine"]))
        other = theirs.get(key)
        if other and other[1] and other[2] and abs(other[0] / row["value"] - 1) < 0.5:
            index.append(i)
            llmfit.append(other[1])
            whichllm.append(other[2])
    value = runs.value[index]
    lines = [
        Line.of(f"  of these with peers, unseen {name}", predicted[index] / value) for name, predicted in held.items()
    ]
    return [*lines, Line.of("  llmfit", llmfit / value), Line.of("  whichllm", whichllm / value)]


def rounded(value: Any, digits: int = 5) -> Any:
    """A few significant digits everywhere, so that the file does not change with the machine."""
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [rounded(item, digits) for item in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
