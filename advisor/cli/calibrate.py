"""`advisor calibrate`: measure this machine, so that estimates for it are better."""

from __future__ import annotations

from pathlib import Path

import click

from advisor.cli.complaints import FOUND
from advisor.cli.talk import draw, json_option, print_json, say


@click.command("calibrate")
@click.option(
    "--model", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A GGUF file to generate with."
)
@click.option("--forget", is_flag=True, help="Remove what was measured before and measure nothing.")
@json_option
def command(model: Path | None, forget: bool, as_json: bool) -> int:
    """Measure memory and arithmetic of this machine, and with --model how fast it generates.

    It takes some seconds and is kept for this user; every later estimate for "this-machine" uses it. Nothing leaves
    the machine.

    \b
    advisor calibrate --model SmolLM2-135M-Instruct.Q4_1.gguf
    """
    from advisor.sizing import local
    from advisor.sizing.calibrate import calibrate
    from advisor.sizing.detect import this_machine

    if forget and model:
        raise click.UsageError("--forget measures nothing: leave --model out")
    machine = this_machine()
    if forget:
        local.forget(machine)
        if as_json:
            print_json({"machine": machine, "runs": [], "kept_in": None})
        say(f"forgot what was measured on {machine.name}")
        return FOUND
    runs = calibrate(machine, model)
    path = local.record(runs, machine)
    if as_json:
        print_json({"machine": machine, "runs": runs, "kept_in": str(path)})
        return FOUND
    from advisor.cli.draw.calibration import parts

    draw(*parts(machine, runs, path))
    return FOUND
