"""The command that runs a pick."""

from __future__ import annotations

from advisor.domain.model import ModelRecord, Variant
from advisor.domain.tasks import Kind, Modality
from advisor.sizing.engines import multi_vector

_SEVERAL = "mixed"
"""The precision of a repository of several files, of which llama.cpp takes Q4_K_M."""
_LOADERS = {
    Kind.EMBEDDING: "from sentence_transformers import SentenceTransformer as M; print(M('{}'))",
    Kind.RERANKER: "from sentence_transformers import CrossEncoder as M; print(M('{}'))",
    Kind.SPEECH_RECOGNITION: "from transformers import pipeline; pipeline('automatic-speech-recognition', '{}')",
    Kind.ENCODER: "from transformers import AutoModel as M; print(M.from_pretrained('{}'))",
}
_MULTI_VECTOR = "from sentence_transformers import MultiVectorEncoder as M; print(M('{}'))"
"""From sentence-transformers 6.0 on."""
_PYLATE = {"jinaai/jina-colbert-v2": ", query_prefix='[QueryMarker]', document_prefix='[DocumentMarker]',"
           " attend_to_expansion_tokens=True, trust_remote_code=True"}  # fmt: skip
"""What a model needs beside its name, by its publisher's card."""


def run_command(record: ModelRecord, variant: Variant, engine: str) -> str:
    """A shell command that loads the variant with its engine, from the hub on first use."""
    source = variant.variant_id if variant.published else record.model_id
    if variant.format == "gguf":
        return _gguf(source, variant)
    if record.kind is Kind.GENERATIVE:
        return f"vllm serve {source}" if engine == "vllm" else f"transformers serve {source}"
    publisher, _, name = record.model_id.partition("/")
    if publisher == "openmmlab":
        library, _, config = name.partition("/")
        return f"mim download {library} --config {config} --dest ."
    loader = _loader(record, publisher, name, source)
    return f'python -c "{loader}"' if loader else f"advisor models show {record.model_id}"


def _loader(record: ModelRecord, publisher: str, name: str, source: str) -> str | None:
    """Python that loads the weights of the publisher or of a repository."""
    if publisher == "torchvision":
        return _torchvision(name)
    if publisher == "ultralytics":
        return f"from ultralytics import YOLO; YOLO('{name.lower()}.pt')"
    if publisher == "timm":
        return f"import timm; timm.create_model('hf-hub:{source}', pretrained=True)"
    if multi_vector(record):
        if Modality.IMAGE in record.modalities:
            return _MULTI_VECTOR.format(source)
        return f"from pylate import models; models.ColBERT('{source}'{_PYLATE.get(source, '')})"
    loader = _LOADERS.get(record.kind)
    return loader.format(source) if loader else None


def _torchvision(name: str) -> str:
    """`resnet50_quantizedweights.imagenet1k_fbgemm_v1` is builder and weights."""
    builder, _, weights = name.partition(".")
    if builder.endswith("_quantizedweights"):
        builder = "quantized_" + builder.removesuffix("_quantizedweights")
    return f"from torchvision.models import get_model; get_model('{builder}', weights='{weights.upper()}')"


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
