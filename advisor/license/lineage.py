"""Base models read from names: a fine-tune whose card declares nothing still says "Llama-3.1" in its id."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Inference(NamedTuple):
    """A license read from a model id."""

    license_id: str
    why: str
    family: frozenset[str]
    """Licenses of all versions of that base model."""


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    license_id: str
    family: str


def _rule(pattern: str, license_id: str, family: str) -> _Rule:
    return _Rule(re.compile(pattern), license_id, family)


_SIZE = r"(?![.\d]|[-_ ]?[bm](?![a-z]))"
"""After a version number: no further digit, and no unit that would make the number a size (open-llama-3b)."""
_POINT = r"(?!\d)(?![bm](?![a-z]))"

RULES: dict[str, tuple[_Rule, ...]] = {
    "llama": (
        _rule(r"code-?llama", "llama2", "Code Llama (Llama 2)"),
        _rule(r"r1-distill-llama-8b", "llama3.1", "Llama 3.1"),
        _rule(r"r1-distill-llama-70b", "llama3.3", "Llama 3.3"),
        _rule(r"llama-?guard-?7b", "llama2", "Llama Guard (Llama 2)"),
        _rule(rf"llama[-_ ]?v?3[._p]?1{_POINT}", "llama3.1", "Llama 3.1"),
        _rule(rf"llama[-_ ]?v?3[._p]?2{_POINT}", "llama3.2", "Llama 3.2"),
        _rule(rf"llama[-_ ]?v?3[._p]?3{_POINT}", "llama3.3", "Llama 3.3"),
        _rule(rf"llama[-_ ]?v?4{_SIZE}", "llama4", "Llama 4"),
        _rule(rf"llama[-_ ]?v?3{_SIZE}", "llama3", "Llama 3"),
        _rule(rf"llama[-_ ]?v?2{_SIZE}", "llama2", "Llama 2"),
    ),
    "vicuna": (
        _rule(r"vicuna-(?:7|13|33)b-v1\.5", "llama2", "Vicuna 1.5 (Llama 2)"),
        _rule(r"vicuna-(?:7|13|33)b-v1\.[13]", "llama1", "Vicuna 1.1 to 1.3 (first LLaMA)"),
    ),
    "gemma": (
        _rule(r"medgemma|txgemma", "hai-def", "Health AI Developer Foundations"),
        _rule(r"(?:code|pali|shield|recurrent|data|embedding|t5)-?gemma", "gemma", "Gemma"),
        _rule(rf"(?<![a-z])gemma-?(?:[123](?:\.1)?n?{_SIZE}|[27]b)", "gemma", "Gemma"),
    ),
    "falcon": (
        _rule(r"falcon-?180b", "falcon-180b-tii", "Falcon-180B"),
        _rule(r"falcon-?11b|falcon2-11b", "falcon-2-tii", "Falcon 2"),
        _rule(r"falcon-?3-|falcon-mamba|falcon-h1", "falcon-llm-license", "Falcon 3"),
    ),
    "qwen": (
        _rule(r"qwen-?2\.5(?:-(?:coder|math|vl|omni))?-3b(?!\d)", "qwen-research", "Qwen2.5 3B"),
        _rule(r"qwen-?2\.5(?:-(?:math|vl))?-72b", "qwen", "Qwen2.5 72B"),
        _rule(r"qwen-?2(?:-(?:math|vl))?-72b|qwen-?1\.5-(?:7|14|32|72|110)b", "tongyi-qianwen", "Qwen of 2024"),
    ),
    "codestral": (_rule(r"codestral-22b", "mnpl-0.1", "Codestral 22B"),),
    "mistral-large": (_rule(r"mistral-large-(?:instruct-)?24\d\d", "mrl-0.1", "Mistral Large 2"),),
    "c4ai": (_rule(r"c4ai-command", "cohere-cc-by-nc-aup", "Cohere Command"),),
    "aya-expanse": (_rule(r"aya-expanse", "cohere-cc-by-nc-aup", "Cohere Aya Expanse"),),
    "deepseek": (_rule(r"deepseek-(?:llm|coder|moe|math|v2)(?![a-z0-9])", "deepseek-model-1.0", "DeepSeek before R1"),),
    "starcoder": (_rule(r"starcoder(?:base|2|plus)?(?![a-z])", "bigcode-openrail-m", "StarCoder"),),
    "bloom": (_rule(r"(?<![a-z])bloomz?(?![a-z])", "bigscience-bloom-rail-1.0", "BLOOM"),),
    "exaone": (_rule(r"exaone-(?:3|deep)", "exaone-1.1-nc", "EXAONE 3"),),
}
"""Word in the id to its rules; the first match wins. Sources: license files and cards of the named base models."""

_OWN_TRAINING = re.compile(r"tiny-?llama|open-?_?llama|smol-?_?llama|llama\.?-?cpp|llamafile|babyllama|llama-?index")
"""Names with "llama" that carry none of Meta's weights: trained from scratch on open data, or tools."""


@lru_cache(maxsize=1 << 16)
def infer_base(model_id: str) -> Inference | None:
    """License of the base model that an id names, and why; None when it names none for sure.

    The bare architecture word "llama" infers nothing: many models use the architecture with weights of their own.
    """
    name = model_id.lower()
    for word, rules in RULES.items():
        if word in name:
            for rule in rules:
                if rule.pattern.search(name):
                    if word == "llama" and _OWN_TRAINING.search(name):
                        break
                    family = frozenset(each.license_id for each in rules)
                    return Inference(rule.license_id, f"its name says it is made from {rule.family}", family)
    return None
