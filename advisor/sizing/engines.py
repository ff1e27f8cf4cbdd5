"""Which engine runs an artefact of a model: that of its format, or the library that its weights belong to."""

from __future__ import annotations

import re
from functools import cache

from advisor.domain.hardware import Hardware
from advisor.domain.model import ModelRecord
from advisor.domain.tasks import Kind, Modality
from advisor.sizing.constants import shipped_rows
from advisor.sizing.quantization import engine_for

_OF_PUBLISHER = {"torchvision": "torchvision", "ultralytics": "ultralytics"}
_OWN_WEIGHTS = frozenset({"safetensors", "pytorch"})
_MULTI_VECTOR = re.compile(
    r"colbert|lateon|colembed|multivector"
    r"|(?<![a-z])col(?:pali|qwen|smol|vec|lfm|ministral|nomic|nanovdr|turk|modernvbert|ultravbert)",
    re.IGNORECASE,
)
"""Names of models of late interaction; their entries in MTEB's registry do not tell them from others."""


def engine_of(record: ModelRecord, format: str, hardware: Hardware | None) -> str:
    """The engine that runs an artefact of a model on a device."""
    library = _library(record) if format.casefold() in _OWN_WEIGHTS else None
    return library or engine_for(format, hardware, record.kind)


def _library(record: ModelRecord) -> str | None:
    publisher, _, name = record.model_id.partition("/")
    if publisher == "openmmlab":
        return name.partition("/")[0]
    if multi_vector(record) and Modality.IMAGE not in record.modalities:
        return "PyLate"
    return _OF_PUBLISHER.get(publisher)


def multi_vector(record: ModelRecord) -> bool:
    """Whether a model makes a vector of every token, to be compared one by one (ColBERT, ColPali), not one of a
    text."""
    return record.kind is Kind.EMBEDDING and _MULTI_VECTOR.search(record.model_id.partition("/")[2]) is not None


@cache
def _in_llama_cpp() -> frozenset[str]:
    """Rows of gguf_architectures.tsv: `model_type` of the hub's configurations, and where llama.cpp names it (its
    repository, 2026-11)."""
    return frozenset(row["architecture"] for row in shipped_rows("gguf_architectures.tsv"))


def goes_into_gguf(architecture: str | None) -> bool:
    """Whether llama.cpp has the architecture; of one that is not known that is assumed."""
    return architecture is None or architecture in _in_llama_cpp()
