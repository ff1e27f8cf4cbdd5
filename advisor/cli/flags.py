"""The fields of a need as options. Values stay text here; the domain validates them all at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from advisor.domain.amounts import number

Command = TypeVar("Command", bound=Callable[..., Any])


class Flag(NamedTuple):
    """One option and the field it fills."""

    option: str
    path: str
    """Dotted path of the field."""
    help: str
    kind: str = "text"
    """text, number, list, map (name=number), or switch (on, off, or not said)."""

    @property
    def parameter(self) -> str:
        """Name of the command's argument."""
        return self.path.replace(".", "__")


USE = (
    Flag("--commercial/--not-commercial", "use.commercial", "Used for business.", "switch"),
    Flag("--distribution", "use.distribution", "internal, saas, embedded_product or weights_redistribution."),
    Flag("--territory", "use.territory", "Place of business: ISO 3166 code, or EU."),
    Flag("--monthly-active-users", "use.monthly_active_users", "Monthly active users of the group.", "number"),
    Flag("--mau-at-release", "use.mau_at_release", "Monthly active users before the model's release.", "number"),
    Flag("--mau-at-release-scope", "use.mau_at_release_scope", "Whose users these are: licensee or affiliate."),
    Flag("--annual-revenue-usd", "use.annual_revenue_usd", "Yearly revenue of the group, USD.", "number"),
    Flag("--modifies-weights/--keeps-weights", "use.modifies_weights", "Fine-tunes or merges.", "switch"),
    Flag("--trains-on-outputs/--no-training-on-outputs", "use.trains_other_models_on_outputs",
         "Outputs train another model.", "switch"),
    Flag("--closed-source/--open-source", "use.closed_source_product", "The product around it is closed.", "switch"),
    Flag("--funding-raised-usd", "use.funding_raised_usd", "Funding raised so far, USD.", "number"),
    Flag("--hosting-resale/--no-hosting-resale", "use.hosting_resale", "Sells raw inference of the model.", "switch"),
    Flag("--cleared-training-data/--any-training-data", "use.cleared_training_data",
         "No named training data for non-commercial use only.", "switch"),
    Flag("--output-target", "use.output_target", "What outputs train: llm_other_family or classifier."),
    Flag("--modality", "use.modality", "text or multimodal."),
    Flag("--role", "use.role", "deployer or end_user."),
    Flag("--sector", "use.sector", "Field of use: general, military, medical, legal."),
    Flag("--purpose", "use.purpose", "evaluation, research or production."),
)  # fmt: skip

NEED = (
    Flag("--describe", "description", "The need in your own words."),
    Flag("--task", "task", "retrieval, chat, code-generation, image-classification, ..."),
    Flag("--name", "name", "Project name."),
    Flag("--language", "languages", "ISO 639 code or English name; repeat for more.", "list"),
    Flag("--domain", "domains", "legal, medical, news, ...; repeat for more.", "list"),
    Flag("--hardware", "hardware", '"RTX 4090", "2x A100 80GB", "M3 Max 36GB", "this-machine".'),
    Flag("--context-tokens", "context_tokens", "Tokens of one request, prompt and answer.", "number"),
    Flag("--concurrency", "concurrency", "Requests served at once.", "number"),
    Flag("--max-memory-gib", "max_memory_gib", "Most memory while running, GiB.", "number"),
    Flag("--max-params", "max_params", "Most parameters in total: 7B, 350M.", "number"),
    Flag("--max-disk-gib", "max_disk_gib", "Most disk for the weights, GiB.", "number"),
    Flag("--max-latency-ms", "max_latency_ms", "Longest time for one item or to the first token, ms.", "number"),
    Flag("--min-tokens-per-s", "min_tokens_per_s", "Slowest generation for one request.", "number"),
    Flag("--min-items-per-s", "min_items_per_s", "Slowest throughput where nothing is generated.", "number"),
    Flag("--max-usd-per-month", "max_usd_per_month", "Highest rent of the hardware, USD.", "number"),
    Flag("--max-joules-per-item", "max_joules_per_item", "Most energy an item, J.", "number"),
    *USE,
    Flag("--license-allow", "licenses_allow", "License id or kind; only these pass; repeat for more.", "list"),
    Flag("--license-deny", "licenses_deny", "License id or kind that never passes; repeat for more.", "list"),
    Flag("--open-weights-only/--any-weights", "open_weights_only", "Weights must be published (default).", "switch"),
    Flag("--allow-uncensored", "allow_uncensored", "Let uncensored models pass.", "switch"),
    Flag("--allow-remote-code", "allow_remote_code", "Let models pass that run code of their own.", "switch"),
    Flag("--contamination", "contamination", "ignore, or avoid: leave out results on declared training data."),
    Flag("--candidate", "candidates", "Only this model id or glob; repeat for more.", "list"),
    Flag("--exclude", "exclude", "Leave out this model id or glob; repeat for more.", "list"),
    Flag("--released-after", "released_after", "Only models released after this day, 2025-06-30."),
    Flag("--expertise", "expertise", "drop-in, some or expert."),
    Flag("--priority", "priorities", "Weight of quality, speed, memory, energy or cost: speed=0.5; repeat.", "map"),
    Flag("--top-k", "top_k", "Number of models to recommend.", "number"),
)  # fmt: skip


class Amount(click.FloatRange):
    """A finite number in a range, written as those of a need are: 20, 1,500 or 10.5."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number that a text writes."""
        amount = number(value) if isinstance(value, str) else value
        if isinstance(amount, str) or not math.isfinite(amount):
            self.fail(f"{value!r} is no number such as 20, 1,500 or 10.5", param, ctx)
        return super().convert(amount, param, ctx)


def options(flags: Sequence[Flag]) -> Callable[[Command], Command]:
    """Add the options of some fields to a command; it receives them as keyword arguments."""

    def add(function: Command) -> Command:
        for flag in reversed(flags):
            settings: dict[str, Any] = {"help": flag.help, "default": None}
            if flag.kind == "switch":
                settings["is_flag"] = True
            else:
                settings |= {"type": str, "metavar": flag.kind.upper(), "multiple": flag.kind in ("list", "map")}
            function = click.option(flag.option, flag.parameter, **settings)(function)
        return function

    return add


def merged(document: Mapping[str, Any], flags: Sequence[Flag], given: Mapping[str, Any]) -> dict[str, Any]:
    """A document with the options laid over it."""
    result = dict(document)
    for flag in flags:
        value = given.get(flag.parameter)
        if value is None or value == ():
            continue
        parent, _, field = flag.path.rpartition(".")
        if not parent:
            result[field] = _value(flag.kind, value)
        elif isinstance(result.get(parent, {}), Mapping):
            result[parent] = {**result.get(parent, {}), field: _value(flag.kind, value)}
    return result


def _value(kind: str, value: Any) -> Any:
    if kind == "number":
        return number(value)
    if kind == "list":
        return list(value)
    if kind == "map":
        pairs = (part.partition("=") for part in value)
        return {name.strip(): number(weight) if weight else 1.0 for name, _, weight in pairs}
    return value
