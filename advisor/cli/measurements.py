"""`advisor catalog measurements`: what was measured here, private to this user."""

from __future__ import annotations

from collections.abc import Sequence

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.talk import draw, json_option, print_json, say


@click.command("measurements")
@click.option("--model", "model_id", metavar="ID", help="Only of this model.")
@click.option("--project", metavar="NAME", help="Only of this project.")
@click.option("--add", "added", metavar="FILE", help="Keep a measurement made elsewhere: a JSON file or -.")
@click.option("--delete", "deleted", metavar="ID", multiple=True, help="Remove a measurement; may be repeated.")
@json_option
def command(
    model_id: str | None, project: str | None, added: str | None, deleted: tuple[str, ...], as_json: bool
) -> int:
    """What was measured here: private, beside the shipped facts. Exit status 1 if there is nothing.

    \b
    advisor catalog measurements --project contracts
    advisor catalog measurements --delete 3f2a90c1
    """
    from advisor.catalog import overlay
    from advisor.cli.spec import read_spec
    from advisor.domain.measurement import Measurement

    if added:
        kept = overlay.add(Measurement.parse(read_spec(added)))
        say(f"kept as {kept.measurement_id}")
    for measurement_id in _meant(deleted, [one.measurement_id for one in overlay.list()]) if deleted else ():
        overlay.delete(measurement_id)
    found = overlay.list(model_id=model_id, project=project)
    if as_json:
        print_json({"measurements": found})
    elif found:
        from advisor.cli.draw.measurements import listing

        draw(listing(found))
    else:
        say("nothing was measured here yet: advisor verify measures and keeps it")
    return FOUND if found or deleted else NOTHING


def _meant(starts: Sequence[str], known: Sequence[str]) -> list[str]:
    """The ids that begin so, each start naming exactly one."""
    from advisor.domain.errors import InvalidInput, Problem

    meant = {start: [name for name in known if name.startswith(start)] for start in starts}
    problems = [
        Problem(
            "--delete",
            f"{start!r} names {len(names) or 'no'} measurement{'s' * (len(names) > 1)}",
            "one id of the list",
        )
        for start, names in meant.items()
        if len(names) != 1
    ]
    if problems:
        raise InvalidInput(problems)
    return [names[0] for names in meant.values()]
