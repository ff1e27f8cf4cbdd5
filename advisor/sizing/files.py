"""Exact weight bytes of files on this machine: what the headers say, without reading a weight.

A GGUF file, a safetensors file, or a folder of either (a download, or a model in the hub's cache) becomes a record and
a variant that every estimate takes.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.model import Architecture, ModelRecord, Variant
from advisor.domain.tasks import Kind

_GGUF_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_GGUF_CODES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# llama.cpp: enum llama_ftype, general.file_type.
_FILE_TYPES = {0: "f32", 1: "f16", 2: "q4_0", 3: "q4_1", 7: "q8_0", 8: "q5_0", 9: "q5_1", 10: "q2_k", 11: "q3_k_s",
               12: "q3_k_m", 13: "q3_k_l", 14: "q4_k_s", 15: "q4_k_m", 16: "q5_k_s", 17: "q5_k_m", 18: "q6_k",
               19: "iq2_xxs", 20: "iq2_xs", 21: "q2_k_s", 22: "iq3_xs", 23: "iq3_xxs", 24: "iq1_s", 25: "iq4_nl",
               26: "iq3_s", 27: "iq3_m", 28: "iq2_s", 29: "iq2_m", 30: "iq4_xs", 31: "iq1_m", 32: "bf16",
               38: "mxfp4"}  # fmt: skip
_DTYPES = {"F64": "fp32", "F32": "fp32", "F16": "fp16", "BF16": "bf16", "F8_E4M3": "fp8", "F8_E5M2": "fp8",
           "I8": "int8", "U8": "int4", "I32": "int4"}  # fmt: skip
_PACKED = {"U8": 2, "I32": 8}
"""Weights a packed integer holds in 4-bit files (bitsandbytes, GPTQ and AWQ)."""
_GENERATES = ("ForCausalLM", "ForConditionalGeneration")
_MOST_HEADER = 200 * 2**20


class LocalModel(NamedTuple):
    """A model on disk."""

    record: ModelRecord
    variant: Variant
    weight_bytes: int


def is_path(name: str) -> bool:
    """Whether a name means something on disk and not a model of the catalog."""
    if name.endswith((".gguf", ".safetensors")) or name.startswith((".", "/", "~")):
        return True
    path = Path(name)
    return bool(name) and (path.is_file() or (path.is_dir() and any(_weights(path))))


def read_model(path: Path) -> LocalModel:
    """The model in a file or folder.

    Raises:
        InvalidInput: there is none, or its header is damaged.
    """
    path = path.expanduser()
    if not path.exists():
        raise _bad(path, "no such file or folder")
    try:
        if path.is_dir():
            found = sorted(_weights(path))
            if not found:
                raise _bad(path, "no .gguf or .safetensors file in this folder")
            ggufs = [file for file in found if file.suffix == ".gguf"]
            return _gguf(ggufs) if ggufs else _safetensors(found)
        if path.suffix == ".gguf":
            return _gguf([path])
        if path.suffix == ".safetensors":
            return _safetensors([path])
    except OSError as error:
        raise _bad(path, error.strerror or str(error)) from error
    except (struct.error, EOFError) as error:
        raise _bad(path, "cut off, it ends before its header or its weights do") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, MemoryError) as error:
        raise _bad(path, f"its header is damaged: {error}") from error
    raise _bad(path, "not a .gguf or .safetensors file")


def _weights(folder: Path) -> Iterable[Path]:
    snapshots = sorted(folder.glob("snapshots/*"))
    inside = snapshots[-1] if snapshots else folder
    return (file for file in inside.iterdir() if file.suffix in (".gguf", ".safetensors") and "mmproj" not in file.name)


def _bad(path: Path, message: str) -> InvalidInput:
    return InvalidInput(
        [Problem("model_id", f"{path}: {message}", "a whole .gguf or .safetensors file, or its folder")]
    )


def _gguf(paths: list[Path]) -> LocalModel:
    """A model from GGUF files: one, or the parts of a split one."""
    first = [path for path in paths if "-00001-of-" in path.name] or paths[:1]
    stem = first[0].name.partition("-00001-of-")[0]
    parts = (
        [path for path in first[0].parent.glob("*.gguf") if path.name.startswith(stem)]
        if "-of-" in first[0].name
        else first
    )
    facts: dict[str, Any] = {}
    params = in_experts = size = 0
    for path in sorted(parts):
        with path.open("rb") as file:
            own, counts = _gguf_header(file)
        facts = {**own, **facts}
        params, in_experts = params + counts[0], in_experts + counts[1]
        size += path.stat().st_size
    name = str(facts.get("general.architecture", "")) or None

    def value(key: str) -> Any:
        return facts.get(f"{name}.{key}")

    heads, hidden, layers = value("attention.head_count"), value("embedding_length"), value("block_count")
    kv_heads = value("attention.head_count_kv") or heads
    width = value("attention.key_length") or (hidden // heads if hidden and isinstance(heads, int) and heads else None)
    per_token = None
    if layers and width and kv_heads is not None:
        total_heads = sum(kv_heads) if isinstance(kv_heads, list) else kv_heads * layers
        per_token = 2.0 * total_heads * (width + (value("attention.value_length") or width))
    quantization = _FILE_TYPES.get(facts.get("general.file_type", -1), "mixed")
    experts, used = value("expert_count"), value("expert_used_count")
    record = ModelRecord(
        model_id=str(first[0]), name=str(facts.get("general.name") or first[0].stem), kind=Kind.GENERATIVE,
        params_total=params,
        params_active=round(params - in_experts * (1 - used / experts)) if experts and used else None,
        context_tokens=value("context_length"),
        architecture=Architecture(
            name=name, n_layers=layers, hidden_size=hidden, n_experts=experts, n_experts_active=used,
            sliding_window=value("attention.sliding_window"),
            attention="sliding" if value("attention.sliding_window") else None,
            kv_bytes_per_token=per_token, kv_exact=per_token is not None,
        ),
    )  # fmt: skip
    return _local(record, "gguf", quantization, size, first[0])


def _gguf_header(file: BinaryIO) -> tuple[dict[str, Any], tuple[int, int]]:
    """Metadata of one GGUF file (v2 and v3, little endian), its parameters and those of them in experts."""
    magic, version, n_tensors, n_facts = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in (2, 3):
        raise ValueError("not GGUF of version 2 or 3")
    facts = {}
    for _ in range(n_facts):
        key = _gguf_string(file)
        facts[key] = _gguf_value(file, struct.unpack("<I", file.read(4))[0])
    params = in_experts = last = 0
    for _ in range(n_tensors):
        name = _gguf_string(file)
        (n_dimensions,) = struct.unpack("<I", file.read(4))
        count = math.prod(struct.unpack(f"<{n_dimensions}Q", file.read(8 * n_dimensions)))
        params, in_experts = params + count, in_experts + count * ("_exps" in name)
        last = max(last, struct.unpack("<IQ", file.read(12))[1])
    if file.tell() + last >= os.fstat(file.fileno()).st_size:
        raise EOFError
    return facts, (params, in_experts)


def _gguf_string(file: BinaryIO) -> str:
    (length,) = struct.unpack("<Q", file.read(8))
    if length > _MOST_HEADER:
        raise ValueError("a string of more than 200 MB")
    return file.read(length).decode("utf-8", "replace")


def _gguf_value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _gguf_string(file)
    if kind == _ARRAY:
        inner, length = struct.unpack("<IQ", file.read(12))
        if inner in (_STRING, _ARRAY):
            for _ in range(length):
                _gguf_value(file, inner)
            return None
        return list(struct.unpack(f"<{length}{_GGUF_CODES[inner]}", file.read(length * _GGUF_SIZES[inner])))
    return struct.unpack(f"<{_GGUF_CODES[kind]}", file.read(_GGUF_SIZES[kind]))[0]


def _safetensors(paths: list[Path]) -> LocalModel:
    """A model from safetensors files, all shards, and the config.json beside them."""
    by_dtype: dict[str, int] = {}
    size = 0
    for path in paths:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(_MOST_HEADER, path.stat().st_size):
                raise ValueError("a header longer than the file")
            header = json.loads(file.read(length))
        _whole(header, path.stat().st_size - 8 - length)
        for name, tensor in header.items():
            if name != "__metadata__":
                begin, end = tensor["data_offsets"]
                size += end - begin
                count = math.prod(tensor["shape"]) * _PACKED.get(tensor["dtype"], 1)
                by_dtype[tensor["dtype"]] = by_dtype.get(tensor["dtype"], 0) + count
    if not by_dtype:
        raise ValueError("no tensor")
    config = _config(paths[0].parent)
    text = config.get("text_config", config)
    heads, layers, hidden = (text.get(key) for key in ("num_attention_heads", "num_hidden_layers", "hidden_size"))
    kv_heads = text.get("num_key_value_heads") or heads
    width = text.get("head_dim") or (hidden // heads if hidden and heads else None)
    per_token = 4.0 * layers * kv_heads * width if layers and kv_heads and width else None
    generates = any(str(name).endswith(_GENERATES) for name in config.get("architectures") or ())
    mla = "kv_lora_rank" in text
    record = ModelRecord(
        model_id=str(paths[0].parent if len(paths) > 1 or config else paths[0]),
        name=paths[0].parent.name if config else paths[0].stem,
        kind=Kind.GENERATIVE if generates or not config else Kind.ENCODER,
        notes=() if config else ("no config.json beside the file: taken for a model that generates",),
        params_total=sum(by_dtype.values()),
        embedding_params=(text.get("vocab_size") or 0) * (hidden or 0) or None,
        context_tokens=text.get("max_position_embeddings"),
        architecture=Architecture(
            name=text.get("model_type"), n_layers=layers, hidden_size=hidden, n_heads=heads, n_kv_heads=kv_heads,
            sliding_window=text.get("sliding_window"), attention="mla" if mla else None,
            kv_bytes_per_token=per_token, kv_exact=per_token is not None,
        ),
    )  # fmt: skip
    quantization = _DTYPES.get(max(by_dtype, key=lambda dtype: by_dtype[dtype]), "mixed")
    return _local(record, "safetensors", quantization, size, paths[0])


def _whole(header: dict[str, Any], weight_bytes: int) -> None:
    """Refuse a file with fewer bytes of weights than its header tells: a download that broke off."""
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    if max(ends, default=0) > weight_bytes:
        raise EOFError


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not path.is_file():
        return {}
    config = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError("config.json is no object")
    return config


def _local(record: ModelRecord, form: str, quantization: str, size: int, path: Path) -> LocalModel:
    assert record.params_total
    variant = Variant(
        variant_id=str(path), model_id=record.model_id, format=form, quantization=quantization,
        bits_per_weight=size * 8 / record.params_total,
    )  # fmt: skip
    return LocalModel(record, variant, size)
