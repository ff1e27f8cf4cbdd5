"""Metrics against scikit-learn and SciPy, and the bootstrap against what is known."""

import numpy as np
import pytest
from scipy.stats import kendalltau
from sklearn.metrics import ndcg_score

from advisor.training.metrics import interval, metrics


@pytest.fixture
def example():
    generator = np.random.default_rng(3)
    score = generator.normal(50, 10, 60)
    return score + generator.normal(0, 8, 60), score


def test_regret_is_what_the_picks_miss():
    found = metrics(np.array([3.0, 2.0, 1.0, 0.0]), np.array([10.0, 40.0, 30.0, 50.0]))
    assert (found.regret_1, found.regret_3) == (40.0, 10.0)


def test_ndcg_is_that_of_scikit_learn(example):
    order_by, score = example
    gain = np.clip(score - np.median(score), 0, None)
    assert metrics(order_by, score).ndcg_10 == pytest.approx(ndcg_score([gain], [order_by], k=10))


def test_tau_is_that_of_scipy(example):
    order_by, score = example
    assert metrics(order_by, score).tau == pytest.approx(kendalltau(order_by, score).statistic)


def test_a_bootstrap_over_few_clusters_is_wider_than_over_many():
    values = np.repeat(np.random.default_rng(0).normal(size=20), 20)
    low, high = interval(values, np.arange(400))
    wide_low, wide_high = interval(values, np.repeat(np.arange(20), 20))
    assert wide_high - wide_low > 2 * (high - low)
