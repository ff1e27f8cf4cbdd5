"""`advisor models`: search the catalog, or show one model."""

from __future__ import annotations

import click

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.talk import draw, json_option, open_advisor, print_json, say
from advisor.domain.tasks import Kind

_SHOWN = 12


class SearchByDefault(click.Group):
    """A group whose words are a search where they name no subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args.insert(0, "search")
        return super().parse_args(ctx, args)


@click.group("models", cls=SearchByDefault)
def command() -> None:
    """Search the catalog, or show one model.

    \b
    advisor models multilingual e5
    advisor models --kind reranker
    advisor models show intfloat/multilingual-e5-base
    """


@command.command("search")
@click.argument("words", nargs=-1)
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Only models of this kind.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Skip so many.")
@json_option
def search(words: tuple[str, ...], kind: str | None, limit: int, offset: int, as_json: bool) -> int:
    """Models whose name or alias contains every word, most downloaded first."""
    text = " ".join(words)
    with open_advisor() as advisor:
        rows = advisor.store.search(text, kind, limit + 1, offset)
        close = [] if rows or not text else advisor.store.suggest(text)
    more, rows = len(rows) > limit, rows[:limit]
    if as_json:
        print_json({"models": rows, "more": more, "suggestions": close})
    elif rows:
        from advisor.cli.draw.catalog import models

        draw(models(rows))
    if not rows:
        say(f"no model matches {text!r}" + (f"; did you mean {', '.join(close)}?" if close else ""))
    elif more and not as_json:
        say(f"more models match: --offset {offset + limit}, or a larger --limit")
    return FOUND if rows else NOTHING


@command.command("show")
@click.argument("model")
@click.option("--all", "everything", is_flag=True, help="Every result and variant.")
@json_option
def show(model: str, everything: bool, as_json: bool) -> int:
    """What the catalog knows of one model; any of its names will do."""
    with open_advisor() as advisor:
        record = advisor.store.model(model)
        results = advisor.store.results(record.model_id)
    if as_json:
        print_json({"model": record, "results": results})
    else:
        from advisor.cli.draw.catalog import record_parts

        draw(*record_parts(record, results, None if everything else _SHOWN))
    return FOUND
