"""One model, one id: rows of several sources are merged, artefacts and copies become variants of what they package."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from advisor.domain.tasks import Modality
from data.build.catalog import names, published_licenses, quantization
from data.build.catalog.frame import Ledger, Row

COPY_TOLERANCE = 0.02
"""Same name and parameter counts this close: the same weights."""
_MERGED_FIELDS = ("params_total", "context_tokens", "license_tag", "release_date", "embed_dim", "open_weights")
_UNIONS = ("languages", "flags", "training_datasets", "notes", "declared_bases", "declared_data", "sources")
_KV = ("attention", "kv_bytes_per_token", "kv_exact")
_ARCHITECTURE = (
    "architecture",
    "n_layers",
    "hidden_size",
    "n_heads",
    "n_kv_heads",
    "head_dim",
    "vocab_size",
    "n_experts",
    "n_experts_active",
    "sliding_window",
    *_KV,
)


class Identities(NamedTuple):
    """Models left after resolution; variants; and where every other id went, with how (renamed, copy, variant)."""

    models: dict[str, Row]
    variants: list[Row]
    moved: dict[str, tuple[str, str]]


def resolve(rows: list[Row], ledger: Ledger) -> Identities:
    """Resolve identities. Where two rows are one model, the earlier one in `rows` wins its fields."""
    models, moved = _merge(rows, ledger)
    artefacts = {model_id for model_id, row in models.items() if _is_artefact(row)}
    packaged = _copies(models, _index(models, artefacts))
    moved |= {model_id: (base["model_id"], "copy") for model_id, base in packaged.items()}
    for model_id, base in packaged.items():
        _fill(base, models[model_id], _ARCHITECTURE)
    originals = _index(models, artefacts | set(packaged))
    for model_id in sorted(artefacts):
        row = models[model_id]
        if found := _base(row, originals):
            packaged[model_id] = found
            moved[model_id] = (found["model_id"], "variant")
        elif _is_listed(row) and _is_quantised(row):
            row["flags"] = sorted({*row["flags"], "orphan-quantization"})
    variants = [_variant(models[model_id], base) for model_id, base in packaged.items()]
    kept = {model_id: row for model_id, row in models.items() if model_id not in packaged}
    return Identities(kept, variants, moved | {old: (_last(old, moved), how) for old, (_, how) in moved.items()})


def _is_artefact(row: Row) -> bool:
    if _is_listed(row):
        return _is_quantised(row) or quantization.is_whole_copy(row["name"], row["organisation"])
    return row["kind"] in {"embedding", "reranker"} and _is_quantised(row)


def _is_listed(row: Row) -> bool:
    """True for a row of the hub listing, which says itself what is quantised."""
    return "is_quantised_repo" in row


def _is_quantised(row: Row) -> bool:
    return quantization.is_artefact(row["name"], row["organisation"], row.get("is_quantised_repo", False))


def _merge(rows: list[Row], ledger: Ledger) -> tuple[dict[str, Row], dict[str, tuple[str, str]]]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        organisation, _, name = row["model_id"].rpartition("/")
        groups[names.organisation_key(organisation), names.key(name)].append(row)
    models: dict[str, Row] = {}
    moved: dict[str, tuple[str, str]] = {}
    for group in groups.values():
        first = group[0]
        for row in group[1:]:
            published_licenses.prefer_publisher(first, row, ledger)
            _contradictions(first, row, ledger)
            _fill(first, row, tuple(row))
        ids = list(dict.fromkeys(row["model_id"] for row in group))
        if len(ids) > 1:
            first |= _named(max(group, key=_present))
            moved |= {other: (first["model_id"], "renamed") for other in ids if other != first["model_id"]}
        models[first["model_id"]] = first
    return models, moved


def _present(row: Row) -> tuple[bool, int, str]:
    """Order of ids of one model: under the publisher's present name, most downloaded."""
    organisation = row["model_id"].rpartition("/")[0]
    return names.organisation_key(organisation) == organisation.lower(), row["downloads"] or 0, row["model_id"]


def _named(row: Row) -> Row:
    return {field: row[field] for field in ("model_id", "name", "organisation")}


def _contradictions(first: Row, second: Row, ledger: Ledger) -> None:
    rule = "the registry of the model's own kind, then the older source"
    for field in _MERGED_FIELDS:
        ours, theirs = first[field], second[field]
        if ours is None or theirs is None or ours == theirs:
            continue
        if field == "params_total":
            if _rounds_to(theirs, ours):
                first[field] = theirs
                ledger.record(first, field, ours, first["source_id"], "the finer count", chosen=False)
                continue
            if abs(ours - theirs) <= COPY_TOLERANCE * ours:
                continue
            first.setdefault("other_counts", []).append((theirs, second["source_id"]))
        ledger.record(first, field, ours, first["source_id"], rule, chosen=True)
        ledger.record(first, field, theirs, second["source_id"], rule, chosen=False)


def _rounds_to(fine: int, rounded: int) -> bool:
    """Whether a count is another in whole or tenths of billions."""
    unit = next((unit for unit in (1_000_000_000, 100_000_000) if rounded % unit == 0), 0)
    return bool(unit and fine % unit and abs(fine - rounded) <= unit / 2)


def _fill(first: Row, second: Row, fields: tuple[str, ...]) -> None:
    """Take from `second` what `first` does not know."""
    attention_known = first["attention"] is not None
    for field in fields:
        value = second[field]
        if field == "license_told_by":
            continue
        if field in _UNIONS:
            first[field] = [*first[field], *(entry for entry in value if entry not in first[field])]
        elif field in _KV:
            first[field] = first[field] if attention_known else value
        elif first.get(field) is None:
            first[field] = value
            if field == "license_tag":
                first["license_told_by"] = second["license_told_by"]
    if "modalities" in fields:
        both = {*first["modalities"], *second["modalities"]}
        first["modalities"] = [modality.value for modality in Modality if modality.value in both]


def _index(models: dict[str, Row], without: set[str]) -> dict[str, list[Row]]:
    index: dict[str, list[Row]] = defaultdict(list)
    for model_id, row in models.items():
        if model_id not in without and row["kind"] not in {"vision", "forecaster"}:
            index[names.key(model_id.rpartition("/")[2])].append(row)
    return index


def _base(artefact: Row, originals: dict[str, list[Row]]) -> Row | None:
    name = quantization.stripped(artefact["model_id"].rpartition("/")[2])
    key = names.key(name)
    for candidate in (key, _without_organisation(key)):
        found = [
            row
            for row in originals.get(candidate, ())
            if row["kind"] == artefact["kind"] or "other" not in (row["kind"], artefact["kind"])
        ]
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


def _copies(models: dict[str, Row], originals: dict[str, list[Row]]) -> dict[str, Row]:
    copies: dict[str, Row] = {}
    for rows in originals.values():
        published = [row for row in rows if row["organisation"] in names.PUBLISHERS]
        candidates = published or [row for row in rows if row["organisation"] not in names.REPACKAGERS]
        if not candidates or len(rows) == len(candidates):
            continue
        original = _best(candidates)
        for row in rows:
            if row["organisation"] not in names.PUBLISHERS and row is not original and _same_weights(row, original):
                copies[row["model_id"]] = original
    return copies


def _same_weights(row: Row, original: Row) -> bool:
    """Equal names are given; a re-packager means the original, anybody else only with equal parameter counts."""
    if row["organisation"] in names.REPACKAGERS:
        return True
    if (
        original["organisation"] not in names.PUBLISHERS
        or row["params_total"] is None
        or original["params_total"] is None
    ):
        return False
    return bool(abs(row["params_total"] - original["params_total"]) <= COPY_TOLERANCE * original["params_total"])


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
