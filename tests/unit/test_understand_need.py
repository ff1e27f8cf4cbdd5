"""From a sentence to a need: what is applied, and what is told of the rest."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from advisor.domain.errors import InvalidInput
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Task
from advisor.features.encoder import TextEncoder
from advisor.features.need import read_need
from advisor.sizing.devices import DeviceBook

FACTS = Path(__file__).parents[2] / "data" / "facts"


@pytest.fixture(scope="module")
def read():
    tables = ("hardware", "hardware_aliases", "prices")
    book = DeviceBook(*(pq.read_table(FACTS / f"{name}.parquet").to_pylist() for name in tables))
    encoder = TextEncoder.open()
    return lambda text, **stated: read_need(Requirements(description=text, **stated), encoder, book)


def not_read(need):
    return [warning for warning in need.warnings if warning.startswith("not read")]


def test_limits_and_device_are_applied(read):
    need = read("chat for 20 users at the same time on two RTX 3090s, within half a second, MIT or Apache licensed")
    asked = need.requirements
    assert (need.task, need.device.name, need.device.count) == (Task.CHAT, "RTX 3090", 2)
    assert (asked.concurrency, asked.max_latency_ms) == (20, 500)
    assert asked.licenses_allow == ("mit", "apache-2.0")
    assert not not_read(need)


def test_models_that_are_denied_in_two_places_are_both_excluded(read):
    need = read("chat without Qwen models, no Llama")
    assert need.requirements.exclude == ("*qwen*", "*qwq*", "*llama*")
    assert read("chat without Qwen models", exclude=["meta-llama/*"]).requirements.exclude == ("meta-llama/*",)


def test_what_is_not_read_is_told_once(read):
    need = read("chat for 300 € a month, no Chinese models, on a laptop or an RTX 4090")
    assert not_read(need) == ["not read: 'laptop', '300 € a month', 'no Chinese models'"]
    assert need.interpretation.hardware.value == "RTX 4090"


def test_a_rate_of_items_is_no_limit_of_models_that_generate(read):
    assert read("classify mails at 100 texts/s on an L4").requirements.min_items_per_s == 100
    need = read("summarise at 100 texts/s")
    assert need.requirements.min_items_per_s is None
    assert not_read(need) == ["not read: '100 texts/s'"]


def test_a_device_that_is_not_known_is_told_unless_the_request_states_one(read):
    told = "device 'iPhone 15 Pro' is not known; state `hardware`"
    assert told in read("chat on iPhone 15 Pro").warnings
    need = read("chat on iPhone 15 Pro", hardware="phone")
    assert told not in need.warnings
    assert not not_read(need)


def test_a_device_that_is_denied_is_not_the_device(read):
    need = read("chat on an RTX 4090, we have no H100")
    assert need.device.name == "RTX 4090"
    assert read("search without a GPU").device.name == "Generic CPU"


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "hello", "我想在手机上运行中文聊天模型"])
def test_noise_is_refused_unless_the_request_states_a_task(read, text):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.problems[0].field == "description"
    assert read(text, task="chat").task is Task.CHAT
