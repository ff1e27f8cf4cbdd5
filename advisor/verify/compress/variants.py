"""The ways: each makes a smaller encoder from a torch module, and shows what was really changed in it."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from advisor.domain.errors import NotAvailable
from advisor.verify.compress.heads import without_heads
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.torch_encoder import features, vectors

_MIB = 2**20


Encode = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class Variant:
    """A smaller encoder."""

    name: str
    encode: Encode
    """(n, d) raw vectors of a few texts."""
    size_mib: float
    proof: str
    settings: str = ""


Make = Callable[[], Variant]


def variants(module: Any, settings: CompressSettings, folder: Path, texts: Sequence[str]) -> Iterator[tuple[str, Make]]:
    """Names of the ways and what makes each, the unchanged model first.

    Args:
        module: a SentenceTransformer.
        settings: what is tried.
        folder: for files in between.
        texts: what the importance of attention heads is told by.
    """
    yield "fp32", lambda: Variant("fp32", encoder_of(module), _size(module), _types(module))
    yield "bf16", lambda: _bf16(module)
    yield "int8 (torch, dynamic)", lambda: _int8_torch(module)
    yield "int8 (ONNX Runtime, dynamic)", lambda: _int8_onnx(module, settings, folder)
    for share in settings.pruned:
        yield f"pruned {share:.0%}", partial(_pruned, module, share)
    for share in settings.pruned_heads:
        yield f"{share:.0%} of the heads pruned", partial(_without_heads, module, share, texts)


def encoder_of(module: Any) -> Encode:
    """What encodes a few texts with a module."""

    def encode(texts: Sequence[str]) -> Any:
        import torch

        with torch.inference_mode():
            return vectors(module, texts).float().cpu().numpy()

    return encode


def _bf16(module: Any) -> Variant:
    import torch

    smaller = copy.deepcopy(module).to(torch.bfloat16)
    return Variant("bf16", encoder_of(smaller), _size(smaller), _types(smaller))


def _int8_torch(module: Any) -> Variant:
    import torch

    smaller = copy.deepcopy(module).cpu()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # `auto_model` is a property: only `model` is what runs.
        smaller[0].model = torch.ao.quantization.quantize_dynamic(smaller[0].model, {torch.nn.Linear}, torch.qint8)
    quantised = [part for part in smaller.modules() if "quantized" in type(part).__module__ and hasattr(part, "weight")]
    if not quantised:
        raise NotAvailable("no module was quantised")
    weights = sum(part.weight().numel() for part in quantised)
    size = _size(smaller) + weights / _MIB
    return Variant("int8 (torch, dynamic)", encoder_of(smaller), size, f"{len(quantised)} linear modules in int8")


def _int8_onnx(module: Any, settings: CompressSettings, folder: Path) -> Variant:
    import onnx
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full, small = folder / "model.onnx", folder / "model-int8.onnx"
    names = _export(module, full)
    quantize_dynamic(str(full), str(small), weight_type=QuantType.QInt8)
    kinds = [node.op_type for node in onnx.load(str(small), load_external_data=False).graph.node]
    integer = kinds.count("MatMulInteger")
    if not integer:
        raise NotAvailable("no matrix product was quantised")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    session = onnxruntime.InferenceSession(str(small), options, providers=["CPUExecutionProvider"])

    def encode(texts: Sequence[str]) -> Any:
        import torch

        fed = features(module, texts)
        (states,) = session.run(None, {name: fed[name].cpu().numpy() for name in names})
        pooled = dict(fed) | {"token_embeddings": torch.as_tensor(states, device=module.device)}
        with torch.inference_mode():
            for part in list(module)[1:]:
                pooled = part(pooled)
            return pooled["sentence_embedding"].cpu().numpy()

    proof = f"{integer} matrix products in int8, {kinds.count('MatMul')} in fp32"
    return Variant("int8 (ONNX Runtime, dynamic)", encode, small.stat().st_size / _MIB, proof)


def _export(module: Any, path: Path) -> list[str]:
    """Write the transformer of a module as ONNX; the names of its inputs."""
    import torch

    fed = features(module, ["a text", "another, longer text"])
    names: list[str] = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in fed]

    class States(torch.nn.Module):  # type: ignore[misc]
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, *inputs: Any) -> Any:
            return self.inner(**dict(zip(names, inputs, strict=True)), return_dict=False)[0]

    axes = {name: {0: "batch", 1: "tokens"} for name in [*names, "states"]}
    inner = copy.deepcopy(module[0].model).cpu().eval()
    inner.config._attn_implementation = "eager"
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            States(inner), tuple(fed[name].cpu() for name in names), str(path), input_names=names,
            output_names=["states"], dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
    return names


def _pruned(module: Any, share: float) -> Variant:
    import torch
    from torch.nn.utils import prune

    smaller = copy.deepcopy(module)
    layers = [(part, "weight") for part in smaller.modules() if isinstance(part, torch.nn.Linear)]
    prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=share)
    for part, name in layers:
        prune.remove(part, name)
    zeros = sum(int((part.weight == 0).sum()) for part, _ in layers) / sum(part.weight.numel() for part, _ in layers)
    proof = f"{zeros:.0%} of the weights of {len(layers)} linear layers are zero"
    return Variant(
        f"pruned {share:.0%}", encoder_of(smaller), _size(smaller), proof, "smallest magnitudes, no retraining"
    )


def _without_heads(module: Any, share: float, texts: Sequence[str]) -> Variant:
    found = without_heads(module, share, texts)
    proof = f"{found.n_removed} of {found.n_heads} attention heads are cut out, the same vectors as with them silenced"
    settings = f"least importance on {len(texts)} texts, no retraining"
    return Variant(f"{share:.0%} of the heads pruned", encoder_of(found.module), _size(found.module), proof, settings)


def _size(module: Any) -> float:
    return float(sum(one.numel() * one.element_size() for one in module.parameters()) / _MIB)


def _types(module: Any) -> str:
    import torch

    kinds = {str(one.dtype).removeprefix("torch.") for one in module.parameters() if isinstance(one, torch.Tensor)}
    return f"weights in {', '.join(sorted(kinds))}"
