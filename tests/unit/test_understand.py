"""What is read from a need: tasks on needs written apart from the training lines, languages, domains, stated limits."""

import json
from pathlib import Path

import numpy as np
import pytest

from advisor.domain.tasks import TASK_ALIASES, Task
from advisor.features.encoder import TextEncoder
from advisor.features.understand import SURE, understand

HELD_OUT = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "needs.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def encoder():
    return TextEncoder.open()


@pytest.fixture(scope="module")
def read(encoder):
    return lambda text: understand(text, encoder)


def ranking(found):
    options = [(found.task.confidence, found.task.task.value), (found.outside, "none")]
    options += [(guess.confidence, guess.task.value) for guess in found.alternatives]
    return [label for _, label in sorted(options, reverse=True)]


def by_keyword(text):
    folded = f" {text.casefold()} "
    hits = [(folded.find(f" {alias} "), -len(alias), task.value) for alias, task in TASK_ALIASES.items()]
    hits = sorted(hit for hit in hits if hit[0] >= 0)
    return hits[0][2] if hits else None


def test_held_out_needs_are_understood_far_better_than_by_keywords(read):
    first = np.mean([ranking(read(need["text"]))[0] == need["task"] for need in HELD_OUT])
    second = np.mean([need["task"] in ranking(read(need["text"]))[:2] for need in HELD_OUT])
    keyword = np.mean([by_keyword(need["text"]) == need["task"] for need in HELD_OUT])
    assert len(HELD_OUT) >= 150
    assert first >= 0.78
    assert second >= 0.88
    assert first > keyword + 0.3


def test_confidence_is_calibrated_on_held_out_needs(read):
    answers = [(read(need["text"]), need["task"]) for need in HELD_OUT]
    sure = [found.task.task == task for found, task in answers if found.task.confidence >= 0.8]
    unsure = [found.task.task == task for found, task in answers if found.task.confidence < SURE]
    assert np.mean(sure) >= 0.9
    assert np.mean(unsure) <= 0.7


@pytest.mark.parametrize("need", [need for need in HELD_OUT if need.get("must")], ids=lambda need: need["text"][:40])
def test_needs_that_must_be_right(read, need):
    found = read(need["text"])
    assert found.task.task == need["task"]
    assert [language.value for language in found.languages] == need["languages"]
    assert {domain.value for domain in found.domains} >= set(need["domains"])


def test_no_training_line_is_a_held_out_need():
    folder = Path(__file__).parents[2] / "data" / "build"
    trained = {
        line.strip().casefold()
        for name in ("needs_text.txt", "needs_media.txt")
        for line in (folder / name).read_text(encoding="utf-8").splitlines()
    }
    assert not trained & {need["text"].casefold() for need in HELD_OUT}


def test_confidences_are_chances(read):
    found = read("sort our emails by topic")
    guesses = [found.task, *found.alternatives]
    assert all(0 <= guess.confidence <= 1 for guess in guesses)
    assert sum(guess.confidence for guess in guesses) + found.outside <= 1 + 1e-6
    assert sorted(guesses, key=lambda guess: -guess.confidence) == guesses
    assert found.task.task is Task.TEXT_CLASSIFICATION


def test_an_unclear_need_is_said_to_be_unclear(read):
    found = read("something with data for the office")
    assert found.task.confidence < SURE
    assert "state `task`" in found.warning


def test_a_need_outside_the_vocabulary_is_said_to_be_outside(read):
    found = read("generate photo-realistic pictures from a text prompt")
    assert found.outside > found.task.confidence
    assert "no task here" in found.warning


def test_a_text_without_words_is_not_sure_of_anything(read):
    found = read("...")
    assert found.task.confidence < SURE
    assert found.warning


def test_because_holds_words_of_the_text(read):
    text = "Please transcribe the phone calls of our call centre"
    assert set(read(text).because.split()) <= set(text.split())
    assert "transcribe" in read(text).because


def test_same_text_same_answer(read, encoder):
    text = "extract parties and dates from 4,000 Dutch leases"
    assert read(text) == read(text) == understand(text, TextEncoder.open())


def test_a_usual_length_says_nothing_of_the_task(read):
    plain = read("a chat bot").task
    stated = read("a chat bot, prompt of 4,096 tokens").task
    assert (stated.task, stated.confidence) == (plain.task, pytest.approx(plain.confidence, abs=0.02))
    assert read("answers about prompts of 200k tokens").task.task is Task.LONG_CONTEXT
