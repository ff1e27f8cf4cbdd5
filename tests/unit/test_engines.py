"""What runs an artefact, and the command that loads it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.model import Architecture, ModelRecord, Variant
from advisor.domain.tasks import Kind, Modality
from advisor.explain.run import run_command
from advisor.sizing.engines import engine_of, goes_into_gguf, multi_vector
from advisor.sizing.report import size_model

FACTS = Path(__file__).parents[2] / "data" / "facts"
CARD = Hardware.model_validate({"name": "card", "kind": "gpu", "vendor": "nvidia", "memory_gib": 12.0})


def record(model_id: str, kind: Kind, *modalities: Modality, architecture: str | None = None) -> ModelRecord:
    return ModelRecord(
        model_id=model_id, name=model_id, kind=kind, modalities=modalities, params_total=100_000_000,
        architecture=Architecture(name=architecture),
    )  # fmt: skip


def own(model_id: str, format: str = "safetensors") -> Variant:
    return Variant(variant_id=model_id, model_id=model_id, format=format, quantization="fp16", bits_per_weight=16)


@pytest.mark.parametrize(
    ("model", "engine", "command"),
    [
        (record("timm/resnet50.a1_in1k", Kind.VISION), "timm", "timm.create_model('hf-hub:timm/resnet50.a1_in1k'"),
        (
            record("torchvision/resnet50.imagenet1k_v2", Kind.VISION),
            "torchvision",
            "get_model('resnet50', weights='IMAGENET1K_V2')",
        ),
        (
            record("torchvision/resnet50_quantizedweights.imagenet1k_fbgemm_v1", Kind.VISION),
            "torchvision",
            "get_model('quantized_resnet50', weights='IMAGENET1K_FBGEMM_V1')",
        ),
        (record("ultralytics/YOLO26n", Kind.VISION), "ultralytics", "YOLO('yolo26n.pt')"),
        (
            record("openmmlab/mmdet/rtmdet_tiny_8xb32-300e_coco", Kind.VISION),
            "mmdet",
            "mim download mmdet --config rtmdet_tiny_8xb32-300e_coco",
        ),
        (record("lightonai/mLateOn", Kind.EMBEDDING), "PyLate", "models.ColBERT('lightonai/mLateOn')"),
        (record("jinaai/jina-colbert-v2", Kind.EMBEDDING), "PyLate", "query_prefix='[QueryMarker]'"),
        (
            record("vidore/colpali-v1.3", Kind.EMBEDDING, Modality.TEXT, Modality.IMAGE),
            "sentence-transformers",
            "MultiVectorEncoder",
        ),
        (record("BAAI/bge-m3", Kind.EMBEDDING), "sentence-transformers", "SentenceTransformer as M"),
    ],
)
def test_the_library_that_weights_belong_to(model, engine, command):
    variant = own(model.model_id)
    assert engine_of(model, variant.format, None) == engine
    assert command in run_command(model, variant, engine)


def test_other_formats_have_their_own_engine():
    assert engine_of(record("torchvision/resnet50.imagenet1k_v2", Kind.VISION), "onnx", None) == "onnxruntime"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("LiquidAI/LFM2-ColBERT-350M", True), ("nvidia/llama-nemoretriever-colembed-1b-v1", True),
        ("nomic-ai/colnomic-embed-multimodal-3b", True), ("nomic-ai/nomic-embed-multimodal-3b", False),
        ("sensenova/piccolo-base-zh", False), ("colbert-ir/other", False),
    ],
)  # fmt: skip
def test_late_interaction_is_told_by_names(name, found):
    assert multi_vector(record(name, Kind.EMBEDDING)) is found


def test_no_gguf_where_llama_cpp_lacks_the_architecture():
    def formats(architecture: str | None) -> set[str]:
        model = record("a/b", Kind.GENERATIVE, architecture=architecture)
        return {row.variant.format for row in size_model(model, CARD).variants}

    assert formats("reformer") == {"safetensors"}
    assert "gguf" in formats("llama")
    assert "gguf" in formats(None)


def test_every_architecture_published_in_gguf_goes_into_it():
    variants = pq.read_table(FACTS / "variants.parquet", filters=[("format", "=", "gguf")]).column("model_id")
    published = set(variants.to_pylist())
    models = pq.read_table(FACTS / "models.parquet", columns=["model_id", "architecture"]).to_pylist()
    assert not {
        m["architecture"] for m in models if m["model_id"] in published and not goes_into_gguf(m["architecture"])
    }


def test_no_pick_is_in_a_gguf_that_cannot_be_made(advisor):
    names = ["google/reformer-crime-and-punishment", "HuggingFaceTB/SmolLM2-135M-Instruct"]
    answer = advisor.recommend({"task": "chat", "hardware": "cpu 16GB", "candidates": names})
    told = {pick.model_id: pick.variant.format for pick in answer.picks}
    assert told.get(names[0], "safetensors") == "safetensors"
    assert told[names[1]] in ("gguf", "safetensors")
