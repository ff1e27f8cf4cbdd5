"""Look-ups in an open snapshot: models, variants, results, names."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from typing import Any

import duckdb

from advisor.catalog.build import query
from advisor.catalog.snapshot import USE_CATALOG
from advisor.domain.errors import CatalogError, UnknownModel
from advisor.domain.model import Architecture, ModelRecord, Result, Variant
from advisor.domain.tasks import Kind, Modality, Task

Row = dict[str, Any]
_ARCHITECTURE = {
    "architecture": "name", "n_layers": "", "hidden_size": "", "n_heads": "", "n_kv_heads": "", "head_dim": "",
    "vocab_size": "", "n_experts": "", "n_experts_active": "", "sliding_window": "", "attention": "",
    "kv_bytes_per_token": "", "kv_exact": "",
}  # fmt: skip
_MOST_CLOSE = 50
_TAG_PRECISION = re.compile(r"^(?:([^/]+:[^/]+)-|(.+):)(?:i?q\d\w*|tq\d_0|fp16|f16|bf16|mxfp4)$", re.I)
_LATEST = re.compile(r":latest$", re.I)
_PACKAGED = re.compile(r"-(?:gguf|ggml|awq|gptq(?:-int[48])?|mlx(?:-\d-?bit)?|fp8|bnb-4bit)$", re.I)
"""How the name of a repository ends that packages the model of the rest."""
_MOST_BEGUN = 2
_MOST_RECORDS = 5000


class Store:
    """A snapshot to ask questions of. Safe to share between threads: every thread has a cursor of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._closed = False
        self._local = threading.local()
        self._names: dict[str, str] | None = None
        self._records: dict[str, ModelRecord] = {}
        row = connection.execute("SELECT key, date FROM snapshot").fetchone()
        assert row is not None
        self.key: str = row[0]
        self.date: str = row[1]

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query as dicts."""
        cursor = self._cursor().execute(statement, list(parameters))
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]

    def tuples(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query as tuples."""
        return self._cursor().execute(statement, list(parameters)).fetchall()

    def columns(self, statement: str, parameters: Sequence[Any] = ()) -> dict[str, Any]:
        """All columns of a query as NumPy arrays; missing values are masked."""
        return self._cursor().execute(statement, list(parameters)).fetchnumpy()

    def resolve(self, name: str) -> str:
        """The id of the model that a name means: an id, an alias or a variant, whatever its case; else what has the
        same letters and numbers. The precision at the end of a tag of Ollama is left out.

        Raises:
            UnknownModel: none; carries the closest names.
        """
        plain = _TAG_PRECISION.sub(r"\1\2", _LATEST.sub("", name.strip()))
        for spelled in dict.fromkeys((plain, name.strip(), _PACKAGED.sub("", plain))):
            if named := self.named(spelled):
                return named
            if found := self.tuples(query("resolve_spelling"), [spelled]):
                return str(found[0][0])
        raise UnknownModel(name, self.suggest(name))

    def named(self, name: str) -> str | None:
        """The id of the model that has a name as its id, alias or variant, whatever the case; None if none has."""
        found = self.tuples(query("resolve"), [name.strip()])
        return str(found[0][0]) if found else None

    def suggest(self, name: str, limit: int = 4) -> list[str]:
        """The known ids and aliases closest to a name, one of each model; first the most downloaded whose names go on
        after it."""
        from rapidfuzz import fuzz, process, utils

        if self._names is None:
            statement = "SELECT model_id, model_id FROM models UNION SELECT alias, model_id FROM aliases ORDER BY 1"
            self._names = dict(self.tuples(statement))
        close = process.extract(
            name, list(self._names), scorer=fuzz.WRatio, processor=utils.default_process, limit=_MOST_CLOSE,
            score_cutoff=60,
        )  # fmt: skip
        nearest = {row[0]: row[0] for row in self.tuples(query("begins"), [name.strip(), _MOST_BEGUN])}
        for known, _, _ in close:
            nearest.setdefault(self._names[known], known)
        return list(nearest.values())[:limit]

    def models(self, ids: Sequence[str]) -> dict[str, ModelRecord]:
        """Records by model id, variants and base models included; unknown ids are left out."""
        wanted = [model_id for model_id in dict.fromkeys(ids) if model_id not in self._records]
        if wanted:
            self._load(wanted)
        return {model_id: self._records[model_id] for model_id in dict.fromkeys(ids) if model_id in self._records}

    def _load(self, wanted: list[str]) -> None:
        if len(self._records) > _MOST_RECORDS:
            self._records = {}
        variants: dict[str, list[Variant]] = {}
        for row in self.rows(query("variants"), [wanted]):
            variants.setdefault(row["model_id"], []).append(Variant(**row))
        self._records |= {row["model_id"]: _record(row, variants) for row in self.rows(query("models"), [wanted])}

    def model(self, name: str) -> ModelRecord:
        """The record of the model that a name means.

        Raises:
            UnknownModel: no such model; carries suggestions.
        """
        model_id = self.resolve(name)
        return self.models([model_id])[model_id]

    def search(self, text: str = "", kind: str | None = None, limit: int = 20, offset: int = 0) -> list[Row]:
        """Models whose id or alias contains every word of `text`, most downloaded first."""
        words = [f"%{word}%" for word in text.lower().split()]
        return self.rows(query("search"), [words, kind, kind, limit, offset])

    def results(self, model_id: str) -> list[Result]:
        """All results of a model on whole benchmarks."""
        return [Result(**row) for row in self.rows(query("results"), [[model_id], True])]

    def scores(self, ids: Sequence[str]) -> list[Result]:
        """Results of several models on the benchmarks that at least two of them share."""
        return [Result(**row) for row in self.rows(query("results"), [list(ids), len(ids) < 2])]

    def close(self) -> None:
        """Close the snapshot."""
        self._closed = True
        self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if self._closed:
            raise CatalogError("the catalog is closed: open it again, or ask inside its `with` block")
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._connection.cursor()
            cursor.execute(USE_CATALOG)
        return cursor


def _record(row: Row, variants: dict[str, list[Variant]]) -> ModelRecord:
    architecture = {alias or column: row.pop(column) for column, alias in _ARCHITECTURE.items()}
    architecture["kv_exact"] = bool(architecture["kv_exact"])
    return ModelRecord(
        **{
            **row,
            "kind": Kind(row["kind"]),
            "modalities": tuple(map(Modality, row["modalities"])),
            "tasks": tuple(map(Task, row["tasks"])),
            "variants": tuple(variants.get(row["model_id"], ())),
            "architecture": Architecture(**architecture),
        }
    )
