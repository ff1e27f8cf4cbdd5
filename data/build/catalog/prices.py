"""Prices of hosted models, linked to the catalog where the name is a model's."""

from __future__ import annotations

from pathlib import Path

from data.build.catalog.frame import Row, integer, read


def api_prices(raw: Path, models: dict[str, Row], aliases: list[Row]) -> list[Row]:
    """One row a hosted model and provider."""
    known = {model_id.lower(): model_id for model_id in models} | {row["alias"]: row["model_id"] for row in aliases}
    rows = {}
    for entry in read(raw / "llm" / "api_prices.parquet"):
        rows[entry["litellm_key"], entry["provider"], entry["mode"]] = {
            "api_model": entry["litellm_key"],
            "provider": entry["provider"],
            "mode": entry["mode"],
            "model_id": _model(entry["litellm_key"], known),
            "usd_per_mtok_in": entry["usd_per_mtok_in"],
            "usd_per_mtok_out": entry["usd_per_mtok_out"],
            "max_input_tokens": integer(entry["max_input_tokens"]),
            "max_output_tokens": integer(entry["max_output_tokens"]),
            "source_id": entry["source_id"],
        }
    return list(rows.values())


def _model(key: str, known: dict[str, str]) -> str | None:
    """The longest tail of a key ("together_ai/Qwen/Qwen3-32B") that is a model's id or alias."""
    words = key.lower().split("/")
    for start in range(len(words)):
        if model_id := known.get("/".join(words[start:])):
            return model_id
    return None
