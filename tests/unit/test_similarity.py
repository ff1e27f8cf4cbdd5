"""The distance of tasks: what is unknown is neutral, and another wording of a need is not another need."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.features.similarity import WEIGHTS, Profile, TaskSpace

PROFILES = [
    Profile("retrieval", frozenset({"de"}), frozenset({"legal"}), frozenset({"text"}), 5.0),
    Profile("retrieval", frozenset({"en"}), frozenset({"legal"}), frozenset({"text"}), 5.0),
    Profile("clustering", frozenset({"de"}), frozenset({"news"}), frozenset({"text"})),
]
NEED = Profile("retrieval", frozenset({"de"}), frozenset({"legal"}), frozenset({"text"}))


@pytest.fixture
def space():
    text = np.eye(3, 4, dtype=np.float32)
    return TaskSpace(PROFILES, text)


def worded(cosine):
    """A text of some likeness to the first benchmark and none to the others."""
    return np.array([cosine, 0, 0, np.sqrt(1 - cosine**2)], np.float32)


def test_a_need_of_other_words_is_as_near_as_benchmarks_usually_are(space):
    plain, odd = (space.distance(NEED, worded(cosine), usual=0.8) for cosine in (0.8, 0.3))
    assert odd[0] == pytest.approx(plain[0])
    assert space.distance(NEED, worded(0.3))[0] == pytest.approx(plain[0] + WEIGHTS.text * 0.5)


def test_what_is_worded_like_benchmarks_is_not_moved(space):
    text = worded(0.9)
    assert np.array_equal(space.distance(NEED, text, usual=0.8), space.distance(NEED, text))


def test_another_language_stays_as_far_however_it_is_worded(space):
    near, far = space.distance(NEED, worded(0.2), usual=0.8)[:2]
    assert far - near == pytest.approx(WEIGHTS.language + WEIGHTS.language_overlap + WEIGHTS.text * 0.2, abs=1e-5)
