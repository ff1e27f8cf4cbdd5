"""What models can do, in words, and whether it is what a task needs."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.verify.protocols import (
    Embedder,
    Generator,
    ImageClassifier,
    ImageEmbedder,
    Model,
    PairScorer,
    Searcher,
    TextClassifier,
)

_WORDS: dict[type, str] = {
    Embedder: "embeds texts",
    ImageEmbedder: "embeds images",
    ImageClassifier: "classifies images",
    PairScorer: "scores pairs of texts",
    Searcher: "searches",
    TextClassifier: "classifies texts",
    Generator: "writes",
}


def capabilities(model: Model) -> tuple[type, ...]:
    """What a loaded model can do."""
    return tuple(one for one in _WORDS if isinstance(model, one))


def unable(gives: Sequence[type], needs: Sequence[type]) -> str:
    """Why a model cannot do a task; empty if it can.

    Args:
        gives: its capabilities.
        needs: capabilities, of which the task needs one.
    """
    if set(gives) & set(needs):
        return ""
    return f"it {_said(gives) or 'does nothing that is known'}; the task needs a model that {_said(needs)}"


def _said(capabilities: Sequence[type]) -> str:
    return " or ".join(_WORDS.get(one, one.__name__) for one in capabilities)
