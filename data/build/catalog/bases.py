"""From a model to what it was made from: declared by its publisher, known from its paper, or read from its name."""

from __future__ import annotations

from data.build.catalog import names
from data.build.catalog.frame import Row

# Distilled encoders and their teachers: distillation README of transformers, TinyBERT and MiniLM papers.
_DISTILLED = {
    "distilbert/distilbert-base-uncased": "google-bert/bert-base-uncased",
    "distilbert/distilbert-base-cased": "google-bert/bert-base-cased",
    "distilbert/distilbert-base-multilingual-cased": "google-bert/bert-base-multilingual-cased",
    "distilbert/distilroberta-base": "FacebookAI/roberta-base",
    "huawei-noah/TinyBERT_General_4L_312D": "google-bert/bert-base-uncased",
    "huawei-noah/TinyBERT_General_6L_768D": "google-bert/bert-base-uncased",
}
_SHORTEST_STEM = 6


def base_models(models: dict[str, Row], moved: dict[str, tuple[str, str]]) -> list[Row]:
    """Links of every model in `models`; ids that moved are followed to the model they are now."""
    stems = _stems(models)
    links = []
    for model_id, row in models.items():
        merged = "merged" in row["flags"]
        if teacher := _DISTILLED.get(model_id):
            links.append(_link(row, teacher, "distillation", inferred=False))
            continue
        declared = [moved.get(base, (base, ""))[0] for base in row["declared_bases"]]
        declared = [base for base in dict.fromkeys(declared) if base != model_id and "/" in base]
        for base in declared:
            links.append(_link(row, base, "merge" if merged or len(declared) > 1 else "finetune", inferred=False))
        if not declared and (base := _named(row, stems)):
            links.append(_link(row, base, "unknown", inferred=True))
    return links


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
