"""The contracts inside verification: what a backend loads, what a loaded model can do, what a task asks of it.

A task needs capabilities and not backends, so every backend that embeds serves every task over embeddings. Tasks answer
with outputs, one an item in a fixed order, from which metrics and their bootstraps are computed outside the runner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from advisor.domain.tasks import Task
from advisor.domain.verification import Candidate
from advisor.verify.data.prepared import Prepared
from advisor.verify.sources.files import Files

Floats = NDArray[np.float64]
Vectors = NDArray[np.float32]
Indices = NDArray[np.int64]
Role = Literal["query", "document"]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        """(n, d) unit vectors of n texts."""
        ...


@runtime_checkable
class ImageEmbedder(Protocol):
    """Turns images into vectors."""

    def embed_images(self, paths: Sequence[Path]) -> Vectors:
        """(n, d) vectors of n image files."""
        ...


@runtime_checkable
class ImageClassifier(Protocol):
    """Names what an image shows, out of its own labels."""

    labels: Sequence[str]

    def classify_images(self, paths: Sequence[Path]) -> Floats:
        """(n, n_labels) scores."""
        ...


@runtime_checkable
class PairScorer(Protocol):
    """Scores how well a document answers a query, or how alike two texts are."""

    def score_pairs(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """(n,) scores, higher is better."""
        ...


@runtime_checkable
class Searcher(Protocol):
    """Searches a collection that it has indexed: lexical baselines, engines with an index of their own."""

    def index(self, documents: Sequence[str]) -> None:
        """Index the collection."""
        ...

    def search(self, queries: Sequence[str]) -> Floats:
        """(n_queries, n_documents) scores, higher is better."""
        ...


@runtime_checkable
class TextClassifier(Protocol):
    """Learns labels from examples, or knows them already.

    One that does not learn says so with an attribute `learns = False`; it is then not fitted again to see how much its
    answers depend on the examples.
    """

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> None:
        """Learn from labelled texts; a model with labels of its own ignores them."""
        ...

    def classify(self, texts: Sequence[str]) -> list[str]:
        """A label a text."""
        ...


@dataclass(frozen=True)
class Generated:
    """One generated answer and how long it took."""

    text: str
    n_tokens: int
    seconds: float
    ttft_s: float | None = None


@runtime_checkable
class Generator(Protocol):
    """Writes text."""

    def generate(self, prompts: Sequence[str], max_tokens: int, stop: Sequence[str] = ()) -> list[Generated]:
        """An answer a prompt, decoded greedily; the backend applies the model's own chat template."""
        ...


@runtime_checkable
class Windowed(Protocol):
    """Reads texts up to a window and cuts the rest."""

    max_tokens: int | None

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Tokens of each text before it is cut."""
        ...


@runtime_checkable
class Proven(Protocol):
    """Can show in which precision it computes."""

    def proof(self) -> str:
        """Quantised modules or operators, as counted in the loaded model."""
        ...


Model = Any
"""A loaded model: an object with one or several of the capabilities above, and `close()` if it holds resources."""


@dataclass(frozen=True)
class Limits:
    """What a runner may use."""

    memory_gib: float | None = None
    """Most memory of the process, GiB."""
    seconds: float = 3600.0
    """Most time of the whole run, s."""
    silence_s: float = 300.0
    """Most time without a sign of life, s."""
    threads: int = 1
    """Threads of numeric libraries."""
    device: str = "cpu"
    """cpu, cuda, cuda:0, mps."""
    tdp_w: float | None = None
    """Thermal design power of the device, W, for an estimate of energy where nothing can be read; None if unknown."""
    allow_pickle: bool = False
    """Load pickles after a scan."""
    allow_remote_code: bool = False
    """Run code from a model's repository."""


class Backend(Protocol):
    """Loads candidates of some formats. Stateless; imports its library only in `load`."""

    name: ClassVar[str]
    formats: ClassVar[frozenset[str]]

    def suits(self, files: Files | None) -> bool:
        """Whether it can run files of one of its formats; None stands for a server or a built-in baseline."""
        ...

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        """Capabilities that the candidate may have, as far as its files tell before it is loaded or fetched."""
        ...

    def available(self) -> str:
        """Empty if its library is installed, else how to install it."""
        ...

    def load(self, candidate: Candidate, limits: Limits) -> Model:
        """The loaded model.

        Raises:
            NotAvailable: the files cannot be run by this backend; says why.
        """
        ...


Outputs = NDArray[Any]
"""(n_items, ...) what a model answered, one row an item, in the order of the task's items; never of dtype object."""


@dataclass(frozen=True)
class Metric:
    """A figure of merit over items."""

    name: str
    """In the field's words: accuracy, NDCG@10, token F1."""
    unit: str
    higher_is_better: bool
    per_item: Callable[[Outputs, Sequence[Any]], Floats] | None
    """(n,) value of every item where the metric is their mean; None where it is not (macro-F1, Spearman)."""
    aggregate: Callable[[Outputs, Sequence[Any], Indices], float]
    """The metric over the items at some indices, repeats allowed: what a bootstrap calls."""
    refits: bool = False
    """Whether columns of the outputs after the first are answers of the same model fitted on random halves of the
    training items: their spread is what chance in the training items adds to the interval."""


class EvaluationTask(Protocol):
    """The user's data as a task: what to ask of a model, and how to score the answers.

    Items are in one random order fixed by the data; stage `share` is the first part of them, so that the stages of a
    race are nested and nothing is run twice. Made from a prepared folder, so that a runner process can open it.
    """

    task: ClassVar[tuple[Task, ...]]
    whole_stages: ClassVar[bool]
    """Whether a stage is evaluated from item 0 each time, because what is asked grows with it (the collection that is
    searched, the items that are clustered). What was embedded is kept, so this costs little."""
    needs: ClassVar[tuple[type, ...]]
    """Capabilities, of which a model must have at least one."""
    metrics: Sequence[Metric]
    """The primary metric first."""
    references: Sequence[Any]
    """(n_items,) right answers."""
    prepared: Prepared
    """The prepared data that it was opened from."""

    def n_items(self, share: float = 1.0) -> int:
        """Items of a stage."""
        ...

    def work(self, stop: int) -> float:
        """Inputs that a model takes in to answer the first `stop` items, those it learns from included: what a pace
        is told by.
        """
        ...

    def evaluate(self, model: Model, start: int, stop: int, progress: Callable[[float], None]) -> Outputs:
        """Outputs of the items start to stop; what a model does once (embed training texts) is kept on `self`."""
        ...

    def samples(self, n: int) -> Sequence[Any]:
        """Inputs for the latency probe, of typical lengths."""
        ...

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        """Run inputs once, as in use; the generated answers where the model generates."""
        ...
