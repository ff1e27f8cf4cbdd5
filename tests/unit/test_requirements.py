"""Bad input is refused with every bad field named."""

import pytest

from advisor.domain.errors import InvalidInput
from advisor.domain.license import LicenseUse
from advisor.domain.measurement import Measurement
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import TASK_INFO, Task, parse_task

T = {"task": "retrieval"}
BAD = [
    ({}, {"(document)"}),
    ([], {"(document)"}),
    ("{", {"(document)"}),
    ('"retrieval"', {"(document)"}),
    (None, {"(document)"}),
    ({"name": "x"}, {"(document)"}),
    ({"description": ""}, {"(document)"}),
    ({"task": "retrival"}, {"task"}),
    ({"task": 5}, {"task"}),
    ({"task": ["retrieval"]}, {"task"}),
    ({"task": ""}, {"task"}),
    ({**T, "tsk": "x"}, {"tsk"}),
    ({**T, "name": ""}, {"name"}),
    ({**T, "description": 3}, {"description"}),
    ({**T, "description": "x" * 10_001}, {"description"}),
    ({**T, "languages": ["klingonese"]}, {"languages"}),
    ({**T, "languages": "de"}, {"languages"}),
    ({**T, "languages": [1]}, {"languages.0"}),
    ({**T, "domains": [""]}, {"domains.0"}),
    ({**T, "data": {"n_labelled": -1}}, {"data.n_labelled"}),
    ({**T, "data": {"n_labels": 0}}, {"data.n_labels"}),
    ({**T, "data": {"n_labels": True}}, {"data.n_labels"}),
    ({**T, "data": {"avg_chars": "long"}}, {"data.avg_chars"}),
    ({**T, "data": {"rows": 3}}, {"data.rows"}),
    ({**T, "data": []}, {"data"}),
    ({**T, "hardware": ""}, {"hardware"}),
    ({**T, "hardware": 4090}, {"hardware"}),
    ({**T, "hardware": {"kind": "gpu"}}, {"hardware.memory_gib"}),
    ({**T, "hardware": {"kind": "tpu", "memory_gib": 8.0}}, {"hardware.kind"}),
    ({**T, "hardware": {"kind": "gpu", "memory_gib": -8.0}}, {"hardware.memory_gib"}),
    ({**T, "context_tokens": 0}, {"context_tokens"}),
    ({**T, "context_tokens": 1.5}, {"context_tokens"}),
    ({**T, "context_tokens": "8k"}, {"context_tokens"}),
    ({**T, "concurrency": True}, {"concurrency"}),
    ({**T, "max_memory_gib": 0}, {"max_memory_gib"}),
    ({**T, "max_params": 7e9}, {"max_params"}),
    ({**T, "max_disk_gib": "10"}, {"max_disk_gib"}),
    ({**T, "max_latency_ms": False}, {"max_latency_ms"}),
    ('{"task": "chat", "min_tokens_per_s": NaN}', {"min_tokens_per_s"}),
    ('{"task": "chat", "max_memory_gib": Infinity}', {"max_memory_gib"}),
    ({**T, "use": {"comercial": True}}, {"use.comercial"}),
    ({**T, "use": {"commercial": "yes"}}, {"use.commercial"}),
    ({**T, "use": {"hosting_resale": 1}}, {"use.hosting_resale"}),
    ({**T, "open_weights_only": "true"}, {"open_weights_only"}),
    ({**T, "use": {"territory": "Germany"}}, {"use.territory"}),
    ({**T, "use": {"distribution": "website"}}, {"use.distribution"}),
    ({**T, "use": {"monthly_active_users": -5}}, {"use.monthly_active_users"}),
    ({**T, "use": "commercial"}, {"use"}),
    ({**T, "licenses_allow": "mit"}, {"licenses_allow"}),
    ({**T, "contamination": "maybe"}, {"contamination"}),
    ({**T, "released_after": "yesterday"}, {"released_after"}),
    ({**T, "released_after": 20250630}, {"released_after"}),
    ({**T, "released_after": "1751241600"}, {"released_after"}),
    ({**T, "expertise": "guru"}, {"expertise"}),
    ({**T, "priorities": {"quality": 0.0}}, {"priorities"}),
    ({**T, "priorities": {"quality": -1.0}}, {"priorities.quality"}),
    ({**T, "priorities": {"beauty": 1.0}}, {"priorities.beauty"}),
    ({**T, "top_k": 0}, {"top_k"}),
    ({**T, "top_k": 101}, {"top_k"}),
    (
        {"task": "chatt", "top_k": True, "langauges": [], "use": {"territory": "x1"}, "max_params": -1},
        {"task", "top_k", "langauges", "use.territory", "max_params"},
    ),
]


@pytest.mark.parametrize(("spec", "fields"), BAD)
def test_every_bad_field_is_named(spec, fields):
    with pytest.raises(InvalidInput) as caught:
        Requirements.parse(spec)
    assert {problem.field for problem in caught.value.problems} == fields
    assert all(problem.message for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("kind", "document", "meant"),
    [
        (Requirements, {"task": "chat", "max_latncy_ms": 3.0}, "max_latency_ms"),
        (Requirements, '{"task": "chat", "use": {"comercial": true}}', "commercial"),
        (LicenseUse, {"comercial": True}, "commercial"),
        (Measurement, {"model_id": "a/b", "task": "chat", "measured_on": "2026-11-25", "metrik": "F1"}, "metric"),
    ],
)
def test_a_misspelt_field_gets_a_suggestion(kind, document, meant):
    with pytest.raises(InvalidInput) as caught:
        kind.parse(document)
    assert meant in caught.value.problems[0].expected


@pytest.mark.parametrize("word", ["search", "NER", "automatic-speech-recognition", "image_classification", "Coding"])
def test_people_s_words_name_tasks(word):
    assert parse_task(word) in Task


def test_every_task_says_what_does_it():
    assert set(TASK_INFO) == set(Task)


def test_languages_are_brought_to_one_code():
    asked = Requirements.parse({"task": "retrieval", "languages": ["German", "deu", "de-AT", "cmn"]})
    assert asked.languages == ("de", "zh")
