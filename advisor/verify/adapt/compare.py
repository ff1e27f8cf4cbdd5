"""Compare ways to adapt along a learning curve, on the same test items, and say which to take."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.adapt.advice import advise
from advisor.verify.adapt.learners import LEARNERS, Learner
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.adapt.training import train
from advisor.verify.kept import Kept
from advisor.verify.protocols import Embedder, EvaluationTask, Indices, Model, Outputs, Vectors
from advisor.verify.statistics import difference, interval
from advisor.verify.tasks.embeddings import picked, text_embed
from advisor.verify.tasks.heads import Head, LabelTextHead, LinearHead, NearestHead
from advisor.verify.tasks.text_classification import TextClassification
from advisor.verify.torch_encoder import asked, module_of

Progress = Callable[[float], None]
AS_IS, NEAREST, LINEAR, TUNED = "use as is", "nearest neighbours", "linear head", "fine-tune"
_FLOAT_MIB = 4 / 2**20
_TIMED = 32


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
    model: Model, task: EvaluationTask, options: Mapping[str, Any], progress: Progress, cache: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`compare` as a runner calls it: the comparison as JSON, and no arrays."""
    comparison = compare(model, task, AdaptSettings.model_validate(dict(options)), progress, cache)
    return {"comparison": comparison.model_dump(mode="json")}, {}


def compare(
    model: Model, task: EvaluationTask, settings: AdaptSettings, progress: Progress, cache: Path | None = None
) -> OptionComparison:
    """Ways to classify the user's texts with a model that embeds.

    Args:
        model: loaded; its weights stay as they are.
        task: the user's data.
        settings: how much is spent.
        progress: told the share that is done.
        cache: folder of the candidate, where finished fine-tunes are kept for a run that goes on after an interrupt.

    Raises:
        NotAvailable: the task is not text classification, or the model does not embed.
    """
    if not isinstance(task, TextClassification) or not isinstance(model, Embedder):
        raise NotAvailable("ways to adapt are compared for text classification with models that embed")
    return Comparison(model, task, settings, progress, Kept(cache, "adapt", settings)).result()


class Comparison:
    """The ways of one model on one task."""

    def __init__(
        self, model: Embedder, task: TextClassification, settings: AdaptSettings, progress: Progress, kept: Kept
    ) -> None:
        self.task, self.settings, self.progress, self.kept = task, settings, progress, kept
        half = len(task.test) // 2 if task.folds is not None else 0
        self.test = task.test[: half or None][: settings.max_test]
        self.train = task.train[half:]
        self.model = model
        self.references = task.y[self.test].tolist()
        self.failed: list[Option] = []

    def result(self) -> OptionComparison:
        """Everything that was tried, the advice and the curve."""
        embed = text_embed(self.model)
        items = np.union1d(self.train, self.test)
        vectors = self.task.embeddings.at(items, embed, lambda share: self.progress(0.3 * share))
        known = dict(zip(items.tolist(), vectors, strict=True))
        embed_s = self._embed_s()
        whole = [self._as_is()] if self._told_by_texts() else []
        curve: list[Tried] = []
        for items in self._sizes():
            for name, head in ((NEAREST, NearestHead), (LINEAR, LinearHead)):
                curve.append(self._head(name, head, items, known, embed_s))
        curve += self._tuned()
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

    def _embed_s(self) -> float:
        """Time that embedding one text takes, s: vectors that the race left are not made again, but cost the same."""
        texts = picked(self.task.inputs, self.train[:_TIMED])
        started = time.monotonic()
        self.model.embed(texts)
        return (time.monotonic() - started) / len(texts)

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

    def _tuned(self) -> list[Tried]:
        """Fine-tunes on the two largest sizes; a way that cannot be trained is told with its cause."""
        module = module_of(self.model)
        if module is None or not self.settings.finetune:
            return []
        found = []
        sizes = self._sizes()[-2:]
        for number, learner in enumerate(LEARNERS):
            for place, items in enumerate(sizes):
                before = 0.3 + 0.7 * (number + place / len(sizes)) / len(LEARNERS)
                self.progress(before)
                try:
                    found.append(self._tune(module, items, learner, before))
                except Exception as error:
                    self.failed.append(Option(name=_tuned_name(learner), n_labels=len(items), note=_cause(error)))
                    break
        return found

    def _tune(self, module: Any, items: Indices, kind: type[Learner], before: float) -> Tried:
        step = 0.7 / len(LEARNERS) / 2

        def make() -> tuple[Outputs, dict[str, Any]]:
            started = time.monotonic()
            texts, labels = self._texts(items), self.task.y[items]
            learner = kind(module, len(self.task.labels), self.settings)
            trained = train(learner, texts, labels, self.settings, lambda share: self.progress(before + share * step))
            outputs = learner.answers(texts, labels, self._texts(self.test))[:, None].astype(np.int32)
            n_kept = sum(parameter.numel() for parameter in learner.trained.parameters())
            seconds = time.monotonic() - started
            return outputs, {"seconds": seconds, "size_mib": n_kept * _FLOAT_MIB, "settings": trained.settings}

        outputs, figures = self.kept.get(f"{kind.name} {len(items)}", make)
        return Tried(_tuned_name(kind), len(items), outputs, **figures)

    def _texts(self, items: Indices) -> list[str]:
        return asked(self.model, picked(self.task.inputs, items), "document")

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


def _tuned_name(kind: type[Learner]) -> str:
    return f"{TUNED} ({kind.name})"


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
