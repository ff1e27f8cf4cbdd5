"""Models, variants, benchmarks and results from the raw tables: one identity a model, one schema for all modalities."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pyarrow as pa

from data.build.catalog import (
    bases,
    counts,
    experts,
    flags,
    identity,
    inherit,
    prices,
    published,
    published_licenses,
    repair,
)
from data.build.catalog.aliases import aliases
from data.build.catalog.benchmarks_llm import language_benchmarks
from data.build.catalog.benchmarks_mteb import embedding_benchmarks
from data.build.catalog.benchmarks_other import other_benchmarks
from data.build.catalog.benchmarks_vision import vision_benchmarks
from data.build.catalog.frame import Ledger, Row, table
from data.build.catalog.models_hosted import base_references, hosted_models
from data.build.catalog.models_llm import language_models
from data.build.catalog.models_mteb import embedding_models
from data.build.catalog.models_other import forecasters, speech_models
from data.build.catalog.models_vision import vision_models
from data.build.catalog.results_llm import language_results
from data.build.catalog.results_mteb import embedding_results
from data.build.catalog.results_other import other_results
from data.build.catalog.sources import sources
from data.build.catalog.training_data import training_data

# Named for embedding or ranking: such a model is no general one, whatever boards it was tried on.
_SPECIALIST = re.compile(r"embed|rank|retriev|gte|grit|vlm2vec|e5|bge|sentence|colqwen|minilm")


_ALSO = {"speech-recognition": "a speech recognizer", "embedding": "an embedding model", "reranker": "a reranker"}


def tables(raw: Path) -> dict[str, pa.Table]:
    """The catalog's tables from the folder of raw tables, rows sorted by key."""
    ledger = Ledger()
    benchmarks = [
        *embedding_benchmarks(raw),
        *language_benchmarks(raw),
        *vision_benchmarks(raw),
        *other_benchmarks(raw),
    ]
    benchmark_ids = {row["benchmark_id"] for row in benchmarks}
    # The registry of a model's own kind stands before general listings: its facts win.
    rows = [
        *speech_models(raw),
        *embedding_models(raw, benchmark_ids),
        *language_models(raw, ledger),
        *forecasters(raw),
        *vision_models(raw),
    ]
    for row in rows:
        row["license_told_by"] = row["license_told_by"] or published_licenses.told_by(row)
    models, variants, moved = identity.resolve(rows, ledger)
    published_licenses.settle(models.values(), ledger)
    results = _results(raw, models, moved, benchmark_ids)
    _settle_kinds(models, results, benchmarks)
    scored = {row["model_id"] for row in results}
    for row in models.values():
        repair.repair(row, ledger)
    links = bases.base_models(models, moved)
    published.settle(models, ledger)
    print(f"parameter counts corrected: {counts.settle(models, links, ledger)}", file=sys.stderr)
    print(f"active parameters found: {experts.complete(models, links, ledger)}", file=sys.stderr)
    print(f"architectures and contexts taken over: {inherit.settle(models, links)}", file=sys.stderr)
    for model_id, row in models.items():
        flags.settle(row, model_id in scored)
    flags.settle_submitted(models, results, benchmarks)
    references = base_references(models, moved)
    published_licenses.settle(references, ledger)
    for row in references:
        models.setdefault(row["model_id"], row)
    names = aliases(raw, models, moved)
    known = {row["alias"] for row in names} | {model_id.lower() for model_id in (*models, *moved)}
    models |= {row["model_id"]: row for row in hosted_models(raw, known)}
    hosted = prices.api_prices(raw, models, names)
    claims = _claims(ledger, moved)
    sets, trained = training_data(raw, models)
    parts: list[list[Row]] = [list(models.values()), variants, claims, links, benchmarks, results, hosted]
    used = {row["source_id"] for part in parts for row in part}
    return {
        "sources": table("sources", sources(raw, used), "source_id"),
        "models": table("models", parts[0], "model_id"),
        "claims": table("claims", claims, "model_id", "field", "chosen", "value", "rule", "source_id"),
        "base_models": table("base_models", links, "model_id", "base_model_id"),
        "datasets": table("datasets", sets, "dataset_id"),
        "training_data": table("training_data", trained, "model_id", "dataset_id"),
        "variants": table("variants", variants, "variant_id"),
        "aliases": table("aliases", names, "alias"),
        "benchmarks": table("benchmarks", benchmarks, "benchmark_id"),
        "results": table("results", results, "benchmark_id", "subset", "config", "model_id"),
        "api_prices": table("api_prices", hosted, "api_model", "provider", "mode"),
    }


def _results(
    raw: Path, models: dict[str, Row], moved: dict[str, tuple[str, str]], benchmark_ids: set[str]
) -> list[Row]:
    language, language_dropped = language_results(raw, moved, set(models))
    embedding, embedding_dropped = embedding_results(raw, moved, set(models), benchmark_ids)
    other, other_dropped = other_results(raw, moved)
    for name, dropped in (("language", language_dropped), ("mteb", embedding_dropped), ("other", other_dropped)):
        print(f"{name} results left out: {dict(dropped)}", file=sys.stderr)
    return [*language, *embedding, *other]


def _settle_kinds(models: dict[str, Row], results: list[Row], benchmarks: list[Row]) -> None:
    """A general model that also transcribes, embeds or ranks is generative: it competes on the language boards too."""
    arena = {row["benchmark_id"]: row["arena"] for row in benchmarks}
    speaks = {row["model_id"] for row in results if arena[row["benchmark_id"]] == "language"}
    for model_id, row in models.items():
        listed, kind = row.get("listed_kind"), row["kind"]
        general = model_id in speaks and listed in {"generative", "speech-recognition"}
        if kind not in {"speech-recognition", "embedding", "reranker"} or _SPECIALIST.search(model_id.lower()):
            continue
        if general or (kind == "reranker" and listed == "generative"):
            row["notes"].append(f"general model, also measured as {_ALSO[kind]}")
            row["kind"] = "generative"
            row["modalities"] = ["text", *(word for word in row["modalities"] if word != "text")]


def _claims(ledger: Ledger, moved: dict[str, tuple[str, str]]) -> list[Row]:
    claims = {}
    for claim in ledger.claims:
        current = claim | {"model_id": moved.get(claim["model_id"], (claim["model_id"], ""))[0]}
        claims[tuple(current.values())] = current
    return list(claims.values())
