"""`advisor estimate`: will a model run on a device."""

from __future__ import annotations

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.talk import draw, json_option, open_advisor, print_json


@click.command("estimate")
@click.argument("model")
@click.option("--on", "device", default="this-machine", show_default=True, help='"RTX 4090", "2x A100 80GB", ...')
@click.option(
    "--context-tokens", type=click.IntRange(min=1), default=4096, show_default=True, help="Tokens of a request."
)
@click.option("--concurrency", type=click.IntRange(min=1), default=1, show_default=True, help="Requests at once.")
@json_option
def command(model: str, device: str, context_tokens: int, concurrency: int, as_json: bool) -> int:
    """Will a model run on a device, in which variant, how fast.

    Exit status 1 if no variant fits.

    \b
    advisor estimate qwen3-30b-a3b --on "RTX 4090" --context-tokens 16384
    """
    with open_advisor() as advisor:
        sizing = advisor.estimate(model, device, context_tokens, concurrency)
    if as_json:
        print_json(sizing)
    else:
        from advisor.cli.draw.sizing import parts

        draw(*parts(sizing))
    return NOTHING if sizing.recommended is None else FOUND
