"""Where the catalog's facts come from."""

from __future__ import annotations

import csv
import importlib
import re
from pathlib import Path

from data.build.catalog.frame import Row, read

_COLUMNS = ("source_id", "title", "repository", "path", "revision", "as_of", "data_license", "measured_by", "note")


def sources(raw: Path, used: set[str]) -> list[Row]:
    """Every source of the language tables and of other parts, and of ours those in `used`.

    Raises:
        ValueError: a table names a source that nobody describes.
    """
    rows = {row["source_id"]: row for row in map(_language_source, read(raw / "llm" / "sources.parquet"))}
    with (Path(__file__).parent / "sources.tsv").open(newline="") as file:
        own = [{column: value or None for column, value in row.items()} for row in csv.DictReader(file, delimiter="\t")]
    rows |= {str(row["source_id"]): row for row in own if row["source_id"] in used}
    for part in ("hardware", "measurements", "peers"):
        rows |= {row["source_id"]: dict.fromkeys(_COLUMNS) | row for row in _of_part(part)}
    if missing := sorted(used - set(rows)):
        raise ValueError(f"no source describes {missing}: add them to data/build/catalog/sources.py")
    return list(rows.values())


def _of_part(part: str) -> list[Row]:
    found: list[Row] = importlib.import_module(f"data.build.{part}").SOURCES
    return found


def _language_source(raw: Row) -> Row:
    repository = re.sub(r"^pypi:(\S+).*", r"package \1", raw["repo"])
    revision: str | None = re.sub(r"^PyPI ", "", raw["commit"])
    note = re.sub(r" as quoted in stored file id \d+", "", raw["note"] or "") or None
    if repository.startswith("(stored"):
        repository, revision = "arXiv 1909.10351", None
    return {
        "source_id": raw["source_id"],
        "title": raw["source_id"].replace("_", " "),
        "repository": repository,
        "path": raw["path"],
        "revision": revision,
        "as_of": (raw["snapshot_date"] or "")[:10].split(" ")[0] or None,
        "data_license": raw["data_licence"].replace("licence", "license"),
        "measured_by": MEASURED_BY.get(raw["default_measured_by"]),
        "note": note,
    }


MEASURED_BY = {
    "independent": "independent",
    "independent/unstated": "independent",
    "submitted by author": "submitted",
    "official test server": "official",
    "self-reported by vendor": "self-reported",
}
"""The raw tables' words for who measured -> ours. "official" is a grader run by the benchmark's owner."""
