"""What models name as their training data, and the terms of these sets: our readings first, else MTEB's metadata."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from data.build.catalog.frame import Row, read

_AFFIXES = re.compile(
    r"^(?:multilingual|hume)?(?:nano)?|(?:hardnegatives|decontaminated)?(?:\.?v\d)?$|-(?:nl|pl|vn|fa)\b|zeroshot"
)
_KIND = re.compile(r"(?:retrieval|reranking|classification|clustering|pairclassification|p2p|s2s|sts)+$")
_TRANSLATED = re.compile(r"^(?:multilingual|hume)?nano|-(?:nl|pl|vn|fa)\b|vnc", re.IGNORECASE)
"""Versions of a set by others, under a license of their own that says nothing of the original."""
_RESTRICTED = re.compile(r"cc-by-nc|msr-la-nc")
_OPEN = re.compile(r"(?:cc-by(?:-sa)?-[234]\.\d|cc0-1\.0|mit|apache-2\.0|bsd-.*|odc-by|cdla-permissive-\d\.0)$")
_METADATA = "MTEB task metadata, not checked against the terms of the set itself"


def training_data(raw: Path, models: dict[str, Row]) -> tuple[list[Row], list[Row]]:
    """Rows of `datasets` and of `training_data`."""
    named = sorted({name for row in models.values() for name in row.get("declared_data", ())})
    own = _own()
    groups: dict[str, list[str]] = defaultdict(list)
    for name in named:
        groups[_id(name, own)].append(name)
    licenses = {row["benchmark_id"]: row["license"] for row in read(raw / "mteb" / "benchmarks.parquet")}
    described = {row["dataset_id"]: row for row in own}
    sets = [described.get(key) or _by_metadata(key, names, licenses) for key, names in sorted(groups.items())]
    ids = {name: key for key, names in groups.items() for name in names}
    trained = {(model_id, ids[name]) for model_id, row in models.items() for name in row.get("declared_data", ())}
    return sets, [{"model_id": model_id, "dataset_id": dataset_id} for model_id, dataset_id in trained]


def _own() -> list[Row]:
    """The sets whose terms we read, with what their names look like."""
    with (Path(__file__).parent / "datasets.csv").open(newline="") as file:
        rows: list[Row] = [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    return [
        row | {"commercial_use": row["commercial_use"] == "yes", "pattern": re.compile(row["pattern"])} for row in rows
    ]


def _id(name: str, own: Sequence[Row]) -> str:
    lower = name.lower()
    found = next((row["dataset_id"] for row in own if row["pattern"].match(lower.removeprefix("nano"))), None)
    if found:
        return str(found)
    bare = _AFFIXES.sub("", lower)
    return re.sub(r"[^a-z0-9]+", "-", _KIND.sub("", bare) or bare).strip("-") or lower


def _by_metadata(dataset_id: str, names: Sequence[str], licenses: dict[str, str | None]) -> Row:
    originals = [name for name in names if not _TRANSLATED.search(name)]
    tags = {licenses[name] for name in originals if licenses.get(name)}
    tag = tags.pop() if len(tags) == 1 else None
    known = tag is not None and not tag.startswith("http")
    commercial = None
    if tag is not None and known:
        commercial = False if _RESTRICTED.match(tag) else True if _OPEN.match(tag) else None
    return {
        "dataset_id": dataset_id,
        "name": min(originals or names, key=lambda name: (len(name), name)),
        "license_tag": tag if known else None,
        "commercial_use": commercial,
        "terms": None,
        "url": None if known else tag,
        "source": _METADATA,
    }
