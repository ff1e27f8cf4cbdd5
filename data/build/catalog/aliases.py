"""Other names of a model, lower case, each pointing to one model."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from data.build.catalog import names
from data.build.catalog.frame import Row, read

# What people type, where no rule finds it.
_CURATED = {
    "llama-2-7b": "meta-llama/Llama-2-7b-hf",
    "llama-2-13b": "meta-llama/Llama-2-13b-hf",
    "llama-2-70b": "meta-llama/Llama-2-70b-hf",
    "llama2-7b": "meta-llama/Llama-2-7b-hf",
    "llama2-13b": "meta-llama/Llama-2-13b-hf",
    "llama2-70b": "meta-llama/Llama-2-70b-hf",
    "mistral-7b": "mistralai/Mistral-7B-v0.1",
    "mixtral-8x7b": "mistralai/Mixtral-8x7B-v0.1",
    "gpt-3": "openai/gpt-3-175b",
    "gpt3": "openai/gpt-3-175b",
    "bert": "google-bert/bert-base-uncased",
    "bert-base": "google-bert/bert-base-uncased",
    "bert-large": "google-bert/bert-large-uncased",
    "distilbert": "distilbert/distilbert-base-uncased",
    "distilbert-base": "distilbert/distilbert-base-uncased",
    "distilroberta": "distilbert/distilroberta-base",
    "tinybert": "huawei-noah/TinyBERT_General_6L_768D",
    "tinybert-6l": "huawei-noah/TinyBERT_General_6L_768D",
    "tinybert-4l": "huawei-noah/TinyBERT_General_4L_312D",
    "roberta-base": "FacebookAI/roberta-base",
    "roberta-large": "FacebookAI/roberta-large",
    "all-minilm-l6-v2": "sentence-transformers/all-MiniLM-L6-v2",
    "all-mpnet-base-v2": "sentence-transformers/all-mpnet-base-v2",
}
_OLLAMA = Path(__file__).with_name("ollama.tsv")
"""Tags of Ollama's library whose model is not plain from the letters: what the page of each says it is (2026-11)."""
_SUFFIX = re.compile(r"(?:-hf|-v0\.1|-base-uncased|-uncased|-v1|-v1\.0)$")
_SHORTEST = 4
_OF_TAGS = "ollama_chat"
"""Whose names are tags of Ollama, each with its precision: scores of a file, whose tag means the model."""


def aliases(raw: Path, models: dict[str, Row], moved: dict[str, tuple[str, str]]) -> list[Row]:
    """Curated names, tags of Ollama, ids that moved, leaderboard spellings, then short names; the first claim on a
    name holds."""
    found: dict[str, tuple[str, str]] = {}
    own = {model_id.lower() for model_id in models}

    def add(alias: str, model_id: str, match: str) -> None:
        alias = alias.strip().lower()
        target = moved.get(model_id, (model_id, ""))[0]
        if alias and alias not in own and alias not in found and target in models:
            found[alias] = (target, match)

    for alias, model_id in _CURATED.items():
        add(alias, model_id, "curated")
    for entry in csv.DictReader(_OLLAMA.read_text(encoding="utf-8").splitlines(), delimiter="\t"):
        add(entry["tag"], entry["model_id"], "ollama")
    for model_id, (_, how) in moved.items():
        add(model_id, model_id, how)
    for model_id, row in models.items():
        if row.get("hub_id"):
            add(row["hub_id"], model_id, "hub_id")
    for entry in read(raw / "llm" / "aliases.parquet"):
        if entry["alias"] != entry["model_id"] and not entry["config"]:
            add(entry["alias"], entry["model_id"], entry["match"])
    for alias, model_id in _short_names(models):
        add(alias, model_id, "short_name")
    return [{"alias": alias, "model_id": model_id, "match": match} for alias, (model_id, match) in found.items()]


def _short_names(models: dict[str, Row]) -> list[tuple[str, str]]:
    """Names without organisation, whole before cut; of models with one name, the publisher's most downloaded."""
    ranked = sorted((row for row in models.values() if row["organisation"] != _OF_TAGS), key=_standing)
    whole = [(row["name"].lower(), row["model_id"]) for row in ranked]
    keyed = [(names.key(row["name"]), row["model_id"]) for row in ranked]
    cut = [
        (_SUFFIX.sub("", names.key(row["name"])), row["model_id"])
        for row in ranked
        if row["organisation"] in names.PUBLISHERS
    ]
    return [(alias, model_id) for alias, model_id in [*whole, *keyed, *cut] if len(alias) >= _SHORTEST]


def _standing(row: Row) -> tuple[bool, bool, bool, int, str]:
    return (
        bool({"orphan-quantization", "draft", "test", "unidentified"} & set(row["flags"])),
        row["organisation"] not in names.PUBLISHERS,
        row["kind"] == "other",
        -(row["downloads"] or 0),
        row["model_id"],
    )
