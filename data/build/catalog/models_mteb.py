"""Embedding and reranking models of MTEB's registry and results."""

from __future__ import annotations

from pathlib import Path

from advisor.domain.languages import parse_language
from data.build.catalog import family, flags, kinds
from data.build.catalog.frame import Row, empty_model, integer, read

_BASELINES = ("mteb/baseline-", "baseline/")
_UNKNOWN_LICENSES = {"licenseref-custom": "other"}


def embedding_models(raw: Path, benchmark_ids: set[str]) -> list[Row]:
    """One row a model; rows that differ from their model only in output type or dimension are configurations of it."""
    rows = read(raw / "mteb" / "models.parquet")
    listed = {row["model_id"] for row in rows}
    models = [_model(row, benchmark_ids) for row in rows if row["model_id"] == row["base_model_id"]]
    for base in sorted({row["base_model_id"] for row in rows} - listed):
        models.append(
            _model(next(row for row in rows if row["base_model_id"] == base) | {"model_id": base}, benchmark_ids)
        )
    return models


def languages_of(tags: list[str] | None) -> list[str]:
    """Codes of natural languages among MTEB's tags ("deu-Latn"); programming languages ("python-Code") are left out."""
    codes = {
        parse_language(tag) for tag in tags or [] if not tag.endswith("-Code") and not tag.startswith(("zxx", "mul"))
    }
    return sorted(code for code in codes if code)


def _model(raw: Row, benchmark_ids: set[str]) -> Row:
    row = empty_model(raw["model_id"], "mteb_registry" if raw["in_registry"] else "mteb_results")
    row["kind"] = "reranker" if raw["is_cross_encoder"] else "embedding"
    if raw["modalities"] == ["audio"] and kinds.transcribes(row["name"]):
        row["kind"] = "speech-recognition"
    if raw["model_id"].startswith(_BASELINES):
        row["kind"] = "other"
        row["notes"].append("a baseline of the leaderboard, no weights that anybody would run")
    row["modalities"] = [
        word for word in ("text", "image", "audio", "video") if word in (raw["modalities"] or ["text"])
    ]
    row["params_total"] = raw["n_parameters"] or None
    row["params_active"] = raw["n_active_parameters"] or None
    row["embedding_params"] = raw["n_embedding_parameters"] or None
    row["embed_dim"] = integer(raw["embed_dim"])
    row["context_tokens"] = raw["max_tokens"] or None
    row["languages"] = languages_of(raw["languages"])
    tag = (raw["license"] or "").lower() or None
    row["license_tag"] = _UNKNOWN_LICENSES.get(tag or "", tag)
    row["open_weights"] = raw["open_weights"]
    row["release_date"] = raw["release_date"]
    row["declared_bases"] = [raw["adapted_from"]] if raw["adapted_from"] else []
    row["family"] = family.series(row["name"], *row["declared_bases"], closed=row["open_weights"] is False)
    found = flags.name_flags(row["organisation"], row["name"])
    if raw["superseded_by"]:
        found.add("superseded")
        row["notes"].append(f"superseded by {raw['superseded_by']}")
    row["flags"] = sorted(found)
    trained = {f"mteb/{task}" for task in raw["training_tasks_expanded"] or []}
    row["training_datasets"] = sorted(trained & benchmark_ids)
    row["declared_data"] = sorted(raw["training_datasets_declared"] or [])
    return row
