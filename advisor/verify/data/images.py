"""A folder of images as a table: the class is the folder that an image lies in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from advisor.domain.errors import InvalidInput, Problem
from advisor.verify.data.table import Table, is_table, read_table

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
_PARTS = frozenset({"train", "test", "validation", "valid", "val"})


def read_images(path: Path) -> Table:
    """Images, labels, and the part if the first folders are train and test; or a table that names image files.

    Raises:
        InvalidInput: no images, or images that the table names are not there.
    """
    if is_table(path):
        return _resolved(read_table(path), path.parent)
    tables = sorted(p for p in path.glob("*") if is_table(p)) if path.is_dir() else []
    if tables:
        return _resolved(read_table(tables[0]), path)
    files = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and len(p.relative_to(path).parts) > 1)
    if not files:
        expected = "a folder with one folder of images by class, or with a CSV of image paths and labels"
        raise InvalidInput([Problem("data", f"no images by class in {path}", expected)])
    tops = {p.relative_to(path).parts[0].casefold() for p in files}
    columns: dict[str, list[Any]] = {
        "image": [str(p.resolve()) for p in files],
        "label": [p.parent.name for p in files],
    }
    if tops <= _PARTS:
        columns["split"] = [p.relative_to(path).parts[0] for p in files]
    return Table(path, columns)


def _resolved(table: Table, folder: Path) -> Table:
    for name, values in table.columns.items():
        if values and all(Path(str(value)).suffix.lower() in SUFFIXES for value in values[:20]):
            paths = [(folder / str(value)).resolve() for value in values]
            missing = [p.name for p in paths if not p.is_file()]
            if missing:
                message = f"{len(missing)} images are not there: {', '.join(missing[:3])}"
                raise InvalidInput([Problem(f"columns.{name}", message, f"paths relative to {folder}")])
            return Table(table.path, table.columns | {name: [str(p) for p in paths]}, table.sampled)
    there = ", ".join(table.columns)
    expected = f"a column of paths that end in {', '.join(sorted(SUFFIXES))}; the columns are {there}"
    raise InvalidInput([Problem("columns.image", "no column names image files", expected)])
