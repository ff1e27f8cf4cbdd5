"""What is made of arenas with few families: nothing is fitted, and a mean is used only where it loses less."""

import numpy as np
import pytest

from advisor.ranking.features import NAMES, STANDING
from advisor.ranking.ranker import Rule
from advisor.ranking.scale import Scale
from advisor.training.groups import Group
from advisor.training.hidden import Truth
from advisor.training.learn import abilities, order_of, predict, train

N = 20
ALONE = np.full(N, -1, np.int32)


def groups_where(told_by, n_families):
    """Hidden benchmarks whose scores follow one feature; the others, and the evidence unless it is that, are chance."""
    draw = np.random.default_rng(0)
    out = []
    for benchmark in range(n_families):
        expected = draw.normal(size=N)
        features = np.zeros((N, len(NAMES)), np.float32)
        features[:, NAMES.index("deviation")] = 0.1
        for name in STANDING:
            features[:, NAMES.index(f"z_{name}")] = draw.normal(size=N)
        features[:, NAMES.index("z_expected")] = expected
        score = 50 + 5 * features[:, NAMES.index(f"z_{told_by}")].astype(float) + draw.normal(size=N)
        truth, scale = Truth(benchmark, np.arange(N, dtype=np.int32), score, score), Scale(50, 5, 3, 0.3, "points", 0)
        out.append(
            Group(benchmark, "", truth, expected, np.arange(N), features, ALONE, np.zeros(N), scale, True, "text")
        )
    return out, np.arange(n_families)


@pytest.mark.parametrize("name", ["ability", "m_task"])
def test_the_evidence_is_averaged_with_the_mean_that_loses_less(name):
    learned = train(*groups_where(name, 20))
    assert learned.model.texts == ()
    assert learned.model.slopes[STANDING.index(name)] == 1.0
    assert sum(learned.model.slopes) == 1.0
    assert learned.rules["any"].linear == 0.5


def test_the_evidence_stays_alone_where_it_is_better():
    groups, families = groups_where("expected", 20)
    learned = train(groups, families)
    assert (learned.rules["any"].trees, learned.rules["any"].linear) == (0, 0)
    parts = predict((), learned.model.slopes, groups[0].features)
    told = order_of(groups[0], parts, learned.rule(groups[0]))
    assert (told == np.argsort(-groups[0].expected)).all()


def test_half_a_mean_moves_models_half_the_way():
    groups, _ = groups_where("ability", 1)
    slopes = tuple(float(name == "ability") for name in STANDING)
    told = abilities(groups[0], predict((), slopes, groups[0].features), Rule(linear=0.5))
    ability = groups[0].features[:, NAMES.index("z_ability")].astype(float)
    for part in (groups[0].expected, ability):
        assert 0.5 < np.corrcoef(told, part)[0, 1] < 0.95


def test_many_families_learn_trees():
    assert len(train(*groups_where("ability", 45)).model.texts) == 3
