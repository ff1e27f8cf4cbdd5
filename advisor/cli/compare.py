"""`advisor compare`: models side by side."""

from __future__ import annotations

from typing import Any

import click

from advisor.cli.complaints import FOUND
from advisor.cli.flags import NEED, merged, options
from advisor.cli.spec import read_spec
from advisor.cli.talk import draw, json_option, open_advisor, print_json

_FLAGS = tuple(flag for flag in NEED if flag.path.startswith("use.") or flag.path in ("context_tokens", "hardware"))
_SHOWN = 15


@click.command("compare")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@click.option("--for", "spec", metavar="SPEC", help="A need (JSON file or -): its use decides the license verdicts.")
@options(_FLAGS)
@click.option("--all", "everything", is_flag=True, help="Every shared benchmark, not only those most models share.")
@json_option
def command(models: tuple[str, ...], spec: str | None, everything: bool, as_json: bool, **given: Any) -> int:
    """Models side by side: scores, size, memory, license.

    \b
    advisor compare bert-base distilbert tinybert-6l tinybert-4l
    advisor compare llama-2-70b falcon-180b mistral-7b --commercial
    """
    from advisor.domain.requirements import Requirements

    document = merged(read_spec(spec), _FLAGS, given)
    requirements = Requirements.parse({"description": "compare models", **document}) if document else None
    with open_advisor() as advisor:
        comparison = advisor.compare(models, requirements)
    if as_json:
        print_json(comparison)
    else:
        from advisor.cli.draw.comparison import parts

        draw(*parts(comparison, None if everything else _SHOWN))
    return FOUND
