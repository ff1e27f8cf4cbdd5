"""Speech recognition and forecasting models."""

from __future__ import annotations

import re
from pathlib import Path

from data.build.catalog import family
from data.build.catalog.frame import Row, empty_model, integer, read

# GIFT-Eval's model types that are no single model to download and run.
_NOT_A_MODEL = {"agentic"}
_HUB = re.compile(r"huggingface\.co/([\w.-]+/[\w.-]+)/?$")


def speech_models(raw: Path) -> list[Row]:
    """Models of the Open ASR leaderboard."""
    models = []
    for entry in read(raw / "asr" / "open_asr_models.parquet"):
        row = empty_model(entry["model"], "open_asr_leaderboard")
        row |= {"kind": "speech-recognition", "modalities": ["audio"]}
        row["params_total"] = integer(entry["params_b"] * 1e9 if entry["params_b"] else None)
        row["open_weights"] = {"Open": True, "Proprietary": False}.get(entry["openness"] or "")
        row["family"] = family.series(row["name"], closed=row["open_weights"] is False)
        models.append(row)
    return models


def forecaster_ids(raw: Path) -> dict[str, str]:
    """GIFT-Eval's model name or folder -> model id: the hub repository if linked once, else `gift-eval/<name>`."""
    entries = read(raw / "timeseries" / "gift_eval_models.parquet")
    links = {
        entry["model"]: match.group(1)
        for entry in entries
        if (match := _HUB.search((entry["model_link"] or "").strip()))
    }
    uses = list(links.values())
    ids = {
        entry["model"]: links[entry["model"]]
        if entry["model"] in links
        and uses.count(links[entry["model"]]) == 1
        and "datasets/" not in links[entry["model"]]
        else "gift-eval/" + re.sub(r"[^\w.+-]+", "-", entry["model"])
        for entry in entries
    }
    by_folder = {entry["model_dir"]: ids[entry["model"]] for entry in entries}
    return by_folder | ids


def forecasters(raw: Path) -> list[Row]:
    """Models of GIFT-Eval. Agents that call other models are kept, but as kind `other`."""
    ids = forecaster_ids(raw)
    models = []
    for entry in read(raw / "timeseries" / "gift_eval_models.parquet"):
        row = empty_model(ids[entry["model"]], "gift_eval")
        agent = entry["model_type"] in _NOT_A_MODEL
        row |= {"kind": "other" if agent else "forecaster", "modalities": ["time-series"], "name": entry["model"]}
        row["organisation"] = entry["org"] or row["organisation"]
        row["open_weights"] = True if _HUB.search((entry["model_link"] or "").strip()) else None
        row["family"] = re.split(r"[-_. (]", entry["model"].lower())[0]
        row["flags"] = ["contaminated"] if entry["testdata_leakage"] == "Yes" else []
        if entry["model_type"] in {"deep-learning", "statistical", "fine-tuned"}:
            row["notes"].append(f"{entry['model_type']}: trained or fitted on each data set, not zero-shot")
        models.append(row)
    return models
