"""Which models are mixtures of experts, also where nothing states how many parameters a token uses."""

from __future__ import annotations

import re

from advisor.domain.model import Architecture

_MIXTURES = re.compile(
    r"\w*moe(?!hybrid)|mixtral|gpt_oss|deepseek_v\d|kimi_(?:k|linear)|qwen\d+_next|glm_moe|minimax|mimo_v2|afmoe|dbrx|arctic"
    r"|llama4(?!_text)|jamba|grok|dots1|hy_v3|laguna|bailing"
)
"""Architectures, by how their names begin, all of whose models are mixtures."""


def is_mixture(architecture: Architecture) -> bool:
    """Whether a token uses a part of the parameters only."""
    return (architecture.n_experts or 0) > 1 or bool(_MIXTURES.match((architecture.name or "").casefold()))
