"""The series a model belongs to, whoever published it: `qwen3`, `llama-3.1`, `gemma-2`. Siblings share it."""

from __future__ import annotations

import re

from data.build.catalog.frame import Row

# Pattern, template of the series (@: the match itself). The first match wins, so narrow series stand first.
_SERIES: tuple[tuple[str, str], ...] = (
    (r"deepseek[-_ ]?r1[-_ ]?distill", "deepseek-r1-distill"),
    (r"deepseek[-_ ]?(v\d(?:\.\d)?|r\d|coder(?:-v2)?|math|moe|llm|vl2?|ocr)", "deepseek-{0}"),
    (r"code[-_ ]?llama", "codellama"),
    (r"tiny[-_ ]?llama", "tinyllama"),
    (r"open[-_ ]?llama", "openllama"),
    (r"llama[-_ ]?guard", "llama-guard"),
    (r"(?:video|next|one)?llava|bakllava", "llava"),
    (r"(?:meta[-_ ])?llama[-_ ]?(4|3[._][123]|3|2)(?![0-9b])", "llama-{0}"),
    (r"vicuna", "vicuna"),
    (r"wizard[-_ ]?(lm|coder|math)", "wizard{0}"),
    (r"codeqwen", "codeqwen"),
    (r"qwq|qvq", "qwen2.5"),
    (r"qwen[-_ ]?(\d(?:\.\d)?(?![\d.]*_?\d*b))?", "qwen{0}"),
    (r"codegemma", "codegemma"),
    (r"recurrentgemma", "recurrentgemma"),
    (r"embedding-?gemma", "embeddinggemma"),
    (r"(med|t5|pali|trans|function|vault|shield|data)gemma[-_ ]?(\d)?", "{0}gemma{1}"),
    (r"gemma[-_ ]?(\d)(?![0-9b.])", "gemma-{0}"),
    (r"gemma", "gemma-1"),
    (r"mixtral", "mixtral"),
    (r"(ministral|codestral|devstral|mathstral|pixtral|magistral|voxtral)", "{0}"),
    (r"mistral[-_ ]?(nemo|small|medium|large)", "mistral-{0}"),
    (r"zephyr", "zephyr"),
    (r"mistral", "mistral-7b"),
    (r"phi[-_ ]?(\d(?:\.\d)?)", "phi-{0}"),
    (r"gpt[-_ ]?oss", "gpt-oss"),
    (r"gpt[-_ ]?neox", "gpt-neox"),
    (r"gpt[-_ ]?neo", "gpt-neo"),
    (r"gpt[-_ ]?j(?![a-z])", "gpt-j"),
    (r"gpt[-_ ]?(1|2)(?![0-9b.])", "gpt-{0}"),
    (r"falcon[-_ ]?(h1|mamba|e|3|rw)?(?![a-z0-9])", "falcon-{0}"),
    (r"falcon(h1|3)", "falcon-{0}"),
    (r"glm[-_ ]?(\d(?:\.\d)?)", "glm-{0}"),
    (r"kimi[-_ ]?(k\d(?:\.\d)?|linear|vl|dev|audio)", "kimi-{0}"),
    (r"minimax[-_ ]?(m\d(?:\.\d)?|text|vl)?", "minimax-{0}"),
    (r"nemotron[-_ ]?(\d|nano|super|ultra|h|mini|minitron)?", "nemotron-{0}"),
    (r"granite[-_ ]?(\d)?", "granite-{0}"),
    (r"olmoe", "olmoe"),
    (r"olmo[-_ ]?(\d)?", "olmo-{0}"),
    (r"smol(lm|vlm)[-_ ]?(\d)?", "smol{0}{1}"),
    (r"lfm[-_ ]?(\d(?:\.\d)?)?", "lfm{0}"),
    (r"(?<![a-z])yi[-_ ](1\.5|coder|vl)?", "yi-{0}"),
    (r"internlm[-_ ]?(\d(?:[._]\d)?)?", "internlm{0}"),
    (r"intern[-_ ]?vl[-_ ]?(\d(?:[._]\d)?)?", "internvl{0}"),
    (r"baichuan[-_ ]?(\d)?", "baichuan{0}"),
    (r"stablelm[-_ ]?(2|zephyr)?", "stablelm-{0}"),
    (r"command[-_ ]?(r|a)", "command-{0}"),
    (r"aya[-_ ]?(\d+|expanse|vision)?(?![a-z])", "aya-{0}"),
    (r"starcoder[-_ ]?(2)?", "starcoder{0}"),
    (r"exaone[-_ ]?(\d(?:\.\d)?)?", "exaone-{0}"),
    (r"ernie[-_ ]?(\d(?:\.\d)?)?", "ernie-{0}"),
    (r"hunyuan", "hunyuan"),
    (r"mimo", "mimo"),
    (r"minicpm[-_ ]?(v|o|\d(?:\.\d)?)?", "minicpm-{0}"),
    (
        r"(?<![a-z])(solar|pythia|bloomz?|xverse|mpt|dolly|redpajama|jamba|dbrx|arctic|persimmon|fuyu|moondream|orca|amber)(?![a-z])",
        "{0}",
    ),
    (
        r"(modernbert|tinybert|distilbert|mobilebert|squeezebert|albert|deberta(?:-v\d)?|electra|xlm-?roberta|xlm-r)",
        "{0}",
    ),
    (
        r"(roberta|bge|gte|e5|jina|nomic|minilm|mpnet|siglip2?|clip|dinov\d|eva|whisper|parakeet|canary|wav2vec2|hubert)(?![a-z])",
        "{0}",
    ),
    (r"(?<![a-z])opt(?:-(?=\d)|$)", "opt"),
    (
        r"laguna|trinity|afmoe|ornith|muse|inkling|llada|sarvam|apertus|lucie|salamandra|teuken|eurollm|viking|poro|croissant",
        "@",
    ),
    (r"(?:flan|mt|umt|by|code)?-?t5", "t5"),
    (r"(?<![a-z])bert(?![a-z])", "bert"),
    (r"rwkv", "rwkv"),
    (r"mamba", "mamba"),
    (r"(?<![a-z0-9])l(3[._][123])(?=[-_])", "llama-{0}"),
    (r"(?:^|/)l([23])(?=[-_])|[-_]l([23])(?=[-_]\d+b)", "llama-{0}{1}"),
    (r"llama", "llama-1"),
)
# Series without open weights. In the name of an open model they tell whose answers it was tuned on.
_CLOSED: tuple[tuple[str, str], ...] = (
    (r"gpt[-_ ]?(?!oss)(\d(?:\.\d)?o?)(?![0-9b.])", "gpt-{0}"),
    (r"(claude|gemini)[-_ ]?(?:\w+[-_ ])?(\d(?:\.\d)?)?", "{0}-{1}"),
    (r"(?<![a-z])(grok)(?![a-z])", "{0}"),
    (r"(?<![a-z])o([1345])(?![0-9a-z])", "o{0}"),
)
_OPENED = {"xai-org"}
"""Who publishes weights of such a series."""
_OPEN_PATTERNS, _CLOSED_PATTERNS = (
    tuple((re.compile(pattern), template) for pattern, template in known) for known in (_SERIES, _CLOSED)
)


# Architectures that many series share say nothing about the series.
_SHARED = {"llama", "mistral", "mixtral", "gpt2", "qwen2"}
_MISTRAL_7B = (7.1e9, 7.4e9)


def series_of(row: Row) -> str | None:
    """The series of a model: by its name, else its declared bases, else its architecture."""
    architecture = row["architecture"]
    texts = (row["name"], *row["declared_bases"], None if architecture in _SHARED else architecture)
    if found := series(*texts, closed=row["open_weights"] is False or row["organisation"] in _OPENED):
        return found
    low, high = _MISTRAL_7B
    return "mistral-7b" if architecture == "mistral" and low < (row["params_total"] or 0) < high else None


def series(*texts: str | None, closed: bool = False) -> str | None:
    """The series named by the first of `texts` that names one, else None.

    Args:
        texts: names, most telling first.
        closed: whether the model may be of a series without open weights.
    """
    patterns = (*_CLOSED_PATTERNS, *_OPEN_PATTERNS) if closed else _OPEN_PATTERNS
    for text in texts:
        if not text:
            continue
        lower = text.lower()
        for pattern, template in patterns:
            if match := pattern.search(lower):
                filled = (
                    match.group(0) if template == "@" else template.format(*(group or "" for group in match.groups()))
                )
                return filled.replace("_", ".").strip("-")
    return None
