"""Leaderboards on one scale: what metadata and results say of models."""

import numpy as np

from advisor.ranking.link import Observations, link
from advisor.ranking.metadata import metadata_features

RNG = np.random.default_rng(0)


def linked(n_own: int):
    """200 models on ten benchmarks; the last 50, and `n_own` models more, on two near-duplicates of another trait."""
    ability, trait = RNG.normal(size=200), RNG.normal(size=200 + n_own)
    rows = [(m, b, 50 + 10 * ability[m] + RNG.normal()) for m in range(200) for b in range(2, 12)]
    rows += [(m, b, 50 + 10 * trait[m] + RNG.normal()) for m in range(150, 200 + n_own) for b in (0, 1)]
    model, benchmark, score = (np.array(column) for column in zip(*sorted(rows), strict=True))
    n = 200 + n_own
    seen = Observations(model.astype(np.int32), benchmark.astype(np.int32), score.astype(float), n, 12)
    duplicates = np.maximum(np.arange(12, dtype=np.int32) - 1, 0)
    return link(seen, np.zeros((n, 1)), np.arange(n, dtype=np.int32), duplicates), ability


def test_abilities_and_noises_are_found():
    found, ability = linked(0)
    assert np.corrcoef(found.ability[:150], ability[:150])[0, 1] > 0.99
    assert found.noise[2:].max() < 0.1
    assert found.noise[:2].min() > 0.5


def test_benchmarks_are_not_exact_because_their_models_were_run_nowhere_else():
    found, _ = linked(3000)
    assert found.noise[:2].min() > 0.15


def test_what_few_models_have_does_not_send_others_away():
    """One measured model in a thousand carries a mark; one without results that carries it ten times as strongly is
    expected no further out than that one."""
    marks = np.zeros((1001, 1))
    marks[0], marks[1000] = 1.0, 10.0
    ability = RNG.normal(size=1000)
    ability[0] = 3.0
    model = np.repeat(np.arange(1000), 3).astype(np.int32)
    seen = Observations(model, np.tile(np.arange(3), 1000).astype(np.int32), 10 * ability[model], 1001, 3)
    found = link(seen, marks, np.arange(1001, dtype=np.int32), np.arange(3, dtype=np.int32))
    assert 0 < found.prior[1000] < 4


def row(family, params, released, **facts):
    return {
        "model_id": "someone/thing", "kind": "generative", "modalities": ["text"], "flags": [], "languages": [],
        "downloads": 0, "params_total": params, "params_active": None, "embed_dim": None, "context_tokens": None,
        "training_tokens": None, "gmacs": None, "image_size": None, "family": family, "release_date": released,
    } | facts  # fmt: skip


def test_what_is_not_known_of_a_model_is_that_of_its_family():
    import datetime

    old, new = datetime.date(2023, 7, 18), datetime.date(2025, 4, 28)
    rows = [row("llama-2", 7e9, old), row("llama-2", 13e9, old), row("qwen3", 8e9, new), row("qwen3", 4e9, new)]
    rows += [row("llama-2", None, None), row("qwen3", None, None), row(None, None, None)]
    features = metadata_features(rows)
    ages = next(column for column in features.T if np.ptp(column[:2]) == 0 and column[0] < column[2] == column[3])
    assert ages[4] == ages[0] and ages[5] == ages[2]
    assert ages[0] < ages[6] < ages[2]
