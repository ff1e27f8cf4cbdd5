"""Texts that are longer than what a model reads."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.verify.protocols import Model, Windowed

_SAMPLE = 200


def warning_of_cuts(model: Model, texts: Sequence[str]) -> str:
    """What share of the texts a model cuts at its window, counted with its own tokenizer; empty if hardly any.

    Args:
        model: one that is `Windowed`, else nothing is told.
        texts: of which the first 200 are counted.
    """
    if not isinstance(model, Windowed) or not model.max_tokens or not texts:
        return ""
    counts = model.count_tokens(list(texts[:_SAMPLE]))
    share = sum(count > model.max_tokens for count in counts) / len(counts)
    if share < 0.01:
        return ""
    return f"{share:.0%} of the texts are longer than its window of {model.max_tokens} tokens and were cut"
