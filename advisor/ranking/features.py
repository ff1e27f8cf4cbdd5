"""The features of the learned ranker: what evidence and metadata say of a model on a task, and against its rivals.

One implementation serves training and ranking. Evidence comes at several widths: the mean linked residual of a model
over past benchmarks, weighted by how alike they are to the task, shrunk from narrow to broad. Features that compare a
model with the others of its set are made last, inside the set that is ranked.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.features.similarity import Profile
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.index import METADATA, ModelColumns
from advisor.ranking.link import Floats

RATES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Decay of each kernel with squared task distance, broad to narrow."""
_STRENGTH = 0.5
"""Results that the broader mean weighs as much as, in weights of the kernel."""
_UNKNOWN = -1e3
"""Stands for a value that is not known: below every real one, so that a tree can tell it apart."""
_GROUPS = ("task", "task_language", "type")
STANDING = (
    "expected", *(f"k{rate}" for rate in RATES), *(f"m_{group}" for group in _GROUPS), "ability", "prior", "nearest_z",
    "deviation", "n_results", "n_families", "w0.5", "w_type", "w_task", "params_total", "release", "embed_dim",
)  # fmt: skip
"""Features that are also told in standard deviations of the set that is ranked: a linear order is learned from them."""
_RELATIVE = ("expected", "ability", "prior", "k0.5", "k1.0", "k2.0", "m_task", "m_task_language", "m_type")
NAMES: tuple[str, ...] = (
    "expected", "deviation", "ability", "prior", "n_results", "n_families",
    *(f"{kind}{rate}" for rate in RATES for kind in ("k", "w")),
    *(f"{kind}_{group}" for group in _GROUPS for kind in ("m", "w")),
    "nearest", "nearest_z", "speaks", *METADATA,
    *(f"rel_{name}" for name in _RELATIVE), "rel_params", "rel_release",
    "task_languages", "task_chars", "task_known", *(f"z_{name}" for name in STANDING),
)  # fmt: skip
_STANDING_AT = [NAMES.index(name) for name in STANDING]
STANDING_FIRST = NAMES.index(f"z_{STANDING[0]}")
"""Column where the features in standard deviations begin; they are the last."""
SCHEMA = sha256("\n".join(NAMES).encode()).hexdigest()[:16]
"""Hash of what the columns mean; a ranker trained on others is refused."""


class Query(NamedTuple):
    """A task as the ranker sees it: a need, or a hidden benchmark by its metadata."""

    profile: Profile
    text: NDArray[np.float32] | None
    """(d,) vector of its text."""
    task_type: str | None = None
    """The finer type, where it is known; else that of most benchmarks of the task and modalities."""


class Placed(NamedTuple):
    """A query placed among the benchmarks of an arena."""

    distance: NDArray[np.float32]
    """(n_benchmarks,) squared distances."""
    covariance: NDArray[np.float32]
    weights: NDArray[np.float32]
    """(n_benchmarks, kernels and groups) what a result there counts at each width."""
    profile: Profile


def place(arena: ArenaIndex, query: Query) -> Placed:
    """Distances, covariances and weights of a query."""
    distance = arena.space.distance(query.profile, query.text, arena.nearest)
    profile = query.profile
    same = arena.tasks == (profile.task or "")
    shares = arena.space.shares_language(profile)
    task_type = query.task_type if query.task_type is not None else arena.usual_type(profile)
    of_type = arena.types == task_type
    kernels = np.exp(-np.array(RATES, np.float32) * distance[:, None])
    weights = np.column_stack([kernels, same, same & shares, of_type]) * arena.family_weight[:, None]
    return Placed(distance, arena.evidence.covariance.at(distance), weights.astype(np.float32), profile)


def absolute(
    arena: ArenaIndex,
    columns: ModelColumns,
    placed: Placed,
    models: NDArray[np.int32],
    expected: Floats,
    deviation: Floats,
) -> NDArray[np.float32]:
    """(n, absolute features) of some models, none of which depends on the others.

    Args:
        arena: the arena.
        columns: metadata of all models.
        placed: the query.
        models: (n,) indices of models.
        expected: (n,) ability that the evidence expects of them.
        deviation: (n,) standard deviation of it.
    """
    evidence = arena.evidence
    seen, owner, counts = evidence.results_of(models)
    benchmark, z = evidence.benchmark[seen], arena.z[seen]
    ability = arena.ability[models].astype(np.float64)
    weight = placed.weights.take(benchmark, axis=0)
    residual = (z - ability[owner].astype(np.float32))[:, None] * weight
    total, moved = _sums(weight, counts), _sums(residual, counts)
    out: list[Any] = [expected, deviation, ability, evidence.prior[models]]
    out += [np.log1p(counts), np.log1p(evidence.n_families[models])]
    mean = np.zeros(len(models))
    for k in range(len(RATES)):
        mean = (moved[:, k] + _STRENGTH * mean) / (total[:, k] + _STRENGTH)
        out += [mean + ability, np.log(total[:, k] + 1e-3)]
    for k in range(len(RATES), len(RATES) + len(_GROUPS)):
        out += [moved[:, k] / (total[:, k] + 0.6 * _STRENGTH) + ability, np.log1p(total[:, k])]
    out += _nearest(placed.distance[benchmark], z, counts, evidence.prior[models])
    out.append(_speaks(columns, placed.profile, models))
    return _known(np.column_stack([*out, columns.metadata[models]]))


def relative(values: NDArray[np.float32], query: Query) -> NDArray[np.float32]:
    """(n, len(NAMES)) features of a set of models: the absolute ones, and against the best of the set."""
    columns = [NAMES.index(name) for name in _RELATIVE]
    against = values[:, columns] - values[:, columns].max(0)
    own = values[:, [NAMES.index("params_total"), NAMES.index("release")]]
    least = np.where(own > _UNKNOWN, own, -np.inf).max(0)
    sizes = np.where((own > _UNKNOWN) & np.isfinite(least), own - np.where(np.isfinite(least), least, 0), _UNKNOWN)
    chars = query.profile.log_chars
    task = [len(query.profile.languages), _UNKNOWN if chars is None else chars, values[:, NAMES.index("w1.0")].max()]
    shared = np.broadcast_to(np.array(task, np.float32), (len(values), len(task)))
    return np.column_stack([values, against, sizes, shared, _standing(values)]).astype(np.float32)


def _standing(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, len(STANDING)) values with mean 0 and standard deviation 1 in the set; 0 where unknown or all the same."""
    own = values[:, _STANDING_AT].astype(np.float64)
    known = own > _UNKNOWN
    count = np.maximum(known.sum(0), 1)
    away = np.where(known, own - np.where(known, own, 0).sum(0) / count, 0)
    deviation = np.sqrt((away**2).sum(0) / count)
    return away / np.where(deviation > 1e-12, deviation, np.inf)


def _sums(values: NDArray[np.float32], counts: NDArray[np.int64]) -> Floats:
    """(n, k) sums of the rows of each model; `counts` says how many it has."""
    out, some = np.zeros((len(counts), values.shape[1])), counts > 0
    if some.any():
        out[some] = np.add.reduceat(values, (np.cumsum(counts) - counts)[some], axis=0, dtype=np.float64)
    return out


def _nearest(
    distance: NDArray[np.float32], z: NDArray[np.float32], counts: NDArray[np.int64], prior: NDArray[np.float32]
) -> list[Floats]:
    """Distance and linked score of the result of each model that is most alike to the task."""
    far, near_z, some = np.full(len(prior), 99.0), prior.astype(np.float64), counts > 0
    if some.any():
        first = (np.cumsum(counts) - counts)[some]
        least = np.minimum.reduceat(distance, first)
        is_least = np.flatnonzero(distance == np.repeat(least, counts[some]))
        nearest = is_least[np.searchsorted(is_least, first)]
        far[some], near_z[some] = least, z[nearest]
    return [far, near_z]


def _speaks(columns: ModelColumns, profile: Profile, models: NDArray[np.int32]) -> Floats:
    """Share of the task's languages that a model states; unknown where it states none."""
    if not profile.languages:
        return np.ones(len(models))
    share = np.mean([columns.speaks(code)[models] for code in sorted(profile.languages)], axis=0)
    return np.where(columns.states_languages[models], share, np.nan)


def _known(values: NDArray[np.floating]) -> NDArray[np.float32]:
    return np.where(np.isfinite(values), values, _UNKNOWN).astype(np.float32)
