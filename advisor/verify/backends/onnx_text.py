"""Text embedding models in ONNX Runtime, with the tokenizer of the tokenizers library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import (
    embedded,
    missing_library,
    model_folder,
    prompted,
    shortened,
    unit,
    weight_file,
)
from advisor.verify.probes.precision import onnx_proof
from advisor.verify.protocols import Embedder, Limits, Role, Vectors
from advisor.verify.sources.files import Files

_MOST_TOKENS = 512
_ON_CPU = "CPUExecutionProvider"
_PROVIDERS = {"cuda": "CUDAExecutionProvider", "mps": "CoreMLExecutionProvider"}


class OnnxText:
    """A loaded session and its tokenizer."""

    def __init__(self, session: Any, tokenizer: Any, path: Path, options: dict[str, str]) -> None:
        self.session = session
        self.path = path
        self.options = options
        self.max_tokens = int(options.get("max_tokens", _MOST_TOKENS))
        self._counting = tokenizer
        self._inputs = {entry.name for entry in session.get_inputs()}
        self._outputs = [entry.name for entry in session.get_outputs()]
        self._pooling = options.get("pooling", "mean")

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        rows = embedded(prompted(texts, role, self.options), self._batch, self.max_tokens)
        return shortened(unit(rows), self.options)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self._counting.no_truncation()
        return [len(encoded.ids) for encoded in self._counting.encode_batch(list(texts))]

    def proof(self) -> str:
        return onnx_proof(self.path)

    def _batch(self, texts: list[str]) -> NDArray[Any]:
        self._counting.enable_truncation(self.max_tokens)
        self._counting.enable_padding()
        encoded = self._counting.encode_batch(texts)
        self._counting.no_padding()
        mask = np.array([row.attention_mask for row in encoded], dtype=np.int64)
        fed = {
            "input_ids": np.array([row.ids for row in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([row.type_ids for row in encoded], dtype=np.int64),
        }
        out = self.session.run(None, {name: value for name, value in fed.items() if name in self._inputs})
        named = dict(zip(self._outputs, out, strict=True))
        if "sentence_embedding" in named:
            return np.asarray(named["sentence_embedding"])
        tokens = next((array for array in out if array.ndim == 3), None)
        return np.asarray(out[0]) if tokens is None else self._pooled(tokens, mask)

    def _pooled(self, tokens: NDArray[Any], mask: NDArray[np.int64]) -> NDArray[Any]:
        """(n, d) from (n, tokens, d): the mean over real tokens, or the first or last one."""
        if self._pooling == "cls":
            return np.asarray(tokens[:, 0])
        if self._pooling == "last":
            return np.asarray(tokens[np.arange(len(tokens)), mask.sum(1) - 1])
        weights = mask[:, :, None].astype(tokens.dtype)
        return np.asarray((tokens * weights).sum(1) / np.maximum(weights.sum(1), 1))


class OnnxTextBackend:
    """Runs ONNX exports of text encoders; the option `tokenizer` names where a tokenizer lies if not beside."""

    name: ClassVar[str] = "onnxruntime"
    formats: ClassVar[frozenset[str]] = frozenset({"onnx"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and "preprocessor_config.json" not in files.sizes

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return (Embedder,)

    def available(self) -> str:
        return missing_library("onnxruntime", "onnx", "tokenizers")

    def load(self, candidate: Candidate, limits: Limits) -> OnnxText:
        from tokenizers import Tokenizer

        path = weight_file(candidate, "onnx")
        session = open_session(path, limits)
        names = {entry.name for entry in session.get_inputs()}
        if "input_ids" not in names:
            raise NotAvailable(f"{path.name} does not take tokens (its inputs are {', '.join(sorted(names))})")
        tokenizer = Tokenizer.from_file(str(_tokenizer_file(candidate)))
        return OnnxText(session, tokenizer, path, dict(candidate.options))


def open_session(path: Path, limits: Limits) -> Any:
    """An ONNX Runtime session within the limits.

    Raises:
        NotAvailable: the file is damaged or of an unknown kind.
    """
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = limits.threads
    settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    wanted = _PROVIDERS.get(limits.device.partition(":")[0], _ON_CPU)
    providers = [name for name in {wanted: 0, _ON_CPU: 0} if name in onnxruntime.get_available_providers()]
    try:
        return onnxruntime.InferenceSession(str(path), settings, providers=providers)
    except Exception as error:
        said = str(error).splitlines()[0][:300]
        raise NotAvailable(f"ONNX Runtime cannot load {path.name}: {said}") from error


def _tokenizer_file(candidate: Candidate) -> Path:
    place = candidate.options.get("tokenizer")
    folder = Path(place) if place else model_folder(candidate)
    for path in (folder, folder / "tokenizer.json", folder.parent / "tokenizer.json"):
        if path.is_file():
            return path
    raise NotAvailable(
        f"no tokenizer.json beside {candidate.artifact.location}; name one: ?tokenizer=package:NAME or ?tokenizer=PATH"
    )


BACKEND = OnnxTextBackend()
