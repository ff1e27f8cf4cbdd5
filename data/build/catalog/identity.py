"""One model, one id: rows of several sources are merged, artefacts and copies become variants of what they package."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from data.build.catalog import names, quantization
from data.build.catalog.frame import Ledger, Row

COPY_TOLERANCE = 0.02
"""Same name and parameter counts this close: the same weights."""
_MERGED_FIELDS = ("params_total", "context_tokens", "license_tag", "release_date", "embed_dim", "open_weights")
_UNIONS = ("languages", "flags", "training_datasets", "notes", "declared_bases", "sources")


class Identities(NamedTuple):
    """Models left after resolution; variants; and where every other id went, with how."""

    models: dict[str, Row]
    variants: list[Row]
    moved: dict[str, tuple[str, str]]


def resolve(rows: list[Row], ledger: Ledger) -> Identities:
    """Resolve identities. Where two rows are one model, the earlier one in `rows` wins its fields."""
    models, moved = _merge(rows, ledger)
    variants: list[Row] = []
    artefacts = {
        model_id: row
        for model_id, row in models.items()
        if "is_quantised_repo" in row and quantization.is_artefact(row["name"], row["organisation"], row["is_quantised_repo"])
    }
    originals = _index(row for model_id, row in models.items() if model_id not in artefacts)
    for model_id, row in artefacts.items():
        base = _base(row, originals)
        if base is None:
            row["flags"] = sorted({*row["flags"], "orphan-quantization"})
            continue
        variants.append(_variant(row, base))
        moved[model_id] = (base["model_id"], "variant")
    for model_id, base in _copies(models, artefacts, originals).items():
        variants.append(_variant(models[model_id], base))
        _fill(base, models[model_id])
        moved[model_id] = (base["model_id"], "copy")
    kept = {model_id: row for model_id, row in models.items() if model_id not in moved}
    return Identities(kept, variants, {old: (_last(new, moved), how) for old, (new, how) in moved.items()})


def _merge(rows: list[Row], ledger: Ledger) -> tuple[dict[str, Row], dict[str, tuple[str, str]]]:
    models: dict[str, Row] = {}
    by_key: dict[tuple[str, str], str] = {}
    moved: dict[str, tuple[str, str]] = {}
    for row in rows:
        organisation = names.organisation_key(row["model_id"].rpartition("/")[0])
        key = (organisation, names.key(row["model_id"].rpartition("/")[2]))
        if key not in by_key:
            by_key[key] = row["model_id"]
            models[row["model_id"]] = row
            continue
        first = models[by_key[key]]
        if row["model_id"] != first["model_id"]:
            moved[row["model_id"]] = (first["model_id"], "renamed")
        _contradictions(first, row, ledger)
        _fill(first, row)
    return models, moved


def _contradictions(first: Row, second: Row, ledger: Ledger) -> None:
    rule = "the registry of the model's own kind, then the older source"
    for field in _MERGED_FIELDS:
        ours, theirs = first[field], second[field]
        if ours is None or theirs is None or ours == theirs:
            continue
        if field == "params_total" and abs(ours - theirs) <= COPY_TOLERANCE * ours:
            continue
        ledger.record(first, field, ours, first["source_id"], rule, chosen=True)
        ledger.record(first, field, theirs, second["source_id"], rule, chosen=False)


def _fill(first: Row, second: Row) -> None:
    for field, value in second.items():
        if field in _UNIONS:
            first[field] = [*first[field], *(entry for entry in value if entry not in first[field])]
            if field != "declared_bases":
                first[field].sort()
        elif first.get(field) is None:
            first[field] = value
    first["modalities"] = [word for word in ("text", "image", "audio", "video", "time-series") if word in {*first["modalities"], *second["modalities"]}]


def _index(rows: object) -> dict[str, list[Row]]:
    index: dict[str, list[Row]] = defaultdict(list)
    for row in rows:  # type: ignore[attr-defined]
        if row["kind"] in {"generative", "embedding", "reranker", "encoder", "speech-recognition", "other"} and "gmacs" in row:
            index[names.key(row["model_id"].rpartition("/")[2])].append(row)
    return index


def _base(artefact: Row, originals: dict[str, list[Row]]) -> Row | None:
    name = quantization.stripped(artefact["model_id"].rpartition("/")[2])
    key = names.key(name)
    for candidate in (key, _without_organisation(key)):
        found = [row for row in originals.get(candidate, ()) if row["kind"] == artefact["kind"] or "other" not in (row["kind"], artefact["kind"])]
        if found:
            return _best(found, artefact["organisation"])
    return None


def _without_organisation(key: str) -> str:
    for organisation in sorted(names.PUBLISHERS, key=len, reverse=True):
        if key.startswith(organisation.lower() + "-"):
            return key[len(organisation) + 1 :]
    return key


def _best(rows: list[Row], organisation: str | None = None) -> Row:
    """The original: of the same organisation, else of a publisher, else the most downloaded."""
    return max(
        rows,
        key=lambda row: (
            row["organisation"] == organisation,
            row["organisation"] in names.PUBLISHERS,
            row["organisation"] not in names.REPACKAGERS,
            row["downloads"] or 0,
            row["model_id"],
        ),
    )


def _copies(models: dict[str, Row], artefacts: dict[str, Row], originals: dict[str, list[Row]]) -> dict[str, Row]:
    copies: dict[str, Row] = {}
    for rows in originals.values():
        published = [row for row in rows if row["organisation"] in names.PUBLISHERS]
        for row in rows:
            if not published or row["organisation"] in names.PUBLISHERS or row["model_id"] in artefacts:
                continue
            original = _best(published)
            if original["model_id"] in models and _same_weights(row, original):
                copies[row["model_id"]] = original
    return copies


def _same_weights(row: Row, original: Row) -> bool:
    ours, theirs = row["params_total"], original["params_total"]
    if ours is None or theirs is None:
        return row["organisation"] in names.REPACKAGERS
    return abs(ours - theirs) <= COPY_TOLERANCE * theirs


def _variant(row: Row, base: Row) -> Row:
    kind = quantization.packaging(row["name"], row["organisation"])
    return {
        "variant_id": row["model_id"],
        "model_id": base["model_id"],
        "format": kind.format,
        "quantization": kind.quantization,
        "bits_per_weight": kind.bits_per_weight,
        "publisher": row["organisation"],
        "license_tag": row["license_tag"],
        "downloads": row["downloads"],
        "source_id": row["source_id"],
    }


def _last(model_id: str, moved: dict[str, tuple[str, str]]) -> str:
    while model_id in moved:
        model_id = moved[model_id][0]
    return model_id
