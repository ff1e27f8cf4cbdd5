"""Ways to adapt and to compress, with a real encoder of which one layer is kept to be quick."""

import numpy as np
import pytest

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.domain.verification import Artifact, Candidate, Origin
from advisor.verify import adapt, compress
from advisor.verify.adapt.curve import extrapolated
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.backends import backend_named
from advisor.verify.compress.heads import gated, importance, without_heads
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.data import DataOptions, prepare
from advisor.verify.protocols import Limits
from advisor.verify.tasks import open_task
from tests import packages


@pytest.fixture(scope="module")
def encoder():
    model = packages.SentenceModel()
    inner = model.model[0].model
    inner.encoder.layer = inner.encoder.layer[:1]
    model.model.max_seq_length = 32
    return model


@pytest.fixture
def minilm_in_transformers():
    """MiniLM with two layers, without its pooling module."""
    candidate = Candidate(
        key="x",
        model_id="x",
        backend="transformers-encoder",
        artifact=Artifact(origin=Origin.PATH, location=str(packages.minilm_folder()), format="safetensors"),
        options={"max_tokens": "16"},
    )
    model = backend_named("transformers-encoder").load(candidate, Limits(threads=1))
    model.model.encoder.layer = model.model.encoder.layer[:2]
    return model


@pytest.fixture
def news(tmp_path):
    prepare(packages.news(tmp_path, 150), Task.TEXT_CLASSIFICATION, DataOptions(max_train=60), tmp_path / "p")
    return open_task(tmp_path / "p")


def quiet(_share):
    """No progress is shown."""


def test_ways_to_adapt(encoder, news, tmp_path):
    before = encoder.embed(["a text"])
    settings = AdaptSettings(max_test=60, sizes=(), finetune_s=5, max_epochs=1, batch=8, max_tokens=16)
    found = adapt.compare(encoder, news, settings, quiet, tmp_path)
    names = [option.name for option in found.options]
    assert names == [
        "use as is",
        "nearest neighbours",
        "linear head",
        "fine-tune (contrastive)",
        "fine-tune (classification)",
        "fine-tune (sequence classifier)",
    ]
    assert found.reference == "linear head" and found.chosen in names
    for option in found.options:
        assert option.quality is not None and option.seconds is not None
        assert (option.difference is None) == (option.name == "linear head")
    assert "learning rate" in found.options[-1].settings
    assert (encoder.embed(["a text"]) == before).all()
    made = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.npz")}
    assert len(made) == 3
    next(path for path in made if "sequence" in path.name).write_bytes(b"torn")
    again = adapt.compare(encoder, news, settings, quiet, tmp_path)
    assert [one.quality for one in again.options] == [one.quality for one in found.options]
    kept = [path for path, time in made.items() if path.stat().st_mtime_ns == time]
    assert len(kept) == 2, "a fine-tune that was kept is made again, or a torn one is believed"


def test_an_encoder_of_transformers_is_adapted_and_compressed_as_it_is_used(minilm_in_transformers, news):
    model = minilm_in_transformers
    settings = AdaptSettings(max_test=60, sizes=(), finetune_s=60, max_epochs=2, batch=8, max_tokens=16)
    found = {option.name: option for option in adapt.compare(model, news, settings, quiet).options}
    assert not [option.note for option in found.values() if option.quality is None]
    assert found["fine-tune (sequence classifier)"].quality.value > 0.3
    smaller = CompressSettings(max_test=60, dimensions=(), pruned=(), pruned_heads=(0.5,), timed=3)
    told = {option.name: option for option in compress.compare(model, news, smaller, quiet).options}
    assert told["fp32"].quality.value == found["linear head"].quality.value
    assert told["50% of the heads pruned"].size_mib < told["fp32"].size_mib


def test_ways_to_compress(encoder, news):
    settings = CompressSettings(max_test=60, dimensions=(64,), pruned=(0.5,), pruned_heads=(0.5,), timed=3)
    found = compress.compare(encoder, news, settings, quiet)
    told = {option.name: option for option in found.options}
    assert told["bf16"].size_mib == pytest.approx(told["fp32"].size_mib / 2, rel=0.01)
    assert "linear modules in int8" in told["int8 (torch, dynamic)"].note
    assert "matrix products in int8" in told["int8 (ONNX Runtime, dynamic)"].note
    assert told["int8 (ONNX Runtime, dynamic)"].size_mib < 0.5 * told["fp32"].size_mib
    assert told["pruned 50%"].note.startswith("50% of the weights")
    assert told["50% of the heads pruned"].note.startswith("6 of 12 attention heads are cut out")
    assert all(option.difference is not None for name, option in told.items() if name != "fp32")
    assert found.reference == "fp32" and found.chosen in told


def small(kind):
    """A sentence encoder of two layers and four heads with weights drawn at random."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoConfig, AutoModel

    more = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
    if kind == "distilbert":
        more = {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64}
    states = Transformer(str(packages.minilm_folder()), max_seq_length=16)
    states.model = AutoModel.from_config(AutoConfig.for_model(kind, vocab_size=30522, **more)).eval()
    return SentenceTransformer(modules=[states, Pooling(32)], device="cpu").eval()


@pytest.mark.parametrize("kind", ["bert", "distilbert"])
def test_heads_that_do_nothing_go_first(kind):
    import torch

    module = small(kind)
    texts = ["shares fell in Frankfurt", "a kitten naps", "the goal came late", "rain is expected"]
    last = module[0].model.encoder.layer[-1] if kind == "bert" else module[0].model.transformer.layer[-1]
    output = last.attention.output.dense if kind == "bert" else last.attention.out_lin
    with torch.no_grad():
        output.weight[:, 8:24] = 0
    scores = importance(module, texts)
    assert scores.shape == (2, 4)
    assert (scores[1, 1:3] == 0).all() and (scores[1, [0, 3]] > 0).all() and (scores[0] > 0).all()
    found = without_heads(module, 0.25, texts)
    assert (found.n_removed, found.n_heads) == (2, 8)
    assert np.allclose(module.encode(texts), found.module.encode(texts), atol=1e-6)
    assert sum(p.numel() for p in found.module.parameters()) < sum(p.numel() for p in module.parameters())


def test_importance_is_what_a_gate_changes():
    module = small("bert")
    texts = ["shares fell in Frankfurt", "a kitten naps", "the goal came late", "rain is expected"]
    before = module.encode(texts, normalize_embeddings=True)
    changed = np.zeros((2, 4))
    for place in np.ndindex(changed.shape):
        gates = np.ones((2, 4))
        gates[place] = 0.9
        with gated(module, len(texts), gates):
            changed[place] = np.square(module.encode(texts, normalize_embeddings=True) - before).sum(1).mean() / 0.01
    assert importance(module, texts * 64) == pytest.approx(changed, rel=0.2)


def test_what_cannot_be_adapted_or_compressed(news):
    with pytest.raises(NotAvailable):
        adapt.compare(object(), news, AdaptSettings(), quiet)
    with pytest.raises(NotAvailable):
        compress.compare(packages.StaticModel(), news, CompressSettings(), quiet)


def test_more_labels_by_a_power_law():
    sizes = [20, 80, 320]
    noise = np.random.default_rng(0).normal(0, 0.002, (3, 100))
    drawn = [1 - (0.05 + 1.0 * size**-0.5) + noise[row] for row, size in enumerate(sizes)]
    found = extrapolated(sizes, drawn, 1280, "0 to 1")
    assert found.low < 1 - (0.05 + 1280**-0.5) < found.high
    assert found.value == pytest.approx(0.922, abs=0.01)
    assert extrapolated(sizes[:2], drawn[:2], 1280, "0 to 1") is None
