"""Results of models on data that they were trained on, left out where a need asks for it."""

from __future__ import annotations

import numpy as np

from advisor.catalog.store import Store
from advisor.domain.tasks import Arena
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.index import Index

_DECLARED = "SELECT model_id, unnest(training_datasets) FROM models"


def without_training_data(store: Store, index: Index, arena: Arena) -> ArenaIndex:
    """An arena without the results of models on benchmarks whose data they declare to have trained on."""
    whole = index.arena(arena)
    models = {model_id: position for position, model_id in enumerate(index.models.ids)}
    benchmarks = {info.benchmark_id: position for position, info in enumerate(whole.benchmarks)}
    declared = [
        models[model_id] * len(benchmarks) + benchmarks[benchmark_id]
        for model_id, benchmark_id in store.tuples(_DECLARED)
        if benchmark_id in benchmarks
    ]
    evidence = whole.evidence
    pairs = evidence.model.astype(np.int64) * len(benchmarks) + evidence.benchmark
    return whole.without(np.isin(pairs, declared))
