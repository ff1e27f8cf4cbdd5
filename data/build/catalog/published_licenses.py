"""What licenses rest on: the publisher's own word stands before a leaderboard's, and a table holds what cards say."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from data.build.catalog.frame import Ledger, Row

LISTS = frozenset(
    {"mteb_registry", "mteb_results", "obs_base", "llmstats", "modelsdev", "euroeval_metadata", "leaderboard_names"}
)
"""Sources that list licenses of models that others publish. The rest repeat the tag of the publisher's repository."""
_CARDS = "published_licenses"
_UNCONFIRMED = "unconfirmed"
_REGISTRY = frozenset({"mteb_registry", "mteb_results"})


class _Published(NamedTuple):
    """A license as the publisher states it."""

    license_tag: str
    read: str
    """Read from the publisher's page or repository, in a copy of its words, or only as others quote it."""
    source: str


def told_by(row: Row) -> str | None:
    """The list that tells a row's license, None where its publisher does."""
    return row["source_id"] if row["license_tag"] and row["source_id"] in LISTS else None


def prefer_publisher(first: Row, second: Row, ledger: Ledger) -> None:
    """Where two rows are one model, the license of the row whose publisher states it goes into the first."""
    listed, stated = first["license_tag"], second["license_tag"]
    if first["license_told_by"] is None or not stated or second["license_told_by"] is not None:
        return
    if listed != stated:
        rule = "the publisher's license over that of a list"
        ledger.record(first, "license_tag", stated, second["source_id"], rule, chosen=True)
        ledger.record(first, "license_tag", listed, first["license_told_by"], rule, chosen=False)
    first["license_tag"], first["license_told_by"] = stated, None


def settle(models: Iterable[Row], ledger: Ledger) -> None:
    """Licenses from cards that were read, and no MIT of an audio model that MTEB's registry alone tells.

    Of the registry's audio models tagged MIT whose publishers' word was read, most have another license; the tags of
    its text and image models agree with those of the hub (data/README.md).
    """
    exact, globs = _table()
    for row in models:
        name = row["model_id"].lower()
        found = exact.get(name) or next((stated for glob, stated in globs if fnmatchcase(name, glob)), None)
        if found is not None:
            _state(row, found, ledger)
        elif _is_doubtful(row):
            rule = "MTEB's registry tells MIT for audio models under other licenses"
            ledger.record(row, "license_tag", "mit", row["license_told_by"], rule, chosen=False)
            row["license_tag"] = _UNCONFIRMED
            row["notes"].append("license not confirmed: MTEB's registry alone tells mit, wrong for most audio models")


def _is_doubtful(row: Row) -> bool:
    told_alone = row["license_told_by"] in _REGISTRY and row["license_tag"] == "mit"
    return told_alone and "audio" in row["modalities"] and row["kind"] != "other"


def _state(row: Row, stated: _Published, ledger: Ledger) -> None:
    listed, source = row["license_tag"], row["license_told_by"] or row["source_id"]
    row["license_told_by"] = _CARDS if stated.read == "quoted" else None
    if listed == stated.license_tag:
        return
    rule = f"the publisher's card or repository: {stated.source}"
    ledger.record(row, "license_tag", stated.license_tag, _CARDS, rule, chosen=True)
    if listed is not None:
        ledger.record(row, "license_tag", listed, source, rule, chosen=False)
    row["license_tag"] = stated.license_tag
    row["notes"].append(f"license {stated.license_tag}, by its publisher: {stated.source}")


def _table() -> tuple[dict[str, _Published], list[tuple[str, _Published]]]:
    rows = list(_rows())
    exact = {name: stated for name, stated in rows if "*" not in name}
    return exact, [(name, stated) for name, stated in rows if "*" in name]


def _rows() -> Iterator[tuple[str, _Published]]:
    with (Path(__file__).parent / "published_licenses.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            yield row["model_glob"].lower(), _Published(row["license_tag"], row["read"], row["source"])
