"""Proof of precision: what is quantised is counted in the loaded model, not read from its name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

_INTEGER_OPERATORS = ("MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QLinearMatMul", "QGemm",
                      "QLinearConv", "ConvInteger", "MatMulNBits", "QAttention")  # fmt: skip
_FLOAT_OPERATORS = ("MatMul", "Gemm", "Conv", "FusedMatMul")


def torch_proof(module: Any) -> str:
    """Parameters by type and quantised modules of a torch module."""
    types: Counter[str] = Counter()
    for parameter in module.parameters():
        types[str(parameter.dtype).removeprefix("torch.")] += parameter.numel()
    quantised = sum("quantized" in type(part).__module__ for part in module.modules())
    weights = sum("quant" in type(parameter).__name__.lower() for parameter in module.parameters())
    parts = [f"{count / 1e6:.1f}M {name}" for name, count in types.most_common()]
    if quantised or weights:
        parts.append(f"{max(quantised, weights)} quantised modules")
    return ", ".join(parts) + " parameters"


def onnx_proof(path: Path) -> str:
    """Matrix products of an ONNX graph by kind: integer ones show that it computes in int8, not only stores it."""
    import onnx

    graph = onnx.load(str(path), load_external_data=False).graph
    counts = Counter(node.op_type for node in graph.node)
    integer = sum(counts[name] for name in _INTEGER_OPERATORS)
    floating = sum(counts[name] for name in _FLOAT_OPERATORS)
    small = (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)
    stored = max(counts["DequantizeLinear"], sum(tensor.data_type in small for tensor in graph.initializer))
    said = f"{integer} integer and {floating} floating-point matrix products"
    if stored and not integer:
        return f"{said}; {stored} tensors are stored in 8 bits and computed in floating point"
    return said


def gguf_proof(path: Path) -> str:
    """Tensors of a GGUF file by type."""
    from gguf import GGUFReader

    counts: Counter[str] = Counter()
    for tensor in GGUFReader(str(path)).tensors:
        counts[tensor.tensor_type.name.lower()] += 1
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) + " tensors"
