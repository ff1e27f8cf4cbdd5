"""`advisor catalog`: the facts behind the answers."""

from __future__ import annotations

import sys

import click

from advisor.cli import measurements
from advisor.cli.complaints import FOUND, NOTHING, StoppedError
from advisor.cli.talk import draw, json_option, print_json, progress_bar, say


@click.group("catalog")
def command() -> None:
    """The facts behind the answers: build, info, query; and what was measured here."""


command.add_command(measurements.command)


@command.command("build")
@click.option("--force", is_flag=True, help="Build anew even if the snapshot is there and sound.")
@json_option
def build(force: bool, as_json: bool) -> int:
    """Build the snapshot from the shipped facts, aside and then swapped in."""
    from advisor.catalog.build import build_snapshot, read_manifest
    from advisor.catalog.paths import facts_dir
    from advisor.catalog.snapshot import snapshot_path

    facts, target = read_manifest(facts_dir()), snapshot_path()
    fresh = not force and _is_sound(target)
    if not fresh:
        try:
            with progress_bar("Building the catalog") as report:
                build_snapshot(facts, target, report)
        except KeyboardInterrupt as error:
            raise StoppedError(_kept(target.exists())) from error
        except RuntimeError as error:
            if isinstance(error.__context__, KeyboardInterrupt) or "interrupted" in str(error).lower():
                raise StoppedError(_kept(target.exists())) from error
            raise
    if as_json:
        print_json({"key": facts.key, "date": facts.date, "path": str(target), "built": not fresh})
    else:
        click.echo(target)
        say("already there and sound; --force builds it anew" if fresh else f"built {facts.key}")
    return FOUND


@command.command("info")
@click.option("--verify", is_flag=True, help="Check the shipped files and every data check again.")
@json_option
def info(verify: bool, as_json: bool) -> int:
    """Key, date, rows, size and sources of the snapshot. With --verify, exit status 1 if a check fails."""
    from advisor.catalog.snapshot import open_snapshot, snapshot_path
    from advisor.cli.snapshot_info import describe, recheck

    with progress_bar("Preparing the catalog") as report:
        connection = open_snapshot(None, report)
    with connection:
        document = describe(connection, snapshot_path())
        if verify:
            document["checks"] = recheck(connection)
    if as_json:
        print_json(document)
    else:
        from advisor.cli.draw.catalog import snapshot_parts

        draw(*snapshot_parts(document))
    return FOUND if all(check["ok"] for check in document.get("checks", [])) else NOTHING


@command.command("query")
@click.argument("sql")
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="Rows shown; 0 for all.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@json_option
def query(sql: str, limit: int, as_csv: bool, as_json: bool) -> int:
    """Run one read-only SQL statement on the snapshot.

    \b
    advisor catalog query "SELECT kind, count(*) FROM models GROUP BY ALL"
    advisor catalog query "DESCRIBE results"
    """
    from advisor.catalog.snapshot import open_snapshot
    from advisor.cli.sql import read

    with progress_bar("Preparing the catalog (first use)") as report:
        connection = open_snapshot(None, report)
    with connection:
        columns, rows, more = read(connection, sql, limit or None)
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif as_csv:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    else:
        from advisor.cli.draw.catalog import result_table

        draw(result_table(columns, rows))
    if more:
        say(f"more rows than {limit}: --limit 0 shows all")
    return FOUND if rows else NOTHING


def _is_sound(target: object) -> bool:
    from pathlib import Path

    from advisor.catalog.snapshot import open_snapshot
    from advisor.domain.errors import CorruptSnapshot

    try:
        open_snapshot(Path(str(target))).close()
    except CorruptSnapshot:
        return False
    return True


def _kept(exists: bool) -> str:
    return "the snapshot that was there is untouched" if exists else "nothing half-built is kept; run it again"
