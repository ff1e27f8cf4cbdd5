"""What several backends need: libraries looked for without importing them, vectors, batches, prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.protocols import Limits, Role, Vectors
from advisor.verify.sources.files import look_at

BATCH = 32
_BATCH_CHARS = 32 * 512
"""Characters of a batch, padding included: a batch of long texts would take gigabytes of attention."""
_CHARS_A_TOKEN = 4
Item = TypeVar("Item")


def missing_library(*modules: str, install: str = "'model-advisor[verify]'") -> str:
    """Empty if all modules are installed, else how to install them."""
    absent = [module for module in modules if find_spec(module) is None]
    return f"{', '.join(absent)} is not installed: pip install {install}" if absent else ""


def unit(vectors: NDArray[Any]) -> Vectors:
    """(n, d) rows of length one; rows of zeros stay."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def shortened(vectors: Vectors, options: Mapping[str, str]) -> Vectors:
    """The first `dims` dimensions of unit vectors, as unit vectors (Matryoshka)."""
    dims = options.get("dims")
    return unit(vectors[:, : int(dims)]) if dims else vectors


def prompted(texts: Sequence[str], role: Role, options: Mapping[str, str]) -> list[str]:
    """Texts with the prompt for their role, from the options `query_prompt` and `document_prompt`."""
    prompt = options.get(f"{role}_prompt", "")
    return [prompt + text for text in texts] if prompt else list(texts)


def batches(items: Sequence[Item], size: int = BATCH) -> Iterator[Sequence[Item]]:
    """Consecutive parts of a sequence."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def embedded(texts: Sequence[str], batch: Callable[[list[str]], NDArray[Any]], max_tokens: int) -> Vectors:
    """(n, d) rows of texts, embedded in batches of similar length that hold no more than `_BATCH_CHARS` with padding.

    Args:
        texts: n texts.
        batch: embeds a few texts.
        max_tokens: where texts are cut.
    """
    rows: list[NDArray[Any]] = []
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and stop - start < BATCH:
            longest = min(len(texts[order[stop]]), max_tokens * _CHARS_A_TOKEN)
            if longest * (stop + 1 - start) > _BATCH_CHARS:
                break
            stop += 1
        rows.append(batch([texts[i] for i in order[start:stop]]))
        start = stop
    if not rows:
        return np.zeros((0, 1), np.float32)
    vectors = np.concatenate(rows)
    back = np.empty_like(vectors, dtype=np.float32)
    back[order] = vectors
    return back


def model_folder(candidate: Candidate) -> Path:
    """The folder of a candidate's files.

    Raises:
        NotAvailable: it is not there.
    """
    path = Path(candidate.artifact.location)
    if not path.exists():
        raise NotAvailable(f"there is no {path}")
    return path if path.is_dir() else path.parent


def weight_file(candidate: Candidate, format: str) -> Path:
    """The weight file of a candidate, the largest of its format.

    Raises:
        NotAvailable: there is none.
    """
    path = Path(candidate.artifact.location)
    if path.is_file():
        return path
    names = look_at(model_folder(candidate)).weights(format)
    if not names:
        raise NotAvailable(f"{path} holds no {format} file")
    return path / names[0]


def torch_settings(candidate: Candidate, limits: Limits) -> dict[str, Any]:
    """Arguments of `from_pretrained` in the transformers library: safe formats, no code, the asked precision.

    Raises:
        NotAvailable: the files do not hold the precision.
    """
    import torch

    torch.set_num_threads(limits.threads)
    types: dict[str, Any] = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
    asked = candidate.quantization.lower()
    if asked not in types and "quantization_config" not in look_at(model_folder(candidate)).config:
        raise NotAvailable(f"{asked} is asked for and the files are not quantised; name files that are, or fp32, bf16")
    return {
        "dtype": types.get(asked, "auto"),
        "trust_remote_code": limits.allow_remote_code,
        "local_files_only": True,
        "use_safetensors": candidate.artifact.format == "safetensors",
    }
