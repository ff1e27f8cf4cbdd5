"""Cheap baselines that every answer is held against. What they beat is not worth its weights."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.domain.verification import Artifact, Candidate, Origin
from advisor.verify.backends.common import missing_library, unit
from advisor.verify.protocols import (
    Embedder,
    Floats,
    Generated,
    Generator,
    ImageEmbedder,
    Limits,
    Role,
    Searcher,
    TextClassifier,
    Vectors,
)
from advisor.verify.sources.files import Files

_DIMS, _FEATURES, _SIDE, _SEED = 512, 2**18, 16, 20261125


class Majority:
    """Always answers the most frequent label."""

    def __init__(self) -> None:
        self._label = ""

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._label = Counter(labels).most_common(1)[0][0]

    def classify(self, texts: Sequence[str]) -> list[str]:
        return [self._label] * len(texts)


class TfidfLinear:
    """TF-IDF of words and word pairs, and logistic regression."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_features=_FEATURES)
        self._pipeline = make_pipeline(words, LogisticRegression(C=10.0, max_iter=1000))

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        self._pipeline.fit(list(texts), list(labels))

    def classify(self, texts: Sequence[str]) -> list[str]:
        return [str(label) for label in self._pipeline.predict(list(texts))]


class TfidfSearch:
    """Cosine of TF-IDF vectors of words and parts of words."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._documents: Any = None

    def index(self, documents: Sequence[str]) -> None:
        self._documents = self._vectorizer.fit_transform(list(documents))

    def search(self, queries: Sequence[str]) -> Floats:
        found = self._vectorizer.transform(list(queries)) @ self._documents.T
        return np.asarray(found.toarray(), dtype=np.float64)


class HashedNgrams:
    """Hashed words and parts of words, projected at random to a few hundred dimensions: an embedding that knows
    nothing."""

    def __init__(self) -> None:
        from sklearn.feature_extraction.text import HashingVectorizer
        from sklearn.random_projection import SparseRandomProjection

        self._hashing = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=_FEATURES)
        self._projection = SparseRandomProjection(random_state=_SEED, dense_output=True).set_params(n_components=_DIMS)
        self._projection.fit(self._hashing.transform(["a"]))

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        return unit(self._projection.transform(self._hashing.transform(list(texts))))


class Pixels:
    """Images as 16 x 16 grey values."""

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        from PIL import Image

        rows = []
        for path in paths:
            with Image.open(path) as image:
                small = image.convert("L").resize((_SIDE, _SIDE))
            rows.append(np.asarray(small, dtype=np.float32).ravel() / 255)
        return np.stack(rows) if rows else np.zeros((0, _SIDE * _SIDE), np.float32)


class Extract:
    """Copies from the prompt: the sentence that shares most words with the rest of it, the first one among equals.

    For a summary this is its lead, for a translation the source itself: the usual floors of these tasks.
    """

    def generate(self, prompts: Sequence[str], max_tokens: int, stop: Sequence[str] = ()) -> list[Generated]:
        return [self._one(prompt, max_tokens) for prompt in prompts]

    def _one(self, prompt: str, max_tokens: int) -> Generated:
        started = time.perf_counter()
        longest = max(prompt.splitlines() or [""], key=len)
        asked = set(_WORD.findall(prompt.replace(longest, " ", 1).casefold()))
        sentences = _SENTENCE.split(longest)
        best = max(sentences, key=lambda sentence: len(asked & set(_WORD.findall(sentence.casefold()))))
        words = best.split()[:max_tokens]
        return Generated(" ".join(words), len(words), time.perf_counter() - started)


_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class _Baseline(NamedTuple):
    make: Callable[[], Any]
    gives: type


_MADE = {
    "majority": _Baseline(Majority, TextClassifier),
    "tfidf-linear": _Baseline(TfidfLinear, TextClassifier),
    "tfidf-search": _Baseline(TfidfSearch, Searcher),
    "hashed-ngrams": _Baseline(HashedNgrams, Embedder),
    "pixels": _Baseline(Pixels, ImageEmbedder),
    "extract": _Baseline(Extract, Generator),
}
_FOR_TASK: dict[Task, tuple[str, ...]] = {
    Task.TEXT_CLASSIFICATION: ("tfidf-linear", "majority"),
    Task.RETRIEVAL: ("tfidf-search",),
    Task.BITEXT_MINING: ("tfidf-search",),
    Task.QUESTION_ANSWERING: ("extract",),
    Task.SUMMARIZATION: ("extract",),
    Task.TRANSLATION: ("extract",),
    Task.RERANKING: ("hashed-ngrams",),
    Task.SEMANTIC_SIMILARITY: ("hashed-ngrams",),
    Task.PAIR_CLASSIFICATION: ("hashed-ngrams",),
    Task.CLUSTERING: ("hashed-ngrams",),
    Task.IMAGE_CLASSIFICATION: ("pixels",),
}


class Baselines:
    """Built-in baselines by scikit-learn."""

    name: ClassVar[str] = "baseline"
    formats: ClassVar[frozenset[str]] = frozenset({"built-in"})

    def suits(self, files: Files | None) -> bool:
        return files is None

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        known = _MADE.get(candidate.artifact.location)
        return (known.gives,) if known else ()

    def available(self) -> str:
        return missing_library("sklearn")

    def load(self, candidate: Candidate, limits: Limits) -> Any:
        name = candidate.artifact.location
        if name not in _MADE:
            raise NotAvailable(f"no baseline is called {name!r}; there are {', '.join(_MADE)}")
        return _MADE[name].make()


def baselines_for(task: Task) -> tuple[Candidate, ...]:
    """The baselines of a task."""
    return tuple(
        Candidate(
            key=name,
            model_id=name,
            backend=Baselines.name,
            artifact=Artifact(origin=Origin.BUILTIN, location=name, format="built-in", size_gib=0.0),
            quantization="",
            baseline=True,
        )
        for name in _FOR_TASK.get(task, ())
    )


BACKEND = Baselines()
