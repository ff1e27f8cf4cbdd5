"""Marks on models that must not be recommended unasked, by name and by what the sources say. One table, no code per case."""

from __future__ import annotations

import re

# flag: pattern over the lower-case name (words separated by - _ . or ends).
_NAMES: dict[str, str] = {
    "uncensored": r"uncensor\w*|abliterat\w*|ablated|obliterat\w*|heretic\w*|unfiltered|nsfw|josiefied|derestricted|derisked|decensor\w*"
    r"|unaligned|unbound|lewd\w*|erp|erotic\w*|toxic\w*(?!\w*(?:detect|classif))|amoral|dolphin|\w*crack(?:ed)?|jailbreak\w*|nuke\w*|unlocked",
    "merged": r"merge[sd]?|mergekit|slerp|dare|ties|della|passthrough|frankenmerge|moerge|moe-?merge|model[-_]stock|breadcrumbs|karcher"
    r"|franken\w*",
    "test": r"tiny-?random\w*|test(?:ing)?\d*|dummy|internal-?testing|random|debug|toy|trl-internal|delete-?me|placeholder|sharded-test",
    "init-only": r"init(?:ialized)?-?only|random-?init\w*|untrained|from-?scratch-?init|reinit\w*",
    "draft": r"eagle\d?\w*|speculators?|dflash\d?|dspark|draft(?:er)?|medusa|assistant-draft|hydra-heads|mtp-head|speculative",
    "adapter": r"(?:q|do|r?s)?lora|adapters?|peft|delta|wdiff",
}
_PATTERNS = {flag: re.compile(rf"(?<![a-z0-9])(?:{pattern})(?![a-z0-9])") for flag, pattern in _NAMES.items()}
_TEST_ORGANISATIONS = re.compile(
    r"^(?:hf-internal-testing|trl-internal-testing|explosion-testing|tiny-random|testaccount-ai|peft-internal-testing"
    r"|yujiepan|optimum-internal-testing|optimum-intel-internal-testing)$"
)
_BASE_NAME = re.compile(r"(?<![a-z0-9])(?:base|pt|pretrain(?:ed)?)(?![a-z0-9])")
_TUNED_NAME = re.compile(r"(?<![a-z0-9])(?:instruct|chat|it|sft|dpo|rlhf|thinking|assistant|orca|tuned|ft|finetuned?)(?![a-z0-9])")

TEST_PARAMS = 1_000_000
"""A generative model below this count cannot serve: it is a fixture or a toy."""


def name_flags(organisation: str | None, name: str) -> set[str]:
    """Flags that the name and the organisation give."""
    text = name.lower()
    found = {flag for flag, pattern in _PATTERNS.items() if pattern.search(text)}
    if organisation and _TEST_ORGANISATIONS.match(organisation.lower()):
        found.add("test")
    return found


def is_base(name: str, train_type: str | None, euroeval_type: str | None) -> bool:
    """True for a pretrained model without instruction tuning, by its leaderboard type or else by its name."""
    text = name.lower()
    if train_type:
        return "pretrained" in train_type and not _TUNED_NAME.search(text)
    if euroeval_type:
        return euroeval_type == "🧠"
    return bool(_BASE_NAME.search(text)) and not _TUNED_NAME.search(text)
