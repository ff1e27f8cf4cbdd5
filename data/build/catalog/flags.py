"""Marks on models that must not be recommended unasked, by name and by what the sources say."""

from __future__ import annotations

import re

from data.build.catalog.frame import Row
from data.build.catalog.names import PUBLISHERS

TEST_PARAMS = 1_000_000
"""A generative model below this count cannot serve: it is a fixture or a toy."""

SUBMITTED = frozenset({"alpacaeval1", "alpacaeval2", "openllm_v1"})
"""Boards that show what anybody submits, and that models have been tuned for."""

# flag: pattern over the lower-case name (words separated by - _ . or ends).
_NAMES: dict[str, tuple[str, ...]] = {
    "uncensored": (
        r"uncensor\w*|decensor\w*|abliterat\w*|ablated|obliterat\w*|heretic\w*|derestricted|derisked|josiefied|unlocked",
        r"unfiltered|unaligned|unbound|amoral|nsfw|lewd\w*|erp|erotic\w*|jailbreak\w*|nuke\w*|\w*crack(?:ed)?",
        r"toxic\w*(?!\w*(?:detect|classif))",
        r"dolphin-?\d[\w.]*|dolphin(?=-(?:mistral|mixtral|llama|gemma|qwen|yi|phi))",
    ),
    "merged": (
        r"(?<!lora-)(?<!lora_)merge[sd]?|mergekit|moerge|moe-?merge|franken\w*|passthrough",
        r"slerp|dare|ties|della|model[-_]stock|breadcrumbs|karcher",
    ),
    "test": (
        r"tiny-?random\w*|tiny-dev|random|test(?:ing)?\d*|internal-?testing|trl-internal|sharded-test",
        r"dummy|debug|toy|delete-?me|placeholder",
    ),
    "init-only": (r"init(?:ialized)?-?only|random-?init\w*|untrained|from-?scratch-?init|reinit\w*",),
    "draft": (r"eagle\d?\w*|speculators?|speculative|dflash\d?|dspark|draft(?:er)?|medusa|hydra-heads|mtp-head",),
    "adapter": (r"(?:(?:q|do|r?s)?lora|adapters?|peft|delta|wdiff)(?!.*(?:merge|unload|assemble|full|fp16))",),
}
_PATTERNS = {
    flag: re.compile(rf"(?<![a-z0-9])(?:{'|'.join(patterns)})(?![a-z0-9])") for flag, patterns in _NAMES.items()
}
_TEST_ORGANISATIONS = re.compile(
    r"^(?:hf-internal-testing|trl-internal-testing|explosion-testing|tiny-random|testaccount-ai|peft-internal-testing"
    r"|yujiepan|optimum-internal-testing|optimum-intel-internal-testing)$"
)
_BASE_NAME = re.compile(r"(?<![a-z0-9])(?:base|pt|pretrain(?:ed)?)(?![a-z0-9])")
_TUNED_NAME = re.compile(
    r"(?<![a-z0-9])(?:instruct|chat|it|sft|dpo|rlhf|thinking|assistant|orca|tuned|ft|finetuned?)(?![a-z0-9])"
)


# Listed as pretrained, but tuned for chat by their cards.
_TUNED_UNNAMED = {"phi-4"}


def name_flags(organisation: str | None, name: str) -> set[str]:
    """Flags that the name and the organisation give."""
    text = name.lower()
    found = {flag for flag, pattern in _PATTERNS.items() if pattern.search(text)}
    if organisation and _TEST_ORGANISATIONS.match(organisation.lower()):
        found.add("test")
    return found


def settle(row: Row, scored: bool) -> None:
    """Flags that need the repaired row: fixtures by size; adapters that a leaderboard measured were whole models."""
    found = set(row["flags"])
    params = row["params_total"]
    if row["kind"] == "generative" and params is not None and params < TEST_PARAMS and "adapter" not in found:
        found.add("test")
    if scored:
        found.discard("adapter")
    row["flags"] = sorted(found)


def settle_submitted(models: dict[str, Row], results: list[Row], benchmarks: list[Row]) -> None:
    """Mark models tuned by others than the publisher of their base, all of whose results on language are of boards that
    anybody may submit to."""
    suite = {row["benchmark_id"]: row["suite"] for row in benchmarks if row["arena"] == "language"}
    suites: dict[str, set[str]] = {}
    for row in results:
        if row["benchmark_id"] in suite:
            suites.setdefault(row["model_id"], set()).add(suite[row["benchmark_id"]])
    for model_id, own in suites.items():
        row = models[model_id]
        others = any(not base.startswith(f"{row['organisation']}/") for base in row["declared_bases"])
        tuned = row["organisation"] not in PUBLISHERS or others
        if own <= SUBMITTED and tuned and row["kind"] == "generative" and row["open_weights"]:
            row["flags"] = sorted({*row["flags"], "submitted-only"})


def is_base(name: str, train_type: str | None, euroeval_type: str | None) -> bool:
    """True for a pretrained model without instruction tuning: a board or the name says so, and no name denies it."""
    text = name.lower()
    if _TUNED_NAME.search(text) or text in _TUNED_UNNAMED:
        return False
    return "pretrained" in (train_type or "") or euroeval_type == "🧠" or bool(_BASE_NAME.search(text))
