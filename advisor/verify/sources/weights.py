"""Exact weight bytes of a model on the hub, by its listing and the headers of its files; no weight is fetched."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from advisor.domain.errors import InvalidInput, NotAvailable, Problem
from advisor.domain.model import ON_HUB
from advisor.sizing.files import local_file
from advisor.sizing.headers import WeightFile
from advisor.sizing.precisions import is_weights, parts_of, wholes, with_precision
from advisor.sizing.weights import ReadModel, read_weights
from advisor.verify.sources import cache
from advisor.verify.sources.files import Files, on_top
from advisor.verify.sources.listing import HubError, Obstacle, list_repository
from advisor.verify.sources.ranges import HubFile
from advisor.verify.sources.spec import CandidateSpec, parse_spec

EXPECTED = "hub:org/name, with @revision, :q4_k_m or /file.gguf after it where needed"
_MOST_FILES = 1000
_MOST_CONFIG = 2**22
_ALL_OF_IT_S = 120.0
"""Seconds that all headers of a model may take."""


@dataclass(frozen=True)
class _Repository:
    """Where the files of a repository are read."""

    name: str
    commit: str
    sizes: Mapping[str, int]
    """Bytes by path."""
    opened: Callable[[str, str], WeightFile]
    """The file of a path, under what a person gives to mean it."""
    note: str = ""

    def file(self, name: str) -> WeightFile:
        return self.opened(name, f"{ON_HUB}{self.name}/{name}@{self.commit}")

    def config(self, folder: str) -> dict[str, Any]:
        """The config.json of a folder; empty if there is none."""
        name = str(PurePosixPath(folder, "config.json"))
        size = self.sizes.get(name, 0)
        if not size:
            return {}
        if size > _MOST_CONFIG:
            raise ValueError(f"a config.json of {size:,} bytes")
        with self.file(name).open() as opened:
            config: dict[str, Any] = json.loads(opened.read(size))
        return config


def read_hub_model(text: str) -> ReadModel:
    """The model of a repository, as a candidate on the hub is spelled; of a GGUF repository every precision.

    The hub is asked first, at HF_ENDPOINT; its cache on this machine where HF_HUB_OFFLINE says so or the hub does not
    give the repository.

    Raises:
        InvalidInput: there is no such repository, revision or file, it holds no weights that are known, asks for
            consent, or a header is damaged.
        NotAvailable: the hub cannot be reached, or huggingface_hub is not installed.
    """
    spec = parse_spec(text, "model_id", EXPECTED)
    try:
        from huggingface_hub import constants
    except ImportError as error:
        hint = "pip install 'model-advisor[hub]'"
        raise NotAvailable(f"models of the hub need huggingface_hub, which is not installed; run: {hint}") from error
    if constants.HF_HUB_OFFLINE:
        return _from_cache(spec, "HF_HUB_OFFLINE is set")
    try:
        return _read(_on_hub(spec), spec)
    except HubError as error:
        if error.obstacle in (Obstacle.UNREACHABLE, Obstacle.GATED):
            return _from_cache(spec, str(error), error)
        raise _refused(spec, error) from error


def _on_hub(spec: CandidateSpec) -> _Repository:
    commit, sizes = list_repository(spec.location, spec.revision)
    until = time.monotonic() + _ALL_OF_IT_S

    def opened(name: str, place: str) -> WeightFile:
        file = HubFile(spec.location, commit, name, sizes[name], until)
        return WeightFile(name, place, file.size, file.open)

    return _Repository(spec.location, commit, sizes, opened)


def _from_cache(spec: CandidateSpec, why: str, error: HubError | None = None) -> ReadModel:
    """The model as an earlier download left it, where the hub does not give it.

    Raises:
        InvalidInput: it asks for consent and is not there.
        NotAvailable: it is not there.
    """
    found = cache.find(spec.model_copy(update={"file": ""}))
    if found.files is None or found.files.root is None:
        if error is not None and error.obstacle is Obstacle.GATED:
            raise _refused(spec, error)
        get = f"on a machine with network run: hf download {spec.location}, and size the folder that it prints"
        raise NotAvailable(f"{why} and {found.missing.partition(';')[0]}; {get}")
    root = found.files.root
    at = _Repository(
        spec.location,
        found.artifact.revision or "",
        found.files.sizes,
        lambda name, place: local_file(Path(root, name), name, place),
        f"{why}: read from its cache on this machine",
    )
    return _read(at, spec)


def _refused(spec: CandidateSpec, error: HubError) -> InvalidInput:
    expected = {
        Obstacle.NAME: EXPECTED,
        Obstacle.UNKNOWN: "a repository as the hub spells it; of a private one run: hf auth login",
        Obstacle.REVISION: "a commit, tag or branch of it",
        Obstacle.GATED: "a repository that your token may read",
    }[error.obstacle]
    return _bad(str(error), expected)


def _bad(message: str, expected: str) -> InvalidInput:
    return InvalidInput([Problem("model_id", message, expected)])


def _read(at: _Repository, spec: CandidateSpec) -> ReadModel:
    names = _wanted(at, spec)
    if len(names) > _MOST_FILES:
        raise _bad(f"{at.name} holds {len(names):,} files of weights", f"at most {_MOST_FILES:,}; name one of them")
    folder = str(PurePosixPath(names[0]).parent)
    location = f"{ON_HUB}{at.name}@{at.commit}"
    files = [at.file(name) for name in names]
    found = read_weights(files, partial(at.config, folder), location)
    source = found.read.model_copy(update={"location": ON_HUB + at.name, "revision": at.commit})
    ggufs = [name for name in at.sizes if is_weights(name) and name.endswith(".gguf")]
    more = ""
    if ggufs and found.variant.format != "gguf":
        more = f"it holds GGUF files too, which a precision or file after the name sizes: {_some(ggufs)}"
    notes = tuple(filter(None, (at.note, more, *found.record.notes)))
    record = found.record.model_copy(update={"model_id": at.name, "name": at.name.rpartition("/")[2], "notes": notes})
    return found._replace(read=source).under(record)


def _wanted(at: _Repository, spec: CandidateSpec) -> list[str]:
    """The weight files that are asked for: one, a precision, else all in the safest format.

    Raises:
        InvalidInput: there are none.
    """
    known = [name for name in at.sizes if is_weights(name)]
    if spec.file:
        if spec.file not in at.sizes or not spec.file.endswith((".gguf", ".safetensors")):
            raise _bad(f"{at.name} holds no weights {spec.file}", _some(known) or EXPECTED)
        return parts_of(spec.file, at.sizes)
    ggufs = [name for name in known if name.endswith(".gguf")]
    if spec.quantization:
        found = wholes(map(at.file, ggufs))
        chosen = with_precision(found, spec.quantization)
        if not chosen:
            there = _some(sorted({whole.quantization or whole.name for whole in found}))
            raise _bad(f"{at.name} holds no GGUF file in {spec.quantization}", there or "a GGUF repository")
        return [file.name for whole in chosen for file in whole.files]
    listed = Files(None, {name: at.sizes[name] for name in known})
    if not known:
        other = Files(None, at.sizes).format
        what = f"weights only as {other}" if other else "no weights"
        raise _bad(f"{at.name} holds {what}", "a repository with .gguf or .safetensors files")
    if listed.format == "gguf":
        return ggufs
    return _in_one_folder(at.name, on_top(listed.weights()))


def _in_one_folder(repository: str, names: Sequence[str]) -> list[str]:
    folders = sorted({str(PurePosixPath(name).parent) for name in names})
    if len(folders) > 1:
        message = f"{repository} is put together from the models in {', '.join(folders)}"
        raise _bad(message, f"one of their files: {_some(names)}")
    return sorted(names)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
