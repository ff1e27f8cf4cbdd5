"""The ranking index: every model as columns, every arena fitted; made once from a snapshot and kept beside it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.aside import folder_aside
from advisor.catalog.build import Progress, query
from advisor.catalog.snapshot import home
from advisor.catalog.store import Row, Store
from advisor.domain.model import Architecture
from advisor.domain.recommendation import Relation
from advisor.domain.tasks import TASK_INFO, Arena, Kind, Modality, Task
from advisor.features.encoder import TextEncoder
from advisor.license.book import LicenseBook, tag_of
from advisor.license.check import links_of
from advisor.ranking.arena import ArenaIndex, Arrays, build_arena
from advisor.ranking.lineage import Lineage
from advisor.ranking.metadata import metadata_features
from advisor.sizing.blocks import blocks_of
from advisor.sizing.engines import goes_into_gguf
from advisor.sizing.memory import input_table, kv_of
from advisor.sizing.quantization import native_of, natives
from advisor.sizing.speed import embedding_table

INDEX_VERSION = 20
KINDS = tuple(Kind)
MODALITIES = tuple(Modality)
TASKS = tuple(Task)
FLAGS = (
    "uncensored", "merged", "test", "init-only", "flagged", "superseded", "contaminated", "draft", "adapter", "base",
    "unidentified", "orphan-quantization", "submitted-only",
)  # fmt: skip
NEVER = ("test", "init-only", "draft", "adapter", "orphan-quantization", "unidentified")
"""Flags of what is no model that anybody would run."""
_DOUBT = 1.0
METADATA_LOGS = ("params_total", "params_active", "embed_dim", "context_tokens", "gmacs", "image_size")
METADATA = (*METADATA_LOGS, "release", "n_languages", "kind", "sees", "hears", "watches")
COMPRESSIONS = (Relation.DISTILLATION, Relation.PRUNING)
EPOCH = date(1970, 1, 1)
"""Release dates are counted in days from here."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


class ModelColumns:
    """All models as arrays of equal length, in the order of their ids."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.kind: NDArray[np.int8] = arrays["kind"]
        self.modalities: NDArray[np.uint8] = arrays["modalities"]
        self.tasks: NDArray[np.uint64] = arrays["tasks"]
        self.flags: NDArray[np.uint16] = arrays["flags"]
        self.license: NDArray[np.int32] = arrays["license"]
        self.build: NDArray[np.int32] = arrays["build"]
        """Models with the same number share all that memory and speed are computed from: one stands for all."""
        self.series: NDArray[np.int32] = arrays["series"]
        """Models of one organisation and family share a number; -1 where the family is not known."""
        self._suited: dict[Task, NDArray[np.bool_]] = {}
        self._speakers: dict[str, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.kind)

    def column(self, name: str) -> NDArray[np.float64]:
        """A numeric column; unknown is NaN. Days since 1970 for `release_date`; of `native` the position in
        `natives()`, -1 where a model is published in 16 bits or more; `gguf` is 1 where llama.cpp has the
        architecture, else 0."""
        values: NDArray[np.float64] = self._arrays[name]
        return values

    @cached_property
    def ids(self) -> list[str]:
        """Model ids."""
        return bytes(self._arrays["ids"]).decode().split("\n")

    def find(self, names: Iterable[str]) -> list[int]:
        """Positions of the models with these ids, in their order; those that are not known are left out."""
        places = ((bisect_left(self.ids, name), name) for name in names)
        return [place for place, name in places if self.ids[place : place + 1] == [name]]

    @cached_property
    def licenses(self) -> list[dict[str, Any]]:
        """What `license` indexes: license tag and base models of a group of models with the same verdicts."""
        return list(json.loads(bytes(self._arrays["licenses"])))

    @cached_property
    def _languages(self) -> list[str]:
        return list(json.loads(bytes(self._arrays["languages"])))

    def speaks(self, code: str) -> NDArray[np.bool_]:
        """(n_models,) models that state a language. Not to be written to."""
        if code not in self._languages:
            return np.zeros(len(self), np.bool_)
        if code not in self._speakers:
            said = self._arrays["said_language"] == self._languages.index(code)
            self._speakers[code] = np.zeros(len(self), np.bool_)
            self._speakers[code][self._arrays["said_model"][said]] = True
        return self._speakers[code]

    @cached_property
    def states_languages(self) -> NDArray[np.bool_]:
        """(n_models,) models that state any language."""
        out = np.zeros(len(self), np.bool_)
        out[self._arrays["said_model"]] = True
        return out

    def languages_of(self, model: int) -> list[str]:
        """The languages that a model states."""
        return [self._languages[i] for i in self._arrays["said_language"][self._arrays["said_model"] == model]]

    @cached_property
    def metadata(self) -> NDArray[np.float32]:
        """(n_models, 12) what the learned ranker knows of a model before any result; unknown is NaN."""
        n_languages = np.bincount(self._arrays["said_model"], minlength=len(self)).astype(float)
        media = [(self.modalities >> MODALITIES.index(m)) & 1 for m in (Modality.IMAGE, Modality.AUDIO, Modality.VIDEO)]
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = [np.log10(self.column(name)) for name in METADATA_LOGS]
        active = np.where(np.isnan(logs[1]), logs[0], logs[1])
        columns = [logs[0], active, *logs[2:], self.column("release_date") / 365.25, n_languages, self.kind, *media]
        return np.column_stack(columns).astype(np.float32)

    def suited(self, task: Task) -> NDArray[np.bool_]:
        """Models whose kind and modalities can do a task and that anybody would run. Not to be written to."""
        if task not in self._suited:
            info = TASK_INFO[task]
            needed = np.uint8(sum(1 << MODALITIES.index(modality) for modality in info.modalities))
            does = (self.tasks == 0) | ((self.tasks & np.uint64(1 << TASKS.index(task))) != 0)
            kind = np.isin(self.kind, [KINDS.index(kind) for kind in info.kinds])
            if Kind.ENCODER in info.kinds:
                kind[self._arrays["encoders"]] = True
            self._suited[task] = kind & ((self.modalities & needed) == needed) & does & ~self.flagged(*NEVER)
        return self._suited[task]

    def doubt(self, pool: NDArray[np.integer]) -> NDArray[np.float64]:
        """(n,) standard deviations of ability taken off models of which only boards that anybody may submit to tell:
        what is tuned for a board and shown on no other seems better than it is."""
        return np.where(self.flagged("submitted-only")[pool], _DOUBT, 0.0)

    def compressed(self, model: int) -> dict[int, Relation]:
        """What was made smaller from a model, and how."""
        there = np.flatnonzero(self._arrays["compressed_from"] == model)
        students, how = (self._arrays[name][there].tolist() for name in ("compressed", "compressed_how"))
        return {student: COMPRESSIONS[code] for student, code in zip(students, how, strict=True)}

    def flagged(self, *names: str) -> NDArray[np.bool_]:
        """Models that carry any of the flags."""
        wanted = np.uint16(sum(1 << FLAGS.index(name) for name in names))
        return np.asarray((self.flags & wanted) != 0, np.bool_)


class Index:
    """The opened index of a snapshot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arenas: dict[Arena, ArenaIndex] = {}
        self.models = ModelColumns(_load(folder / "models.npz"))

    def arena(self, arena: Arena) -> ArenaIndex:
        """The evidence of an arena, loaded when first asked for."""
        if arena not in self._arenas:
            self._arenas[arena] = ArenaIndex(_load(self._folder / f"{arena.value}.npz"))
        return self._arenas[arena]


def open_index(
    store: Store, book: LicenseBook, encoder: TextEncoder, progress: Progress = lambda what, share: None
) -> Index:
    """Open the index of a snapshot, building it first if it is missing or damaged."""
    card = sha256(json.dumps(encoder.card, sort_keys=True).encode()).hexdigest()[:8]
    folder = home() / "index" / f"{store.key}-v{INDEX_VERSION}-{card}"
    try:
        return Index(folder)
    except (OSError, ValueError, KeyError):
        _build(store, book, encoder.encode, folder, progress)
        return Index(folder)


def _load(path: Path) -> Arrays:
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)


def _build(store: Store, book: LicenseBook, encode: Encode, folder: Path, progress: Progress) -> None:
    with folder_aside(folder) as work:
        progress("index models", 0.0)
        rows = store.rows(query("model_columns"))
        _save(work / "models.npz", _model_arrays(store, book, rows))
        features = metadata_features(rows)
        ids = [row["model_id"] for row in rows]
        family = _codes([row["family"] or row["model_id"] for row in rows])
        for position, arena in enumerate(Arena):
            progress(f"link {arena.value} benchmarks", 0.2 + 0.8 * position / len(Arena))
            _save(work / f"{arena.value}.npz", build_arena(store, arena, ids, features, family, encode))
    progress("done", 1.0)


def _save(path: Path, arrays: Arrays) -> None:
    np.savez(path, allow_pickle=False, **arrays)


def _model_arrays(store: Store, book: LicenseBook, rows: Sequence[Row]) -> Arrays:
    languages = sorted({language for row in rows for language in row["languages"]})
    position = {language: i for i, language in enumerate(languages)}
    said = [(i, position[language]) for i, row in enumerate(rows) for language in sorted(row["languages"])]
    codes, groups = _license_groups(book, Lineage(store), rows)
    numeric = (
        "params_total", "params_active", "embedding_params", "embed_dim", "context_tokens", "downloads", "n_layers",
        "hidden_size", "gmacs", "macts_m", "image_size",
    )  # fmt: skip
    architectures = [_architecture(row) for row in rows]
    caches = [kv_of(architecture) for architecture in architectures]
    figures = {name: np.array([np.nan if row[name] is None else row[name] for row in rows], float) for name in numeric}
    built = list(zip(rows, architectures, strict=True))
    figures["embedding_params"] = np.array(
        [embedding_table(row["embedding_params"], row["params_total"], architecture) for row, architecture in built]
    )
    kind = np.array([KINDS.index(Kind(row["kind"])) for row in rows], np.int8)
    cache = {
        "kv_bytes_per_token": np.array([np.nan if kv.bytes_per_token is None else kv.bytes_per_token for kv in caches]),
        "kv_full_share": np.array([kv.shape.full_share for kv in caches]),
        "kv_window": np.array([kv.shape.window for kv in caches], float),
        "input_table": np.array([input_table(architecture, row["params_total"]) for row, architecture in built]),
        "native": np.array([_native(row) for row in rows], float),
        "gguf": np.array([goes_into_gguf(architecture.name) for architecture in architectures], float),
        "blocks": np.array([blocks_of(architecture) for architecture in architectures]),
    }
    place = {row["model_id"]: i for i, row in enumerate(rows)}
    made = [(place[a], place[b], COMPRESSIONS.index(Relation(how))) for a, b, how in store.tuples(query("compressed"))]
    compressed = np.array(made, np.int32).reshape(-1, 3)
    return {
        **figures,
        **cache,
        "series": _series(rows),
        "compressed": compressed[:, 0],
        "compressed_from": compressed[:, 1],
        "compressed_how": compressed[:, 2],
        "build": _builds(kind, [*(figures[name] for name in numeric if name != "downloads"), *cache.values()]),
        "release_date": np.array([_days(row["release_date"]) for row in rows]),
        "open_weights": np.array(
            [np.nan if row["open_weights"] is None else float(row["open_weights"]) for row in rows]
        ),
        "kind": kind,
        "encoders": np.array([place[model_id] for (model_id,) in store.tuples(query("measured_encoders"))], np.int32),
        "modalities": np.array([_mask(row["modalities"], MODALITIES) for row in rows], np.uint8),
        "tasks": np.array([_mask(row["tasks"], TASKS) for row in rows], np.uint64),
        "flags": np.array([_mask(row["flags"], FLAGS) for row in rows], np.uint16),
        "ids": _text("\n".join(row["model_id"] for row in rows)),
        "languages": _text(json.dumps(languages)),
        "said_model": np.array([model for model, _ in said], np.int32),
        "said_language": np.array([language for _, language in said], np.int16),
        "license": codes,
        "licenses": _text(json.dumps(groups)),
    }


def _series(rows: Sequence[Row]) -> NDArray[np.int32]:
    """(n_models,) number of each model's organisation and family."""
    known = [row["organisation"] is not None and row["family"] is not None for row in rows]
    codes = _codes([f"{row['organisation']}\n{row['family']}" for row in rows])
    return np.where(known, codes, -1).astype(np.int32)


def _builds(kind: NDArray[np.int8], figures: Sequence[NDArray[np.float64]]) -> NDArray[np.int32]:
    """Number the models that do not differ; image models always do, because their names tell how fast they ran."""
    alone = np.where(kind == KINDS.index(Kind.VISION), np.arange(len(kind)), -1)
    table = np.column_stack([kind, alone, *(np.nan_to_num(figure, nan=-1.0) for figure in figures)])
    return np.unique(table, axis=0, return_inverse=True)[1].astype(np.int32)


def _architecture(row: Row) -> Architecture:
    names = ("n_layers", "hidden_size", "vocab_size", "sliding_window", "attention", "kv_bytes_per_token", "kv_exact")
    return Architecture(name=row["architecture"], **{name: row[name] for name in names})


def _native(row: Row) -> int:
    own = native_of(row["model_id"], row["organisation"], row["architecture"])
    return -1 if own is None else natives().index(own)


def _license_groups(book: LicenseBook, lineage: Lineage, rows: Sequence[Row]) -> tuple[NDArray[np.int32], list[Any]]:
    """Models whose own and inherited licenses are the same have the same verdict: group them, one stands for all."""
    keys: dict[Any, int] = {}
    groups: list[Any] = []
    codes = np.zeros(len(rows), np.int32)
    for i, row in enumerate(rows):
        model_id, tag = row["model_id"], tag_of(row["license_tag"], row["open_weights"])
        bases = lineage.chain(model_id)
        multimodal = len(row["modalities"]) > 1
        own, *others = links_of(book, tag, model_id, bases)
        restricted = any(data.commercial_use is False for data in lineage.training_data(model_id))
        license_id = own.license_id
        key = (license_id, frozenset(link.license_id for link in others), multimodal, restricted)
        if key not in keys:
            keys[key] = len(groups)
            choices = [[(part, book.terms(part).kind) for part in choice] for choice in book.alternatives(license_id)]
            groups.append(
                {
                    "tag": tag,
                    "model_id": model_id,
                    "bases": bases,
                    "multimodal": multimodal,
                    "restricted_data": restricted,
                    "id": license_id,
                    "choices": choices,
                }
            )
        codes[i] = keys[key]
    return codes, groups


def _mask(words: Sequence[str], vocabulary: Sequence[str]) -> int:
    return sum(1 << vocabulary.index(word) for word in words if word in vocabulary)


def _codes(words: Sequence[str]) -> NDArray[np.int32]:
    index = {word: i for i, word in enumerate(sorted(set(words)))}
    return np.array([index[word] for word in words], np.int32)


def _days(value: date | None) -> float:
    return float((value - EPOCH).days) if value else np.nan


def _text(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
