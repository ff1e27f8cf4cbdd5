"""`advisor train`: make the ranker anew from the facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from advisor.cli.complaints import FOUND
from advisor.cli.talk import json_option, open_advisor, print_json, progress_bar, say


@click.command("train")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the artifact; default: the shipped one.")
@click.option("--date", "day", help="Date that the artifact is named by; default: today.")
@json_option
def command(out: Path | None, day: str | None, as_json: bool) -> int:
    """Train the ranker on every leaderboard of the catalog. Needs the extra `train`; minutes.

    The same facts give the same bytes on the same machine.
    """
    from advisor.catalog.paths import models_dir
    from advisor.training.train import train_ranker

    day = day or date.today().isoformat()
    folder = out or models_dir() / f"ranker-{day}"
    with open_advisor() as advisor, progress_bar("Training") as report:
        card = train_ranker(advisor.store, advisor.index, advisor.book, advisor.encoder, folder, day, report)
    if as_json:
        print_json(card)
    else:
        say(f"{card['id']} written to {folder}")
    return FOUND
