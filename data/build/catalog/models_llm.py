"""Models of the language table: generative models, encoders, and what a hub listing holds beside them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from advisor.domain.languages import parse_language
from data.build.catalog import family, flags
from data.build.catalog.frame import Ledger, Row, empty_model, integer, read

_ATTENTION = {"MHA": "mha", "GQA/MQA": "gqa", "MLA": "mla", "sliding-window mix": "sliding", "hybrid linear/SSM": "hybrid"}
# Source words of the table that are no source_id of their own.
_SOURCE_IDS = {"euroeval": "euroeval_metadata", "results only": "leaderboard_names"}

_GENERATIVE_TAGS = {"text-generation", "image-text-to-text", "any-to-any", "translation", "image-to-text"}
# Architectures behind "feature-extraction" that take no text: speech, image and sequence encoders.
_NO_TEXT = re.compile(
    r"wav2vec|hubert|wavlm|whisper|vit|dino|beit|swin|convnext|clap|encodec|esm|seamless|mert|aesthetic|internvl|resnet|audio|unispeech"
    r"|data2vec|siglip|mimi|dac|musicgen|vae|timesformer|videomae|rad|chronos|patchtst|time"
)
_ENCODER_ARCH = re.compile(r"(?:bert|electra|roberta|deberta|mpnet|albert|xlm|camembert|funnel|squeeze|nystrom|convbert|ernie(?!4|5))")
_MODALITY_WORDS = {"text": "text", "image": "image", "audio": "audio", "video": "video"}
_SPEECH_OUT = {"text-to-speech", "audio-to-audio"}
_PLACEHOLDER_DATE = "2022-03-02"


def language_models(raw: Path, ledger: Ledger) -> list[Row]:
    """One row a model id of the table, before identities are resolved."""
    scored = {row["model_id"]: row["benchmark_id"] for row in read(raw / "llm" / "results.parquet")}
    rows = read(raw / "llm" / "models.parquet")
    known = {row["model_id"] for row in rows}
    models = [_model(row, scored.get(row["model_id"], ""), ledger) for row in rows]
    for missing in sorted(set(scored) - known):
        models.append(_model({"model_id": missing, "name": missing.rpartition("/")[2]}, scored[missing], ledger))
    return models


def _model(raw: Row, benchmark: str, ledger: Ledger) -> Row:
    words = (raw.get("source") or "results only").split("+")
    sources = [_SOURCE_IDS.get(word, word) for word in words if "(" not in word and "/" not in word] or ["tinybert_paper"]
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
    }.items():
        row[column] = integer(raw.get(field))
    row["architecture"] = None if raw.get("arch") in (None, "?", "unknown") else raw["arch"]
    row["training_tokens"] = raw.get("training_tokens")
    row["gated"] = raw.get("gated")
    row["open_weights"] = _open_weights(raw)
    row["license_tag"] = _license(raw, row, ledger)
    row["languages"] = _languages(raw.get("languages"))
    row["attention"] = _ATTENTION.get(raw.get("attention_kind") or "")
    if row["attention"] != "mla":
        row["kv_bytes_per_token"] = raw.get("kv_bytes_per_token_fp16")
        row["kv_exact"] = (raw.get("kv_estimate") or "").startswith("exact")
    row["kind"], row["modalities"] = _kind(raw, row, benchmark)
    row["declared_bases"] = [base.strip() for base in re.split(r"[,;]", raw.get("base_model") or "") if base.strip()]
    row["family"] = family.series(row["name"], *row["declared_bases"], row["architecture"])
    row["is_quantised_repo"] = bool(raw.get("is_quantised_repo"))
    row["arch_source"] = raw.get("arch_source")
    row["flags"] = _flags(raw, row)
    _release(raw, row, ledger)
    return row


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
    return tag or board


def _languages(text: str | None) -> list[str]:
    codes = {parse_language(word) for word in (text or "").split(",") if 2 <= len(word.strip()) <= 8}
    return sorted(code for code in codes if code and code != "zxx")


def _kind(raw: Row, row: Row, benchmark: str) -> tuple[str, list[str]]:
    tag, arch = raw.get("pipeline_tag"), (row["architecture"] or "").lower()
    inputs = [word for word in _MODALITY_WORDS if word in (raw.get("modalities_in") or "")]
    sees = "vision" in (raw.get("capabilities") or "") or tag == "image-text-to-text" or bool(raw.get("multimodal"))
    if tag in _SPEECH_OUT:
        return "other", ["text"]
    if tag == "automatic-speech-recognition":
        return "speech-recognition", ["audio"]
    if tag == "feature-extraction" and arch and _NO_TEXT.search(arch):
        return "other", ["audio"] if re.search(r"wav|hubert|audio|clap|speech|mert", arch) else ["image"]
    if tag in {"feature-extraction", "sentence-similarity"}:
        return "embedding", ["text", "image"] if sees else ["text"]
    submission = raw["model_id"].startswith("leaderboard-submission/")
    encoder = tag == "fill-mask" or raw.get("euro_type") == "🔍" or (submission and benchmark.startswith(("glue", "superglue")))
    if encoder or (tag not in _GENERATIVE_TAGS and (_ENCODER_ARCH.search(arch) or _classic_encoder(raw, benchmark))):
        return "encoder", ["text"]
    if raw.get("modalities_out") == "audio":
        return "other", inputs or ["text"]
    return "generative", inputs or (["text", "image"] if sees else ["text"])


def _classic_encoder(raw: Row, benchmark: str) -> bool:
    return benchmark.startswith(("glue", "squad", "xnli")) or bool(
        raw.get("pipeline_tag") is None and _ENCODER_ARCH.search(raw["model_id"].lower()) and raw.get("source") == "euroeval"
    )


def _flags(raw: Row, row: Row) -> list[str]:
    found = flags.name_flags(row["organisation"], row["name"])
    if raw.get("merged") or "merge" in (raw.get("train_type") or ""):
        found.add("merged")
    if raw.get("flagged"):
        found.add("flagged")
    if row["kind"] == "generative":
        if flags.is_base(row["name"], raw.get("train_type"), raw.get("euro_type")):
            found.add("base")
        if row["params_total"] is not None and row["params_total"] < flags.TEST_PARAMS and "adapter" not in found:
            found.add("test")
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
    if listed == _PLACEHOLDER_DATE:
        rule = "2022-03-02 is the hub's placeholder for older repositories"
        ledger.record(row, "release_date", listed, row["source_id"], rule, chosen=False)
        row["notes"].append("release date removed: 2022-03-02 is a placeholder of the hub")
        listed = None
    chosen = announced or listed
    if chosen and len(chosen) == 7:
        row["notes"].append(f"released in {chosen}; the day is not known and set to the first")
        chosen += "-01"
    row["release_date"] = date.fromisoformat(chosen) if chosen else None
