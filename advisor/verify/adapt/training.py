"""Short fine-tuning of a sentence encoder: a contrastive loss (SetFit) or a classification layer (cross-entropy)."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.protocols import Indices, Vectors

Loss = Literal["contrastive", "classification"]
_RANGE = (1e-6, 1e-2)
_RANGE_STEPS = 16
_VALIDATION = 0.2
_PATIENCE = 1
_BLOCK = 32


@dataclass(frozen=True)
class Tuned:
    """A fine-tuned encoder and how it was made."""

    module: Any
    layer: Any | None
    """The classification layer; None after a contrastive loss."""
    settings: str
    seconds: float
    n_epochs: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) vectors."""
        import torch

        with torch.inference_mode():
            found = [_encode(self.module, texts[at : at + _BLOCK]).cpu() for at in range(0, len(texts), _BLOCK)]
        return np.asarray(torch.cat(found).numpy(), np.float32)


def trainable(model: Any) -> Any | None:
    """The torch module of a loaded sentence encoder; None where there are no weights to train."""
    module = getattr(model, "model", None)
    return module if hasattr(module, "tokenize") and hasattr(module, "parameters") else None


def tune(
    module: Any,
    texts: Sequence[str],
    labels: Indices,
    loss: Loss,
    settings: AdaptSettings,
    progress: Callable[[float], None],
) -> Tuned:
    """Fine-tune a copy of a module.

    The learning rate is found by a range test (Smith 2017); a fifth of the items is kept for validation, training stops
    when its loss rises or the time is over, and the best epoch is taken.
    """
    import torch

    started = time.monotonic()
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    module = copy.deepcopy(module)
    module.max_seq_length = min(settings.max_tokens, module.max_seq_length or settings.max_tokens)
    n_labels = int(labels.max()) + 1
    width = int(_encode(module, texts[:1]).shape[1])
    layer = torch.nn.Linear(width, n_labels).to(module.device) if loss == "classification" else None
    order = rng.permutation(len(texts))
    held = order[: max(n_labels, round(_VALIDATION * len(texts)))]
    learned = order[len(held) :]
    step = _Step(module, layer, texts, torch.as_tensor(labels, device=module.device))
    rate = _rate_by_range_test(step, learned, settings, rng, progress)
    optimizer = torch.optim.AdamW(step.parameters(), lr=rate, weight_decay=0.01)
    best, best_state, n_epochs, worse = step.mean(held, settings.batch), step.state(), 0, 0
    for epoch in range(settings.max_epochs):
        module.train()
        shuffled = rng.permutation(learned)
        for start in range(0, len(shuffled), settings.batch):
            step.train(optimizer, shuffled[start : start + settings.batch])
            progress(min(1.0, (time.monotonic() - started) / settings.finetune_s))
            if time.monotonic() - started > settings.finetune_s:
                break
        seen = step.mean(held, settings.batch)
        worse = worse + 1 if seen >= best else 0
        if seen < best:
            best, best_state, n_epochs = seen, step.state(), epoch + 1
        if worse > _PATIENCE or time.monotonic() - started > settings.finetune_s:
            break
    step.load(best_state)
    module.eval()
    told = f"{loss}, learning rate {rate:.1e}, best of {epoch + 1} epochs: {n_epochs}, batch {settings.batch}"  # pyright: ignore[reportPossiblyUnboundVariable]
    return Tuned(module, layer, told, time.monotonic() - started, n_epochs)


class _Step:
    """The loss over some items, and a step down it."""

    def __init__(self, module: Any, layer: Any, texts: Sequence[str], labels: Any) -> None:
        self.module, self.layer, self.texts, self.labels = module, layer, texts, labels

    def parameters(self) -> list[Any]:
        return [*self.module.parameters(), *(self.layer.parameters() if self.layer is not None else ())]

    def loss(self, items: Indices) -> Any:
        import torch
        from torch.nn import functional

        vectors = _encode(self.module, [self.texts[at] for at in items])  # pyright: ignore[reportArgumentType]
        labels = self.labels[torch.as_tensor(items, device=self.labels.device)]
        if self.layer is not None:
            return functional.cross_entropy(self.layer(vectors), labels)
        unit = functional.normalize(vectors)
        same = (labels[:, None] == labels[None, :]).float()
        apart = torch.triu(torch.ones_like(same), diagonal=1).bool()
        return functional.mse_loss((unit @ unit.T)[apart], same[apart])

    def train(self, optimizer: Any, items: Indices) -> float:
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

        self.module.eval()
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


def _encode(module: Any, texts: Sequence[str]) -> Any:
    features = (module.preprocess if hasattr(module, "preprocess") else module.tokenize)(list(texts))
    moved = {name: value.to(module.device) if hasattr(value, "to") else value for name, value in features.items()}
    return module(moved)["sentence_embedding"]


def _rate_by_range_test(
    step: _Step,
    items: Indices,
    settings: AdaptSettings,
    rng: np.random.Generator,
    progress: Callable[[float], None],
) -> float:
    """A tenth of the rate with the lowest smoothed loss, while rates rise geometrically; the weights are put back."""
    import torch

    saved = step.state()
    rates = np.geomspace(*_RANGE, _RANGE_STEPS)
    optimizer = torch.optim.AdamW(step.parameters(), lr=float(rates[0]))
    smooth, losses = 0.0, []
    step.module.train()
    for number, rate in enumerate(rates, 1):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        loss = step.train(optimizer, rng.choice(items, min(settings.batch, len(items)), replace=False))
        progress(0.0)
        smooth = 0.7 * smooth + 0.3 * loss
        losses.append(smooth / (1 - 0.7**number))
        if not math.isfinite(loss) or losses[-1] > 4 * min(losses):
            break
    step.load(saved)
    return float(rates[int(np.argmin(losses))] / 10)
