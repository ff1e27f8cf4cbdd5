"""Attention heads of an encoder: how much each matters, and the encoder without those that matter least."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.verify.protocols import Floats
from advisor.verify.torch_encoder import vectors

_LAYOUTS = (
    ("self.query", "self.key", "self.value", "output.dense"),
    ("q_lin", "k_lin", "v_lin", "out_lin"),
)
"""Projections below an attention layer: of BERT and its kin, of DistilBERT. Their code takes any number of heads."""
_DRAWS = 4
_BATCH = 16
_CLOSE = 1e-3


@dataclass(frozen=True)
class Pruned:
    """An encoder without some heads."""

    module: Any
    n_removed: int
    n_heads: int
    """Before."""
    deviation: float
    """Largest difference from the vectors of the whole encoder with the same heads silenced."""


def without_heads(module: Any, share: float, texts: Sequence[str], seed: int = 0) -> Pruned:
    """A copy without a share of its heads, the least important first; every layer keeps one.

    Args:
        module: a SentenceTransformer.
        share: of all heads.
        texts: what importance is told by.
        seed: of the directions that it is told in.

    Raises:
        NotAvailable: the architecture is not known, or the smaller encoder does not compute what it must.
    """
    layers = _layers(module)
    if not layers:
        raise NotAvailable("the attention of this architecture is not known: BERT and its kin, and DistilBERT are")
    scores = importance(module, texts, seed)
    dropped = _least(scores, share)
    smaller = copy.deepcopy(module)
    for layer, gone in zip(_layers(smaller), dropped, strict=True):
        layer.remove(gone)
    deviation = _deviation(module, smaller, dropped, texts[:4])
    if not deviation < _CLOSE:
        raise NotAvailable(f"without these heads the vectors are not what they must be: {deviation:.2g} apart")
    return Pruned(smaller, int(dropped.sum()), dropped.size, deviation)


def importance(module: Any, texts: Sequence[str], seed: int = 0) -> Floats:
    """(n_layers, n_heads) mean squared change of the unit vector with a gate on each head.

    Michel et al. (2019) take the loss where this takes the vector, so that no labels are needed: the square is
    estimated by gradients in random directions.
    """
    import torch
    from torch.nn import functional

    random = torch.Generator().manual_seed(seed)
    total: Any = 0.0
    for start in range(0, len(texts), _BATCH):
        part = texts[start : start + _BATCH]
        with torch.enable_grad(), gated(module, len(part)) as gates:
            found = functional.normalize(vectors(module, part))
            for _ in range(_DRAWS):
                direction = torch.randn(found.shape, generator=random).to(found)
                slopes = torch.autograd.grad((found * direction).sum(), gates, retain_graph=True)
                total = total + torch.stack([slope.double().square().sum(0) for slope in slopes])
    return np.asarray((total / (_DRAWS * len(texts))).cpu().numpy(), np.float64)


@contextmanager
def gated(module: Any, n_texts: int, values: Floats | None = None) -> Iterator[list[Any]]:
    """Multiplies what each head gives by a gate: (n_texts, n_heads) tensors by layer, 1 or the values."""
    import torch

    layers = _layers(module)
    shown = np.ones((len(layers), layers[0].n_heads)) if values is None else values
    like = next(module.parameters())
    gates = [torch.tensor(row, dtype=like.dtype, device=like.device).repeat(n_texts, 1) for row in shown]
    hooks = []
    for layer, gate in zip(layers, gates, strict=True):
        gate.requires_grad_(values is None)

        def silence(_: Any, given: tuple[Any, ...], gate: Any = gate, size: int = layer.size) -> tuple[Any, ...]:
            heads = given[0].unflatten(-1, (-1, size)) * gate[:, None, :, None]
            return (heads.flatten(-2), *given[1:])

        hooks.append(layer.output.register_forward_pre_hook(silence))
    try:
        yield gates
    finally:
        for hook in hooks:
            hook.remove()


@dataclass(frozen=True)
class _Layer:
    """The projections of one attention layer."""

    inputs: tuple[Any, ...]
    output: Any
    size: int
    """Dimensions of a head."""

    @property
    def n_heads(self) -> int:
        return int(self.inputs[0].out_features // self.size)

    def remove(self, gone: Any) -> None:
        """Cut heads out of the projections; (n_heads,) True for those that go."""
        import torch

        kept = torch.as_tensor(np.flatnonzero(np.repeat(~gone, self.size)), device=self.output.weight.device)
        with torch.no_grad():
            for linear in self.inputs:
                linear.weight = torch.nn.Parameter(linear.weight[kept].clone())
                if linear.bias is not None:
                    linear.bias = torch.nn.Parameter(linear.bias[kept].clone())
                linear.out_features = len(kept)
            self.output.weight = torch.nn.Parameter(self.output.weight[:, kept].clone())
            self.output.in_features = len(kept)


def _layers(module: Any) -> list[_Layer]:
    heads = getattr(module[0].model.config, "num_attention_heads", 0)
    found = []
    for part in module.modules():
        for names in _LAYOUTS:
            linears = [_below(part, name) for name in names]
            if heads and all(hasattr(linear, "out_features") for linear in linears):
                found.append(_Layer(tuple(linears[:3]), linears[3], linears[0].out_features // heads))
    return found


def _below(part: Any, path: str) -> Any:
    for name in path.split("."):
        part = getattr(part, name, None)
    return part


def _least(scores: Floats, share: float) -> Any:
    """(n_layers, n_heads) True for the share that matters least, but for one of each layer."""
    dropped = np.zeros(scores.shape, bool)
    for place in np.argsort(scores, axis=None):
        row, column = np.unravel_index(place, scores.shape)
        if dropped.sum() >= round(share * scores.size):
            break
        if dropped[row].sum() < scores.shape[1] - 1:
            dropped[row, column] = True
    return dropped


def _deviation(module: Any, smaller: Any, dropped: Any, texts: Sequence[str]) -> float:
    import torch

    with torch.inference_mode():
        with gated(module, len(texts), np.where(dropped, 0.0, 1.0)):
            expected = vectors(module, texts)
        return float((vectors(smaller, texts) - expected).abs().max())
