"""From a model to what it was made from: declared by its publisher, known from its paper, or read from its name."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from data.build.catalog import names
from data.build.catalog.frame import Row

_SHORTEST_STEM = 6
_PRUNED = re.compile(r"(?<![a-z])(?:reap|pruned?|sheared|minitron)(?![a-z])", re.IGNORECASE)
_PRUNED_TO = 0.95
"""Most parameters that a pruned model has of its base's."""


def base_models(models: dict[str, Row], moved: dict[str, tuple[str, str]]) -> list[Row]:
    """Links of every model in `models`; ids that moved are followed to the model they are now."""
    stems, compressed = _stems(models), _compressed()
    links = []
    for model_id, row in models.items():
        made_from, relation = compressed.get(model_id, (None, ""))
        if made_from:
            links.append({**_link(row, made_from, relation, inferred=False), "source_id": "compressed_models"})
        merged = "merged" in row["flags"]
        declared = [moved.get(base, (base, ""))[0] for base in row["declared_bases"]]
        declared = [base for base in dict.fromkeys(declared) if base != model_id and "/" in base]
        for base in declared:
            if base != made_from:
                usual = "merge" if merged or len(declared) > 1 else "finetune"
                links.append(_link(row, base, _relation(row, models.get(base), usual), inferred=False))
        if not declared and not made_from and (base := _named(row, stems)):
            links.append(_link(row, base, _relation(row, models[base], "unknown"), inferred=True))
    return links


def _compressed() -> dict[str, tuple[str, str]]:
    """Base and relation of the models that papers and model cards tell to be distilled or pruned."""
    with (Path(__file__).parent / "compressed.tsv").open(newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["model_id"]: (row["base_model_id"], row["relation"]) for row in rows}


def _relation(row: Row, base: Row | None, usual: str) -> str:
    """Pruned where the name says so and the model is smaller than its base, else the usual relation."""
    own, whole = row["params_total"], base["params_total"] if base else None
    smaller = own and whole and own <= _PRUNED_TO * whole
    return "pruning" if smaller and _PRUNED.search(row["name"]) else usual


def _stems(models: dict[str, Row]) -> dict[str, str]:
    stems: dict[str, str] = {}
    for model_id in sorted(models, key=lambda key: (models[key]["downloads"] or 0, key)):
        row = models[model_id]
        key = names.key(row["name"])
        if (
            row["organisation"] in names.PUBLISHERS
            and row["kind"] in {"generative", "encoder"}
            and len(key) >= _SHORTEST_STEM
        ):
            stems[key] = model_id
    return stems


def _named(row: Row, stems: dict[str, str]) -> str | None:
    """The publisher's model whose whole name begins this one's, longest first: "Qwen3-4B-Thinking-abliterated"."""
    if row["organisation"] in names.PUBLISHERS or row["kind"] not in {"generative", "embedding", "reranker", "encoder"}:
        return None
    words = names.key(row["name"]).removeprefix("huihui-").split("-")
    for end in range(len(words) - 1, 1, -1):
        if base := stems.get("-".join(words[:end])):
            return base
    return None


def _link(row: Row, base: str, relation: str, *, inferred: bool) -> Row:
    return {
        "model_id": row["model_id"],
        "base_model_id": base,
        "relation": relation,
        "inferred": inferred,
        "source_id": row["source_id"],
    }
