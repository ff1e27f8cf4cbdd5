"""A server that speaks the interface of the Hugging Face hub, and small model files to serve, made by the formats' own
libraries."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import numpy as np

COMMIT = "a" * 40
_CHUNK = 2**16


@dataclass
class Repository:
    """What the hub holds under a name."""

    files: dict
    """Content by path: bytes, or a `Path`."""
    gated: bool = False
    """Whether files are only for who accepted the terms."""
    breaks_off: set = field(default_factory=set)
    """Files whose first answer ends in the middle."""
    cut: dict = field(default_factory=dict)
    """Bytes after which a file's only answers end, by path."""
    ranges: bool = True
    """Whether parts of files can be asked for."""


class Hub:
    """Repositories, what was asked of them, and how much was given."""

    def __init__(self, repositories):
        self.repositories = repositories
        self.asked = []
        self.served = 0
        self.url = ""

    def environment(self, home):
        """What makes the hub's client use this one; its cache is below `home`."""
        return {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}


@contextmanager
def serve(repositories):
    """A hub on a free port of this machine."""
    hub = Hub(repositories)
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        hub.url = f"http://127.0.0.1:{opened.server_address[1]}"
        yield hub
        opened.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, with_body):
        path = unquote(self.path.partition("?")[0])
        if path.startswith("/api/models/"):
            name, revision = "/".join(path.split("/")[3:5]), path.partition("/revision/")[2]
        else:
            name, _, rest = path[1:].partition("/resolve/")
            revision, _, path = rest.partition("/")
        self.hub.asked.append((self.command, path, self.headers.get("Range")))
        repository = self.hub.repositories.get(name)
        if repository is None:
            self.send(404, b"{}", {"X-Error-Code": "RepoNotFound"}, with_body)
        elif revision not in ("", "main", "v1", COMMIT):
            self.send(404, b"{}", {"X-Error-Code": "RevisionNotFound"}, with_body)
        elif path.startswith("/api/models/"):
            self.send(200, json.dumps(_described(name, repository, "/tree/" in path)).encode(), {}, with_body)
        elif repository.gated:
            self.send(403, b"{}", {"X-Error-Code": "GatedRepo"}, with_body)
        elif path in repository.files:
            self.send_file(repository, path, with_body)
        else:
            self.send(404, b"{}", {"X-Error-Code": "EntryNotFound"}, with_body)

    def send_file(self, repository, name, with_body):
        content = repository.files[name]
        size = _size(content)
        asked = self.headers.get("Range") if repository.ranges else None
        first, _, last = (asked or "bytes=0-").removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or size - 1), size - 1) + 1
        digest = content if isinstance(content, bytes) else str(content).encode()
        headers = {
            "ETag": f'"{hashlib.sha256(digest).hexdigest()}"',
            "X-Repo-Commit": COMMIT,
            "Accept-Ranges": "bytes",
            "Content-Range": f"bytes {start}-{end - 1}/{size}",
        }
        stop = min(end, repository.cut.get(name, end))
        if with_body and name in repository.breaks_off:
            repository.breaks_off.discard(name)
            stop = 12_000_000
        self.close_connection = self.close_connection or stop < end
        self.send_head(206 if asked else 200, end - start, headers)
        if with_body:
            for at in range(start, stop, _CHUNK):
                self.give(_part(content, at, min(at + _CHUNK, stop)))

    def send(self, status, body, headers, with_body):
        self.send_head(status, len(body), {"Content-Type": "application/json"} | headers)
        if with_body:
            self.give(body)

    def send_head(self, status, length, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def give(self, data):
        try:
            self.wfile.write(data)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        else:
            self.hub.served += len(data)

    def log_message(self, *args):
        return


def _described(name, repository, tree):
    sizes = {path: _size(content) for path, content in repository.files.items()}
    if tree:
        return [{"type": "file", "path": path, "size": size, "oid": "0" * 40} for path, size in sizes.items()]
    siblings = [{"rfilename": path, "size": size} for path, size in sizes.items()]
    return {"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings, "private": False}


def _size(content):
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _part(content, start, end):
    if isinstance(content, bytes):
        return content[start:end]
    with content.open("rb") as stream:
        stream.seek(start)
        return stream.read(end - start)


LLAMA = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "num_hidden_layers": 4,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "hidden_size": 256,
    "vocab_size": 2000,
    "max_position_embeddings": 8192,
}
_SHAPES = {"token_embd.weight": (2000, 256), "output.weight": (2000, 256)} | {
    f"blk.{layer}.{name}.weight": shape
    for layer in range(4)
    for name, shape in {"attn_q": (256, 256), "ffn_up": (1024, 256), "ffn_down": (256, 1024)}.items()
}


def files_in(folder):
    """What a repository with the files of a folder holds."""
    return {path.relative_to(folder).as_posix(): path for path in Path(folder).rglob("*") if path.is_file()}


def safetensors_folder(folder, shards=2, config=True):
    """A model in 16 bits, split into shards with their index, by the library safetensors."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    names = list(_SHAPES)
    index = {}
    for shard in range(shards):
        own = names[shard::shards]
        name = f"model-{shard + 1:05}-of-{shards:05}.safetensors" if shards > 1 else "model.safetensors"
        save_file({key: np.zeros(_SHAPES[key], np.float16) for key in own}, folder / name)
        index |= dict.fromkeys(own, name)
    if shards > 1:
        total = sum((folder / name).stat().st_size for name in set(index.values()))
        document = {"metadata": {"total_size": total}, "weight_map": index}
        (folder / "model.safetensors.index.json").write_text(json.dumps(document))
    if config:
        (folder / "config.json").write_text(json.dumps(LLAMA))
    return folder


def gguf_file(path, precision="f16", split=0):
    """The same model in one precision, by the library gguf; `split` is the most tensors of a part."""
    from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType
    from gguf.quants import quantize

    path.parent.mkdir(parents=True, exist_ok=True)
    kind = GGMLQuantizationType[precision.upper()]
    writer = GGUFWriter(str(path), "llama", split_max_tensors=split)
    writer.add_name("Small Llama")
    writer.add_block_count(LLAMA["num_hidden_layers"])
    writer.add_context_length(LLAMA["max_position_embeddings"])
    writer.add_embedding_length(LLAMA["hidden_size"])
    writer.add_head_count(LLAMA["num_attention_heads"])
    writer.add_head_count_kv(LLAMA["num_key_value_heads"])
    writer.add_file_type(LlamaFileType[f"{'ALL' if precision == 'f32' else 'MOSTLY'}_{precision.upper()}"])
    writer.add_token_list([f"token {number}" for number in range(LLAMA["vocab_size"])])
    writer.add_token_types([1] * LLAMA["vocab_size"])
    for name, shape in _SHAPES.items():
        writer.add_tensor(name, quantize(np.ones(shape, np.float32), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
