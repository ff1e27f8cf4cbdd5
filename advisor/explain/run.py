"""The command that runs a pick."""

from __future__ import annotations

from advisor.domain.model import Variant
from advisor.domain.tasks import Kind

_SEVERAL = "mixed"
"""The precision of a repository of several files, of which llama.cpp takes Q4_K_M."""


def run_command(kind: Kind, model_id: str, variant: Variant, engine: str) -> str:
    """A shell command that loads the variant with its engine, from the hub on first use."""
    source = variant.variant_id if variant.published else model_id
    if variant.format == "gguf":
        return _gguf(source, variant)
    if kind is Kind.GENERATIVE:
        return f"vllm serve {source}" if engine == "vllm" else f"transformers serve {source}"
    if kind is Kind.EMBEDDING:
        loader = f"from sentence_transformers import SentenceTransformer as M; print(M('{source}'))"
    elif kind is Kind.RERANKER:
        loader = f"from sentence_transformers import CrossEncoder as M; print(M('{source}'))"
    elif kind is Kind.VISION and source.startswith("timm/"):
        loader = f"import timm; timm.create_model('hf-hub:{source}', pretrained=True)"
    elif kind is Kind.SPEECH_RECOGNITION:
        loader = f"from transformers import pipeline; pipeline('automatic-speech-recognition', '{source}')"
    elif kind is Kind.ENCODER:
        loader = f"from transformers import AutoModel as M; print(M.from_pretrained('{source}'))"
    else:
        return f"advisor models show {model_id}"
    return f'python -c "{loader}"'


def _gguf(source: str, variant: Variant) -> str:
    if variant.published:
        file = "" if variant.quantization == _SEVERAL else f":{variant.quantization.upper()}"
        return f"llama-server -hf {source}{file}"
    name = source.rsplit("/", maxsplit=1)[-1]
    return (
        f"convert_hf_to_gguf.py --remote {source} --outfile {name}.gguf"
        f" && llama-quantize {name}.gguf {name}-{variant.quantization}.gguf {variant.quantization.upper()}"
        f" && llama-server -m {name}-{variant.quantization}.gguf"
    )
