"""Which files of a folder or repository belong together: the parts of a split one, and the precisions of a model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from advisor.sizing.headers import WeightFile, bad_place
from advisor.sizing.quantization import normalise

_PART = re.compile(r"-(\d{5})-of-(\d{5})$")
_PRECISION = re.compile(
    r"(?<![a-z0-9])(?:ud-|i1-)?(i?q\d_(?:k(?:_(?:xxl|xl|l|m|s))?|nl|xxs|xs|s|m|l|0|1)|tq\d_0|mxfp4|nvfp4|bf16|f16|fp16|f32"
    r"|fp32)(?![a-z0-9])"
)
_BESIDE = ("mmproj", "imatrix")
"""GGUF files that go with a model and are none: what reads its images, and what its quantisation was weighted by."""


class Whole(NamedTuple):
    """One file of weights, or all parts of a split one."""

    base: str
    """Its name without parts and precision: equal for the precisions of one model."""
    quantization: str
    """Precision that its name or folder states; empty if none."""
    files: tuple[WeightFile, ...]
    """In the order of the parts."""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)

    @property
    def name(self) -> str:
        """Name of the first file."""
        return self.files[0].name


def is_weights(name: str) -> bool:
    """Whether a file holds weights whose bytes its header tells."""
    lower = name.casefold()
    return lower.endswith((".gguf", ".safetensors")) and not any(word in lower for word in _BESIDE)


def wholes(files: Iterable[WeightFile]) -> list[Whole]:
    """Files by what they are parts of, in the order of their names.

    Raises:
        InvalidInput: parts of a split file are missing.
    """
    groups: dict[_Key, list[WeightFile]] = {}
    for file in sorted(files, key=lambda file: file.name):
        groups.setdefault(_whole_key(file.name), []).append(file)
    for key, parts in groups.items():
        n = key.parts
        if n and len(parts) != int(n):
            raise bad_place(parts[0].place, f"{len(parts)} of its {int(n)} parts are there")
    return [_whole(folder, stem, parts) for (folder, stem, *_), parts in groups.items()]


def parts_of(name: str, names: Iterable[str]) -> list[str]:
    """The name of a file, or those of all parts that it is split into."""
    return [other for other in names if _whole_key(other) == _whole_key(name)]


def one_model(found: Sequence[Whole]) -> list[Whole]:
    """Those that are precisions of one model: of several models the one in most precisions, then the largest."""
    by_base: dict[str, list[Whole]] = {}
    for whole in found:
        by_base.setdefault(whole.base, []).append(whole)
    return max(by_base.values(), key=lambda group: (len(group), sum(whole.size for whole in group)))


def with_precision(found: Sequence[Whole], asked: str) -> list[Whole]:
    """Those of a precision; where none states it, those with it in their name."""
    wanted = normalise(asked)
    return [whole for whole in found if whole.quantization == wanted] or [
        whole for whole in found if asked.casefold() in PurePosixPath(whole.name).name.casefold()
    ]


class _Key(NamedTuple):
    """Equal for the parts of one file."""

    folder: str
    stem: str
    """Name without part and ending."""
    suffix: str
    parts: str
    """How many there are; empty if it is not split."""


def _whole_key(name: str) -> _Key:
    path = PurePosixPath(name)
    part = _PART.search(path.stem)
    return _Key(str(path.parent), _PART.sub("", path.stem), path.suffix.casefold(), part[2] if part else "")


def _whole(folder: str, stem: str, parts: list[WeightFile]) -> Whole:
    lower = stem.casefold()
    stated = list(_PRECISION.finditer(lower))
    if stated:
        last = stated[-1]
        base = f"{lower[: last.start()]} {lower[last.end() :]}".strip(" -_.")
        return Whole(base, normalise(last[1]), tuple(parts))
    inherited = list(_PRECISION.finditer(folder.casefold()))
    return Whole(lower, normalise(inherited[-1][1]) if inherited else "", tuple(parts))
