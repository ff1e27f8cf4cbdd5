"""Models known from a price list only: closed ones, kept as references, never candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from data.build.catalog.frame import Row, empty_model, read

# Providers that sell their own models, and the organisation that their ids carry.
_MAKERS = {
    "openai": "openai", "anthropic": "anthropic", "gemini": "google", "xai": "xai", "voyage": "voyageai",
    "cohere": "cohere", "cohere_chat": "cohere", "ai21": "ai21labs", "amazon_nova": "amazon", "deepgram": "deepgram",
    "elevenlabs": "elevenlabs", "runwayml": "runwayml", "stability": "stabilityai", "recraft": "recraft",
    "black_forest_labs": "black-forest-labs", "assemblyai": "assemblyai", "soniox": "soniox", "morph": "morph",
    "gigachat": "gigachat", "perplexity": "perplexity",
}  # fmt: skip
_KINDS = {
    "chat": ("generative", ["text"]),
    "completion": ("generative", ["text"]),
    "responses": ("generative", ["text"]),
    "embedding": ("embedding", ["text"]),
    "rerank": ("reranker", ["text"]),
    "audio_transcription": ("speech-recognition", ["audio"]),
}
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_RESOLUTION = re.compile(r"^(?:(?:low|medium|high|standard|hd|max-steps|\d+-steps|\d+-x-\d+)/)+")


def hosted_models(raw: Path, known: set[str]) -> list[Row]:
    """One row a closed model that a maker prices and that no other table has.

    Args:
        raw: folder of the raw tables.
        known: ids and aliases of the models there are, lower case.
    """
    models: dict[str, Row] = {}
    for entry in read(raw / "llm" / "api_prices.parquet"):
        maker = _MAKERS.get(entry["provider"] or "")
        key = _RESOLUTION.sub("", entry["litellm_key"])
        if maker is None or key.startswith("ft:"):
            continue
        name = key.split("/")[-1]
        if name.lower() in known or f"{maker}/{name}".lower() in known:
            continue
        row = models.setdefault(f"{maker}/{name}", empty_model(f"{maker}/{name}", entry["source_id"]))
        row["kind"], row["modalities"] = _KINDS.get(entry["mode"], ("other", ["text"]))
        row["open_weights"], row["license_tag"] = False, "proprietary"
    return [models[model_id] for model_id in sorted(models)]


def base_references(models: dict[str, Row], moved: Iterable[str]) -> list[Row]:
    """Models that others declare as their base and that no table lists: known by name, so that lineages end nowhere."""
    found: dict[str, Row] = {}
    known = {model_id.lower() for model_id in (*models, *moved)}
    for row in models.values():
        for base in row["declared_bases"]:
            if base.lower() not in known and _HUB_ID.fullmatch(base):
                reference = found.setdefault(base.lower(), empty_model(base, row["source_id"]))
                reference |= {"kind": row["kind"], "modalities": row["modalities"], "flags": ["unidentified"]}
                reference["notes"] = ["known only as the declared base of other models"]
    return [found[model_id] for model_id in sorted(found)]
