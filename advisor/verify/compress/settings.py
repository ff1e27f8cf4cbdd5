"""What is tried, and on how many items."""

from __future__ import annotations

from advisor.domain.base import Frozen, Positive, PositiveCount, Share


class CompressSettings(Frozen):
    """What is tried, and on how many items."""

    max_test: PositiveCount = 300
    """Most items that every way is measured on."""
    dimensions: tuple[PositiveCount, ...] = (256, 128, 64)
    """Dimensions that vectors are cut to."""
    pruned: tuple[Share, ...] = (0.3, 0.5)
    """Shares of the weights of linear layers that are set to zero, the smallest first."""
    pruned_heads: tuple[Share, ...] = (0.25, 0.5)
    """Shares of the attention heads that are cut out, the least important first."""
    head_texts: PositiveCount = 64
    """Texts that the importance of attention heads is told by."""
    threads: PositiveCount = 1
    """Threads of ONNX Runtime."""
    most_lost: Positive = 0.02
    """Quality, in the metric's unit, that a way may lose at most, at the lower end of its interval, to be taken."""
    timed: PositiveCount = 20
    """Items that latency is told from."""
