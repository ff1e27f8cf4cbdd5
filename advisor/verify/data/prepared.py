"""The prepared folder: immutable JSON Lines and a manifest with their hash, opened by the processes that run models."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.tasks import Task
from advisor.domain.verification import DataSummary
from advisor.verify.data.options import DataOptions

_MANIFEST = "data.json"
_LAYOUT = 1
Row = dict[str, Any]


@dataclass(frozen=True)
class Prepared:
    """Data that were read, checked and split."""

    folder: Path
    task: Task
    summary: DataSummary
    options: DataOptions
    hash: str
    """Of the files and the options."""

    def rows(self, name: str = "items") -> list[Row]:
        """All rows of one file, in the order of evaluation."""
        with (self.folder / f"{name}.jsonl").open(encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]


def write(folder: Path, summary: DataSummary, options: DataOptions, files: Mapping[str, Iterable[Row]]) -> Prepared:
    """Write rows by file name, and last the manifest that makes the folder valid."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    digest = _digest(folder, files, summary.task, options)
    manifest = {
        "layout": _LAYOUT,
        "files": sorted(files),
        "hash": digest,
        "summary": summary.model_dump(mode="json"),
        "options": options.model_dump(mode="json"),
    }
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    return Prepared(folder, summary.task, summary, options, digest)


def load(folder: Path) -> Prepared:
    """Open a prepared folder.

    Raises:
        InvalidInput: it is not one, or its files were changed since.
    """
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        summary = DataSummary.model_validate(manifest["summary"])
        options = DataOptions.model_validate(manifest["options"])
        whole = manifest["layout"] == _LAYOUT and manifest["hash"] == _digest(
            folder, manifest["files"], summary.task, options
        )
    except (OSError, ValueError, KeyError) as error:
        raise InvalidInput([Problem("data", f"{folder} holds no prepared data: {error}", "prepare it again")]) from None
    if not whole:
        raise InvalidInput([Problem("data", f"{folder} was changed after it was prepared", "prepare it again")])
    return Prepared(folder, summary.task, summary, options, manifest["hash"])


def _digest(folder: Path, names: Iterable[str], task: Task, options: DataOptions) -> str:
    digest = hashlib.sha256(f"{_LAYOUT} {task} {options.model_dump_json()}".encode())
    for name in sorted(names):
        with (folder / f"{name}.jsonl").open("rb") as stream:
            digest.update(name.encode() + hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
