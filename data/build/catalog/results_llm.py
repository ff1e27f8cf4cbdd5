"""Scores of the language suites: configurations cleaned, duplicates resolved by one rule."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from data.build.catalog import quantization
from data.build.catalog.frame import Row, read, six_digits
from data.build.catalog.sources import MEASURED_BY

# Modes of the model itself, which change its answers; first match wins.
_MODES = (
    (r"no[-_ ]?think(?:ing)?|non-reasoning", "no-thinking"),
    (r"(?<![a-z])(minimal|low|medium|xhigh|high|none|max)(?![a-z])", r"{0}"),
    (r"think(?:ing)?|reasoning", "thinking"),
)
_QUANTISED = re.compile(r"8bit|4bit|GPTQ|q\d_|q\d(?![0-9])|fp8|int[48]", re.IGNORECASE)
_MEASURED = ("official", "independent", "submitted", "self-reported")


def language_results(raw: Path, moved: dict[str, tuple[str, str]], known: set[str]) -> tuple[list[Row], dict[str, int]]:
    """Rows of results, one a model, benchmark, subset and config, and how many were dropped and why."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    dropped = {"repeated": 0, "model not kept": 0}
    for entry in read(raw / "llm" / "results.parquet"):
        model_id, how = moved.get(entry["model_id"], (entry["model_id"], ""))
        if model_id not in known:
            dropped["model not kept"] += 1
            continue
        row = _row(entry, model_id, how)
        groups[model_id, row["benchmark_id"], row["subset"]].append(row)
    kept: list[Row] = []
    for rows in groups.values():
        chosen = _resolve(rows)
        dropped["repeated"] += len(rows) - len(chosen)
        kept.extend(chosen)
    return kept, dropped


def _row(entry: Row, model_id: str, how: str) -> Row:
    mode, harness, validation = _split(entry)
    if how == "variant":
        name = entry["model_id"].rpartition("/")[2]
        packaging = quantization.packaging(name, entry["model_id"].split("/")[0])
        mode = "; ".join(filter(None, (mode, f"{packaging.format} {packaging.quantization}")))
    shots = entry["n_shot"] or None
    return {
        "model_id": model_id,
        "benchmark_id": entry["benchmark_id"],
        "subset": "" if entry["benchmark_id"].startswith("euroeval_") else entry["subset"].replace("~", ""),
        "config": mode,
        "score": six_digits(entry["score"]),
        "ci95": None if entry["ci95"] is None else six_digits(entry["ci95"]),
        "n_shot": f"{shots}, validation split" if validation else shots,
        "complete": None,
        "measured_by": MEASURED_BY[entry["measured_by"]],
        "source_id": entry["source_id"],
        "date": entry["date"],
        "harness": harness,
        "entry": entry["leaderboard_name"],
        "preference": _preference(entry, how, harness, validation),
    }


def _split(entry: Row) -> tuple[str, str, bool]:
    """Mode of the model, harness (editing format, agent, precision), whether EuroEval's validation split was used."""
    text: str = entry["config"]
    if entry["benchmark_id"].startswith("openllm_v1/"):
        precision = text.split("|", maxsplit=1)[0]
        return "", precision if _QUANTISED.search(precision) else "", False
    validation = bool(re.search(r"(?<![a-z])val(?![a-z])", text)) and entry["benchmark_id"].startswith("euroeval_")
    mode = ""
    for pattern, template in _MODES:
        if match := re.search(pattern, text):
            mode = template.format(*match.groups())
            text = text[: match.start()] + text[match.end() :]
            break
    text = re.sub(
        r"(?<![a-z])(?:zero-shot|val|slow-tokenizer|edit_format=|\d+k|tokens|extended|default|20\d{6})(?![a-z])|edit_format=",
        "",
        text,
    )
    return mode, " ".join(re.sub(r"[|;,+]", " ", text).split()), validation


def _preference(entry: Row, how: str, harness: str, validation: bool) -> tuple[bool, bool, int, bool, bool, str, str]:
    """Greatest wins: own id, own name, measured by others, full precision, test split, latest date."""
    return (
        how != "copy",
        entry["leaderboard_name"] == entry["model_id"],
        -_MEASURED.index(MEASURED_BY[entry["measured_by"]]),
        not _QUANTISED.search(harness),
        not validation and entry["n_shot"] != "0",
        entry["date"] or "",
        entry["config"],
    )


def _resolve(rows: list[Row]) -> list[Row]:
    """One row a mode; a differing score stays under its harness, entry name or source; an equal one is dropped."""
    kept: dict[str, Row] = {}
    for row in sorted(
        rows, key=lambda row: (row["preference"], row["score"], row["source_id"], row["entry"]), reverse=True
    ):
        first = kept.get(row["config"])
        if first is None:
            kept[row["config"]] = row
            continue
        if any(same["score"] == row["score"] and same["config"].startswith(row["config"]) for same in kept.values()):
            continue
        detail = next((word for word in _details(row, first) if word), None)
        if detail is None:
            continue
        config = "; ".join(filter(None, (row["config"], detail)))
        kept.setdefault(config, row | {"config": config})
    return list(kept.values())


def _details(row: Row, first: Row) -> list[str]:
    differs = {field: row[field] for field in ("harness", "n_shot", "entry", "source_id") if row[field] != first[field]}
    return [
        str(differs.get("harness") or ""),
        f"shots: {differs['n_shot']}" if differs.get("n_shot") else "",
        f"entry {differs['entry']}" if "entry" in differs else "",
        f"source {differs['source_id']}" if "source_id" in differs else "",
    ]
