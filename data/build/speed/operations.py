"""Counts what the image models of timm do for one image, without weights or arithmetic: shapes alone run through them.

    pip install timm==1.0.31 torchvision
    python -m data.build.speed.operations       # five minutes; writes advisor/sizing/vision_operations.json

For every architecture and input size of the catalog that timm states activations of.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import timm
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from advisor.sizing.operations import COLUMNS
from data.build.speed.runs import paths

TARGET = Path(__file__).parents[3] / "advisor" / "sizing" / "vision_operations.json"
_MODELS = """
SELECT DISTINCT regexp_replace(name, '\\..*', '') AS arch, image_size
FROM read_parquet($models) WHERE gmacs > 0 AND macts_m > 0 ORDER BY ALL
"""
_VALUES_OF = {
    "native_layer_norm": "layer_norm", "native_group_norm": "layer_norm", "var_mean": "layer_norm",
    "_fused_rms_norm": "layer_norm", "native_batch_norm": "batch_norm", "_softmax": "softmax", "clone": "copy",
    "cat": "copy", "index": "copy", "constant_pad_nd": "copy", "roll": "copy", "_to_copy": "copy", "stack": "copy",
    "max_pool2d_with_indices": "pool", "avg_pool2d": "pool",
}  # fmt: skip
"""What operations without multiply-accumulates count as; all others are "other"."""
_FREE = {"_unsafe_view", "detach", "empty", "new_empty", "zeros_like"}
_WEIGHT = 1e5
"""Tensors of one dimension and fewer values are weights of a norm or a bias, and not counted."""


class Counting(TorchDispatchMode):
    """Sums what runs inside, in `found`, by `COLUMNS`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        out = [part for part in tree_leaves(result) if isinstance(part, Tensor)]
        read = [part for part in tree_leaves((args, kwargs)) if isinstance(part, Tensor)]
        name = func._schema.name.split("::")[1]
        if name == "convolution":
            image, weight, groups = args[0], args[1], args[8]
            kind = _convolution(image, weight, groups)
            macs = out[0].numel() * weight.numel() // weight.shape[0]
            self.add(kind, "convolution" if kind == "pointwise" else kind, macs, image.numel() + out[0].numel())
        elif name in ("mm", "addmm"):
            left, right = args[-2:]
            self.add("linear", "linear", left.numel() * right.shape[1], left.numel() + out[0].numel())
        elif name in ("bmm", "baddbmm"):
            left, right = args[-2:]
            moved = left.numel() + right.numel() + out[0].numel()
            self.add("matmul", "attention", left.numel() * right.shape[2], moved)
        elif out and not func.is_view and name not in _FREE and (read or name != "_to_copy"):
            written = out[:1] if name.startswith("native_") else out
            moved = sum(part.numel() for part in read if part.dim() > 1 or part.numel() > _WEIGHT)
            self.found[f"values {_VALUES_OF.get(name, 'other')}"] += moved + sum(part.numel() for part in written)
        return result

    def add(self, macs_of: str, values_of: str, macs: int, values: int) -> None:
        """An operation with multiply-accumulates."""
        self.found[f"macs {macs_of}"] += macs
        self.found[f"values {values_of}"] += values
        self.found["kernels"] += 1

    def attention(self, query: Tensor, key: Tensor, value: Tensor, *_: Any, **__: Any) -> Tensor:
        """In place of scaled_dot_product_attention, which devices run as one kernel."""
        rows = query.shape[:-1].numel()
        macs = rows * key.shape[-2] * (query.shape[-1] + value.shape[-1])
        self.add("attention", "attention", macs, query.numel() + key.numel() + value.numel() + rows * value.shape[-1])
        return value.new_empty((*query.shape[:-1], value.shape[-1]))


def _convolution(image: Tensor, weight: Tensor, groups: int) -> str:
    if groups > 1:
        return "depthwise" if groups == image.shape[1] else "grouped"
    return "pointwise" if weight.shape[2:].numel() == 1 else "convolution"


def count(arch: str, pixels: int) -> list[float]:
    """`COLUMNS` of one image of an architecture; it is built for the size where it does not take any."""
    try:
        found = _count(arch, pixels)
    except (AssertionError, RuntimeError):
        found = _count(arch, pixels, img_size=pixels)
    return [found[name] / (1 if name == "kernels" else 1e6) for name in COLUMNS]


def _count(arch: str, pixels: int, **options: int) -> Counter[str]:
    with torch.device("meta"):
        model = timm.create_model(arch, pretrained=False, **options).eval()
    counting = Counting()
    usual = torch.nn.functional.scaled_dot_product_attention
    torch.nn.functional.scaled_dot_product_attention = counting.attention
    try:
        with torch.no_grad():
            image = torch.empty(1, 3, pixels, pixels, device="meta")
            with counting:
                model(image)
    finally:
        torch.nn.functional.scaled_dot_product_attention = usual
    counting.found["params"] = sum(part.numel() for part in model.parameters())
    return counting.found


def _short(value: float) -> str:
    return f"{float(f'{value:.3g}'):g}"


def main() -> None:
    """Write the table."""
    with duckdb.connect() as con:
        models = con.execute(_MODELS, paths(models="models")).fetchall()
    lines = [f'"{arch}@{pixels}":[{",".join(map(_short, count(arch, pixels)))}]' for arch, pixels in models]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    json.loads(text)
    TARGET.write_text(text, encoding="utf-8")
    print(f"{len(lines)} architectures, {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
