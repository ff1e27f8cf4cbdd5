"""What is wrong with a value is told with what would be right, whatever is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.domain.base import Frozen
from advisor.domain.errors import InvalidInput, UnknownHardware, together
from advisor.domain.expected import expected_of
from advisor.domain.measurement import Measurement
from advisor.domain.requests import ComparisonRequest, EstimateRequest
from advisor.domain.requirements import Requirements


def problems(kind, document):
    with pytest.raises(InvalidInput) as caught:
        kind.parse(document)
    return {problem.field: (problem.message, problem.expected) for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("context_tokens", -3, ("-3 is too small", "a whole number of at least 1")),
        ("context_tokens", 1.5, ("is the number 1.5", "a whole number of at least 1")),
        ("top_k", 101, ("101 is too large", "a whole number from 1 to 100")),
        ("max_memory_gib", "8", ("is the text '8'", "a number without quotes, 8")),
        ("max_memory_gib", "lots", ("is the text 'lots'", "a number above 0")),
        ("max_memory_gib", float("nan"), ("is not finite", "a number above 0")),
        ("max_memory_gib", float("inf"), ("is not finite", "a number above 0")),
        ("open_weights_only", "perhaps", ("is the text 'perhaps'", "true or false")),
        ("contamination", "some", ("unknown value 'some'", "one of ignore, avoid")),
        ("expertise", 5, ("is the number 5", "one of drop-in, some, expert")),
        ("name", "", ("is empty", "text of 1 to 200 characters")),
        ("hardware", [], ("is a list", "text of 1 to 200 characters or a JSON object")),
        ("use", None, ("is null", "a JSON object")),
        ("released_after", 20250630, ("20250630 cannot be read", "a day such as 2025-06-30")),
        ("candidates", "bge-m3", ("is the text 'bge-m3'", "a list of at most 1,000 entries")),
    ],
)  # fmt: skip
def test_what_would_be_right_comes_from_the_schema(field, value, expected):
    assert problems(Requirements, {"task": "chat", field: value}) == {field: expected}


@pytest.mark.parametrize("document", [[], None, 5, "x", True])
@pytest.mark.parametrize("kind", [Requirements, EstimateRequest, ComparisonRequest, Measurement])
def test_a_document_that_is_no_object(kind, document):
    ((field, (message, expected)),) = problems(kind, document).items()
    assert (field, expected) == ("(document)", "a JSON object")
    assert kind.__name__ not in message and "instance" not in message


@pytest.mark.parametrize("name", ["Hardware", "function-x", "constrained-str", "str"])
def test_a_field_may_be_called_as_the_parts_of_a_union_are(name):
    assert list(problems(Requirements, {"task": "chat", name: 1})) == [name]
    inner = {"task": "chat", "hardware": {"kind": "cpu", "memory_gib": 8, name: 1}}
    assert list(problems(Requirements, inner)) == [f"hardware.{name}"]


def test_an_unknown_task_says_what_is_meant_and_what_there_is():
    message, expected = problems(Requirements, {"task": "chatt"})["task"]
    assert message == "unknown task 'chatt'"
    assert expected.startswith("did you mean chat; all tasks: retrieval, ") and "forecasting" in expected
    assert problems(Requirements, {"task": "qqqq"})["task"][1].startswith("one of retrieval, ")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from([Requirements, EstimateRequest, Measurement]), st.data())
def test_no_finding_lacks_a_message_or_what_is_right(kind: type[Frozen], data):
    names = st.sampled_from([*kind.model_fields, "Hardware", "other"])
    document = data.draw(st.dictionaries(names, anything, max_size=4) | anything)
    try:
        kind.parse(document if not isinstance(document, str | bytes) else json.dumps(document))
    except InvalidInput as error:
        assert error.problems
        for problem in error.problems:
            assert problem.field and problem.message
            assert problem.expected or "required" in problem.message or "expected" in problem.message, problem


def test_phrases():
    assert (
        expected_of({"type": "integer", "minimum": 0, "maximum": 10_000_000}) == "a whole number from 0 to 10,000,000"
    )
    assert expected_of({"type": "number", "exclusiveMinimum": 0, "maximum": 60}) == "a number above 0, at most 60"
    assert expected_of({"type": "array", "minItems": 2, "maxItems": 10}) == "a list of 2 to 10 entries"
    assert expected_of({}) == ""


def test_errors_told_together():
    one, two = UnknownHardware("x", ["RTX 4090"]), UnknownHardware("y").at("compare_to")
    assert together([one]) is one
    assert [problem.field for problem in together([one, two]).problems] == ["hardware", "compare_to"]
    assert type(two) is UnknownHardware and two.problems[0].noun == "hardware"
