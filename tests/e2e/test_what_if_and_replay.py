"""What would change an answer, held against the relaxed need itself; and answers that are computed again."""

import json
from datetime import date

import pytest

from advisor.cli.app import run as run_command
from advisor.domain.recommendation import Recommendation

SMALL = {"task": "chat", "max_params": 9_000_000_000}
BIG_COMPANY = {"commercial": True, "mau_at_release": 900_000_000, "distribution": "saas"}


def test_a_relaxed_limit_brings_what_was_told(advisor):
    answer = advisor.recommend(SMALL, what_if=True)
    change = next(c for c in answer.what_would_change if c.constraint == "max_params")
    relaxed = advisor.recommend({**SMALL, "max_params": 2 * SMALL["max_params"]})
    first = relaxed.picks[0]
    assert (first.model_id, first.quality.expected) == (change.model_id, change.expected_quality)
    assert change.first_quality == answer.picks[0].quality.expected < change.expected_quality
    assert relaxed.n_passed == answer.n_passed + change.n_more
    assert change.needed == "at most 9B"


def test_a_dropped_date_brings_what_was_told(advisor):
    asked = {"task": "clustering", "languages": ["en"], "released_after": "2026-01-01"}
    answer = advisor.recommend(asked, what_if=True)
    (change,) = answer.what_would_change
    day = date.fromisoformat(change.has).replace(day=1)
    relaxed = advisor.recommend({**asked, "released_after": day.replace(year=day.year - 1).isoformat()})
    assert change.model_id in {pick.model_id for pick in relaxed.picks}


def test_a_license_in_the_way_is_named_with_its_limit(advisor):
    asked = {"task": "chat", "candidates": ["meta-llama/Llama-2-*"], "use": BIG_COMPANY}
    answer = advisor.recommend(asked, what_if=True)
    assert not answer.picks
    (change,) = answer.what_would_change
    assert change.constraint == "use"
    assert change.first_quality is None
    assert "llama2" in change.has and "needs separate license" in change.has and "700 million" in change.has


def test_nothing_unknown_is_offered_as_a_way_out(advisor):
    for asked in (SMALL | {"use": {"commercial": True}}, {"task": "time-series-forecasting", "max_memory_gib": 0.1}):
        for change in advisor.recommend(asked, what_if=True).what_would_change:
            assert "unknown" not in change.has


def test_it_is_computed_only_when_asked_for(advisor, client):
    assert advisor.recommend(SMALL).what_would_change == ()
    asked = client.post("/v1/recommendations", params={"what_if": "true"}, json=SMALL)
    assert asked.json() == json.loads(advisor.recommend(SMALL, what_if=True).model_dump_json())
    assert client.post("/v1/recommendations", json=SMALL).json()["what_would_change"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"task": "clustering", "languages": ["fr"], "hardware": "T4"},
        {"description": "a chat assistant for 20 people at once, at most 9B parameters, for business"},
        {"task": "chat", "hardware": {"kind": "gpu", "vendor": "nvidia", "memory_gib": 16}, "top_k": 1},
    ],
    ids=["fields", "text", "device"],
)
def test_an_answer_replays_from_its_json(advisor, asked):
    recorded = advisor.recommend(asked, what_if=True)
    read = Recommendation.model_validate_json(recorded.model_dump_json())
    again = advisor.replay(read)
    assert again.same, again.differences
    assert again.differences == ()
    assert again.answer.model_dump_json() == recorded.model_dump_json()


def test_a_replay_says_what_differs(advisor):
    now = advisor.recommend({"task": "retrieval"})
    first, second, third = now.picks
    other = first.model_copy(update={"model_id": "somebody/else"})
    old = now.model_copy(
        update={"catalog_snapshot": "2020-01-01-0", "ranker": "dice-1", "picks": (other, third, second), "n_passed": 1}
    )
    again = advisor.replay(old)
    assert not again.same
    text = "\n".join(again.differences)
    assert "catalog: was 2020-01-01-0" in text
    assert "ranker: was dice-1" in text
    assert "somebody/else, is no longer picked" in text
    assert f"pick 1 is now {first.model_id}" in text
    assert "n_passed" in text


def test_the_command_replays_and_compares(advisor, capsys, tmp_path):
    def call(*arguments):
        status = run_command(list(map(str, arguments)))
        return (status, *capsys.readouterr())

    status, text, _ = call("recommend", "--task", "retrieval", "--language", "de", "--json")
    assert status == 0
    record = tmp_path / "answer.json"
    record.write_text(text)
    assert call("recommend", "--replay", record, "--json")[:2] == (0, text)

    record.write_text(text.replace('"ranker": "', '"ranker": "older-'))
    status, _, said = call("recommend", "--replay", record, "--brief")
    assert status == 1
    assert "ranker: was older-" in said

    assert call("recommend", "--replay", record, "--task", "chat")[0] == 2
    record.write_text('{"task": "chat"}')
    status, _, said = call("recommend", "--replay", record)
    assert (status, "catalog_snapshot" in said) == (2, True)
