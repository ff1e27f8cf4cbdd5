import json

import click
import pytest
from click.testing import CliRunner

from advisor.cli.flags import NEED, Amount, merged, options
from advisor.cli.spec import parse_object, read_spec
from advisor.domain.amounts import number
from advisor.domain.errors import InvalidInput
from advisor.domain.requirements import Requirements


def read(document, *arguments):
    """The need that some options make of a document."""
    seen = {}

    @click.command()
    @options(NEED)
    def command(**given):
        seen.update(merged(document, NEED, given))

    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output
    return seen


def test_without_options_a_document_stays_as_it_is():
    document = {"task": "chat", "allow_uncensored": True, "open_weights_only": False, "use": {"commercial": True}}
    assert read(document) == document


def test_options_lie_over_the_document_and_leave_the_rest():
    document = {"task": "chat", "languages": ["en"], "use": {"commercial": False, "territory": "DE"}}
    need = read(
        document,
        "--language",
        "nl",
        "--language",
        "German",
        "--commercial",
        "--max-params",
        "7B",
        "--priority",
        "speed=2",
    )
    assert need["use"] == {"commercial": True, "territory": "DE"}
    parsed = Requirements.parse(need)
    assert parsed.languages == ("nl", "de")
    assert parsed.max_params == 7_000_000_000
    assert parsed.priorities.speed == 2


def test_every_option_fills_a_field_that_exists():
    schema = Requirements.model_json_schema()
    known = set(schema["properties"]) | {f"use.{field}" for field in schema["$defs"]["LicenseUse"]["properties"]}
    assert {flag.path for flag in NEED} <= known
    assert {path for path in known if path.startswith("use.")} <= {flag.path for flag in NEED}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7B", 7_000_000_000),
        ("1.5b", 1_500_000_000),
        ("350M", 350_000_000),
        ("12", 12),
        ("0.5", 0.5),
        ("1,000", 1000),
        ("1,234,567.8", 1234567.8),
        ("10,5", 10.5),
        ("0,125", 0.125),
        ("1,5B", 1_500_000_000),
        ("1,50,000", "1,50,000"),
        ("1.500,5", "1.500,5"),
        ("many", "many"),
        ("true", "true"),
        ("", ""),
    ],
)
def test_numbers_as_people_write_them(text, value):
    assert number(text) == value


@pytest.mark.parametrize(("text", "value"), [("10,5", 10.5), ("1,500", 1500), ("0", 0), ("2k", 2000)])
def test_amounts_are_written_as_numbers_of_a_need_are(text, value):
    assert Amount(min=0).convert(text, None, None) == value


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "NaN", "Infinity", "1e999", "1,50,000", "many", "-1", ""])
def test_an_amount_is_a_finite_number_in_its_range(text):
    with pytest.raises(click.BadParameter):
        Amount(min=0).convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1"),
        ("[]", "list"),
        ('"chat"', "str"),
        ('{"task": 1, "task": 2}', "task appears twice"),
        ("[" * 100_000, "not usable"),
    ],
)
def test_what_is_no_spec_is_refused_with_the_reason(text, said):
    with pytest.raises(InvalidInput) as caught:
        parse_object(text, "spec.json")
    (problem,) = caught.value.problems
    assert problem.field == "spec.json"
    assert said in problem.message


def test_a_spec_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "spec.json"
    path.write_text("\ufeff" + json.dumps({"task": "chat"}), "utf-8")
    assert read_spec(str(path)) == {"task": "chat"}


def test_a_spec_that_is_not_there_says_so():
    with pytest.raises(InvalidInput) as caught:
        read_spec("nowhere.json")
    assert "nowhere.json" in caught.value.problems[0].message
    assert "--describe" in caught.value.problems[0].expected
