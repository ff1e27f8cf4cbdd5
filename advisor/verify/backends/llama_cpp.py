"""GGUF files through llama.cpp: the xllamacpp binding."""

from __future__ import annotations

import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, missing_library, prompted, shortened, unit, weight_file
from advisor.verify.probes.precision import gguf_proof
from advisor.verify.protocols import Embedder, Generated, Generator, Limits, Role, Vectors
from advisor.verify.sources.files import Files

CONTEXT = 4096
_BATCH = 16
_POOLED = frozenset({"bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "modern-bert", "gemma-embedding"})
"""Architectures of GGUF files that embed; others generate."""
_OWN_SERVER = (
    "put llama-server of llama.cpp on the PATH; or start a server yourself (llama-server -m FILE.gguf --port 8080,"
    " Ollama, ...) and name endpoint:http://127.0.0.1:8080/v1 as the candidate"
)
"""What to do where there is no wheel of the binding."""


class LlamaGenerator:
    """A loaded model that writes."""

    def __init__(self, server: Any, path: Path, chat: bool) -> None:
        self.server = server
        self.path = path
        self.chat = chat

    def generate(self, prompts: Sequence[str], max_tokens: int, stop: Sequence[str] = ()) -> list[Generated]:
        return [self._one(prompt, max_tokens, list(stop)) for prompt in prompts]

    def proof(self) -> str:
        return gguf_proof(self.path)

    def _one(self, prompt: str, max_tokens: int, stop: list[str]) -> Generated:
        request: dict[str, Any] = {"max_tokens": max_tokens, "temperature": 0, "stop": stop, "cache_prompt": False}
        started = time.perf_counter()
        if self.chat:
            request["messages"] = [{"role": "user", "content": prompt}]
            answer = self.server.handle_chat_completions(request)
        else:
            answer = self.server.handle_completions(request | {"prompt": prompt})
        seconds = time.perf_counter() - started
        if "choices" not in answer:
            raise NotAvailable(f"llama.cpp refused a prompt: {answer.get('error', answer)}")
        choice, timings = answer["choices"][0], answer.get("timings", {})
        text = choice["message"]["content"] if self.chat else choice["text"]
        n_tokens = int(answer["usage"]["completion_tokens"])
        first = (timings["prompt_ms"] + timings["predicted_per_token_ms"]) / 1000 if timings and n_tokens else None
        return Generated(text or "", n_tokens, seconds, min(first, seconds) if first is not None else None)


class LlamaEmbedder:
    """A loaded model that embeds."""

    def __init__(self, server: Any, path: Path, options: dict[str, str]) -> None:
        self.server = server
        self.path = path
        self.options = options

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        rows: list[Any] = []
        for part in batches(prompted(texts, role, self.options), _BATCH):
            answer = self.server.handle_embeddings({"input": list(part)})
            if "data" not in answer:
                raise NotAvailable(f"llama.cpp refused a text: {answer.get('error', answer)}")
            rows += [entry["embedding"] for entry in answer["data"]]
        return shortened(unit(np.array(rows, dtype=np.float32).reshape(len(rows), -1)), self.options)

    def proof(self) -> str:
        return gguf_proof(self.path)


class LlamaCpp:
    """Runs GGUF files."""

    name: ClassVar[str] = "llama.cpp"
    formats: ClassVar[frozenset[str]] = frozenset({"gguf"})

    def suits(self, files: Files | None) -> bool:
        return files is not None

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        if files is None or files.root is None:
            return Generator, Embedder
        try:
            architecture, _ = described(weight_file(candidate, "gguf"))
        except NotAvailable:  # said when it is loaded
            return Generator, Embedder
        return (Embedder,) if embeds(architecture) else (Generator,)

    def available(self) -> str:
        missing = missing_library("xllamacpp", "gguf")
        return f"{missing}; or {_OWN_SERVER}" if missing else ""

    def load(self, candidate: Candidate, limits: Limits) -> LlamaGenerator | LlamaEmbedder:
        xllamacpp: Any = import_module("xllamacpp")
        path = weight_file(candidate, "gguf")
        architecture, chat = described(path)
        pooled = embeds(architecture)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = int(candidate.options.get("context_tokens", CONTEXT))
        params.n_parallel = 1
        params.n_gpu_layers = 0 if limits.device == "cpu" else -1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = limits.threads
        params.verbosity = 0
        params.ui = False
        params.embedding = pooled
        try:
            server = xllamacpp.Server(params)
        except (RuntimeError, ValueError, SystemError) as error:
            raise NotAvailable(f"llama.cpp cannot load {path.name}: {error}") from error
        options = dict(candidate.options)
        return LlamaEmbedder(server, path, options) if pooled else LlamaGenerator(server, path, chat)


def embeds(architecture: str) -> bool:
    """Whether models of an architecture embed; others write."""
    return architecture in _POOLED


def described(path: Path) -> tuple[str, bool]:
    """Architecture of a GGUF file, and whether it carries a chat template.

    Raises:
        NotAvailable: the file is damaged.
    """
    from gguf import GGUFReader

    try:
        fields = GGUFReader(str(path)).fields
        return str(fields["general.architecture"].contents()), "tokenizer.chat_template" in fields
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise NotAvailable(f"{path.name} is no whole GGUF file: {error}") from error


BACKEND = LlamaCpp()
