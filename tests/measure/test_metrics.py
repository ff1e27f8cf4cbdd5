"""Every metric beside a reference implementation."""

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    ndcg_score,
    recall_score,
    v_measure_score,
)

from advisor.verify import metrics
from advisor.verify.metrics.generation import Right

RNG = np.random.default_rng(0)
EVERYTHING = np.arange(200)


def test_classification_as_in_scikit_learn():
    right, answers = RNG.integers(0, 5, 200), RNG.integers(0, 6, 200)
    outputs = np.column_stack([answers, RNG.integers(0, 5, 200)])
    some = RNG.integers(0, 200, 150)
    for at in (EVERYTHING, some):
        assert metrics.ACCURACY.aggregate(outputs, right, at) == pytest.approx(accuracy_score(right[at], answers[at]))
        expected = f1_score(right[at], answers[at], average="macro")
        assert metrics.MACRO_F1.aggregate(outputs, right, at) == pytest.approx(expected)


def test_an_answer_that_is_no_label_is_wrong():
    right, answers = np.array([0, 0, 1, 1]), np.array([0, -1, 1, 1])
    expected = f1_score(right, answers, average="macro", zero_division=0)
    assert metrics.MACRO_F1.aggregate(answers, right, np.arange(4)) == pytest.approx(expected)


def test_ranking_as_in_scikit_learn():
    scores = RNG.random((20, 30))
    grades = RNG.integers(0, 4, (20, 30)) * (RNG.random((20, 30)) < 0.3)
    grades[:, 0] = 1
    outputs = np.argsort(-scores, axis=1)
    references = [{at: float(grade) for at, grade in enumerate(row) if grade} for row in grades]
    found = metrics.NDCG_AT_10.per_item(outputs, references)
    expected = [ndcg_score([row], [one], k=10) for row, one in zip(grades, scores, strict=True)]
    assert found == pytest.approx(expected)
    for metric, depth in ((metrics.RECALL_AT_10, 10), (metrics.RECALL_AT_100, 30)):
        top = np.array([np.isin(np.arange(30), row[:depth]) for row in outputs])
        expected = [recall_score(row > 0, one) for row, one in zip(grades, top, strict=True)]
        assert metric.per_item(outputs, references) == pytest.approx(expected)


def test_ranking_without_documents_is_nothing():
    outputs = np.array([[-1, -1], [3, -1]])
    assert metrics.NDCG_AT_10.per_item(outputs, [{3: 1.0}, {3: 1.0}]).tolist() == [0, 1]


def test_agreement_and_pairs_as_in_the_libraries():
    first, second = RNG.integers(0, 9, 200), RNG.random(200)
    assert metrics.SPEARMAN.aggregate(second, first, EVERYTHING) == pytest.approx(spearmanr(first, second).statistic)
    clusters, labels = RNG.integers(0, 4, 200), RNG.integers(0, 5, 200)
    expected = v_measure_score(labels, clusters)
    assert metrics.V_MEASURE.aggregate(clusters, labels, EVERYTHING) == pytest.approx(expected)
    right = RNG.integers(0, 2, 200)
    outputs = np.column_stack([second, second > 0.5])
    found = metrics.AVERAGE_PRECISION.aggregate(outputs, right, EVERYTHING)
    assert found == pytest.approx(average_precision_score(right, second))
    assert metrics.PAIR_ACCURACY.aggregate(outputs, right, EVERYTHING) == pytest.approx(
        accuracy_score(right, second > 0.5)
    )


@pytest.mark.parametrize(
    ("metric", "text", "answers", "value"),
    [
        (metrics.EXACT_MATCH, "The  Eiffel Tower.", ["Eiffel tower"], 1),
        (metrics.EXACT_MATCH, "a tower", ["Eiffel tower"], 0),
        (metrics.TOKEN_F1, "the tall Eiffel Tower", ["Eiffel tower", "Paris"], 0.8),
        (metrics.TOKEN_F1, "", ["Paris"], 0),
        (metrics.CONTAINS, "It is Paris, France.", ["Paris"], 1),
        (metrics.CONTAINS, "It is Parisian.", ["Paris"], 0),
        (metrics.CHRF, "Paris", ["Paris"], 1),
    ],
)
def test_generated_answers(metric, text, answers, value):
    found = metric.per_item(np.array([text]), [Right(answers)])
    assert found == pytest.approx([value])


def test_pattern():
    outputs = np.array(["the result is 42", "it is 421"])
    assert metrics.PATTERN.per_item(outputs, [Right(["42"], r"\b42\b")] * 2).tolist() == [1, 0]
