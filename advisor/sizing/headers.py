"""Headers of weight files: what GGUF and safetensors tell of the weights that follow, without reading one.

A file may be on disk or behind a network: it is a name, a size and a way to read its beginning.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, Protocol

from advisor.domain.errors import InvalidInput, Problem

MOST_HEADER = 200 * 2**20
"""Bytes of a header; what states more is damaged or means harm."""
_MOST_VALUES = 4096
"""Numbers of an array that are kept: one a layer is, one a token of the vocabulary is not."""
_DEEPEST = 4
_GGUF_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_GGUF_CODES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_PACKED = {"U8": 2, "I32": 8}
"""Weights a packed integer holds in 4-bit files (bitsandbytes, GPTQ and AWQ)."""


class Reader(Protocol):
    """An opened file."""

    def read(self, n: int, /) -> bytes:
        """The next `n` bytes; fewer only at the end."""
        ...


class WeightFile(NamedTuple):
    """A file of weights, wherever it is."""

    name: str
    """Path below its folder or repository, with slashes."""
    place: str
    """What a person gives to mean this file."""
    size: int
    """Bytes."""
    open: Callable[[], AbstractContextManager[Reader]]
    """Opens it at its beginning."""


class GgufHeader(NamedTuple):
    """What a GGUF file tells."""

    facts: dict[str, Any]
    """Metadata by key; long arrays and those of text are None."""
    params: int
    in_experts: int
    """Parameters that only some tokens use."""


class SafetensorsHeader(NamedTuple):
    """What a safetensors file tells."""

    params_by_dtype: dict[str, int]
    """Parameters; those in packed integers by what they unpack to."""
    weight_bytes: int


def bad_place(place: str, message: str) -> InvalidInput:
    """The problem of a file, folder or repository."""
    return InvalidInput(
        [Problem("model_id", f"{place}: {message}", "a whole .gguf or .safetensors file, or its folder")]
    )


@contextmanager
def told(place: str) -> Iterator[None]:
    """Errors of reading a header, as the problem of its file.

    Raises:
        InvalidInput: the file cannot be read, is cut off or damaged.
    """
    try:
        yield
    except OSError as error:
        raise bad_place(place, error.strerror or str(error)) from error
    except (struct.error, EOFError) as error:
        raise bad_place(place, "cut off, it ends before its header or its weights do") from error
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError, RecursionError) as error:
        raise bad_place(place, f"its header is damaged: {error}") from error


def gguf_header(file: WeightFile) -> GgufHeader:
    """Header of a GGUF file (v2 and v3, little endian).

    Raises:
        InvalidInput: it is cut off or damaged.
    """
    with told(file.place), file.open() as opened:
        header = _Beginning(opened)
        magic, version, n_tensors, n_facts = header.unpack("<4sIQQ")
        if magic != b"GGUF" or version not in (2, 3):
            raise ValueError("not GGUF of version 2 or 3")
        facts = {}
        for _ in range(n_facts):
            key = _gguf_string(header)
            facts[key] = _gguf_value(header, header.unpack("<I")[0])
        params = in_experts = last = 0
        for _ in range(n_tensors):
            name = _gguf_string(header)
            (n_dimensions,) = header.unpack("<I")
            count = math.prod(header.unpack(f"<{n_dimensions}Q"))
            params, in_experts = params + count, in_experts + count * ("_exps" in name)
            last = max(last, header.unpack("<IQ")[1])
        if header.position + last >= file.size:
            raise EOFError
        return GgufHeader(facts, params, in_experts)


def safetensors_header(file: WeightFile) -> SafetensorsHeader:
    """Header of a safetensors file.

    Raises:
        InvalidInput: it is cut off or damaged.
    """
    with told(file.place), file.open() as opened:
        header = _Beginning(opened)
        (length,) = header.unpack("<Q")
        if length > file.size:
            raise ValueError("a header longer than the file")
        entries = json.loads(header.take(length))
        tensors = [tensor for name, tensor in entries.items() if name != "__metadata__"]
        if max((tensor["data_offsets"][1] for tensor in tensors), default=0) > file.size - header.position:
            raise EOFError
        params: dict[str, int] = {}
        size = 0
        for tensor in tensors:
            begin, end = tensor["data_offsets"]
            size += end - begin
            count = math.prod(tensor["shape"]) * _PACKED.get(tensor["dtype"], 1)
            params[tensor["dtype"]] = params.get(tensor["dtype"], 0) + count
        return SafetensorsHeader(params, size)


class _Beginning:
    """The beginning of a file, read at most as far as a header may go."""

    def __init__(self, file: Reader) -> None:
        self._file = file
        self.position = 0

    def take(self, n: int) -> bytes:
        self.position += n
        if self.position > MOST_HEADER:
            raise ValueError(f"longer than {MOST_HEADER // 2**20} MB")
        data = self._file.read(n)
        if len(data) < n:
            raise EOFError
        return data

    def unpack(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))


def _gguf_string(header: _Beginning) -> str:
    return header.take(header.unpack("<Q")[0]).decode("utf-8", "replace")


def _gguf_value(header: _Beginning, kind: int, depth: int = 0) -> Any:
    if kind == _STRING:
        return _gguf_string(header)
    if kind == _ARRAY:
        inner, length = header.unpack("<IQ")
        if depth > _DEEPEST:
            raise ValueError("arrays inside arrays")
        if inner in (_STRING, _ARRAY):
            for _ in range(length):
                _gguf_value(header, inner, depth + 1)
            return None
        data = header.take(length * _GGUF_SIZES[inner])
        return list(struct.unpack(f"<{length}{_GGUF_CODES[inner]}", data)) if length <= _MOST_VALUES else None
    return header.unpack(f"<{_GGUF_CODES[kind]}")[0]
