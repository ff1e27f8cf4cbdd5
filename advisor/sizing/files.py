"""Exact weight bytes of files on this machine: what the headers say, without reading a weight.

A GGUF file, a safetensors file, or a folder of either (a download, or a model in the hub's cache) becomes a record and
variants that every estimate takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from advisor.domain.model import ON_HUB
from advisor.sizing.headers import WeightFile, bad_place, told
from advisor.sizing.precisions import is_weights, parts_of
from advisor.sizing.weights import ReadModel, read_weights


def is_path(name: str) -> bool:
    """Whether a name means something on disk and not a model of the catalog or the hub."""
    if name.startswith(ON_HUB):
        return False
    if name.endswith((".gguf", ".safetensors")) or name.startswith((".", "/", "~")):
        return True
    path = Path(name)
    return bool(name) and (path.is_file() or (path.is_dir() and any(_weights(path))))


def read_model(path: Path) -> ReadModel:
    """The model in a file or folder; of a folder of GGUF files every precision.

    Raises:
        InvalidInput: there is none, or its header is damaged.
    """
    path = path.expanduser()
    if not path.exists():
        raise bad_place(str(path), "no such file or folder")
    with told(str(path)):
        if path.is_dir():
            found = [local_file(file, file.name) for file in sorted(_weights(path))]
            if not found:
                raise bad_place(str(path), "no .gguf or .safetensors file in this folder")
            ggufs = [file for file in found if file.name.endswith(".gguf")]
            folder = Path(found[0].place).parent
            return read_weights(ggufs or found, partial(local_config, folder), str(folder))
        if path.suffix in (".gguf", ".safetensors"):
            beside = [file.name for file in path.parent.iterdir() if file.suffix == path.suffix]
            files = [local_file(path.with_name(name), name) for name in parts_of(path.name, beside)]
            return read_weights(files, partial(local_config, path.parent), str(path))
    raise bad_place(str(path), "not a .gguf or .safetensors file")


def local_file(path: Path, name: str, place: str = "") -> WeightFile:
    """A weight file on disk, under the path below its folder and what a person gives to mean it."""
    return WeightFile(name, place or str(path), path.stat().st_size, lambda: path.open("rb"))


def local_config(folder: Path) -> dict[str, Any]:
    """The config.json in a folder; empty if there is none."""
    path = folder / "config.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return config


def _weights(folder: Path) -> Iterable[Path]:
    snapshots = sorted(folder.glob("snapshots/*"))
    inside = snapshots[-1] if snapshots else folder
    return (file for file in inside.iterdir() if is_weights(file.name))
