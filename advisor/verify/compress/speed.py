"""Speed of a way beside that of the unchanged model, timed in turn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median

from advisor.domain.verification import Option
from advisor.verify.backends.common import BATCH
from advisor.verify.compress.encoders import Encoder

_REPEATS = 3


class InTurn:
    """Times ways in turn with the unchanged model, so that what else the machine does meets both.

    A time is told as that of the unchanged model, as it was timed at first, times the ratio of the two.
    """

    def __init__(self, unchanged: Encoder, texts: Sequence[str], n_single: int) -> None:
        """Takes the texts that are timed.

        Args:
            unchanged: the model as it is.
            texts: all of them, for batches.
            n_single: how many are also timed one by one.
        """
        self.unchanged = unchanged
        self._single = [[text] for text in texts[:n_single]]
        self._batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)] * _REPEATS
        self._first: dict[str, float] = {}
        """Seconds of a text."""

    def figures(self, way: Encoder) -> dict[str, float]:
        """Median time of one text, ms, and texts/s in batches, as fields of an option."""
        one = self._seconds(way, self._single, "one")
        return {"latency_ms": one * 1000, "throughput": 1 / self._seconds(way, self._batches, "many")}

    def resume(self, unchanged: Option) -> None:
        """Go on with the times that the unchanged model was told to take."""
        if unchanged.latency_ms and unchanged.throughput:
            self._first = {"one": unchanged.latency_ms / 1000, "many": 1 / unchanged.throughput}

    def _seconds(self, way: Encoder, calls: Sequence[Sequence[str]], kind: str) -> float:
        pairs = [(_timed(self.unchanged, texts), _timed(way, texts)) for texts in (calls[0], *calls)][1:]
        before, after = (float(median(times)) for times in zip(*pairs, strict=True))
        return self._first.setdefault(kind, before) * after / before


def _timed(model: Encoder, texts: Sequence[str]) -> float:
    """Seconds of a text."""
    started = time.perf_counter()
    model.embed(texts)
    return (time.perf_counter() - started) / len(texts)
