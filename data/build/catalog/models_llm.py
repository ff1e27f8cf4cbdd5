"""Models of the language table: generative models, encoders, and what a hub listing holds beside them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from advisor.domain.languages import parse_language
from data.build.catalog import experts, family, flags, kinds
from data.build.catalog.frame import Ledger, Row, empty_model, integer, read

_ATTENTION = {
    "MHA": "mha",
    "GQA/MQA": "gqa",
    "MLA": "mla",
    "sliding-window mix": "sliding",
    "hybrid linear/SSM": "hybrid",
}
# Source words of the table that are no source_id of their own.
_SOURCE_IDS = {"euroeval": "euroeval_metadata", "results only": "leaderboard_names"}


def language_models(raw: Path, ledger: Ledger) -> list[Row]:
    """One row a model id of the table, before identities are resolved."""
    scored = {row["model_id"]: row["benchmark_id"] for row in read(raw / "llm" / "results.parquet")}
    rows = read(raw / "llm" / "models.parquet")
    known = {row["model_id"] for row in rows}
    models = [_model(row, scored.get(row["model_id"], ""), ledger) for row in rows]
    experts.settle(rows, models, ledger)
    for missing in sorted(set(scored) - known):
        models.append(_model({"model_id": missing, "name": missing.rpartition("/")[2]}, scored[missing], ledger))
    return models


def _model(raw: Row, benchmark: str, ledger: Ledger) -> Row:
    words = (raw.get("source") or "results only").split("+")
    sources = [_SOURCE_IDS.get(word, word) for word in words if "(" not in word and "/" not in word] or [
        "tinybert_paper"
    ]
    row = empty_model(raw["model_id"], sources[0])
    name = raw["model_id"].rpartition("/")[2]
    row |= {"name": raw.get("display_name") if raw["model_id"].startswith("leaderboard-submission/") else name}
    row["name"] = row["name"] or name
    row["sources"] = sources
    for column, field in {
        "params_total": "params_total",
        "params_active": "params_active",
        "context_tokens": "context_length",
        "downloads": "downloads",
        "likes": "likes",
        "n_layers": "n_layers",
        "hidden_size": "hidden_size",
        "n_heads": "n_heads",
        "n_kv_heads": "n_kv_heads",
        "head_dim": "head_dim",
        "vocab_size": "vocab_size",
        "n_experts": "n_experts",
        "n_experts_active": "n_experts_active",
        "sliding_window": "sliding_window",
        "expert_width": "moe_intermediate_size",
        "inner_size": "intermediate_size",
    }.items():
        row[column] = integer(raw.get(field))
    row["architecture"] = _architecture(raw.get("arch"))
    row["training_tokens"] = raw.get("training_tokens")
    row["gated"] = raw.get("gated")
    row["open_weights"] = _open_weights(raw)
    row["license_tag"] = _license(raw, row, ledger)
    row["languages"] = _languages(raw.get("languages"))
    row["attention"] = _ATTENTION.get(raw.get("attention_kind") or "")
    if row["attention"] != "mla":
        row["kv_bytes_per_token"] = raw.get("kv_bytes_per_token_fp16") or _kv_bytes(row)
        row["kv_exact"] = row["attention"] in {"mha", "gqa"} and row["kv_bytes_per_token"] is not None
    row["kind"], row["modalities"] = kinds.kind_of(raw, row["architecture"] or "", benchmark)
    row["listed_kind"] = row["kind"]
    # The second leaderboard writes "NAME (Merge)" for a merge, NAME being the merge itself or its base.
    bases = re.split(r"[,;]", (raw.get("base_model") or "").replace("(Merge)", ""))
    row["declared_bases"] = [base.strip() for base in bases if base.strip()]
    row["family"] = family.series_of(row)
    row["is_quantised_repo"] = bool(raw.get("is_quantised_repo"))
    row["arch_source"] = raw.get("arch_source")
    row["flags"] = _flags(raw, row)
    _release(raw, row, ledger)
    return row


def _architecture(name: str | None) -> str | None:
    """The hub's short name of an architecture, also for leaderboards' class names ("LlamaForCausalLM")."""
    if name is None or name.lower() in {"?", "unknown", "other"}:
        return None
    stem = re.sub(r"(?:For\w+|LMHeadModel|Model)$", "", name)
    return {"gptneox": "gpt_neox", "gptneo": "gpt_neo", "gptbigcode": "gpt_bigcode"}.get(stem.lower(), stem.lower())


def _kv_bytes(row: Row) -> float | None:
    """2 (keys and values) x 2 bytes x layers x KV heads x head size, for attention over every layer."""
    factors = (row["n_layers"], row["n_kv_heads"], row["head_dim"])
    if row["attention"] not in {"mha", "gqa"} or None in factors:
        return None
    size: float = 4.0 * factors[0] * factors[1] * factors[2]
    return size


def _open_weights(raw: Row) -> bool | None:
    if raw.get("proprietary"):
        return False
    value: bool | None = raw.get("open_weights")
    return value


def _license(raw: Row, row: Row, ledger: Ledger) -> str | None:
    tag, board = ((raw.get(field) or "").strip().lower() or None for field in ("licence_id", "licence_leaderboard"))
    tag = None if tag in {"unknown", "none"} else tag
    if tag and board and re.sub(r"\W", "", tag) != re.sub(r"\W", "", board):
        rule = "the publisher's tag over the leaderboard's column"
        ledger.record(row, "license_tag", tag, row["source_id"], rule, chosen=True)
        ledger.record(row, "license_tag", board, "obs_base", rule, chosen=False)
    row["license_told_by"] = "obs_base" if board and not tag else None
    return tag or board


def _languages(text: str | None) -> list[str]:
    codes = {parse_language(word) for word in (text or "").split(",") if 2 <= len(word.strip()) <= 8}
    return sorted(code for code in codes if code and code != "zxx")


def _flags(raw: Row, row: Row) -> list[str]:
    found = flags.name_flags(row["organisation"], row["name"])
    # The first Open LLM Leaderboard sets both marks on every row whose card it could not read: then they say nothing.
    unread = raw.get("merged") and raw.get("flagged") and "openllm_v2" not in (raw.get("source") or "")
    if (raw.get("merged") and not unread) or "merge" in (raw.get("train_type") or ""):
        found.add("merged")
    if raw.get("flagged") and not unread:
        found.add("flagged")
    if row["kind"] == "generative" and flags.is_base(row["name"], raw.get("train_type"), raw.get("euro_type")):
        found.add("base")
    if raw["model_id"].startswith(("unresolved/", "leaderboard-submission/")):
        found.add("unidentified")
    if row["model_id"].startswith("leaderboard-submission/") and "human" in row["model_id"]:
        found.add("test")
    return sorted(found)


def _release(raw: Row, row: Row, ledger: Ledger) -> None:
    listed, announced = raw.get("release_date"), raw.get("release_date_announced")
    if announced and listed and announced != listed:
        rule = "the announcement over the repository's creation"
        ledger.record(row, "release_date", announced, row["source_id"], rule, chosen=True)
        ledger.record(row, "release_date", listed, row["source_id"], rule, chosen=False)
    chosen = announced or listed
    if chosen and len(chosen) == 7:
        row["notes"].append(f"released in {chosen}; the day is not known and set to the first")
        chosen += "-01"
    row["release_date"] = date.fromisoformat(chosen) if chosen else None
