"""Drop candidates that cannot win any more: a sequential paired test whose error rate is spent over all its looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from advisor.verify.protocols import Metric, Outputs
from advisor.verify.statistics.bootstrap import draws

STAGES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Shares of the items after which is looked."""
_LEAST_ITEMS = 30
"""Fewer items are not judged: a spread cannot be told from them."""
_N_RESAMPLES = 500


@dataclass(frozen=True)
class Dropped:
    """A candidate that cannot win any more."""

    key: str
    leader: str
    behind: float
    """Of the leader, in the metric's unit."""
    most: float
    """That it may be ahead of the leader on all items, at the error rate; negative."""
    n_items: int

    @property
    def cause(self) -> str:
        """Why it was dropped, in words."""
        return f"{self.behind:.3f} behind {self.leader} after {self.n_items} items: cannot win any more"


@dataclass
class Race:
    """Who goes on after each stage.

    A candidate is dropped when, by a paired one-sided test against the leader, it would not be ahead on all items. The
    error rate is divided by the number of looks and of rivals (Bonferroni), so that the candidate that evaluating
    everything would put first is dropped with at most that chance. The items of a stage are drawn from a finite set
    without replacement, so the spread of what all of them would show shrinks with the share that was seen.
    """

    metric: Metric
    references: Sequence[Any]
    keys: Sequence[str]
    error_rate: float = 0.05
    stages: Sequence[float] = STAGES
    kept: frozenset[str] = frozenset()
    """Keys that are never dropped, such as baselines."""
    dropped: list[Dropped] = field(default_factory=list)
    beaten: set[str] = field(default_factory=set)
    """Of those that are never dropped, the ones that cannot win any more."""

    @property
    def remaining(self) -> list[str]:
        """Those that go on, in their first order."""
        gone = {one.key for one in self.dropped}
        return [key for key in self.keys if key not in gone]

    @property
    def can_win(self) -> list[str]:
        """Those that were not told to be unable to."""
        return [key for key in self.remaining if key not in self.beaten]

    def judge(self, outputs: Mapping[str, Outputs]) -> list[Dropped]:
        """Drop those that cannot win, given outputs of the same first items for every one that goes on.

        Candidates that failed are simply not in `outputs`.
        """
        running = [key for key in self.remaining if key in outputs]
        n = min((len(outputs[key]) for key in running), default=0)
        if len(running) < 2 or n < min(_LEAST_ITEMS, len(self.references)) or n == len(self.references):
            return []
        seen = self.references[:n]
        sign = 1.0 if self.metric.higher_is_better else -1.0
        first = {key: _answers(self.metric, outputs[key][:n]) for key in running}
        figures = {key: sign * self.metric.aggregate(first[key], seen, np.arange(n)) for key in running}
        leader = max(running, key=lambda key: figures[key])
        drawn = {key: sign * draws(self.metric, first[key], seen, _N_RESAMPLES) for key in running}
        fresh = []
        for key in running:
            spread = float((drawn[key] - drawn[leader]).std(ddof=1))
            most = figures[key] - figures[leader] + self._quantile(n) * spread
            if key == leader or spread == 0 or most >= 0:
                continue
            if key in self.kept:
                self.beaten.add(key)
            else:
                fresh.append(Dropped(key, leader, figures[leader] - figures[key], most, n))
        self.dropped.extend(fresh)
        return fresh

    def _quantile(self, n: int) -> float:
        from scipy.stats import t

        looks = sum(share < 1 for share in self.stages) * max(1, len(self.keys) - 1)
        unseen = 1 - n / len(self.references)
        return float(t.ppf(1 - self.error_rate / looks, n - 1) * unseen**0.5)


def cost_of_all(seconds: Mapping[str, float], work: Mapping[str, float], whole: float) -> float:
    """Time that evaluating every candidate whole would have taken, s, each at the pace it was seen to have.

    Args:
        seconds: time spent by candidate, s.
        work: inputs that each took in, training items included (`EvaluationTask.work`).
        whole: inputs of the whole evaluation.
    """
    return sum(spent * whole / work[key] for key, spent in seconds.items() if work.get(key))


def _answers(metric: Metric, outputs: Outputs) -> Outputs:
    """Without refits: who is best on all items, with the heads that there are, does not depend on them."""
    return outputs[:, :1] if metric.refits and outputs.ndim > 1 else outputs
