"""GGUF files through a `llama-server` of the user's, where there is no wheel of the binding."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends.common import missing_library, weight_file
from advisor.verify.backends.endpoint import RemoteEmbedder, RemoteGenerator, Server
from advisor.verify.backends.llama_cpp import BACKEND as BINDING
from advisor.verify.backends.llama_cpp import CONTEXT, described, embeds
from advisor.verify.probes.precision import gguf_proof
from advisor.verify.protocols import Limits
from advisor.verify.sources.files import Files

PROGRAM = "llama-server"
_START_S = 120.0


class _Own:
    """A server that ends with its model."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path) -> None:
        self.process = process
        self.path = path

    def proof(self) -> str:
        return gguf_proof(self.path)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


class OwnGenerator(_Own, RemoteGenerator):
    """A model that writes."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, server: Server) -> None:
        _Own.__init__(self, process, path)
        RemoteGenerator.__init__(self, server)


class OwnEmbedder(_Own, RemoteEmbedder):
    """A model that embeds."""

    def __init__(self, process: subprocess.Popen[bytes], path: Path, server: Server, options: dict[str, str]) -> None:
        _Own.__init__(self, process, path)
        RemoteEmbedder.__init__(self, server, options)


class LlamaServer:
    """Runs GGUF files where the binding is missing and the program is there."""

    name: ClassVar[str] = "llama-server"
    formats: ClassVar[frozenset[str]] = frozenset({"gguf"})

    def suits(self, files: Files | None) -> bool:
        return files is not None and bool(missing_library("xllamacpp")) and shutil.which(PROGRAM) is not None

    def gives(self, candidate: Candidate, files: Files | None) -> tuple[type, ...]:
        return BINDING.gives(candidate, files)

    def available(self) -> str:
        there = shutil.which(PROGRAM) is not None
        return missing_library("gguf") or ("" if there else f"{PROGRAM} is not on the PATH: install llama.cpp")

    def load(self, candidate: Candidate, limits: Limits) -> OwnGenerator | OwnEmbedder:
        path = weight_file(candidate, "gguf")
        architecture, chat = described(path)
        if not chat and not embeds(architecture):
            raise NotAvailable(f"{path.name} has no chat template, which {PROGRAM} needs; pip install xllamacpp")
        port = _free_port()
        process = subprocess.Popen(
            [
                PROGRAM, "--model", str(path), "--host", "127.0.0.1", "--port", str(port),
                "--ctx-size", candidate.options.get("context_tokens", str(CONTEXT)),
                "--threads", str(limits.threads), "--parallel", "1",
                "--n-gpu-layers", "0" if limits.device == "cpu" else "999",
                *(["--embeddings"] if embeds(architecture) else []),
            ],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
        )  # fmt: skip
        try:
            _wait(process, f"http://127.0.0.1:{port}/health")
        except BaseException:
            process.kill()
            process.wait()
            raise
        server = Server(f"http://127.0.0.1:{port}/v1", path.name, limits.silence_s)
        if embeds(architecture):
            return OwnEmbedder(process, path, server, dict(candidate.options))
        return OwnGenerator(process, path, server)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Until the model is loaded.

    Raises:
        NotAvailable: the program ended, or did not answer in time.
    """
    opened = build_opener(ProxyHandler({})).open
    until = time.monotonic() + _START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotAvailable(f"{PROGRAM} ended with status {process.returncode}; its words are in the log")
        try:
            with opened(url, timeout=5):
                return
        except (HTTPError, URLError, OSError):
            time.sleep(0.2)
    raise NotAvailable(f"{PROGRAM} did not load the model in {_START_S:.0f} s")


BACKEND = LlamaServer()
