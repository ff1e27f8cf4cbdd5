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


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "!!!", "hello", "42", "thanks", "on a laptop", "hmm"])
def test_a_text_that_says_nothing_of_a_task_is_refused(read, text):
    assert read(text).refused == "not understood as any known task"


@pytest.mark.parametrize("text", ["我想在手机上运行中文聊天模型", "Классифицировать отзывы", "تصنيف رسائل العملاء"])
def test_a_script_that_is_not_read_is_told(read, text):
    assert read(text).refused == "in a script that is not read"


@pytest.mark.parametrize(
    "text", ["chat", "tldr", "search", "something with data for the office", "Übersetzung", "résumer des articles"]
)
def test_few_words_that_speak_of_a_task_are_no_noise(read, text):
    assert read(text).refused is None


def test_hardly_any_held_out_need_is_refused(read):
    covered = [need for need in HELD_OUT if need["task"] != "none"]
    assert sum(read(need["text"]).refused is not None for need in covered) <= 0.01 * len(covered)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("object detection, under 50 ms", Task.OBJECT_DETECTION),
        ("an embedding model no larger than 8 GB download", Task.RETRIEVAL),
        ("NER", Task.TOKEN_CLASSIFICATION),
        ("reranking without Qwen models", Task.RERANKING),
    ],
)
def test_a_text_that_is_the_name_of_a_task_and_limits_is_sure(read, text, task):
    assert read(text).task.task is task
    assert read(text).task.confidence >= 0.95


@pytest.mark.parametrize(
    "limits",
    [
        "budget 1,500 USD per month",
        "no larger than 8 GB download",
        "at most 1 billion parameters",
        "license must be Apache-2.0",
        "5 ms per comment",
        "20 users at the same time",
        "300 € a month",
        "no Chinese models",
        "GDPR compliant",
    ],
)
def test_limits_say_nothing_of_the_task(read, limits):
    plain = read("a chat bot for our shop").task
    limited = read(f"a chat bot for our shop, {limits}").task
    assert limited.task is plain.task
    assert limited.confidence == pytest.approx(plain.confidence, abs=0.03)


def test_what_is_counted_by_a_rate_speaks_of_the_task(read):
    assert read("classify 1M tweets per hour, latency below 10 ms").task.task is Task.TEXT_CLASSIFICATION
    assert read("chat, at least 20 tokens per second").task.task is Task.CHAT


def test_what_is_denied_is_not_the_task(read):
    assert read("not a chatbot but a search engine for laws").task.task is Task.RETRIEVAL


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
