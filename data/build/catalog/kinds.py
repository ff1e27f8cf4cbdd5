"""What a model of the hub's listing is, and what goes into it."""

from __future__ import annotations

import re

from data.build.catalog.frame import Row

_GENERATIVE_TAGS = {"text-generation", "image-text-to-text", "any-to-any", "translation", "image-to-text"}
# Architectures behind "feature-extraction" that take no text: speech, image and sequence encoders.
_NO_TEXT = re.compile(
    r"wav2vec|hubert|wavlm|whisper|vit|dino|beit|swin|convnext|clap|encodec|esm|seamless|mert|aesthetic|internvl|resnet|audio|unispeech"
    r"|data2vec|siglip|mimi|dac|musicgen|vae|timesformer|videomae|rad|chronos|patchtst|time"
)
_ENCODER = re.compile(
    r"(?:bert|electra|roberta|deberta|mpnet|albert|xlm|camembert|funnel|squeeze|nystrom|convbert|ernie(?!4|5))"
)
_SEEING_TAGS = {"image-text-to-text", "image-to-text"}
_MODALITY_WORDS = ("text", "image", "audio", "video")
_HEARS = re.compile(r"wav|hubert|audio|clap|speech|mert")
_ENCODER_BENCHMARKS = ("glue", "superglue", "squad", "xnli")
# Built on a language model and listed as one, but made for another thing: so its publisher named it.
_NAMED = (
    (re.compile(r"rerank"), "reranker"),
    (re.compile(r"embed(?:ding)?s?(?![a-z])|(?<![a-z])retriever"), "embedding"),
    (re.compile(r"(?<![a-z])(?:reward|p?rm|orm|guard|shieldgemma)(?![a-z])|guardian|(?<=llama-)guard"), "other"),
)
# Speech encoders that were tuned to transcribe, and are published as that.
_TRANSCRIBES = re.compile(r"whisper|(?<![a-z])asr(?![a-z])|mms-1b-(?:all|fl|l)\d*|m4t|-ft-ls\d|libri-ft|m-ctc")
# Molecules, proteins and genomes written as text are no language that anybody speaks.
_SEQUENCES = re.compile(
    r"hyenadna|progen\d|molformer|dayhoff|protgpt|molcrawl|dnagpt|dnabert|marin-dna|genslm|nucleotide|(?<![a-z])rita_"
    r"|(?<![a-z])evo-1-|(?<![a-z])evo2-"
)
_SPEECH_OUT = {"text-to-speech", "audio-to-audio"}


def kind_of(raw: Row, architecture: str, benchmark: str) -> tuple[str, list[str]]:
    """Kind and input modalities of a raw row; `benchmark` is one that the model was measured on, "" if none."""
    tag, name = raw.get("pipeline_tag"), raw["model_id"].lower()
    inputs = [word for word in _MODALITY_WORDS if word in (raw.get("modalities_in") or "")]
    said = raw.get("multimodal") and not inputs
    sees = "vision" in (raw.get("capabilities") or "") or tag in _SEEING_TAGS or bool(said)
    if _SEQUENCES.search(name):
        return "other", ["text"]
    if tag in _SPEECH_OUT or raw.get("modalities_out") == "audio":
        return "other", inputs or ["text"]
    if tag == "automatic-speech-recognition":
        return "speech-recognition", ["audio"]
    if tag in {"feature-extraction", "sentence-similarity"}:
        return _features(architecture, sees)
    if _is_encoder(raw, architecture, benchmark):
        return "encoder", ["text"]
    takes = {"text", *inputs, *(["image"] if sees else [])}
    named = next((kind for pattern, kind in _NAMED if pattern.search(name)), "generative")
    return named, [word for word in _MODALITY_WORDS if word in takes]


def transcribes(name: str) -> bool:
    """Whether a model that takes sound alone writes down what it hears, by its name."""
    return bool(_TRANSCRIBES.search(name.lower()))


def _features(architecture: str, sees: bool) -> tuple[str, list[str]]:
    if _NO_TEXT.search(architecture):
        return "other", ["audio"] if _HEARS.search(architecture) else ["image"]
    return "embedding", ["text", "image"] if sees else ["text"]


def _is_encoder(raw: Row, architecture: str, benchmark: str) -> bool:
    tag = raw.get("pipeline_tag")
    if tag == "fill-mask" or raw.get("euro_type") == "🔍":
        return True
    if tag in _GENERATIVE_TAGS:
        return False
    by_name = tag is None and raw.get("source") == "euroeval" and _ENCODER.search(raw["model_id"].lower())
    return bool(by_name or _ENCODER.search(architecture)) or benchmark.startswith(_ENCODER_BENCHMARKS)
