"""Facts that cannot be: refused or corrected by stated rules, each with a note and a claim."""

from __future__ import annotations

import re
from datetime import date

from data.build.catalog.frame import Ledger, Row

MAX_PARAMS = 1e13
MIN_PARAMS = 1_000

# Families whose released context is 4096 tokens by their own cards.
_CONTEXT_4096 = re.compile(
    r"llama[-_]?2|codellama-guard|(?<![a-z])4k|olmo|(?<![a-z])yi-(?:1\.5-)?\d+b(?!.*(?:16k|32k|200k))|deepseek-(?:llm|moe|math)|solar|stablelm|granite-3\.0|baichuan2"
    r"|phi-3|vicuna.*v1\.5|wizardlm-\d+b-v1\.2|tulu-2|zephyr-\w*3b|falcon-mamba"
)
# Sources that state a context of their own, not an architecture's default.
_STATED = {"euroeval_metadata", "modelsdev", "llmstats", "llama2_card", "ruler"}
DEFAULT_CONTEXT = "context of 4096 tokens was a default of the source; not known"
_PLACEHOLDER_DATE = date(2022, 3, 2)
_FALCON_KV_HEADS = {
    "falcon-7b": 1,
    "falcon-40b": 8,
    "falcon-180b": 8,
}  # model cards; Falcon's configs carry two other keys


def repair(row: Row, ledger: Ledger) -> None:
    """Correct the row of one model in place."""
    _params(row, ledger)
    _context(row, ledger)
    _falcon(row, ledger)
    _experts(row, ledger)
    if row["release_date"] == _PLACEHOLDER_DATE:
        rule = "2022-03-02 is the hub's placeholder for older repositories"
        ledger.correct(row, "release_date", None, rule, "release date removed: 2022-03-02 is a placeholder of the hub")


def dense_params(row: Row) -> float | None:
    """What layers, width and vocabulary of a dense transformer add up to: 12 L h² + 2 V h."""
    layers, hidden = row["n_layers"], row["hidden_size"]
    if not layers or not hidden or (row["n_experts"] or 0) > 1:
        return None
    computed: float = 12.0 * layers * hidden**2 + 2.0 * (row["vocab_size"] or 0) * hidden
    return computed


def _params(row: Row, ledger: Ledger) -> None:
    params = row["params_total"]
    if params is not None and not MIN_PARAMS <= params <= MAX_PARAMS:
        ledger.correct(
            row, "params_total", None, "parameter count outside 1e3 to 1e13", f"parameter count {params} is impossible"
        )


def _context(row: Row, ledger: Ledger) -> None:
    context = row["context_tokens"]
    if context is None:
        return
    if context < 16 or context >= 16_777_216:
        ledger.correct(
            row,
            "context_tokens",
            None,
            "context below 16 or at 2^24 and above",
            f"context of {context} tokens is impossible",
        )
    elif context == 4096 and row["source_id"] == "llmfit_db" and not _STATED & set(row["sources"]):
        text = " ".join([row["name"], *row["declared_bases"]]).lower()
        if not _CONTEXT_4096.search(text) and "litgpt" not in (row.get("arch_source") or ""):
            rule = "4096 is the scraper's default and no second source or family states it"
            ledger.correct(row, "context_tokens", None, rule, DEFAULT_CONTEXT)


def _falcon(row: Row, ledger: Ledger) -> None:
    if row["architecture"] != "falcon" or row["n_kv_heads"] is None:
        return
    known = next((heads for stem, heads in _FALCON_KV_HEADS.items() if row["name"].lower().startswith(stem)), None)
    if row["n_kv_heads"] == known:
        return
    rule = "Falcon's KV heads are known for 7B (1), 40B and 180B (8) only"
    ledger.correct(row, "n_kv_heads", known, rule, "KV heads of Falcon corrected: the source read the wrong key")
    row["kv_bytes_per_token"], row["kv_exact"], row["attention"] = None, False, "gqa" if known else None


def _experts(row: Row, ledger: Ledger) -> None:
    active, total = row["params_active"], row["params_total"]
    if active is not None and total is not None and active > total:
        rule = "more active than total parameters"
        ledger.correct(row, "params_active", None, rule, f"{active:.3g} active parameters exceed the total; not known")
    elif active is not None and active < 1e5:
        ledger.correct(
            row, "params_active", None, "fewer than 1e5 active parameters", f"{active} active parameters are impossible"
        )
