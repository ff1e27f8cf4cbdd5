"""`advisor recommend`: the models to use for a need."""

from __future__ import annotations

from typing import Any

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.flags import NEED, merged, options
from advisor.cli.spec import read_spec
from advisor.cli.talk import draw, json_option, open_advisor, print_json


@click.command("recommend")
@click.argument("spec", required=False)
@options(NEED)
@click.option("--brief", is_flag=True, help="The picks without reasons and evidence.")
@json_option
def command(spec: str | None, brief: bool, as_json: bool, **given: Any) -> int:
    """The models to use for a need.

    SPEC is a JSON file, or - for stdin; options are laid over it. Exit status 1 if nothing satisfies the need.

    \b
    advisor recommend examples/german-contracts.json
    advisor recommend --describe "search German legal contracts" --hardware "RTX 4090" --commercial
    """
    from advisor.domain.requirements import Requirements

    requirements = Requirements.parse(merged(read_spec(spec), NEED, given))
    with open_advisor() as advisor:
        answer = advisor.recommend(requirements)
    if as_json:
        print_json(answer)
    else:
        from advisor.cli.draw.recommendation import parts

        draw(*parts(answer, brief))
    return FOUND if answer.picks else NOTHING
