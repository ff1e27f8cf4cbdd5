"""How data are read, split and asked: everything that changes a figure, so that it is part of the data's hash."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from advisor.domain.base import Frozen, PositiveCount, Share

Head = Literal["auto", "linear", "knn", "zero-shot"]


class DataOptions(Frozen):
    """How data are read, split and asked."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Column by role, where the file's names do not tell."""
    max_train: PositiveCount = 1000
    """Most items that heads learn from; every candidate must embed them all."""
    max_test: PositiveCount = 2000
    """Most items, or queries, that quality is measured on."""
    max_documents: PositiveCount = 50_000
    """Most documents that are searched; those that are right answers are always kept."""
    test_share: Share = 0.5
    """Share of the items that quality is measured on, where the file does not say."""
    folds_below: PositiveCount = 400
    """Fewer items than this are cross-validated."""
    seed: int = 0
    """Seed of the order of the items and of the split."""
    head: Head = "auto"
    """What classifies on top of embeddings: linear, knn, zero-shot, or auto (linear where there are labels enough)."""
    label_texts: dict[str, str] = Field(default_factory=dict)
    """What a label means, in words, for zero-shot classification."""
    pattern: str = ""
    """Regular expression that a right generated answer matches; {answer} stands for the right answer."""
    instruction: str = ""
    """What is said before every prompt of a generation."""
    max_tokens: PositiveCount = 64
    """Most tokens of a generated answer; code gets at least 512."""
