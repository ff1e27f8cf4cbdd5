"""`advisor batch`: recommendations for a file of needs, one JSON document a line."""

from __future__ import annotations

import os
from pathlib import Path

import click

from advisor.cli.complaints import BAD_INPUT, FOUND, NOTHING, StoppedError
from advisor.cli.talk import json_option, open_advisor, print_json, progress_bar, say


@click.command("batch")
@click.argument("source", metavar="IN.jsonl", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o", "--output", "target", required=True, type=click.Path(dir_okay=False, path_type=Path), help="OUT.jsonl."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), default=None, help="Processes; by default the cores, at most 8."
)
@click.option("--overwrite", is_flag=True, help="Throw away what is in OUT.jsonl and start anew.")
@json_option
def command(source: Path, target: Path, workers: int | None, overwrite: bool, as_json: bool) -> int:
    """Recommendations for a file of needs.

    One line out for each line in, in order: {"line", "name", "recommendation"} or {"line", "name", "error"}; blank
    lines are passed over. A bad line stops nothing. After an interrupt the same command goes on where it stopped. Exit
    status 1 if some needs found nothing, 2 if some lines were bad; every line is written all the same.

    \b
    advisor batch examples/projects.jsonl -o answers.jsonl --workers 4
    """
    from advisor.cli.batch_answers import answered_lines
    from advisor.cli.batch_journal import Journal

    with Journal.open(source, target, overwrite) as journal:
        total = journal.total
        if journal.done:
            say(f"going on after line {journal.done} of {total}")
        try:
            if journal.done < total:
                processes = workers or _workers(total - journal.done)
                with open_advisor() as advisor, progress_bar("Answering") as report:
                    journal.check_catalog(advisor.store.key)
                    for answer in answered_lines(advisor, source, journal.done, processes):
                        journal.write(answer)
                        report(f"{journal.done} of {total}", journal.done / total)
            journal.finish()
        except KeyboardInterrupt:
            kept = f"{journal.kept()} of {total} lines are kept in {target}; run the same command again to go on"
            raise StoppedError(kept) from None
    counts = journal.counts
    if as_json:
        print_json({"output": str(target), "lines": journal.done, **counts})
    say(f"{target}: {counts['found']} found, {counts['nothing']} found nothing, {counts['bad']} bad lines")
    return BAD_INPUT if counts["bad"] else NOTHING if counts["nothing"] else FOUND


def _workers(lines: int) -> int:
    """One for small files: a process takes longer to start than a hundred answers."""
    return 1 if lines < 200 else min(8, os.cpu_count() or 1)
