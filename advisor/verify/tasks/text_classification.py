"""Text classification: a head on frozen embeddings, label texts, a classifier of its own, or a prompt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared
from advisor.verify.protocols import Embedder, Generated, Generator, Indices, Model, Outputs, TextClassifier
from advisor.verify.tasks.classification import Classification, Predict
from advisor.verify.tasks.embeddings import Progress, require, text_embed
from advisor.verify.tasks.heads import LabelTextHead

_MOST_CHARS = 4000
_ANSWER_TOKENS = 16


class TextClassification(Classification):
    """Name the class of a text."""

    task: ClassVar[tuple[Task, ...]] = (Task.TEXT_CLASSIFICATION,)
    needs: ClassVar[tuple[type, ...]] = (TextClassifier, Embedder, Generator)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache, "text")
        self._known: Outputs | None = None

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        items = self.test[start:stop]
        if isinstance(model, TextClassifier):
            return self._by_classifier(model, start, stop)
        if isinstance(model, Embedder):
            head = None if self.learns() else LabelTextHead(model.embed(self.label_texts()))
            return self.by_vectors(items, text_embed(model), head, progress)
        return self._by_prompt(model, items, progress)

    def label_texts(self) -> list[str]:
        """What each label means, in words."""
        return [self.prepared.options.label_texts.get(label, label.replace("_", " ")) for label in self.labels]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        if isinstance(model, TextClassifier):
            model.classify(inputs)
        elif isinstance(model, Embedder):
            model.embed(inputs)
        else:
            return list(model.generate([self._prompt(text) for text in inputs], _ANSWER_TOKENS, ("\n",)))
        return None

    def _by_classifier(self, model: TextClassifier, start: int, stop: int) -> Outputs:
        """One that learns is fitted, and asked about all items, in one go: fitting forgets what was fitted before."""
        learns = getattr(model, "learns", True)

        def fit(train: Indices) -> Predict:
            if learns:
                model.fit([self.inputs[at] for at in train], [self.labels[self.y[at]] for at in train])
            return lambda at: self._positions(model.classify([self.inputs[one] for one in at]))

        if not learns:
            return fit(self.train)(self.test[start:stop])[:, None].astype(np.int32)
        if self._known is None:
            self._known = self.answers(self.test, lambda train: _at_once(fit(train), self.test), refits=True)
            fit(self.train)
        return self._known[start:stop]

    def _by_prompt(self, model: Generator, items: Indices, progress: Progress) -> Outputs:
        found = []
        for n, item in enumerate(items, 1):
            answer = model.generate([self._prompt(self.inputs[item])], _ANSWER_TOKENS, ("\n",))[0]
            found.append(self._named(answer.text))
            progress(n / len(items))
        return np.array(found, np.int32)[:, None]

    def _prompt(self, text: str) -> str:
        said = self.prepared.options.instruction or "Classify the text."
        return f"{said}\nText: {text[:_MOST_CHARS]}\nAnswer with one of: {', '.join(self.label_texts())}.\nAnswer:"

    def _named(self, answer: str) -> int:
        """The label that an answer names first; -1 if none."""
        folded = answer.casefold()
        at = [folded.find(text.casefold()) for text in self.label_texts()]
        named = [(place, -len(self.labels[label]), label) for label, place in enumerate(at) if place >= 0]
        return min(named)[2] if named else -1

    def _positions(self, labels: Sequence[str]) -> Indices:
        place = {label: at for at, label in enumerate(self.labels)}
        return np.array([place.get(label, -1) for label in labels], np.int64)


def _at_once(predict: Predict, items: Indices) -> Predict:
    known = predict(items)
    place = {int(item): at for at, item in enumerate(items)}
    return lambda at: known[[place[int(one)] for one in at]]
