"""Ways to adapt and to compress, with a real encoder of which one layer is kept to be quick."""

import numpy as np
import pytest

from advisor.domain.errors import NotAvailable
from advisor.domain.tasks import Task
from advisor.verify import adapt, compress
from advisor.verify.adapt.curve import extrapolated
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.data import DataOptions, prepare
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
def news(tmp_path):
    prepare(packages.news(tmp_path, 150), Task.TEXT_CLASSIFICATION, DataOptions(max_train=60), tmp_path / "p")
    return open_task(tmp_path / "p")


def quiet(_share):
    """No progress is shown."""


def test_ways_to_adapt(encoder, news):
    before = encoder.embed(["a text"])
    settings = AdaptSettings(max_test=60, sizes=(), finetune_s=5, max_epochs=1, batch=8, max_tokens=16)
    found = adapt.compare(encoder, news, settings, quiet)
    names = [option.name for option in found.options]
    assert names == [
        "use as is",
        "nearest neighbours",
        "linear head",
        "fine-tune (contrastive)",
        "fine-tune (classification)",
    ]
    assert found.reference == "linear head" and found.chosen in names
    for option in found.options:
        assert option.quality is not None and option.seconds is not None
        assert (option.difference is None) == (option.name == "linear head")
    assert "learning rate" in found.options[-1].settings
    assert (encoder.embed(["a text"]) == before).all()


def test_ways_to_compress(encoder, news):
    settings = CompressSettings(max_test=60, dimensions=(64,), pruned=(0.5,), timed=3)
    found = compress.compare(encoder, news, settings, quiet)
    told = {option.name: option for option in found.options}
    assert told["bf16"].size_mib == pytest.approx(told["fp32"].size_mib / 2, rel=0.01)
    assert "linear modules in int8" in told["int8 (torch, dynamic)"].note
    assert "matrix products in int8" in told["int8 (ONNX Runtime, dynamic)"].note
    assert told["int8 (ONNX Runtime, dynamic)"].size_mib < 0.5 * told["fp32"].size_mib
    assert told["pruned 50%"].note.startswith("50% of the weights")
    assert all(option.difference is not None for name, option in told.items() if name != "fp32")
    assert found.reference == "fp32" and found.chosen in told


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
