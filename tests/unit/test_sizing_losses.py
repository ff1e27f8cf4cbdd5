"""What quantisation costs in quality, and that the shipped figures are those of the facts."""

import json

import pytest

from advisor.domain.tasks import Kind
from advisor.sizing.losses import quality_loss
from advisor.sizing.quantization import quantizations
from data.build.losses import TARGET, measured_losses


def test_fewer_bits_cost_more() -> None:
    losses = [quality_loss(name) for name in ("fp16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q3_k_m", "q2_k")]
    typical = [loss.typical for loss in losses if loss]
    assert len(typical) == len(losses)
    assert typical == sorted(typical)
    assert quality_loss("who-knows") is None


@pytest.mark.parametrize("kind", list(Kind))
def test_every_quantisation_has_a_range_and_a_source(kind: Kind) -> None:
    for name in quantizations():
        loss = quality_loss(name, kind)
        assert loss is not None and loss.source, name
        assert 0 <= loss.low <= loss.typical <= loss.high <= 100, name


def test_what_was_run_both_ways_comes_first() -> None:
    four_bits = quality_loss("bnb")
    assert four_bits is not None and "24 models run both ways" in four_bits.source
    assert four_bits == quality_loss("4bit") == quality_loss("NF4")
    gptq = quality_loss("gptq-int4")
    assert gptq is not None and "9 more were broken" in gptq.source


def test_few_models_keep_the_published_range() -> None:
    measured, published = quality_loss("q4_k_m"), quality_loss("q4_k_s")
    assert measured is not None and published is not None
    assert "2 models run both ways" in measured.source and "perplexity" in measured.source
    assert "perplexity" in published.source and "both ways" not in published.source
    assert measured.low <= 0.5 and measured.high >= 3.0


def test_kinds_of_models_lose_differently() -> None:
    image, text, chat = (quality_loss("int8", kind) for kind in (Kind.VISION, Kind.EMBEDDING, Kind.GENERATIVE))
    assert image is not None and text is not None and chat is not None
    assert "torchvision" in image.source and "MTEB" in text.source and "2411.02355" in chat.source
    assert image.typical < text.typical


def test_the_shipped_losses_are_those_of_the_facts() -> None:
    assert json.loads(TARGET.read_text(encoding="utf-8")) == [row._asdict() for row in measured_losses()]
