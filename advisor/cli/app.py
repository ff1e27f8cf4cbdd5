"""The commands and what happens around all of them: exit status and errors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from advisor import __version__
from advisor.cli.complaints import BAD_INPUT, FOUND, complain

COMMANDS = {
    "recommend": "The models to use for a need.",
    "batch": "Recommendations for a file of needs, one JSON document a line.",
    "compare": "Models side by side: scores, size, memory, license.",
    "models": "Search the catalog, or show one model.",
    "license": "What licenses allow: list, show, check.",
    "estimate": "Will a model run on a device, in which variant, how fast.",
    "verify": "Measure models on this machine and your data.",
    "calibrate": "Measure this machine, for better estimates.",
    "catalog": "The facts behind the answers: build, info, query.",
    "serve": "The same answers over HTTP.",
    "mcp": "The same answers for agents, over the Model Context Protocol.",
    "evaluate": "Hold the order of models against hidden benchmarks.",
    "train": "Make the ranker anew from the facts.",
    "doctor": "Check this installation and this machine.",
}


class ReaderLeftError(Exception):
    """The program that reads stdout has closed it."""


class LazyGroup(click.Group):
    """A group that imports a command's file when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"advisor.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=2, cutoff=0.5)
            hint = f"did you mean {' or '.join(close)}?" if close else f"expected one of {', '.join(COMMANDS)}"
            raise click.UsageError(f"unknown command {args[0]!r} ({hint})", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderLeftError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="advisor")
def cli() -> None:
    """Say what you need; get the open-source model to use, why, whether you may and whether it runs.

    Every command takes --json. Exit status: 0 found, 1 nothing satisfies, 2 bad input, 3 the catalog or a
    feature cannot be used, 130 interrupted.
    """


def run(args: Sequence[str]) -> int:
    """Run one command line and return its exit status; no exception leaves."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = cli.main(list(args), prog_name="advisor", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except (ReaderLeftError, BrokenPipeError):
        return _reader_left()
    except (Exception, KeyboardInterrupt) as error:
        return complain(error, as_json="--json" in args)
    return status if isinstance(status, int) else FOUND


def _reader_left() -> int:
    """Nothing may be written to a closed pipe any more, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return FOUND
