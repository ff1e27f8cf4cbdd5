"""How well the evidence orders models on benchmarks it never saw: `python -m advisor.ranking.evaluate [ARENA ...]`.

Each benchmark is hidden with its whole family of near-duplicates (ten folds), models are ordered by what is left,
and the order is held against the hidden scores. Candidates are open models that are neither merges nor flagged;
the features of a query are its metadata and composed description, never its name. Beside ours: what a leaderboard
gives (mean score on the same task), linked ability, and the largest model.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.build import query
from advisor.catalog.snapshot import open_snapshot
from advisor.catalog.store import Store
from advisor.domain.tasks import Arena
from advisor.features.encoder import TextEncoder
from advisor.ranking.arena import BenchmarkInfo, Prepared, prepare
from advisor.ranking.evidence import fit_evidence
from advisor.ranking.link import Floats, Observations, link
from advisor.ranking.metadata import metadata_features

_FOLDS = 10
_LEAST_MODELS = {Arena.EMBEDDING: 30}
_LEAST = 20
_LEFT_OUT = {"merged", "flagged", "contaminated"}
_MOST_PAIRS = 200_000


class Metrics(NamedTuple):
    """Quality of one order: regret is best score less the best of the first k, in points of the benchmark."""

    regret_1: float
    regret_3: float
    ndcg_10: float
    tau: float


def metrics(order_by: Floats, score: Floats) -> Metrics:
    """Compare an order with the true scores; gains of NDCG grow linearly from the median to the best."""
    order = np.argsort(-order_by, kind="stable")
    best, median = score.max(), np.median(score)
    gain = np.clip((score - median) / max(best - median, 1e-9), 0, None)
    discount = 1 / np.log2(np.arange(2, 12))
    k = min(10, len(score))
    ideal = (np.sort(gain)[::-1][:k] * discount[:k]).sum()
    ndcg = (gain[order][:k] * discount[:k]).sum() / max(ideal, 1e-12)
    first, second = _pairs(len(score))
    concordance = np.sign(order_by[first] - order_by[second]) * np.sign(score[first] - score[second])
    return Metrics(best - score[order[0]], best - score[order[:3]].max(), float(ndcg), float(concordance.mean()))


def _pairs(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of n items, or a fixed sample of them."""
    if n * (n - 1) // 2 <= _MOST_PAIRS:
        return np.triu_indices(n, 1)
    first, second = np.random.default_rng(0).integers(0, n, (2, _MOST_PAIRS))
    return first[first != second], second[first != second]


def evaluate(store: Store, arena: Arena, encoder: TextEncoder) -> dict[str, list[Metrics]]:
    """Metrics of every hidden benchmark by method."""
    rows = store.rows(query("model_columns"))
    features = metadata_features(rows)
    names = {name: i for i, name in enumerate(sorted({row["family"] or row["model_id"] for row in rows}))}
    family = np.array([names[row["family"] or row["model_id"]] for row in rows], np.int32)
    candidate = np.array([bool(row["open_weights"]) and not _LEFT_OUT & set(row["flags"]) for row in rows])
    size = np.array([row["params_total"] or 0 for row in rows], float)
    prepared = prepare(store, arena, [row["model_id"] for row in rows], encoder.encode)
    found: dict[str, list[Metrics]] = {}
    for kept, hidden in _folds(prepared, candidate, _LEAST_MODELS.get(arena, _LEAST)):
        all_seen = prepared.observations
        seen = all_seen._replace(
            model=all_seen.model[kept], benchmark=all_seen.benchmark[kept], score=all_seen.score[kept]
        )
        linked = link(seen, features, family)
        linked = linked._replace(noise=linked.noise * prepared.doubt)
        evidence = fit_evidence(seen, linked, prepared.distance, prepared.family)
        for query_index in hidden:
            there = prepared.observations.benchmark == query_index
            models, oriented = prepared.observations.model[there], prepared.observations.score[there]
            models, oriented = models[candidate[models]], oriented[candidate[models]]
            mean = evidence.mean(evidence.covariance.at(prepared.distance[query_index]))[models]
            doubt = np.sqrt(evidence.variance(evidence.covariance.at(prepared.distance[query_index]), models))
            info = prepared.infos[query_index]
            score = np.array([info.original(value) for value in oriented]) * (1 if info.higher_is_better else -1)
            orders = {
                "evidence": mean,
                "evidence, cautious": mean - doubt,
                "same task": _same_task(prepared.infos, seen, linked.z, query_index, len(rows))[models],
                "linked ability": linked.ability[models],
                "largest": size[models],
            }
            for method, order_by in orders.items():
                found.setdefault(method, []).append(metrics(order_by, score))
    return found


def _folds(
    prepared: Prepared, candidate: NDArray[np.bool_], least: int
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.intp]]]:
    """(which observations are kept, which benchmarks are queries) of each fold."""
    observations = prepared.observations
    counts = np.bincount(observations.benchmark[candidate[observations.model]], minlength=len(prepared.infos))
    fold = (np.random.default_rng(0).permutation(prepared.family.max() + 1) % _FOLDS)[prepared.family]
    for number in range(_FOLDS):
        hidden = np.flatnonzero((fold == number) & (counts >= least))
        if hidden.size:
            yield fold[observations.benchmark] != number, hidden


def _same_task(infos: list[BenchmarkInfo], seen: Observations, z: Floats, query_index: int, n_models: int) -> Floats:
    """Mean linked score on the benchmarks of the same task; models without one come last."""
    same = np.array([info.profile.task == infos[query_index].profile.task for info in infos])[seen.benchmark]
    count = np.bincount(seen.model[same], minlength=n_models)
    total = np.bincount(seen.model[same], z[same], n_models)
    return np.where(count > 0, total / np.maximum(count, 1), -9.0)


def main(names: list[str]) -> None:
    """Print a table for each arena."""
    store, encoder = Store(open_snapshot()), TextEncoder.open()
    for arena in [Arena(name) for name in names] or list(Arena):
        found = evaluate(store, arena, encoder)
        queries = len(next(iter(found.values()), []))
        print(f"\n{arena.value}: {queries} benchmarks hidden with their families, catalog {store.key}")
        print(f"{'':20s}{'regret@1':>10s}{'regret@3':>10s}{'NDCG@10':>10s}{'tau':>8s}")
        for method, rows in found.items():
            mean = np.mean(rows, axis=0)
            print(f"{method:20s}{mean[0]:10.3g}{mean[1]:10.3g}{mean[2]:10.3f}{mean[3]:8.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
