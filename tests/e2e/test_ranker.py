"""The ranker: small real training, no leaks, and the shipped artifact."""

import json
from datetime import date, timedelta
from itertools import islice

import lightgbm
import numpy as np
import pytest

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Arena
from advisor.ranking.features import NAMES
from advisor.ranking.posterior import LEVEL_SHARE
from advisor.ranking.ranker import Ranker, Rule, Shares, blend
from advisor.training.calibrate import errors
from advisor.training.card import model_card
from advisor.training.conditions import cold_start, temporal
from advisor.training.evaluate import EVIDENCE, PRODUCT, Found, Told, evaluate, learn, slices
from advisor.training.groups import ask, limited
from advisor.training.hidden import open_world, outer
from advisor.training.report import alike_share, conditions_markdown, coverage, markdown


@pytest.fixture(scope="module")
def speech(advisor):
    return open_world(advisor.store, advisor.index, advisor.book, Arena.SPEECH, advisor.encoder)


@pytest.fixture(scope="module")
def found(speech):
    return evaluate(speech)


def test_evaluation_has_every_method_on_every_hidden_benchmark(found):
    methods = slices(found.rows)["all"]
    assert {PRODUCT, EVIDENCE, "random", "newest", "largest", "most downloads", "same-task mean"} <= set(methods)
    assert len({len(rows) for rows in methods.values()}) == 1
    regret = {name: np.mean([row.metrics.regret_1 for row in rows]) for name, rows in methods.items()}
    assert regret[PRODUCT] < regret["random"]


def test_the_report_shows_intervals_and_rules(found):
    text = "\n".join(markdown("speech", found))
    assert "| random |" in text
    assert "80 % intervals cover" in text
    assert "%" in coverage(found)


def test_most_of_what_expectations_miss_by_is_how_hard_a_benchmark_is(advisor):
    world = open_world(advisor.store, advisor.index, advisor.book, Arena.LANGUAGE, advisor.encoder)
    told = []
    for fold in islice(outer(world, "family"), 4):
        arena = world.fit(fold.hidden)
        for benchmark in map(int, fold.queries[:25]):
            asked = ask(world, arena, benchmark)
            group = limited(asked, "", np.ones(len(asked.truth.models), bool))
            missed, results = errors(group, group.expected[group.short])
            told.append(Told(benchmark, group.medium, results > 0, missed))
    assert alike_share(Found([], told, [])) == pytest.approx(LEVEL_SHARE, abs=0.06)


def test_what_is_hidden_does_not_reach_the_features(speech):
    """Other scores on the hidden benchmark leave every feature of its query as it was."""
    fold = next(fold for fold in outer(speech, "family") if fold.queries.size)
    benchmark = int(fold.queries[0])
    before = ask(speech, speech.fit(fold.hidden), benchmark)
    seen = speech.prepared.observations
    hidden = fold.hidden[seen.benchmark]
    shuffled = seen.score.copy()
    shuffled[hidden] = np.random.default_rng(0).permutation(shuffled[hidden]) * 3 + 1
    prepared = speech.prepared._replace(observations=seen._replace(score=shuffled))
    other = type(speech)(**{**vars_of(speech), "prepared": prepared})
    after = ask(other, other.fit(fold.hidden), benchmark)
    np.testing.assert_array_equal(before.absolute, after.absolute)
    np.testing.assert_array_equal(before.expected, after.expected)


def test_shuffled_scores_leave_nothing_to_learn(speech):
    """With every benchmark's scores shuffled among its models, the order is no better than chance."""
    seen = speech.prepared.observations
    score = seen.score.copy()
    for benchmark in range(seen.n_benchmarks):
        there = np.flatnonzero(seen.benchmark == benchmark)
        score[there] = np.random.default_rng(benchmark).permutation(score[there])
    prepared = speech.prepared._replace(observations=seen._replace(score=score))
    rows = slices(evaluate(type(speech)(**{**vars_of(speech), "prepared": prepared})).rows)["all"]
    tau = [row.metrics.tau for row in rows[PRODUCT]]
    assert abs(np.mean(tau)) < 3 * np.std(tau) / len(tau) ** 0.5 + 0.05


def test_new_models_are_ordered_better_the_more_results_they_have(speech):
    rows = list(cold_start(speech, (0, 5)))
    assert {row.method for row in rows} >= {PRODUCT, "largest"}
    assert {row.draw for row in rows} == {0, 1, 2}

    def tau(kept):
        own = [row for row in rows if row.condition == f"{kept} results" and row.method == PRODUCT]
        return np.mean([row.metrics.tau for row in own])

    assert tau(0) < tau(5)
    told = [line for line in conditions_markdown(rows) if f"| {PRODUCT} |" in line]
    by_draw = [
        np.mean([r.metrics.tau for r in rows if (r.condition, r.method, r.draw) == ("5 results", PRODUCT, d)])
        for d in range(3)
    ]
    assert f"{tau(5):.3g} ± {np.std(by_draw, ddof=1):.2g}" in told[1]


def test_models_of_the_future_are_asked_and_not_learned_from(speech):
    released = speech.released[np.unique(speech.prepared.observations.model)]
    middle = date(1970, 1, 1) + timedelta(days=int(np.nanmedian(released)))
    rows = list(temporal(speech, middle))
    assert all(row.condition == f"after {middle}" and np.isfinite(row.metrics.tau) for row in rows)


def test_training_again_gives_the_same_trees(speech):
    nothing = np.zeros(len(speech.counts), bool)
    assert learn(speech, nothing, "family") == learn(speech, nothing, "family")


def test_the_shipped_trees_score_as_lightgbm_does():
    ranker = Ranker.open()
    features = np.random.default_rng(0).normal(size=(64, len(NAMES))).astype(np.float32)
    for arena in Arena:
        forest = ranker.arena(arena).forest
        paths = sorted(ranker.folder.glob(f"{arena.value}-*.txt"))
        assert bool(paths) == bool(forest)
        if forest:
            wanted = sum(lightgbm.Booster(model_file=str(path)).predict(features) for path in paths)
            np.testing.assert_allclose(forest.predict(features), wanted, rtol=1e-12, atol=1e-12)


def test_the_model_card_is_that_of_what_is_shipped():
    ranker = Ranker.open()
    assert (ranker.folder / "README.md").read_text(encoding="utf-8") == model_card(ranker.card)
    for arena in Arena:
        told = ranker.card["arenas"][arena.value]["figures"]
        assert 0 <= told["regret_3"] <= told["regret_1"] and 0 < told["families"] <= told["benchmarks"]
        assert told["regret_1"] <= told["evidence_regret_1"]


def test_a_ranker_of_other_features_is_refused(tmp_path):
    card = json.loads((Ranker.open().folder / "ranker.json").read_text())
    (tmp_path / "ranker.json").write_text(json.dumps(card | {"schema": "other"}))
    with pytest.raises(NotAvailable, match="advisor train"):
        Ranker(tmp_path)


def test_answers_name_the_ranker(advisor):
    answer = advisor.recommend({"task": "retrieval", "languages": ["de"]})
    assert answer.ranker == Ranker.open().id


def test_a_blend_without_learning_keeps_the_order_of_the_evidence():
    expected = np.array([0.3, -1.0, 2.0, 0.1])
    told = blend(expected, Shares.of(expected, np.zeros(4), None, Rule()), Rule())
    assert (np.argsort(told) == np.argsort(expected)).all()


def vars_of(world):
    return {name: getattr(world, name) for name in world.__dataclass_fields__}
