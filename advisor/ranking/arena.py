"""One arena made ready for ranking: its scores linked, its evidence fitted, its benchmarks as points in task space."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.build import query
from advisor.catalog.store import Row, Store
from advisor.domain.tasks import Arena
from advisor.features.similarity import Profile, TaskSpace
from advisor.ranking.evidence import Covariance, Evidence, fit_evidence, weights
from advisor.ranking.link import Floats, Observations, link

_PAIR = 2
"""Languages of a benchmark up to which a result shows each of them."""
_DOUBT = {"submitted": 2.0, "self-reported": 3.0}
"""Noise of a result against an independent one, by who measured: assumed, no pairs to measure it on are here."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class BenchmarkInfo:
    """What ranking needs to know of a benchmark."""

    benchmark_id: str
    title: str
    profile: Profile
    task_type: str
    """The source's own, finer type of the task."""
    suite: str
    family: str
    unit: str
    higher_is_better: bool

    @property
    def metric(self) -> tuple[str, bool]:
        """Unit and direction: scores of benchmarks of one metric can be told in each other's place."""
        return self.unit, self.higher_is_better

    @property
    def logarithmic(self) -> bool:
        """Errors differ by factors, not by points."""
        return not self.higher_is_better and self.unit != "points"

    def oriented(self, score: float | Floats) -> Any:
        """A score on the linked scale's side: higher is better, errors as logarithms."""
        if self.logarithmic:
            return -np.log(np.maximum(score, 1e-6))
        return score if self.higher_is_better else -np.asarray(score)

    def original(self, score: float) -> float:
        """The inverse of `oriented`."""
        if self.logarithmic:
            return float(np.exp(-score))
        return score if self.higher_is_better else -score


class Provenance(NamedTuple):
    """How a result came to be."""

    config: str
    measured_by: str
    date: str | None
    source: str


class ArenaIndex:
    """Evidence of one arena, loaded from or to be written to arrays."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._heard: dict[str, NDArray[np.bool_]] = {}
        self._usual_types: dict[tuple[str | None, frozenset[str]], str] = {}
        self.n_left_out = 0
        """Results that were left out, see `without`."""
        self.benchmarks = [_info(row) for row in json.loads(bytes(arrays["benchmarks"]))]
        self.space = TaskSpace([b.profile for b in self.benchmarks], arrays["text"].astype(np.float32))
        self.level: Floats = arrays["level"]
        self.spread: Floats = arrays["spread"]
        self.nearest = float(arrays["nearest"])
        """Cosine of the texts of a benchmark and of the most alike one that is no near-duplicate, median."""

    @cached_property
    def tasks(self) -> NDArray[np.str_]:
        """(n_benchmarks,) task of each benchmark; empty where it is none of the vocabulary."""
        return np.array([info.profile.task or "" for info in self.benchmarks])

    @cached_property
    def types(self) -> NDArray[np.str_]:
        """(n_benchmarks,) the finer type of each benchmark."""
        return np.array([info.task_type for info in self.benchmarks])

    @cached_property
    def domain_shares(self) -> dict[str, float]:
        """Share of the benchmarks that each domain is held by."""
        held = Counter(domain for info in self.benchmarks for domain in info.profile.domains)
        return {domain: count / len(self.benchmarks) for domain, count in held.items()}

    def usual_type(self, profile: Profile) -> str:
        """The finer type of most benchmarks of a task, of its modalities where there are any."""
        key = (profile.task, profile.modalities)
        if key not in self._usual_types:
            same = self.tasks == (profile.task or "")
            alike = same & self.space.same_modalities(profile)
            types, counts = np.unique(self.types[alike if alike.any() else same], return_counts=True)
            self._usual_types[key] = str(types[counts.argmax()]) if counts.size else ""
        return self._usual_types[key]

    @cached_property
    def family_weight(self) -> NDArray[np.float32]:
        """(n_benchmarks,) 1/sqrt of the size of its family: near-duplicates count little more than one."""
        family = self.evidence.family
        return (1 / np.sqrt(np.bincount(family)[family])).astype(np.float32)

    @cached_property
    def evidence(self) -> Evidence:
        """The fitted Gaussian process."""
        a = self._arrays
        covariance = Covariance(a["kernels"], float(a["family_variance"]))
        return Evidence(
            covariance,
            a["between"],
            a["noise"],
            a["alpha"],
            a["model"],
            a["benchmark"],
            a["start"],
            a["prior"],
            a["family"],
        )

    def without(self, dropped: NDArray[np.bool_]) -> ArenaIndex:
        """The arena without some observations, (n,); those that are left are weighed anew."""
        if not dropped.any():
            return self
        kept, evidence = ~dropped, self.evidence
        model, benchmark, alpha = evidence.model[kept], evidence.benchmark[kept], evidence.alpha[kept]
        start = _starts(model, len(evidence.prior))
        fewer = np.isin(model, evidence.model[dropped])
        residual = (self.z[kept] - evidence.prior[model])[fewer].astype(np.float64)
        own = _starts(model[fewer], len(evidence.prior))
        alpha[fewer] = weights(benchmark[fewer], own, residual, evidence.between, evidence.noise)
        rows = {name: self._arrays[name][kept] for name in ("z", "score", "provenance")}
        fitted = {"model": model, "benchmark": benchmark, "start": start, "alpha": alpha}
        left = ArenaIndex({**self._arrays, **rows, **fitted})
        left.n_left_out = int(dropped.sum())
        return left

    @cached_property
    def z(self) -> NDArray[np.float32]:
        """(n,) observations on the common scale, ordered by model."""
        z: NDArray[np.float32] = self._arrays["z"]
        return z

    def z_on(self, benchmark: int) -> NDArray[np.float32]:
        """The observations on a benchmark, on the common scale, in no order that means anything."""
        order, start = self._by_benchmark
        return self.z[order[start[benchmark] : start[benchmark + 1]]]

    def heard_in(self, language: str) -> NDArray[np.bool_]:
        """(n_models,) models that have a result in a language.

        The mean of a benchmark in many languages proves none of them: of some models it holds one language only.
        """
        if language not in self._heard:
            spoken = [info.profile.languages for info in self.benchmarks]
            speaks = np.array([language in said and len(said) <= _PAIR for said in spoken], bool)
            heard = np.zeros(len(self.evidence.prior), bool)
            heard[self.evidence.model[speaks[self.evidence.benchmark]]] = True
            if not speaks.any():
                return heard
            self._heard[language] = heard
        return self._heard[language]

    @cached_property
    def metrics(self) -> NDArray[np.int64]:
        """(n_benchmarks,) the same number for benchmarks of one unit and direction."""
        kinds = [info.metric for info in self.benchmarks]
        position = {kind: i for i, kind in enumerate(dict.fromkeys(kinds))}
        return np.array([position[kind] for kind in kinds], np.int64)

    @cached_property
    def n_measured(self) -> NDArray[np.int64]:
        """(n_benchmarks,) observations on each."""
        return np.diff(self._by_benchmark[1])

    @cached_property
    def _by_benchmark(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The observations ordered by benchmark, and where each benchmark starts."""
        counts = np.bincount(self.evidence.benchmark, minlength=len(self.benchmarks))
        return np.argsort(self.evidence.benchmark, kind="stable"), np.append(0, np.cumsum(counts))

    @cached_property
    def ability(self) -> NDArray[np.float32]:
        """(n_models,) linked ability over all benchmarks of the arena."""
        ability: NDArray[np.float32] = self._arrays["ability"]
        return ability

    @cached_property
    def score(self) -> Floats:
        """(n,) observations as published, ordered by model."""
        score: Floats = self._arrays["score"]
        return score

    @cached_property
    def _provenances(self) -> list[Provenance]:
        return [Provenance(*row) for row in json.loads(bytes(self._arrays["provenances"]))]

    def provenance(self, observation: int) -> Provenance:
        """How an observation came to be."""
        return self._provenances[int(self._arrays["provenance"][observation])]

    def benchmarks_of(self, model: int) -> NDArray[np.int32]:
        """Indices of the benchmarks that a model has results on."""
        return self.evidence.benchmark[self.evidence.start[model] : self.evidence.start[model + 1]]


def _starts(model: NDArray[np.int32], n_models: int) -> NDArray[np.int32]:
    """(n_models + 1,) where the observations of each model start, given the model of each, sorted."""
    return np.searchsorted(model, np.arange(n_models + 1)).astype(np.int32)


def build_arena(
    store: Store, arena: Arena, model_ids: Sequence[str], features: Floats, family: NDArray[np.int32], encode: Any
) -> Arrays:
    """Link and fit an arena; the arrays of an `ArenaIndex`.

    Args:
        store: the snapshot.
        arena: which arena.
        model_ids: all models, sorted; observations refer to their positions.
        features: (n_models, k) standardised metadata.
        family: (n_models,) index of each model's family.
        encode: texts to (n, d) L2-normalised vectors.
    """
    return fit_arena(prepare(store, arena, model_ids, encode), features, family)


def fit_arena(prepared: Prepared, features: Floats, family: NDArray[np.int32]) -> Arrays:
    """Link and fit what was prepared; the arrays of an `ArenaIndex`."""
    linked = link(prepared.observations, features, family, prepared.family)
    linked = linked._replace(noise=linked.noise * prepared.doubt)
    evidence = fit_evidence(prepared.observations, linked, prepared.distance, prepared.family)
    provenances: dict[tuple[str, ...], int] = {}
    provenance = np.array([provenances.setdefault(row[3:], len(provenances)) for row in prepared.results], np.int32)
    return {
        "benchmarks": np.frombuffer(json.dumps(prepared.plain).encode(), np.uint8),
        "text": prepared.text.astype(np.float16),
        "level": linked.level,
        "spread": linked.spread,
        "ability": linked.ability.astype(np.float32),
        "z": linked.z.astype(np.float32),
        "score": np.array([row[2] for row in prepared.results], float),
        "provenance": provenance,
        "provenances": np.frombuffer(json.dumps([list(row) for row in provenances]).encode(), np.uint8),
        "kernels": evidence.covariance.kernels,
        "family_variance": np.array(evidence.covariance.family),
        "between": evidence.between,
        "noise": evidence.noise,
        "alpha": evidence.alpha,
        "model": evidence.model,
        "benchmark": evidence.benchmark,
        "start": evidence.start,
        "prior": evidence.prior,
        "family": evidence.family,
        "nearest": np.array(_usual_nearest(prepared.text, prepared.family)),
    }


class Prepared(NamedTuple):
    """An arena before anything is fitted."""

    plain: list[Row]
    """What the index keeps of each benchmark."""
    infos: list[BenchmarkInfo]
    results: list[tuple[Any, ...]]
    """Rows of the query `observations`."""
    observations: Observations
    doubt: Floats
    """(n_benchmarks,) factor of each benchmark's noise."""
    text: NDArray[np.float32]
    """(n_benchmarks, d) vectors of the descriptions."""
    distance: NDArray[np.float32]
    """(n_benchmarks, n_benchmarks) squared task distances."""
    family: NDArray[np.int32]
    """(n_benchmarks,) index of the family of near-duplicates."""

    def unmeasured(self, dropped: NDArray[np.bool_]) -> Prepared:
        """The arena as if some observations, (n_observations,), had not been made."""
        seen, kept = self.observations, np.flatnonzero(~dropped)
        observations = seen._replace(model=seen.model[kept], benchmark=seen.benchmark[kept], score=seen.score[kept])
        return self._replace(observations=observations, results=[self.results[i] for i in kept])

    def without(self, hidden: NDArray[np.bool_]) -> Prepared:
        """The arena as if some benchmarks, (n_benchmarks,), did not exist."""
        kept = np.flatnonzero(~hidden)
        place = np.full(len(hidden), -1, np.int32)
        place[kept] = np.arange(len(kept), dtype=np.int32)
        left = self.unmeasured(hidden[self.observations.benchmark])
        observations = left.observations._replace(benchmark=place[left.observations.benchmark], n_benchmarks=len(kept))
        return Prepared(
            [self.plain[b] for b in kept],
            [self.infos[b] for b in kept],
            left.results,
            observations,
            self.doubt[kept],
            self.text[kept],
            self.distance[np.ix_(kept, kept)],
            np.unique(self.family[kept], return_inverse=True)[1].astype(np.int32),
        )


def prepare(store: Store, arena: Arena, model_ids: Sequence[str], encode: Any) -> Prepared:
    """Read the results and benchmarks of an arena, in the order of `model_ids` and of benchmark ids."""
    rows = store.rows(query("benchmarks"), [arena.value])
    plain = [_plain(row) for row in rows]
    infos = [_info(row) for row in plain]
    results = store.tuples(query("observations"), [arena.value])
    observations = _observations(results, model_ids, infos)
    text = np.asarray(encode([row["description"] for row in rows]), np.float32)
    families = {name: i for i, name in enumerate(sorted({info.family for info in infos}))}
    return Prepared(
        plain,
        infos,
        results,
        observations,
        _doubt(observations, results),
        text,
        _distances(infos, text),
        np.array([families[info.family] for info in infos], np.int32),
    )


def _observations(
    results: Sequence[tuple[Any, ...]], model_ids: Sequence[str], infos: Sequence[BenchmarkInfo]
) -> Observations:
    """Results, which come ordered by model and benchmark id, as coordinates."""
    model_index = {model_id: i for i, model_id in enumerate(model_ids)}
    benchmark_index = {info.benchmark_id: i for i, info in enumerate(infos)}
    model = np.array([model_index[row[0]] for row in results], np.int32)
    benchmark = np.array([benchmark_index[row[1]] for row in results], np.int32)
    score = np.array([row[2] for row in results], float)
    oriented = np.empty_like(score)
    for b, info in enumerate(infos):
        there = benchmark == b
        oriented[there] = info.oriented(score[there])
    return Observations(model, benchmark, oriented, len(model_ids), len(infos))


def _doubt(observations: Observations, results: Sequence[tuple[Any, ...]]) -> Floats:
    """(n_benchmarks,) factor of the noise of each benchmark: makers report what they choose to report."""
    factor = np.array([_DOUBT.get(row[4], 1.0) for row in results], float)
    count = np.bincount(observations.benchmark, minlength=observations.n_benchmarks)
    total = np.bincount(observations.benchmark, factor, observations.n_benchmarks)
    return np.where(count > 0, total / np.maximum(count, 1), 1.0)


def _distances(infos: Sequence[BenchmarkInfo], text: NDArray[np.float32]) -> NDArray[np.float32]:
    space = TaskSpace([info.profile for info in infos], text)
    rows = [space.distance(info.profile, text[i] if text.size else None) for i, info in enumerate(infos)]
    distance = np.stack(rows)
    return (distance + distance.T) / np.float32(2)


def _usual_nearest(text: NDArray[np.float32], family: NDArray[np.int32]) -> float:
    """Median cosine of the text of a benchmark and the most alike one of another family."""
    others = np.where(family[:, None] == family, -np.inf, text @ text.T)
    nearest = others.max(1) if len(others) else np.zeros(0)
    return float(np.median(nearest[np.isfinite(nearest)])) if np.isfinite(nearest).any() else 0.0


def _plain(row: Row) -> Row:
    """The part of a benchmark row that the index keeps."""
    chars = row["avg_chars"]
    return {
        "benchmark_id": row["benchmark_id"],
        "title": row["title"],
        "task": row["task"],
        "task_type": row["task_type"],
        "suite": row["suite"],
        "languages": row["languages"],
        "domains": row["domains"],
        "modalities": row["modalities"],
        "log_chars": float(np.log(chars)) if chars else None,
        "family": row["family"],
        "unit": row["unit"],
        "higher_is_better": row["higher_is_better"],
    }


def _info(row: Row) -> BenchmarkInfo:
    profile = Profile(
        row["task"],
        frozenset(row["languages"]),
        frozenset(row["domains"]),
        frozenset(row["modalities"]),
        row["log_chars"],
    )
    return BenchmarkInfo(
        row["benchmark_id"],
        row["title"],
        profile,
        row["task_type"],
        row["suite"],
        row["family"],
        row["unit"],
        row["higher_is_better"],
    )
