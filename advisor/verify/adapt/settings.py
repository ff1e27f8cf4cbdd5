"""How much is spent on comparing ways to adapt."""

from __future__ import annotations

from pydantic import Field

from advisor.domain.base import Flag, Frozen, Positive, PositiveCount


class AdaptSettings(Frozen):
    """How much is spent on comparing ways to adapt."""

    max_test: PositiveCount = 500
    """Most items that every way is measured on."""
    finetune: Flag = True
    """Whether weights are trained too, where the model is a torch module."""
    finetune_s: Positive = 120.0
    """Most time of one fine-tune, s."""
    max_epochs: PositiveCount = 5
    """Most passes over the training items; early stopping ends sooner."""
    batch: PositiveCount = 16
    """Texts a training step."""
    max_tokens: PositiveCount = 128
    """Tokens of a text that training reads."""
    seed: int = 0
    """Seed of what is drawn."""
    sizes: tuple[PositiveCount, ...] = Field(default=(8, 32, 128))
    """Labelled examples a label on the learning curve; all of them are always on it."""
