"""Models that a text does not want, by family or maker: "without Qwen models", "no Llama or Gemma"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.features.found import Found
from advisor.features.negations import Negation

# What a family or maker is called, and the ids of its models and of those made from them.
GLOBS = {
    "qwen": "*qwen* *qwq*",
    "llama": "*llama*",
    "mistral": "mistralai/* *mistral* *mixtral*",
    "mixtral": "*mixtral*",
    "gemma": "*gemma*",
    "deepseek": "*deepseek*",
    "phi": "*/phi-*",
    "yi": "01-ai/* */yi-*",
    "falcon": "tiiuae/* *falcon*",
    "granite": "*granite*",
    "glm": "*glm-* *glm[0-9]*",
    "internlm": "*internlm*",
    "olmo": "*olmo*",
    "nemotron": "*nemotron*",
    "kimi": "moonshotai/* *kimi-*",
    "moonshot": "moonshotai/* *kimi-*",
    "minimax": "*minimax*",
    "ernie": "*ernie-*",
    "hunyuan": "*hunyuan*",
    "exaone": "*exaone*",
    "smollm": "*smollm*",
    "gpt-oss": "*gpt-oss*",
    "whisper": "*whisper*",
    "bert": "*bert*",
    "bge": "*bge-*",
    "meta": "meta-llama/* facebook/* meta/* *llama*",
    "facebook": "meta-llama/* facebook/* meta/* *llama*",
    "google": "google/* *gemma*",
    "microsoft": "microsoft/* */phi-*",
    "alibaba": "alibaba*/* qwen/* *qwen*",
    "nvidia": "nvidia/* *nemotron*",
    "openai": "openai/* *gpt-oss* *whisper*",
    "ibm": "ibm*/* *granite*",
    "tencent": "tencent*/* *hunyuan*",
    "baidu": "baidu/* *ernie-*",
    "bytedance": "bytedance*/*",
    "cohere": "cohere*/*",
    "salesforce": "salesforce/*",
}
_MODELS = frozenset(
    ["model", "models", "modell", "modelle", "modèle", "modèles", "modelo", "modelos", "llm", "llms", "family"]
)
_LINKS = frozenset(
    ["or", "and", "nor", "oder", "und", "ou", "et", "o", "y", "von", "de", "from", "by", "of", "'s", "based"]
)
_SURE_ALONE = frozenset(GLOBS) - {
    "meta",
    "google",
    "microsoft",
    "nvidia",
    "facebook",
    "phi",
    "yi",
    "falcon",
    "granite",
}
"""Names that mean models where the word "models" does not follow."""


def unwanted_models(negations: Sequence[Negation]) -> tuple[Found, ...]:
    """`exclude` in globs, where a denial names nothing but families and makers of models."""
    found = []
    for negation in negations:
        words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", negation.what.casefold())
        names = [word.removesuffix("-based") for word in words if word not in _MODELS | _LINKS]
        of_models = not _MODELS.isdisjoint(words) or not _SURE_ALONE.isdisjoint(names)
        if names and of_models and all(name in GLOBS for name in names):
            globs = dict.fromkeys(glob for name in names for glob in GLOBS[name].split())
            end = negation.phrase.index(negation.what) + len(negation.what)
            found.append(Found("exclude", tuple(globs), negation.phrase[:end], 0.9))
    return tuple(found)


def speaks_of_models(negation: Negation) -> bool:
    """Whether a denial is one of models: "no Chinese models", "no Google"."""
    words = re.findall(r"[^\W\d_]+", negation.what.casefold())
    return not _MODELS.isdisjoint(words) or all(word in GLOBS for word in words)
