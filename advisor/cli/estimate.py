"""`advisor estimate`: will a model run on a device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from advisor.cli.complaints import FOUND, NOTHING
from advisor.cli.flags import Amount
from advisor.cli.talk import draw, json_option, open_advisor, print_json

if TYPE_CHECKING:
    from advisor.engine import Advisor
    from advisor.sizing.weights import ReadModel

_MOST_OFFERS = 10


@click.command("estimate")
@click.argument("model")
@click.option("--on", "device", default="this-machine", show_default=True, help='"RTX 4090", "2x A100 80GB", ...')
@click.option(
    "--context-tokens",
    type=click.IntRange(min=1),
    help="Tokens of a request; 4,096 of generation and 512 of a text if left out.",
)
@click.option("--concurrency", type=click.IntRange(min=1), default=1, show_default=True, help="Requests at once.")
@click.option(
    "--cache", type=click.Choice(["fp16", "fp8", "q8_0", "q4_0"]), default="fp16", help="Type of the KV cache."
)
@click.option("--compare-to", metavar="DEVICE", help="Show another device beside it: what an upgrade would bring.")
@click.option(
    "--cheapest", is_flag=True, help="Instead of --on: the listed machines for rent that run it, cheapest first."
)
@click.option("--min-tokens-per-s", type=Amount(min=0), help="With --cheapest: least speed of a request.")
@click.option("--max-loss", type=Amount(min=0), help="With --cheapest: most loss to quantisation, percent.")
@json_option
def command(
    model: str,
    device: str,
    context_tokens: int | None,
    concurrency: int,
    cache: str,
    compare_to: str | None,
    cheapest: bool,
    min_tokens_per_s: float | None,
    max_loss: float | None,
    as_json: bool,
) -> int:
    """Will a model run on a device, in which variant, how fast.

    MODEL is a model of the catalog, with :q4_k_m after it for one precision; a GGUF or safetensors file or folder; or
    hub:org/name, a repository of the Hugging Face hub, of which only file sizes and headers are read. Exit status 1 if
    no variant fits.

    \b
    advisor estimate qwen3-30b-a3b --on "RTX 4090" --context-tokens 16384
    advisor estimate qwen3-8b --on "RTX 3060" --compare-to "RTX 4090"
    advisor estimate qwen3-8b:q4_k_m --on "A100 MIG 1g.5gb"
    advisor estimate qwen3-30b-a3b --cheapest --min-tokens-per-s 50
    advisor estimate hub:org/name@revision --on "RTX 4090"
    advisor estimate hub:org/name-GGUF:q4_k_m --on "RTX 4090"
    advisor estimate hub:org/name-GGUF/file.gguf --on "RTX 4090"
    """
    from advisor.domain.recommendation import SizingReport
    from advisor.sizing.files import is_path

    if not cheapest and (min_tokens_per_s is not None or max_loss is not None):
        raise click.UsageError("--min-tokens-per-s and --max-loss go with --cheapest")
    named = Path(model) if is_path(model) else model
    if cheapest:
        _refuse_beside_cheapest("device", "cache", "compare_to")
        return _cheapest(named, context_tokens, concurrency, min_tokens_per_s, max_loss, as_json)
    with open_advisor() as advisor, _folders_told(model):
        found = _read(advisor, named)
        sizing = advisor.estimate(found, device, context_tokens, concurrency, cache)
        other = advisor.estimate(found, compare_to, context_tokens, concurrency, cache) if compare_to else None
    if as_json:
        print_json(SizingReport(**dict(sizing), compared_to=other))
    else:
        from advisor.cli.draw.sizing import compared, parts

        draw(*parts(sizing), *(compared(sizing, other) if other else ()))
    return NOTHING if sizing.recommended is None else FOUND


def _read(advisor: Advisor, model: str | Path) -> str | ReadModel:
    """The headers of files, read once; the name of a model of the catalog as it is."""
    from advisor.domain.model import ON_HUB

    return advisor.read_model(model) if isinstance(model, Path) or model.startswith(ON_HUB) else model


def _refuse_beside_cheapest(*names: str) -> None:
    """Refuse stated options that the search for a machine would not heed."""
    context = click.get_current_context()
    for parameter in context.command.params:
        if parameter.name in names and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"{parameter.opts[0]} does not go with --cheapest")


@contextmanager
def _folders_told(name: str) -> Iterator[None]:
    """Of a folder without a model say so, where the catalog has no model of its name."""
    from advisor.domain.errors import UnknownModel
    from advisor.sizing.files import read_model

    try:
        yield
    except UnknownModel:
        if name and Path(name).is_dir():
            read_model(Path(name))
        raise


def _cheapest(
    model: str | Path,
    context_tokens: int | None,
    concurrency: int,
    min_tokens_per_s: float | None,
    max_loss: float | None,
    as_json: bool,
) -> int:
    with open_advisor() as advisor, _folders_told(str(model)):
        read = _read(advisor, model)
        found = advisor.offers(read, context_tokens, concurrency, min_tokens_per_s=min_tokens_per_s, max_loss=max_loss)
        why_none = None if found else advisor.why_unsized(read)
    if as_json:
        print_json(found)
    else:
        from advisor.cli.draw.offers import parts

        length = f"up to {context_tokens:,} tokens of context" if context_tokens else "requests of usual length"
        load = f"{length}, {concurrency} at once"
        weights = None if isinstance(read, str) else read.read
        draw(*parts(found[:_MOST_OFFERS], len(found), load, weights, why_none))
    return FOUND if found else NOTHING
