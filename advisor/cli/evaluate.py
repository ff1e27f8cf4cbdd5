"""`advisor evaluate`: how well models are ordered on benchmarks that were hidden."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.cli.complaints import FOUND
from advisor.cli.talk import json_option, open_advisor, print_json, progress_bar

if TYPE_CHECKING:
    from advisor.training.evaluate import Found
    from advisor.training.hidden import World


@click.command("evaluate")
@click.argument("arenas", nargs=-1)
@click.option("--by", type=click.Choice(["family", "suite"]), default="family", help="What is hidden together.")
@click.option("--plots", type=click.Path(path_type=Path), help="Folder to draw one plot an arena into.")
@click.option("--conditions", is_flag=True, help="Instead: models of the future, and new models with 0 to 10 results.")
@json_option
def command(arenas: tuple[str, ...], by: str, plots: Path | None, conditions: bool, as_json: bool) -> int:
    """Hold the order of models against benchmarks that nothing was fitted on, beside simpler methods.

    ARENAS are embedding, language, vision, speech and forecasting; all by default. Needs the extra `train`; minutes.
    """
    from advisor.domain.errors import InvalidInput, Problem
    from advisor.domain.tasks import Arena
    from advisor.training.evaluate import evaluate
    from advisor.training.hidden import open_world
    from advisor.training.report import figures, plot

    known = [arena.value for arena in Arena]
    if bad := [name for name in arenas if name not in known]:
        raise InvalidInput([Problem(name, "unknown arena", f"one of {', '.join(known)}") for name in bad])
    told: dict[str, Any] = {}
    with open_advisor() as advisor:
        for arena in map(Arena, arenas or known):
            world = open_world(advisor.store, advisor.index, advisor.book, arena, advisor.encoder)
            if conditions:
                told[arena.value] = _conditions(world, as_json)
                continue
            with progress_bar("Evaluating") as report:
                found = evaluate(world, by, report)
            if not found.rows:
                continue
            told[arena.value] = figures(found)
            if plots:
                plot(f"{arena.value}, hidden by {by}", found, plots / f"regret-{arena.value}-{by}.svg")
            if not as_json:
                _print(f"{arena.value}, hidden by {by}", found)
    if as_json:
        print_json(told)
    return FOUND


def _conditions(world: World, as_json: bool) -> list[dict[str, Any]]:
    from advisor.training.conditions import conditions
    from advisor.training.report import conditions_markdown

    with progress_bar("Evaluating") as report:
        found = list(conditions(world, report))
    if not as_json:
        click.echo(f"### {world.arena.value}, new models on benchmarks hidden by family\n")
        for line in conditions_markdown(found):
            click.echo(line)
    return [
        {"condition": row.condition, "draw": row.draw, "method": row.method, **row.metrics._asdict()} for row in found
    ]


def _print(title: str, found: Found) -> None:
    from advisor.training.report import markdown

    for line in markdown(title, found):
        click.echo(line)
