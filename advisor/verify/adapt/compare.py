"""Compare ways to adapt along a learning curve, on the same test items, and say which to take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.adapt.advice import advise
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.adapt.training import Loss, trainable, tune
from advisor.verify.protocols import Embedder, EvaluationTask, Indices, Model, Outputs, Vectors
from advisor.verify.statistics import difference, interval
from advisor.verify.tasks.embeddings import text_embed
from advisor.verify.tasks.heads import Head, LabelTextHead, LinearHead, NearestHead
from advisor.verify.tasks.text_classification import TextClassification

Progress = Callable[[float], None]
AS_IS, NEAREST, LINEAR, TUNED = "use as is", "nearest neighbours", "linear head", "fine-tune"
_FLOAT_MIB = 4 / 2**20


@dataclass(frozen=True)
class Tried:
    """One way, what it answered and what it cost."""

    name: str
    n_labels: int
    outputs: Outputs
    seconds: float
    size_mib: float
    settings: str = ""


def work(
    model: Model, task: EvaluationTask, options: Mapping[str, Any], progress: Progress
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`compare` as a runner calls it: the comparison as JSON, and no arrays."""
    comparison = compare(model, task, AdaptSettings.model_validate(dict(options)), progress)
    return {"comparison": comparison.model_dump(mode="json")}, {}


def compare(model: Model, task: EvaluationTask, settings: AdaptSettings, progress: Progress) -> OptionComparison:
    """Ways to classify the user's texts with a model that embeds.

    Raises:
        NotAvailable: the task is not text classification, or the model does not embed.
    """
    if not isinstance(task, TextClassification) or not isinstance(model, Embedder):
        raise NotAvailable("ways to adapt are compared for text classification with models that embed")
    return Comparison(model, task, settings, progress).result()


class Comparison:
    """The ways of one model on one task."""

    def __init__(self, model: Embedder, task: TextClassification, settings: AdaptSettings, progress: Progress) -> None:
        self.task, self.settings, self.progress = task, settings, progress
        half = len(task.test) // 2 if task.folds is not None else 0
        self.test = task.test[: half or None][: settings.max_test]
        self.train = task.train[half:]
        self.model = model
        self.references = task.y[self.test].tolist()
        self.failed: list[Option] = []

    def result(self) -> OptionComparison:
        """Everything that was tried, the advice and the curve."""
        embed = text_embed(self.model)
        started = time.monotonic()
        vectors = self.task.embeddings.at(np.union1d(self.train, self.test), embed, lambda x: self.progress(0.3 * x))
        known = dict(zip(np.union1d(self.train, self.test).tolist(), vectors, strict=True))
        embed_s = (time.monotonic() - started) / max(1, len(known))
        whole = [self._as_is()] if self._told_by_texts() else []
        curve: list[Tried] = []
        for items in self._sizes():
            for name, head in ((NEAREST, NearestHead), (LINEAR, LinearHead)):
                curve.append(self._head(name, head, items, known, embed_s))
        curve += [one for items in self._sizes()[-2:] for one in self._tuned(items)]
        most = len(self.train)
        tried = whole + [one for one in curve if one.n_labels == most]
        return advise(
            self.task.metrics[0],
            self.references,
            tried,
            [self._option(one, tried) for one in tried] + self.failed,
            [self._option(one, ()) for one in sorted(curve, key=lambda one: (one.name, one.n_labels))],
            [one for one in curve if one.name == LINEAR],
        )

    def _sizes(self) -> list[Indices]:
        groups = [self.train[self.task.y[self.train] == label] for label in np.unique(self.task.y[self.train])]
        parts = [np.concatenate([group[:size] for group in groups]) for size in self.settings.sizes]
        return [part for part in parts if len(part) < 0.8 * len(self.train)] + [self.train]

    def _told_by_texts(self) -> bool:
        if all(text.strip().lstrip("-").isdigit() for text in self.task.label_texts()):
            note = "the labels are numbers: say in words what they mean (label_texts)"
            self.failed.append(Option(name=AS_IS, n_labels=0, note=note))
            return False
        return True

    def _as_is(self) -> Tried:
        started = time.monotonic()
        head = LabelTextHead(self.model.embed(self.task.label_texts()))
        return Tried(AS_IS, 0, self._answers(head, self._vectors(self.test)), time.monotonic() - started, 0.0)

    def _vectors(self, items: Indices) -> Vectors:
        return self.task.embeddings.at(items, text_embed(self.model))

    def _head(self, name: str, make: Any, items: Indices, known: Mapping[int, Vectors], embed_s: float) -> Tried:
        started = time.monotonic()
        vectors = np.stack([known[at] for at in items.tolist()])
        head = make(vectors, self.task.y[items])
        outputs = self._answers(head, self._vectors(self.test))
        n_kept = vectors.size if name == NEAREST else (vectors.shape[1] + 1) * len(self.task.labels)
        settings = f"inverse penalty {head.penalty:g}" if isinstance(head, LinearHead) else "10 neighbours"
        seconds = time.monotonic() - started + embed_s * len(items)
        return Tried(name, len(items), outputs, seconds, n_kept * _FLOAT_MIB, settings)

    def _tuned(self, items: Indices) -> list[Tried]:
        module = trainable(self.model)
        if module is None or not self.settings.finetune:
            return []
        losses: tuple[Loss, ...] = ("contrastive", "classification")
        return [self._tune(module, items, loss) for loss in losses]

    def _tune(self, module: Any, items: Indices, loss: Loss) -> Tried:
        texts, labels = [self.task.inputs[at] for at in items], self.task.y[items]
        tuned = tune(module, texts, labels, loss, self.settings, lambda _: self.progress(0.5))
        started = time.monotonic()
        vectors = tuned.embed([self.task.inputs[at] for at in self.test])
        if tuned.layer is not None:
            import torch

            with torch.inference_mode():
                scores = tuned.layer(torch.as_tensor(vectors, device=tuned.module.device))
            outputs = scores.argmax(dim=1).cpu().numpy().astype(np.int32)[:, None]
        else:
            outputs = self._answers(LinearHead(tuned.embed(texts), labels), vectors)
        n_kept = sum(parameter.numel() for parameter in tuned.module.parameters())
        seconds = tuned.seconds + time.monotonic() - started
        return Tried(f"{TUNED} ({loss})", len(items), outputs, seconds, n_kept * _FLOAT_MIB, tuned.settings)

    def _answers(self, head: Head, vectors: Vectors) -> Outputs:
        return head.predict(vectors)[:, None].astype(np.int32)

    def _option(self, one: Tried, others: Sequence[Tried]) -> Option:
        metric = self.task.metrics[0]
        reference = next((other for other in others if other.name == LINEAR), None)
        gap = None
        if reference is not None and reference is not one:
            pair = (one.name, one.outputs), (LINEAR, reference.outputs)
            gap = difference(metric, *pair, self.references).difference
        return Option(
            name=one.name,
            n_labels=one.n_labels,
            quality=interval(metric, one.outputs, self.references),
            difference=gap,
            size_mib=one.size_mib,
            seconds=one.seconds,
            settings=one.settings,
        )
