"""Memory while running: weights + KV cache + overhead, by one function for arrays of models and for one record.

Formula: parameters x bits / 8, all experts of a mixture included; KV cache of the layers that keep every token, and
of those that keep a window; an overhead. Constants and their range are from the shipped measurements: see
docs/sizing.md (`python -m data.build.speed`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.domain.hardware import DeviceKind, Hardware
from advisor.domain.model import Architecture, Basis, ModelRecord, Variant
from advisor.domain.recommendation import Fit, Memory
from advisor.domain.tasks import Kind
from advisor.sizing.attention import FULL, KvShape, kv_shape, mla_bytes_per_token
from advisor.sizing.constants import constants, pace_kind
from advisor.sizing.peaks import RANGE, Peak, peaks
from advisor.sizing.quantization import engine_for, measured_name

Floats = NDArray[np.float64]
GIB = 2.0**30
ROOMY = 0.9
"""Share of the memory up to which a model fits with room to spare."""
DEFAULT_CONTEXT = 4096
"""Tokens that a generation is sized for where nothing is asked."""
DEFAULT_TEXT = 512
"""Tokens of one text for models that do not generate, where nothing is asked."""
VLLM_OVERHEAD_GIB = 2.0
"""CUDA graphs and activations beside weights and cache, assumed. vLLM itself takes 90 % of the device whatever the
model needs (gpu_memory_utilization). The overhead of llama.cpp, compute buffers and runtime context, is fitted to the
shipped peaks; some of it is other programs on the same card."""
_TIED = ("bloom", "cohere", "gemma", "granite", "lfm2", "mpt", "recurrent_gemma")
"""Architectures, by how their names begin, that read tokens and write them with one table at every size."""
_LAYER_TABLE_WIDTH = 256
"""Values of a token in the tables of Gemma's E models, one table a layer (hidden_size_per_layer_input)."""
_LAYER_TABLES_UP_TO = 2560
"""Width up to which Gemma 4 has them: E2B 1536, E4B 2560; the others are wider."""
_TIED_UP_TO = 4e9
"""Parameters up to which other architectures do so too; assumed after Llama 3, Qwen 2.5 and 3, Phi 4 and SmolLM."""
ASSUMED_HOST_GIB = 16.0
"""Memory of the host of a graphics card, where it is not known."""
MAC_SYSTEM_GIB = 4.0
"""What macOS itself needs where the share of the GPU is raised (iogpu.wired_limit_mb); assumed."""
CACHE_BITS = {"fp16": 16.0, "fp8": 8.0, "q8_0": 8.5, "q4_0": 4.5}
"""Bits a value of the KV cache by its type; q8_0 and q4_0 carry a scale for each 32 values."""
BOARD_OVERHEAD_GIB = 0.5
"""llama.cpp on a GPU that shares the memory of its host (Jetson, Strix Halo): the 0.14 GiB that it took on processors
and a runtime context, assumed. The range of the total is that of graphics cards."""
OTHER_OVERHEAD_GIB = 0.5
"""Runtime context of a framework on a GPU; assumed."""
LOW, HIGH, HIGH_GIB = 0.84, 1.10, 1.6
"""The range: from LOW x total to HIGH x total + HIGH_GIB. 76 % of the measured peaks lie inside, one vote a model
(141 runs of 68 files); much of the upper side is what other programs held on the same card. On a processor the range is
that of runs in a process of their own (`processor_memory_range`)."""
UNKNOWN_KV = (1.81, 0.437)
"""Bytes of cache a token where the architecture is unknown: exp(a) x parameters^b, through the median of 3,668 GQA
models of the catalog (slope by least squares)."""
UNKNOWN_KV_RANGE = (0.37, 1.53)
"""10 to 90 % range of the same models around that line."""
_ACTIVATION_BYTES = 24.0
"""Live bytes a token and hidden unit in one FP16 transformer layer without attention maps: input, residual, 3 of
attention, 4 of the feed-forward layer, twice 2 bytes, and a copy; after Korthikanti et al., arXiv 2205.05198, table
2."""


class Parts(NamedTuple):
    """Memory in GiB by part; the parts broadcast to one entry a model."""

    weights: Floats
    """All of them, as on disk."""
    kv: Floats
    overhead: Floats
    host: Floats = np.zeros(())
    """Of the weights, what stays in the memory of the host."""

    @property
    def total(self) -> Floats:
        """What the device holds, GiB."""
        return self.weights - self.host + (self.kv + self.overhead)


def memory_gib(
    params_total: ArrayLike,
    bits_per_weight: ArrayLike,
    kv_bytes_per_token: ArrayLike = np.nan,
    context_tokens: ArrayLike = DEFAULT_CONTEXT,
    concurrency: ArrayLike = 1,
    kind: Kind | str = Kind.GENERATIVE,
    *,
    full_share: ArrayLike = 1.0,
    window: ArrayLike = 0.0,
    hidden_size: ArrayLike = np.nan,
    macts_m: ArrayLike = np.nan,
    kv_bits: float = 16.0,
    overhead: ArrayLike | None = None,
    host_params: ArrayLike = 0.0,
) -> Parts:
    """Memory of n models of one kind, GiB. Arrays have shape (n,) or broadcast to it, those of variants may have shape
    (k, 1) for parts of shape (k, n); NaN is unknown.

    Args:
        params_total: parameters, all experts included.
        bits_per_weight: of the variant.
        kv_bytes_per_token: FP16 cache of all layers; estimated from the parameters where NaN.
        context_tokens: tokens of one request.
        concurrency: requests at once; each holds its own cache.
        kind: only generative models hold a KV cache.
        full_share: share of layers that keep every token (`attention.kv_shapes`).
        window: tokens that the other layers keep.
        hidden_size: for activations of encoders; estimated where NaN.
        macts_m: activations of one image, 1e6, for vision models.
        kv_bits: precision of the cache (`CACHE_BITS`).
        overhead: of the engine, GiB (`overhead_gib`); that of llama.cpp or of a framework if None.
        host_params: parameters that the engine leaves in the memory of the host (`host_params`).
    """
    rest = np.asarray(overhead_gib("", kind) if overhead is None else overhead, dtype=float)
    params = np.asarray(params_total, dtype=float)
    gib_a_weight = np.asarray(bits_per_weight, dtype=float) / 8 / GIB
    weights = params * gib_a_weight
    if kind == Kind.GENERATIVE:
        per_token = np.asarray(kv_bytes_per_token, dtype=float)
        unknown = np.exp(UNKNOWN_KV[0] + UNKNOWN_KV[1] * np.log(np.maximum(params, 1.0)))
        per_token = np.where(np.isnan(per_token), unknown, per_token)
        share, tokens = np.asarray(full_share, dtype=float), np.asarray(context_tokens, dtype=float)
        kept = share * tokens + (1 - share) * np.minimum(tokens, np.asarray(window, dtype=float))
        kv = per_token * kept * np.asarray(concurrency, dtype=float) * (kv_bits / 16) / GIB
        return Parts(weights, kv, rest, np.asarray(host_params, dtype=float) * gib_a_weight)
    activations = _activations(params, kind, context_tokens, concurrency, hidden_size, macts_m)
    return Parts(weights, np.zeros(()), rest + activations)


def overhead_gib(
    engine: str, kind: Kind | str = Kind.GENERATIVE, format: str = "", hardware: Hardware | None = None
) -> float:
    """Memory beside weights, cache and activations, GiB: what models of this kind and format took on this device,
    else that of the engine, else that of llama.cpp; of a framework for models that do not generate and, on a processor,
    for all that llama.cpp does not run."""
    for own in hardware.overheads if hardware else ():
        if own.format == format and own.kind is pace_kind(Kind(kind)):
            return own.gib
    if hardware is not None and hardware.kind is DeviceKind.CPU:
        return float(constants()["processor_overhead_gib"][_runtime(engine)])
    if hardware is not None and is_board(hardware) and engine in ("", "llama.cpp"):
        return BOARD_OVERHEAD_GIB
    if kind != Kind.GENERATIVE:
        return OTHER_OVERHEAD_GIB
    return VLLM_OVERHEAD_GIB if engine == "vllm" else float(constants()["llama_cpp_overhead_gib"])


def is_board(hardware: Hardware) -> bool:
    """Whether a device is a GPU that shares the memory of its host and is no Mac: what others hold of that memory is
    the share of the system."""
    return hardware.kind is DeviceKind.UNIFIED and not _is_mac(hardware)


def input_table(architecture: Architecture, params_total: float | None) -> float:
    """Parameters of the tables that tokens are read with, where another one writes them; 0 if it is one table or not
    known, or more than half of a count, which then is of packed weights."""
    name, total = (architecture.name or "").casefold(), params_total or 0.0
    table = layer_tables(architecture)
    if not table and total > _TIED_UP_TO and not name.startswith(_TIED):
        table = vocabulary_table(architecture)
    return table if table <= total / 2 else 0.0


def layer_tables(architecture: Architecture) -> float:
    """Parameters of the tables that each layer of Gemma 3n and of Gemma 4 E2B and E4B reads tokens with; 0 of all
    others."""
    name, hidden = (architecture.name or "").casefold(), architecture.hidden_size or np.inf
    if not (name.startswith("gemma3n") or (name in ("gemma4", "gemma4_text") and hidden <= _LAYER_TABLES_UP_TO)):
        return 0.0
    return float(architecture.vocab_size or 0) * (architecture.n_layers or 0) * _LAYER_TABLE_WIDTH


def vocabulary_table(architecture: Architecture) -> float:
    """Parameters of a table of the vocabulary, a row a token; 0 if not known."""
    return float(architecture.vocab_size or 0) * (architecture.hidden_size or 0)


def host_params(tables: ArrayLike, format: str, hardware: Hardware | None) -> Floats:
    """Parameters that stay with the host of a graphics card: llama.cpp never loads the input table (`input_table`) to
    one."""
    stay = format == "gguf" and hardware is not None and hardware.kind is DeviceKind.GPU
    return np.asarray(tables, dtype=float) * stay


def _activations(
    params: Floats,
    kind: Kind | str,
    tokens: ArrayLike,
    concurrency: ArrayLike,
    hidden_size: ArrayLike,
    macts_m: ArrayLike,
) -> Floats:
    many = np.asarray(concurrency, dtype=float)
    if kind == Kind.VISION:
        activations = np.asarray(macts_m, dtype=float)
        # FP16; half of all activations are taken to be alive at once; one a parameter is about the median of timm.
        activations = np.where(np.isnan(activations), params / 1e6, activations)
        return np.asarray(activations * 1e6 * 2 * 0.5 * many / GIB, dtype=float)
    hidden = np.asarray(hidden_size, dtype=float)
    # A transformer has about 12 x layers x hidden^2 parameters, and layers grow as hidden / 64.
    hidden = np.where(np.isnan(hidden), np.cbrt(params * 64 / 12), hidden)
    return np.asarray(_ACTIVATION_BYTES * np.asarray(tokens, dtype=float) * many * hidden / GIB, dtype=float)


def estimate_memory(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware | None = None,
    context_tokens: int | None = None,
    concurrency: int = 1,
    cache_type: str = "fp16",
) -> Memory:
    """Memory of one model in one variant, with its range and whether it fits the hardware; the cache in a type of
    `CACHE_BITS`.

    `record.params_total` unknown gives no figures and the verdict `unknown`.
    """
    kv = kv_of(record.architecture)
    if not record.params_total:
        return Memory(
            weights_gib=None, kv_gib=None, overhead_gib=None, total_gib=None, low_gib=None, high_gib=None,
            verdict=Fit.UNKNOWN, available_gib=available_gib(hardware), note="number of parameters not known",
        )  # fmt: skip
    parts = _parts(record, variant, hardware, context_of(record, context_tokens), concurrency, cache_type)
    known = _peak(record, variant, hardware, cache_type)
    weights, cache, overhead, total = map(float, (parts.weights - parts.host, parts.kv, parts.overhead, parts.total))
    low_kv, high_kv = (1.0, 1.0) if kv.bytes_per_token is not None else UNKNOWN_KV_RANGE
    low_share, high_share, others = _range(variant, hardware)
    low, high = (total + cache * (low_kv - 1)) * low_share, (total + cache * (high_kv - 1)) * high_share + others
    if known:
        low, high = total * RANGE[0], total * RANGE[1]
    available, verdict = available_gib(hardware), _verdict(total, hardware, variant.format)
    note = known.figure.note if known else kv.note if record.kind is Kind.GENERATIVE else ""
    return Memory(
        weights_gib=round(weights, 3),
        kv_gib=round(cache, 3),
        overhead_gib=round(overhead, 3),
        total_gib=round(total, 3),
        low_gib=round(low, 3),
        high_gib=round(high, 3),
        available_gib=None if available is None else round(available, 3),
        verdict=verdict,
        basis=known.figure.basis if known else Basis.ESTIMATED,
        note="; ".join(filter(None, [note, _split_note(hardware, total) if verdict is Fit.SPLIT else ""])),
    )


def _range(variant: Variant, hardware: Hardware | None) -> tuple[float, float, float]:
    """The range of a total by its value: the shares of its ends, and GiB on top of the upper one."""
    if hardware is not None and hardware.kind is DeviceKind.CPU:
        low, high = constants()["processor_memory_range"][_runtime(engine_for(variant.format, hardware))]
        return low, high, 0.0
    return LOW, HIGH, HIGH_GIB


def _runtime(engine: str) -> str:
    return "llama.cpp" if engine == "llama.cpp" else "framework"


def _parts(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware | None,
    context_tokens: ArrayLike,
    concurrency: ArrayLike,
    cache_type: str,
) -> Parts:
    """The parts of one model for some contexts or some numbers of requests, by what was measured of it."""
    parts = _estimated(record, variant, hardware, context_tokens, concurrency, cache_type)
    known = _peak(record, variant, hardware, cache_type)
    return parts._replace(overhead=np.maximum(parts.overhead + known.missing_gib, 0.0)) if known else parts


def _peak(record: ModelRecord, variant: Variant, hardware: Hardware | None, cache_type: str) -> Peak | None:
    def total(_: int, tokens: int, concurrency: int) -> float:
        context = tokens or context_of(record, None)
        return float(_estimated(record, variant, hardware, context, concurrency, cache_type).total)

    return peaks(hardware, {0: record.model_id}, measured_name(variant, record), total).get(0)


def _estimated(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware | None,
    context_tokens: ArrayLike,
    concurrency: ArrayLike,
    cache_type: str,
) -> Parts:
    kv = kv_of(record.architecture)
    return memory_gib(
        record.params_total or np.nan,
        variant.bits_per_weight,
        np.nan if kv.bytes_per_token is None else kv.bytes_per_token,
        context_tokens,
        concurrency,
        record.kind,
        full_share=kv.shape.full_share,
        window=kv.shape.window,
        hidden_size=record.architecture.hidden_size or np.nan,
        macts_m=record.macts_m or np.nan,
        kv_bits=CACHE_BITS[cache_type],
        overhead=overhead_gib(engine_for(variant.format, hardware, record.kind), record.kind, variant.format, hardware),
        host_params=host_params(input_table(record.architecture, record.params_total), variant.format, hardware),
    )


def verdicts(total_gib: ArrayLike, hardware: Hardware, can_split: ArrayLike = False) -> NDArray[np.str_]:
    """Fit of many totals on one device: fits up to `ROOMY` of its memory, tight up to all of it, split with offload to
    the host or past the share that macOS gives the GPU, else no.

    Args:
        total_gib: shape (n,).
        hardware: whose free memory counts where it is known.
        can_split: whether the variant can be offloaded in part (GGUF), shape (n,) or one value.
    """
    total, available = np.asarray(total_gib, dtype=float), available_gib(hardware) or 0.0
    split = total <= available + beyond_gib(hardware)
    if hardware.kind is DeviceKind.GPU:
        split &= np.asarray(can_split, dtype=bool)
    verdict = np.where(
        total <= ROOMY * available,
        Fit.FITS,
        np.where(total <= available, Fit.TIGHT, np.where(split, Fit.SPLIT, Fit.NO)),
    )
    return np.where(np.isnan(total), Fit.UNKNOWN, verdict)


def beyond_gib(hardware: Hardware) -> float:
    """Memory beside the device's that a split model can use, GiB: nine tenths of the host's; on a Mac what is left to
    the system, less what macOS needs."""
    if hardware.kind is DeviceKind.GPU:
        return 0.9 * (ASSUMED_HOST_GIB if hardware.host_memory_gib is None else hardware.host_memory_gib)
    if _is_mac(hardware) and hardware.memory_free_gib is None:
        return max(0.0, hardware.memory_gib - MAC_SYSTEM_GIB - (available_gib(hardware) or 0.0))
    return 0.0


def _is_mac(hardware: Hardware) -> bool:
    return hardware.kind is DeviceKind.UNIFIED and hardware.vendor == "apple"


def _split_note(hardware: Hardware | None, total: float) -> str:
    """What a split run depends on."""
    if hardware is None:
        return ""
    if _is_mac(hardware):
        return (
            "more than macOS gives the GPU: raise it until the next restart with "
            f"`sudo sysctl iogpu.wired_limit_mb={1024 * np.ceil(total):.0f}`"
        )
    return "" if hardware.host_memory_gib is not None else f"assumes a host with {ASSUMED_HOST_GIB:.0f} GB of memory"


def available_gib(hardware: Hardware | None) -> float | None:
    """Memory that a model can use, GiB: what is free where it was measured, else all of it less the system's share.

    Unified memory keeps a share for the system: macOS lets the GPU take two thirds up to 36 GB and three quarters
    above (recommendedMaxWorkingSetSize); on other unified machines and processors the system needs about 2 GB, or a
    quarter of less than 8 GB.
    """
    if hardware is None:
        return None
    if hardware.memory_free_gib is not None:
        return hardware.memory_free_gib * hardware.count
    memory = hardware.memory_gib
    if _is_mac(hardware):
        return memory * (2 / 3 if memory <= 36 else 3 / 4)
    if hardware.kind in (DeviceKind.UNIFIED, DeviceKind.CPU):
        return memory - min(2.0, memory / 4)
    return memory * hardware.count


class Kv(NamedTuple):
    """The cache of a model: bytes a token with every layer counted, which layers keep how much, and how sure that
    is."""

    bytes_per_token: float | None
    shape: KvShape
    note: str


def kv_of(architecture: Architecture) -> Kv:
    """The KV cache figures of an architecture; `bytes_per_token` is None where nothing is known."""
    if architecture.attention == "mla" and architecture.n_layers:
        return Kv(
            mla_bytes_per_token(architecture.n_layers),
            FULL,
            "KV cache of multi-head latent attention: 576 values a layer and token",
        )
    if architecture.kv_bytes_per_token is None:
        return Kv(
            None,
            kv_shape(architecture.name, architecture.attention, architecture.sliding_window),
            "KV cache estimated from the size",
        )
    shape = kv_shape(architecture.name, architecture.attention, architecture.sliding_window)
    if architecture.kv_exact or shape != FULL:
        return Kv(architecture.kv_bytes_per_token, shape, "")
    return Kv(
        architecture.kv_bytes_per_token, shape, "KV cache is an upper bound: every layer counted as full attention"
    )


def context_of(record: ModelRecord, context_tokens: int | None) -> int:
    """The context to size for: what is asked, at most what the model takes; 4096 for generation and 512 for others
    where nothing is asked."""
    asked = context_tokens or (DEFAULT_CONTEXT if record.kind is Kind.GENERATIVE else DEFAULT_TEXT)
    return min(asked, record.context_tokens) if record.context_tokens else asked


def _verdict(total: float, hardware: Hardware | None, format: str) -> Fit:
    if hardware is None:
        return Fit.UNKNOWN
    return Fit(str(verdicts(total, hardware, format == "gguf")))


def largest_context(
    record: ModelRecord, variant: Variant, hardware: Hardware, concurrency: int = 1, cache_type: str = "fp16"
) -> int | None:
    """The largest context, tokens in steps of 1024, whose total stays within the memory; None if not even the
    shortest does, the model does not generate, or the longest that it takes is not known."""
    limit = record.context_tokens
    if record.kind is not Kind.GENERATIVE or not limit:
        return None
    contexts = np.arange(1024, limit + 1, 1024) if limit >= 1024 else np.array([limit])
    n = _n_fitting(_parts(record, variant, hardware, contexts, concurrency, cache_type), hardware)
    return (limit if n == len(contexts) else int(contexts[n - 1])) if n else None


def largest_concurrency(
    record: ModelRecord,
    variant: Variant,
    hardware: Hardware,
    context_tokens: int | None = None,
    cache_type: str = "fp16",
) -> int | None:
    """How many requests of a context fit at once, at most 1,024; None if not even one does, or the model does not
    generate."""
    if record.kind is not Kind.GENERATIVE:
        return None
    context, requests = context_of(record, context_tokens), np.arange(1, 1025)
    return _n_fitting(_parts(record, variant, hardware, context, requests, cache_type), hardware) or None


def _n_fitting(parts: Parts, hardware: Hardware) -> int:
    """How many of rising totals stay within the memory of a device; all of a size that is not known."""
    total, available = parts.total, available_gib(hardware) or 0.0
    return int(np.sum(~(np.round(total, 3) > available)))
