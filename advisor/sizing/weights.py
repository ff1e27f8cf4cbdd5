"""From weight files to the record and the variants that every estimate takes: exact bytes, by headers alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeVar

from advisor.domain.model import Architecture, ModelRecord, Variant
from advisor.domain.recommendation import WeightsRead
from advisor.domain.tasks import Kind
from advisor.sizing.headers import GgufHeader, WeightFile, bad_place, gguf_header, safetensors_header, told
from advisor.sizing.precisions import Whole, one_model, wholes

# llama.cpp: enum llama_ftype, general.file_type.
_FILE_TYPES = {0: "fp32", 1: "fp16", 2: "q4_0", 3: "q4_1", 7: "q8_0", 8: "q5_0", 9: "q5_1", 10: "q2_k", 11: "q3_k_s",
               12: "q3_k_m", 13: "q3_k_l", 14: "q4_k_s", 15: "q4_k_m", 16: "q5_k_s", 17: "q5_k_m", 18: "q6_k",
               19: "iq2_xxs", 20: "iq2_xs", 21: "q2_k_s", 22: "iq3_xs", 23: "iq3_xxs", 24: "iq1_s", 25: "iq4_nl",
               26: "iq3_s", 27: "iq3_m", 28: "iq2_s", 29: "iq2_m", 30: "iq4_xs", 31: "iq1_m", 32: "bf16",
               38: "mxfp4"}  # fmt: skip
_DTYPES = {"F64": "fp32", "F32": "fp32", "F16": "fp16", "BF16": "bf16", "F8_E4M3": "fp8", "F8_E5M2": "fp8",
           "I8": "int8", "U8": "int4", "I32": "int4"}  # fmt: skip
_GENERATES = ("ForCausalLM", "ForConditionalGeneration")
_AT_ONCE = 8
_SAME_SIZE = 0.25
"""Difference of parameters up to which files are taken to be of a model of the catalog."""
_T = TypeVar("_T")


class ReadModel(NamedTuple):
    """A model as its weight files tell it."""

    record: ModelRecord
    variants: tuple[Variant, ...]
    """Highest precision first."""
    read: WeightsRead
    """Where, and the bytes of each variant."""

    def under(self, record: ModelRecord) -> ReadModel:
        """The same files as those of another record."""
        variants = (variant.model_copy(update={"model_id": record.model_id}) for variant in self.variants)
        return self._replace(record=record, variants=tuple(variants))

    @property
    def variant(self) -> Variant:
        """The one of a single file."""
        return self.variants[0]

    @property
    def weight_bytes(self) -> int:
        """Bytes of that one."""
        return self.read.bytes_by_variant[self.variant.variant_id]


def read_weights(files: Sequence[WeightFile], config: Callable[[], Mapping[str, Any]], location: str) -> ReadModel:
    """A model from files of one format: precisions of GGUF, or safetensors with all their shards.

    Args:
        files: all of them, at least one.
        config: reads the config.json beside safetensors files; empty where there is none.
        location: the folder, file or repository that holds them.

    Raises:
        InvalidInput: a header is damaged, or parts are missing.
    """
    found = wholes(files)
    if files[0].name.endswith(".gguf"):
        return _gguf(found, location)
    return _safetensors(found, config, location)


def as_known(model: ModelRecord, known: ModelRecord) -> ModelRecord | None:
    """What files tell of a model of the catalog, with what only the catalog knows; None if it is another size."""
    params, stated = model.params_total, known.params_total
    if not params or not stated or abs(params / stated - 1) > _SAME_SIZE:
        return None
    own, facts = model.architecture.model_dump(), known.architecture.model_dump(exclude_none=True)
    if known.architecture.kv_bytes_per_token is None:
        del facts["kv_exact"]
    update = {"params_total": params, "architecture": Architecture(**own | facts), "notes": model.notes, "variants": ()}
    return known.model_copy(update=update)


def _gguf(found: Sequence[Whole], location: str) -> ReadModel:
    """A model in some precisions, by the headers of one."""
    chosen = one_model(found)
    first = min(chosen, key=lambda whole: (len(whole.files), whole.size, whole.name))
    headers = _each(gguf_header, first.files)
    with told(first.files[0].place):
        record = _gguf_record(headers, location if len(chosen) > 1 else first.files[0].place, first)
        if left := [whole for whole in found if whole not in chosen]:
            record = record.model_copy(update={"notes": (_left_out(left),)})
        own = {first: headers[0]} | {
            whole: gguf_header(whole.files[0]) for whole in chosen if whole is not first and not whole.quantization
        }
        parts = [
            (whole.files[0].place, "gguf", whole.quantization or _file_type(own[whole]), whole.size) for whole in chosen
        ]
        return _read_model(record, parts, location)


def _left_out(left: Sequence[Whole]) -> str:
    names = sorted({whole.name for whole in left})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"left out as another model, name the file to size it: {', '.join(names[:3])}{more}"


def _file_type(header: GgufHeader) -> str:
    return _FILE_TYPES.get(header.facts.get("general.file_type", -1), "mixed")


def _gguf_record(headers: Sequence[GgufHeader], model_id: str, first: Whole) -> ModelRecord:
    facts: dict[str, Any] = {}
    for header in headers:
        facts = {**header.facts, **facts}
    params, in_experts = (sum(counts) for counts in zip(*(header[1:] for header in headers), strict=True))
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
    experts, used = value("expert_count"), value("expert_used_count")
    return ModelRecord(
        model_id=model_id, name=str(facts.get("general.name") or PurePosixPath(first.name).stem), kind=Kind.GENERATIVE,
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


def _safetensors(found: Sequence[Whole], config: Callable[[], Mapping[str, Any]], location: str) -> ReadModel:
    """A model from all shards and the config.json beside them."""
    own = [whole for whole in found if whole.base == "model" and not whole.quantization]
    files = [file for whole in own[:1] or found for file in whole.files]
    if all(PurePosixPath(file.name).name.startswith("adapter_") for file in files):
        raise bad_place(location, "an adapter and no whole model; size the model that it is for")
    headers = _each(safetensors_header, files)
    with told(location):
        by_dtype: dict[str, int] = {}
        for header in headers:
            for dtype, count in header.params_by_dtype.items():
                by_dtype[dtype] = by_dtype.get(dtype, 0) + count
        settings = config()
        if not isinstance(settings, dict):
            raise ValueError("config.json is no object")
        record = _safetensors_record(sum(by_dtype.values()), settings, location)
        quantization = _DTYPES.get(max(by_dtype, key=lambda dtype: by_dtype[dtype], default=""), "mixed")
        place = files[0].place if len(files) == 1 and not settings else location
        size = sum(header.weight_bytes for header in headers)
        return _read_model(record, [(place, "safetensors", quantization, size)], location)


def _safetensors_record(params: int, config: Mapping[str, Any], location: str) -> ModelRecord:
    text = config.get("text_config", config)
    heads, layers, hidden = (text.get(key) for key in ("num_attention_heads", "num_hidden_layers", "hidden_size"))
    kv_heads = text.get("num_key_value_heads") or heads
    width = text.get("head_dim") or (hidden // heads if hidden and heads else None)
    per_token = 4.0 * layers * kv_heads * width if layers and kv_heads and width else None
    generates = any(str(name).endswith(_GENERATES) for name in config.get("architectures") or ())
    return ModelRecord(
        model_id=location,
        name=PurePosixPath(location).name if config else PurePosixPath(location).stem,
        kind=Kind.GENERATIVE if generates or not config else Kind.ENCODER,
        notes=() if config else ("no config.json beside the file: taken for a model that generates",),
        params_total=params,
        embedding_params=(text.get("vocab_size") or 0) * (hidden or 0) or None,
        context_tokens=text.get("max_position_embeddings"),
        architecture=Architecture(
            name=text.get("model_type"), n_layers=layers, hidden_size=hidden, n_heads=heads, n_kv_heads=kv_heads,
            sliding_window=text.get("sliding_window"), attention="mla" if "kv_lora_rank" in text else None,
            kv_bytes_per_token=per_token, kv_exact=per_token is not None,
        ),
    )  # fmt: skip


def _read_model(record: ModelRecord, parts: Iterable[tuple[str, str, str, int]], location: str) -> ReadModel:
    """The record with a variant for each (id, format, precision, bytes)."""
    if not record.params_total:
        raise ValueError("no tensor")
    sizes: dict[str, int] = {}
    variants = []
    for variant_id, form, quantization, size in sorted(parts, key=lambda part: (-part[3], part[0])):
        sizes[variant_id] = size
        bits = size * 8 / record.params_total
        variants.append(
            Variant(
                variant_id=variant_id, model_id=record.model_id, format=form, quantization=quantization,
                bits_per_weight=bits,
            )
        )  # fmt: skip
    return ReadModel(record, tuple(variants), WeightsRead(location=location, bytes_by_variant=sizes))


def _each(read: Callable[[WeightFile], _T], files: Sequence[WeightFile]) -> list[_T]:
    """The headers of files, some at once: those behind a network take their time each."""
    with ThreadPoolExecutor(min(_AT_ONCE, len(files))) as pool:
        return list(pool.map(read, files))
