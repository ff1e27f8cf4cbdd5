"""The scale of a need, and 80 % ranges that hold for families of benchmarks that nothing was learned from."""

import numpy as np
import pytest

from advisor.features.similarity import Profile
from advisor.ranking.arena import ArenaIndex, BenchmarkInfo, Prepared, fit_arena
from advisor.ranking.features import NAMES, Query
from advisor.ranking.link import Observations
from advisor.ranking.ranker import EVIDENCE_BINS, Band
from advisor.ranking.scale import References, Scale, center_of, expected_of, scale_of
from advisor.training.calibrate import calibrate_bands, covered, family_quantiles
from advisor.training.groups import Group
from advisor.training.hidden import Truth

N_MODELS = 40
DEVIATION, N_RESULTS = NAMES.index("deviation"), NAMES.index("n_results")


def simulated_arena(levels, family, distance):
    """An arena of benchmarks with these levels and families, and the distances of a need to each."""
    draw = np.random.default_rng(0)
    n = len(levels)
    ability = draw.normal(size=N_MODELS)
    model, benchmark = (part.ravel().astype(np.int32) for part in np.mgrid[:N_MODELS, :n])
    score = np.asarray(levels)[benchmark] + 5 * ability[model] + draw.normal(size=len(model))
    plain = [
        {"benchmark_id": f"b{i}", "title": "", "task": "t", "task_type": "", "suite": "", "languages": [],
         "domains": [], "modalities": [], "log_chars": None, "family": f"f{family[i]}", "unit": "points",
         "higher_is_better": True}
        for i in range(n)
    ]  # fmt: skip
    infos = [
        BenchmarkInfo(row["benchmark_id"], "", Profile("t"), "", "", row["family"], "points", True) for row in plain
    ]
    apart = np.abs(np.subtract.outer(distance, distance)).astype(np.float32)
    seen = Observations(model, benchmark, score, N_MODELS, n)
    results = [
        (f"m{m}", f"b{b}", s, "", "independent", None, "") for m, b, s in zip(model, benchmark, score, strict=True)
    ]
    text = np.zeros((n, 0), np.float32)
    families = np.asarray(family, np.int32)
    prepared = Prepared(plain, infos, results, seen, np.ones(n), text, apart, families)
    arena = ArenaIndex(fit_arena(prepared, np.zeros((N_MODELS, 1)), np.arange(N_MODELS, dtype=np.int32)))
    return scale_of(arena, Query(Profile("t"), None), np.asarray(distance, np.float32))


def test_near_duplicates_count_as_one_reference():
    levels = [80.0] * 8 + [40.0, 42.0, 38.0, 40.0]
    alone = simulated_arena(levels, range(12), [0.0] * 12)
    together = simulated_arena(levels, [0] * 8 + [1, 2, 3, 4], [0.0] * 12)
    assert alone.level == pytest.approx(66.7, abs=2)
    assert together.level == pytest.approx(48, abs=2)


def test_references_of_one_family_do_not_make_the_difficulty_sure():
    levels = [60.0] * 12 + [30.0, 40.0, 50.0, 70.0, 80.0, 90.0]
    found = simulated_arena(levels, [0] * 12 + [1, 2, 3, 4, 5, 6], [0.0] * 12 + [2.0] * 6)
    assert found.level == pytest.approx(60, abs=1)
    assert found.level_deviation > 12


def test_many_families_tell_themselves_how_much_difficulty_differs():
    levels = [60.0, 61.0, 59.0] * 4 + [10.0, 90.0] * 3
    found = simulated_arena(levels, range(18), [0.0] * 12 + [2.0] * 6)
    assert found.level_deviation < 16  # of all 18: 24


# --- calibration -----------------------------------------------------------------------------------------------------


def hidden(benchmark, draw, miss, own_metric=True, n_results=20, n=12):
    """A hidden benchmark whose scores are `miss` points from their expectation, alike, and a little apart."""
    features = np.zeros((n, len(NAMES)), np.float32)
    features[:, DEVIATION], features[:, N_RESULTS] = 0.3, np.log1p(n_results)
    expected = draw.normal(size=n)
    oriented = 60 + 4 * expected + miss + draw.normal(0, 1, n)
    truth = Truth(benchmark, np.arange(n, dtype=np.int32), oriented, oriented)
    scale = Scale(60.0, 4.0, 5.0, 0.3, "points", 0)
    series = np.full(n, -1, np.int32)
    return Group(benchmark, "", truth, expected, np.arange(n), features, series, np.zeros(n), scale, own_metric, "text")


def benchmarks(draw, n_families, deviation, size=lambda number: 1, **told):
    """Hidden benchmarks of families that each miss alike, and the family of each."""
    families = np.repeat(np.arange(n_families), [size(number) for number in range(n_families)])
    miss = draw.normal(0, deviation, n_families)
    return [hidden(i, draw, miss[family], **told) for i, family in enumerate(families)], families


def bands_of(groups, families):
    return calibrate_bands(groups, [group.expected for group in groups], families)


@pytest.mark.parametrize("deviation", [2.0, 5.0, 12.0])
def test_ranges_cover_families_that_nothing_was_learned_from(deviation):
    """However wide the ranges were before, and however unequal the families that they are calibrated on."""
    draw = np.random.default_rng(1)
    learned_on, families = benchmarks(draw, 600, deviation, lambda number: 40 if number % 50 == 0 else 1)
    asked, _ = benchmarks(draw, 400, deviation)
    band = bands_of(learned_on, families)["text"]
    inside = np.concatenate([covered(group, group.expected, band) for group in asked])
    assert 0.75 < inside.mean() < 0.85


def test_a_large_family_has_no_more_say_than_a_small_one():
    values = np.concatenate([np.full(1000, 9.0), np.arange(9.0)])
    family = np.concatenate([np.zeros(1000, int), np.arange(1, 10)])
    low, middle = family_quantiles(values, family, (0.1, 0.5))
    assert low == pytest.approx(0.5)
    assert middle == pytest.approx(4.5)


def test_scores_in_another_metric_do_not_stretch_the_range():
    draw = np.random.default_rng(2)
    comparable, families = benchmarks(draw, 40, 5.0)
    other, _ = benchmarks(draw, 20, 60.0, own_metric=False)
    with_others = bands_of([*comparable, *other], np.concatenate([families, np.arange(40, 60)]))
    assert with_others == bands_of(comparable, families)


def test_models_with_few_results_have_a_stretch_of_their_own():
    draw = np.random.default_rng(3)
    unknown, families = benchmarks(draw, 60, 15.0, n_results=0)
    known, _ = benchmarks(draw, 60, 3.0, n_results=EVIDENCE_BINS[-1])
    band = bands_of([*unknown, *known], np.concatenate([families, families + 60]))["text"]
    assert min(band.at(0)) > 2 * max(band.at(100))


def test_too_few_benchmarks_leave_the_range_as_it_was():
    assert bands_of([], np.zeros(0, np.int64)) == {}
    alone = hidden(0, np.random.default_rng(4), 5.0, n=5)
    assert bands_of([alone], np.zeros(1, np.int64)) == {"text": Band()}


def test_no_expectation_is_above_what_any_model_reached():
    references = References(np.array([0.5, 0.5]), np.array([60.0, 90.0]), np.array([20.0, 5.0]), np.array([95.0, 99.0]))
    scale = Scale(75.0, 12.5, 5.0, 0.3, "points", 0, references)
    assert expected_of(scale, 0.0) == 75.0
    assert expected_of(scale, 1.0) == center_of(scale, 1.0)
    told = [expected_of(scale, ability) for ability in (1.0, 1.7, 2.5, 9.0)]
    assert told == sorted(told)
    assert told[-1] == 97.0
    assert center_of(scale, 9.0) > 100


def test_a_model_that_beats_half_is_not_expected_to_be_perfect(advisor):
    need = {"task": "retrieval", "languages": ["ja"], "hardware": "cpu 16GB", "max_latency_ms": 50.0, "top_k": 10}
    found = {pick.model_id: pick for pick in advisor.recommend(need).picks}
    pick = found["cl-nagoya/ruri-v3-30m"]
    assert pick.quality.low < pick.quality.expected < 95
    reached = [row.score for row in pick.evidence]
    assert pick.quality.expected < max(reached)
