"""The torch module of a loaded text encoder, in the form of sentence-transformers: what can be trained and pruned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from advisor.verify.backends.common import prompted, shortened, unit
from advisor.verify.backends.text_encoder import TextEncoder
from advisor.verify.protocols import Model, Role, Vectors


def module_of(model: Model) -> Any | None:
    """A SentenceTransformer; None where a model has no weights in torch.

    An encoder that the transformers library loaded is set into one, with the pooling that it was measured with.
    """
    if isinstance(model, TextEncoder):
        return _pooled(model)
    module = getattr(model, "model", None)
    return module if hasattr(module, "tokenize") and hasattr(module, "parameters") else None


def features(module: Any, texts: Sequence[str]) -> dict[str, Any]:
    """What a module takes in for some texts."""
    made = (module.preprocess if hasattr(module, "preprocess") else module.tokenize)(list(texts))
    return {name: value.to(module.device) if hasattr(value, "to") else value for name, value in made.items()}


def vectors(module: Any, texts: Sequence[str]) -> Any:
    """(n, d) tensor of n texts, with its gradient."""
    return module(features(module, texts))["sentence_embedding"]


def asked(model: Model, texts: Sequence[str], role: Role) -> list[str]:
    """Texts with the prompt that the model is used with in a role."""
    options = getattr(model, "options", {})
    if options.get(f"{role}_prompt"):
        return prompted(texts, role, options)
    prompt = (getattr(getattr(model, "model", None), "prompts", None) or {}).get(role, "")
    return [prompt + text for text in texts]


def finish(model: Model) -> Callable[[Any], Vectors]:
    """What a model does to raw vectors: unit length, and the dimensions that its options ask for."""
    options = getattr(model, "options", {})
    return lambda rows: shortened(unit(rows), options)


def _pooled(encoder: TextEncoder) -> Any:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    folder = encoder.model.config.name_or_path
    states = Transformer(folder, max_seq_length=encoder.max_tokens, model_kwargs={"local_files_only": True})
    states.model = encoder.model
    pooling = Pooling(encoder.model.config.hidden_size, "cls" if encoder.options.get("pooling") == "cls" else "mean")
    return SentenceTransformer(modules=[states, pooling], device=str(encoder.model.device)).eval()
