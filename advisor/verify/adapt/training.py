"""Short fine-tuning: the learning rate by a range test, then epochs until the validation loss rises or time is over."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.verify.adapt.learners import Learner
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.protocols import Indices

_RANGE = (1e-6, 1e-2)
_RANGE_STEPS = 16
_VALIDATION = 0.2
_PATIENCE = 1
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Trained:
    """How a learner was trained; its weights are those of the best epoch."""

    settings: str
    seconds: float
    n_epochs: int


def train(
    learner: Learner, texts: Sequence[str], labels: Indices, settings: AdaptSettings, progress: Progress
) -> Trained:
    """Fine-tune a learner.

    The learning rate is found by a range test (Smith 2017); a fifth of the items is kept for validation, training stops
    when its loss rises or the time is over, and the best epoch is taken.
    """
    started = time.monotonic()
    rng = np.random.default_rng(settings.seed)
    order = rng.permutation(len(texts))
    held = order[: max(learner.n_labels, round(_VALIDATION * len(texts)))]
    learned = order[len(held) :]
    step = _Step(learner, texts, labels)
    rate = _rate_by_range_test(step, learned, settings, rng, progress)
    optimizer = step.optimizer(rate)
    best, best_state, best_epoch, n_epochs = step.mean(held, settings.batch), step.state(), 0, 0

    def time_is_over() -> bool:
        return time.monotonic() - started > settings.finetune_s

    while n_epochs < settings.max_epochs and n_epochs - best_epoch <= _PATIENCE and not time_is_over():
        learner.trained.train()
        shuffled = rng.permutation(learned)
        for start in range(0, len(shuffled), settings.batch):
            step.down(optimizer, shuffled[start : start + settings.batch])
            progress(min(1.0, (time.monotonic() - started) / settings.finetune_s))
            if time_is_over():
                break
        n_epochs += 1
        seen = step.mean(held, settings.batch)
        if seen < best:
            best, best_state, best_epoch = seen, step.state(), n_epochs
    step.load(best_state)
    learner.trained.eval()
    told = f"{learner.name}, learning rate {rate:.1e}, best of {n_epochs} epochs: {best_epoch}, batch {settings.batch}"
    return Trained(told, time.monotonic() - started, best_epoch)


class _Step:
    """The loss over some items, and a step down it."""

    def __init__(self, learner: Learner, texts: Sequence[str], labels: Indices) -> None:
        import torch

        self.learner, self.texts = learner, texts
        self.labels = torch.as_tensor(labels, device=learner.module.device)

    def parameters(self) -> list[Any]:
        return list(self.learner.trained.parameters())

    def optimizer(self, rate: float) -> Any:
        import torch

        fused = self.labels.device.type in ("cpu", "cuda")
        return torch.optim.AdamW(self.parameters(), lr=rate, weight_decay=0.01, fused=fused)

    def loss(self, items: Indices) -> Any:
        import torch

        chosen = torch.as_tensor(items, device=self.labels.device)
        return self.learner.loss([self.texts[int(at)] for at in items], self.labels[chosen])

    def down(self, optimizer: Any, items: Indices) -> float:
        import torch

        if len(items) < 2:
            return math.nan
        optimizer.zero_grad()
        loss = self.loss(items)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters(), 1.0)
        optimizer.step()
        return float(loss.detach())

    def mean(self, items: Indices, batch: int) -> float:
        import torch

        self.learner.trained.eval()
        with torch.inference_mode():
            parts = [items[at : at + batch] for at in range(0, len(items), batch)]
            return float(np.mean([float(self.loss(part)) for part in parts if len(part) > 1]))

    def state(self) -> list[Any]:
        return [parameter.detach().clone() for parameter in self.parameters()]

    def load(self, state: Sequence[Any]) -> None:
        import torch

        with torch.no_grad():
            for parameter, saved in zip(self.parameters(), state, strict=True):
                parameter.copy_(saved)


def _rate_by_range_test(
    step: _Step, items: Indices, settings: AdaptSettings, rng: np.random.Generator, progress: Progress
) -> float:
    """A tenth of the rate with the lowest smoothed loss, while rates rise geometrically; the weights are put back."""
    saved = step.state()
    rates = np.geomspace(*_RANGE, _RANGE_STEPS)
    optimizer = step.optimizer(float(rates[0]))
    smooth, losses = 0.0, []
    step.learner.trained.train()
    for number, rate in enumerate(rates, 1):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        loss = step.down(optimizer, rng.choice(items, min(settings.batch, len(items)), replace=False))
        progress(0.0)
        smooth = 0.7 * smooth + 0.3 * loss
        losses.append(smooth / (1 - 0.7**number))
        if not math.isfinite(loss) or losses[-1] > 4 * min(losses):
            break
    step.load(saved)
    return float(rates[int(np.argmin(losses))] / 10)
