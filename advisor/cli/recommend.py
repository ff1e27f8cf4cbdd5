"""`advisor recommend`: the models to use for a need."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.flags import NEED, merged, options
from advisor.cli.spec import read_spec
from advisor.cli.talk import draw, json_option, open_advisor, parsed, print_json, say

if TYPE_CHECKING:
    from advisor.domain.recommendation import Recommendation

_MOST_PROBLEMS = 5


@click.command("recommend")
@click.argument("spec", required=False)
@options(NEED)
@click.option("--brief", is_flag=True, help="The picks without reasons and evidence.")
@click.option("--explain", is_flag=True, help="Also what the place of each pick is made of.")
@click.option("--replay", metavar="FILE", help="Answer the need of a recorded answer (--json) again, and compare.")
@json_option
def command(spec: str | None, brief: bool, explain: bool, replay: str | None, as_json: bool, **given: Any) -> int:
    """The models to use for a need.

    SPEC is a JSON file, or - for stdin; options are laid over it. Exit status 1 if nothing satisfies the need.

    \b
    advisor recommend examples/german-contracts.json
    advisor recommend --describe "search German legal contracts" --hardware "RTX 4090" --commercial
    advisor recommend --replay answer.json
    """
    from advisor.domain.requirements import Requirements

    document = merged(read_spec(spec), NEED, given)
    if replay is not None:
        return _replay(replay, document, brief, as_json)
    requirements = parsed(Requirements, document)
    with open_advisor() as advisor:
        answer = advisor.recommend(requirements, what_if=not brief, with_contributions=explain)
    _show(answer, brief, as_json)
    return FOUND if answer.picks else NOTHING


def _show(answer: Recommendation, brief: bool, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    from advisor.cli.draw.recommendation import parts

    draw(*parts(answer, brief))


def _replay(place: str, document: dict[str, Any], brief: bool, as_json: bool) -> int:
    """The need of a recorded answer, answered from the catalog of that answer where this machine keeps it."""
    from advisor.catalog.snapshot import snapshot_of
    from advisor.domain.errors import InvalidInput, Problem

    if document:
        stated = ", ".join(document)
        raise InvalidInput(
            [Problem("--replay", f"answers the recorded need; {stated} cannot be laid over it", "alone")]
        )
    recorded = _recorded(place)
    snapshot = snapshot_of(recorded.catalog_snapshot)
    if snapshot is None:
        say(f"catalog {recorded.catalog_snapshot} is not on this machine; the current one answers")
    with open_advisor(snapshot) as advisor:
        found = advisor.replay(recorded)
    _show(found.answer, brief, as_json)
    for difference in found.differences:
        say(difference)
    say(f"same answer as recorded: {recorded.id}" if found.same else "not the recorded answer")
    return FOUND if found.same else NOTHING


def _recorded(place: str) -> Recommendation:
    from pydantic import ValidationError

    from advisor.domain.errors import InvalidInput
    from advisor.domain.problems import problems_of
    from advisor.domain.recommendation import Recommendation

    try:
        return Recommendation.model_validate_json(json.dumps(read_spec(place)))
    except ValidationError as error:
        raise InvalidInput(problems_of(error, Recommendation)[:_MOST_PROBLEMS]) from error
