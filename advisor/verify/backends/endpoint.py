"""Models that already run behind an OpenAI-compatible interface: Ollama, vLLM, llama-server, and others."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import batches, prompted, shortened, unit
from advisor.verify.protocols import Embedder, Generated, Generator, Limits, Role, Vectors
from advisor.verify.sources.endpoint import headers
from advisor.verify.sources.files import Files

_BATCH = 16


class Server:
    """What answers at a URL."""

    def __init__(self, url: str, model: str, timeout_s: float) -> None:
        self.url = url.rstrip("/")
        self.model = model
        self.timeout_s = timeout_s
        self._open = build_opener(ProxyHandler({})).open

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = Request(f"{self.url}/{path}", json.dumps({"model": self.model} | body).encode(), headers())
        try:
            return self._open(request, timeout=self.timeout_s)
        except HTTPError as error:
            said = error.read().decode(errors="replace")[:300]
            raise NotAvailable(f"{self.url}/{path} refused with status {error.code}: {said}") from error
        except (URLError, OSError) as error:
            raise NotAvailable(f"{self.url} does not answer: {error}") from error


class RemoteGenerator:
    """A model that writes, behind a server. Time includes the way to it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def generate(self, prompts: Sequence[str], max_tokens: int, stop: Sequence[str] = ()) -> list[Generated]:
        return [self._one(prompt, max_tokens, stop) for prompt in prompts]

    def _one(self, prompt: str, max_tokens: int, stop: Sequence[str]) -> Generated:
        body: dict[str, Any] = {
            "messages": [{"role": "user", "content": prompt}],
            "max_tokens": max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if stop:
            body["stop"] = list(stop)
        started = time.perf_counter()
        parts: list[str] = []
        first: float | None = None
        told = 0
        with self.server.post("chat/completions", body) as answer:
            for event in _events(answer):
                told = int((event.get("usage") or {}).get("completion_tokens", told))
                text = "".join(choice.get("delta", {}).get("content") or "" for choice in event.get("choices", ()))
                if text:
                    first = first if first is not None else time.perf_counter() - started
                    parts.append(text)
        return Generated("".join(parts), told or len(parts), time.perf_counter() - started, first)


class RemoteEmbedder:
    """A model that embeds, behind a server."""

    def __init__(self, server: Server, options: dict[str, str]) -> None:
        self.server = server
        self.options = options

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        rows: list[Any] = []
        for part in batches(prompted(texts, role, self.options), _BATCH):
            with self.server.post("embeddings", {"input": list(part)}) as answer:
                entries = sorted(json.load(answer)["data"], key=lambda entry: entry["index"])
            rows += [entry["embedding"] for entry in entries]
        return shortened(unit(np.array(rows, dtype=np.float32).reshape(len(rows), -1)), self.options)


class Endpoint:
    """Runs what a server runs; the option `kind` says embedding or generative where the server does not tell."""

    name: ClassVar[str] = "openai-endpoint"
    formats: ClassVar[frozenset[str]] = frozenset({"endpoint"})

    def suits(self, files: Files | None) -> bool:
        return files is None

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        kinds = {"embedding": (Embedder,), "generative": (Generator,)}
        return kinds.get(candidate.options.get("kind", ""), (Generator, Embedder))

    def available(self) -> str:
        return ""

    def load(self, candidate: Candidate, limits: Limits) -> RemoteGenerator | RemoteEmbedder:
        model = candidate.artifact.revision or candidate.options.get("model", "")
        server = Server(candidate.artifact.location, model, limits.silence_s)
        kind = candidate.options.get("kind") or _kind(server)
        return RemoteEmbedder(server, dict(candidate.options)) if kind == "embedding" else RemoteGenerator(server)


def _kind(server: Server) -> str:
    """Try what the server does: servers refuse embeddings of models that write."""
    try:
        with server.post("embeddings", {"input": ["a"]}) as answer:
            return "embedding" if json.load(answer).get("data") else "generative"
    except (NotAvailable, ValueError, AttributeError):
        return "generative"


def _events(stream: Any) -> Iterator[dict[str, Any]]:
    """Server-sent events with JSON in them."""
    for line in stream:
        data = line.decode("utf-8", "replace").strip()
        if data.startswith("data:") and data != "data: [DONE]":
            yield json.loads(data.removeprefix("data:"))


BACKEND = Endpoint()
