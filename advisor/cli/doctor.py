"""`advisor doctor`: what is right with this installation and machine, and the next step for what is not."""

from __future__ import annotations

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.talk import draw, json_option, print_json


@click.command("doctor")
@json_option
def command(as_json: bool) -> int:
    """Check this installation and this machine. Exit status 1 if something is not right."""
    from advisor.cli.checkup import findings

    found = findings()
    if as_json:
        print_json({"ok": all(f.ok for f in found), "findings": [f._asdict() for f in found]})
    else:
        from advisor.cli.draw.checkup import parts

        draw(*parts(found))
    return FOUND if all(finding.ok for finding in found) else NOTHING
