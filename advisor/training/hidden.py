"""Benchmarks that are hidden: folds of families or suites, and the queries that they become."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.build import query
from advisor.catalog.store import Store
from advisor.domain.license import LicenseUse, Verdict
from advisor.domain.tasks import Arena
from advisor.features.encoder import TextEncoder
from advisor.license.book import LicenseBook
from advisor.license.check import Checker
from advisor.ranking.arena import ArenaIndex, Prepared, fit_arena, prepare
from advisor.ranking.constraints import verdicts_of
from advisor.ranking.features import Query
from advisor.ranking.index import Index
from advisor.ranking.link import Floats
from advisor.ranking.metadata import metadata_features

FOLDS = 10
INNER_FOLDS = 5
LEAST_MODELS = {Arena.EMBEDDING: 30}
"""Candidates that a benchmark needs to be a query."""
LEAST = 20
LEAST_TRAINING = 10
"""Candidates that it needs to be learned from."""
_LEFT_OUT = {"merged", "flagged", "contaminated"}


@dataclass(frozen=True)
class World:
    """Everything that evaluation and training need of one arena."""

    arena: Arena
    index: Index
    prepared: Prepared
    metadata: Floats
    """(n_models, k) features of the prior."""
    family: NDArray[np.int32]
    """(n_models,) index of the family of models."""
    candidate: NDArray[np.bool_]
    """(n_models,) open models that are neither merges nor flagged."""
    commercial: NDArray[np.bool_]
    """(n_models,) models whose license allows commercial use."""
    trained_on: dict[int, frozenset[str]]
    """Benchmarks whose data a model declares to have trained on, by model."""
    released: Floats
    """(n_models,) day of release since 1970; NaN if unknown."""

    def fit(self, hidden: NDArray[np.bool_]) -> ArenaIndex:
        """The arena fitted as if some benchmarks did not exist."""
        return ArenaIndex(fit_arena(self.prepared.without(hidden), self.metadata, self.family))

    def groups(self, by: str) -> NDArray[np.int64]:
        """(n_benchmarks,) what is hidden together: `family` or `suite`."""
        if by == "family":
            return self.prepared.family.astype(np.int64)
        return np.unique([info.suite for info in self.prepared.infos], return_inverse=True)[1].astype(np.int64)

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """(n_benchmarks,) candidates with a score."""
        seen = self.prepared.observations
        return np.bincount(seen.benchmark[self.candidate[seen.model]], minlength=seen.n_benchmarks)

    @cached_property
    def duplicates(self) -> dict[str, frozenset[str]]:
        """Benchmark ids by family."""
        members: dict[str, set[str]] = {}
        for info in self.prepared.infos:
            members.setdefault(info.family, set()).add(info.benchmark_id)
        return {family: frozenset(ids) for family, ids in members.items()}

    def query(self, benchmark: int) -> Query:
        """A hidden benchmark as a query: metadata and composed text, never its name."""
        info = self.prepared.infos[benchmark]
        text = self.prepared.text[benchmark] if self.prepared.text.size else None
        return Query(info.profile, text, info.task_type)

    def truth(self, benchmark: int) -> Truth:
        """The candidates of a benchmark and their scores."""
        seen = self.prepared.observations
        there = (seen.benchmark == benchmark) & self.candidate[seen.model]
        models, oriented = seen.model[there], seen.score[there]
        info = self.prepared.infos[benchmark]
        sign = 1 if info.higher_is_better else -1
        points = sign * np.array([info.original(value) for value in oriented])
        return Truth(benchmark, models.astype(np.int32), oriented, points)


class Truth(NamedTuple):
    """The hidden scores of one benchmark."""

    benchmark: int
    models: NDArray[np.int32]
    oriented: Floats
    """Scores on the linked scale's side."""
    points: Floats
    """Scores in the benchmark's unit, higher is better."""

    def only(self, kept: NDArray[np.bool_]) -> Truth:
        """Some of the candidates."""
        return Truth(self.benchmark, self.models[kept], self.oriented[kept], self.points[kept])


def open_world(store: Store, index: Index, book: LicenseBook, arena: Arena, encoder: TextEncoder) -> World:
    """Read an arena with what its evaluation needs."""
    rows = store.rows(query("model_columns"))
    names = {name: i for i, name in enumerate(sorted({row["family"] or row["model_id"] for row in rows}))}
    place = {row["model_id"]: i for i, row in enumerate(rows)}
    declared = store.tuples("SELECT model_id, training_datasets FROM models WHERE len(training_datasets) > 0")
    verdicts = verdicts_of(index.models, Checker(book, LicenseUse(commercial=True)))[index.models.license]
    allowed = [list(Verdict).index(verdict) for verdict in (Verdict.ALLOWED, Verdict.ALLOWED_WITH_OBLIGATIONS)]
    return World(
        arena,
        index,
        prepare(store, arena, [row["model_id"] for row in rows], encoder.encode),
        metadata_features(rows),
        np.array([names[row["family"] or row["model_id"]] for row in rows], np.int32),
        np.array([bool(row["open_weights"]) and not _LEFT_OUT & set(row["flags"]) for row in rows]),
        np.isin(verdicts, allowed),
        {place[model_id]: frozenset(datasets) for model_id, datasets in declared},
        index.models.column("release_date"),
    )


def split(group: NDArray[np.int64], n: int, seed: int) -> NDArray[np.int64]:
    """(n_benchmarks,) fold of each benchmark; groups stay whole."""
    return (np.random.default_rng(seed).permutation(int(group.max()) + 1) % n)[group]


class Fold(NamedTuple):
    """Benchmarks that are hidden, and those of them that are queries."""

    hidden: NDArray[np.bool_]
    queries: NDArray[np.intp]


def outer(world: World, by: str) -> Iterator[Fold]:
    """The folds of the evaluation. Hidden with a suite are all near-duplicates of its benchmarks."""
    fold = split(world.groups(by), FOLDS, 0)
    for number in range(FOLDS):
        yield _fold(world, fold == number, np.zeros_like(world.prepared.family, np.bool_), _least(world))


def inner(world: World, by: str, outside: NDArray[np.bool_], n_folds: int = INNER_FOLDS) -> Iterator[Fold]:
    """Folds inside what is not `outside`, which stays hidden: what is tuned sees nothing of it."""
    fold = split(world.groups(by), n_folds, 1)
    for number in range(n_folds):
        yield _fold(world, fold == number, outside, LEAST_TRAINING)


def _least(world: World) -> int:
    return LEAST_MODELS.get(world.arena, LEAST)


def _fold(world: World, chosen: NDArray[np.bool_], outside: NDArray[np.bool_], least: int) -> Fold:
    family = world.prepared.family
    hidden = np.isin(family, np.unique(family[chosen])) | chosen | outside
    return Fold(hidden, np.flatnonzero(chosen & ~outside & (world.counts >= least)))
