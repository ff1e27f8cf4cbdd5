"""One estimator serves every command and every way in: all say the same of the same model on the same device."""

import json

import anyio
import pytest

from advisor.domain.requirements import Requirements

FIGURES = ("memory", "speed", "energy", "cost")
NEEDS = [
    {"task": "chat", "hardware": "RX 7900 XT", "min_tokens_per_s": 40},
    {"task": "code-generation", "hardware": "2x A100 80GB", "context_tokens": 16_384, "concurrency": 4},
    {"task": "chat", "hardware": "RTX 5090", "min_tokens_per_s": 100, "candidates": ["openai/gpt-oss-20b"]},
    {"task": "chat", "hardware": "M3 Max 64GB", "min_tokens_per_s": 20, "candidates": ["openai/gpt-oss-20b"]},
    {"task": "retrieval", "hardware": "RTX 4090", "min_items_per_s": 10},
    {"task": "image-classification", "hardware": "RTX 3090", "max_latency_ms": 50},
]


@pytest.mark.parametrize("need", NEEDS, ids=["chat", "code", "low precision", "no kernels", "retrieval", "images"])
def test_picks_are_sized_as_estimate_sizes_them(advisor, need):
    answer = advisor.recommend(need)
    assert answer.picks
    for pick in answer.picks:
        sizing = advisor.estimate(**_request(need, pick.model_id))
        rows = [
            row for row in sizing.variants
            if (row.variant.format, row.variant.quantization) == (pick.variant.format, pick.variant.quantization)
        ]  # fmt: skip
        assert rows
        assert (pick.memory, pick.speed, pick.energy, pick.cost) == (
            rows[0].memory, rows[0].speed, rows[0].energy, rows[0].cost
        )  # fmt: skip
        if "min_tokens_per_s" in need:
            assert pick.speed.value >= need["min_tokens_per_s"] * 0.995
        if "min_items_per_s" in need:
            assert pick.speed.value >= need["min_items_per_s"] * 0.995
        if "max_latency_ms" in need:
            assert pick.latency.value <= need["max_latency_ms"] * 1.005


@pytest.fixture(scope="module")
def agent(advisor_home):
    """What an agent gets for (tool, request) pairs, in one session."""
    from tests.e2e.agent import open_client

    async def talk(calls):
        async with open_client(advisor_home) as client:
            return [(await client.call_tool(*call)).structured_content for call in calls]

    return lambda calls: anyio.run(talk, calls)


@pytest.mark.parametrize("need", NEEDS, ids=["chat", "code", "low precision", "no kernels", "retrieval", "images"])
def test_rest_and_agents_get_the_numbers_of_the_library(advisor, client, agent, need):
    picks = json.loads(advisor.recommend(need).model_dump_json())["picks"]
    requests = [_request(need, pick["model_id"]) for pick in picks]
    sizings = [json.loads(advisor.estimate(**request).model_dump_json()) for request in requests]
    assert picks and all(sizing["variants"] for sizing in sizings)

    rest = client.post("/v1/recommendations", json=need).json()
    agents, *sized = agent([("recommend", need), *(("estimate", request) for request in requests)])
    assert _figures(rest["picks"]) == _figures(agents["picks"]) == _figures(picks)
    for request, expected, by_agent in zip(requests, sizings, sized, strict=True):
        by_rest = client.post("/v1/estimates", json=request).json()
        assert _figures(by_rest["variants"]) == _figures(by_agent["variants"]) == _figures(expected["variants"])
        assert by_rest["recommended"] == by_agent["recommended"] == expected["recommended"]


def test_rest_and_agents_get_the_offers_of_the_library(advisor, client, agent):
    request = {"model_id": "Qwen/Qwen3-8B", "hardware": "RTX 4090", "cheapest": True, "min_tokens_per_s": 30}
    expected = [json.loads(offer.model_dump_json()) for offer in advisor.offers("Qwen/Qwen3-8B", min_tokens_per_s=30)]
    assert expected
    assert client.post("/v1/estimates", json=request).json()["offers"] == expected
    assert agent([("estimate", request)])[0]["offers"] == expected


def test_compare_has_the_same_weights_and_cache(advisor):
    row = advisor.compare(["Qwen/Qwen3-8B"]).rows[0]
    sizing = advisor.estimate("Qwen/Qwen3-8B", "RTX 4090")
    same = next(v.memory for v in sizing.variants if v.variant.format == "safetensors")
    assert (row.memory["fp16"].weights_gib, row.memory["fp16"].kv_gib) == (same.weights_gib, same.kv_gib)


def test_compare_on_a_device_has_the_memory_of_estimate(advisor):
    need = {"description": "compare", "hardware": "RTX 4090", "context_tokens": 8192}
    rows = advisor.compare(["meta-llama/Llama-2-7b-hf", "Qwen/Qwen3-8B"], Requirements.parse(need)).rows
    for row in rows:
        sizing = advisor.estimate(row.model.model_id, "RTX 4090", 8192)
        same = next(v.memory for v in sizing.variants if v.variant.format == "safetensors")
        assert row.memory["fp16"] == same


@pytest.mark.parametrize("model", ["Qwen/Qwen3-30B-A3B", "Qwen/Qwen3-8B"])
def test_a_machine_for_rent_runs_what_estimate_runs_there(advisor, model):
    for offer in {offer.hardware: offer for offer in advisor.offers(model, 4096)}.values():
        sizing = advisor.estimate(model, offer.hardware, 4096)
        assert offer.variant == sizing.variants[sizing.recommended].variant, offer.hardware


def test_names_with_a_precision_are_sized_in_it(advisor):
    for name, device, found in (
        ("qwen3:8b-q4_K_M", "T4", ("gguf", "q4_k_m")),
        ("Qwen/Qwen2.5-7B-Instruct-AWQ", "RTX 3060", ("awq", "int4")),
        ("qwen3-8b:q5_k_m", "RTX 4090", ("gguf", "q5_k_m")),
    ):
        sizing = advisor.estimate(name, device)
        shown = sizing.variants[sizing.recommended].variant
        assert (shown.format, shown.quantization) == found
        assert {offer.variant.quantization for offer in advisor.offers(name)} == {found[1]}


@pytest.mark.parametrize(
    ("name", "model_id"),
    [
        ("llama3:latest", "meta-llama/Meta-Llama-3-8B-Instruct"),
        ("qwq", "Qwen/QwQ-32B"),
        ("Qwen/Qwen2.5-7B-Instruct-GGUF", "Qwen/Qwen2.5-7B-Instruct"),
        ("llama-4-maverick", "meta-llama/Llama-4-Maverick-17B-128E-Instruct"),
        ("qwen3-8b:q4_k_m", "Qwen/Qwen3-8B"),
    ],
)
def test_names_as_people_write_them(advisor, name, model_id):
    assert advisor.store.resolve(name) == model_id


@pytest.mark.parametrize(
    ("name", "first"),
    [("qwen3-next-80b", "Qwen/Qwen3-Next-80B-A3B-Instruct"), ("resnet50", "timm/resnet50.a1_in1k")],
)
def test_names_that_go_on_are_suggested_first(advisor, name, first):
    assert advisor.store.suggest(name)[0] == first


def test_what_was_published_is_looked_up(advisor):
    sizing = advisor.estimate("Qwen/Qwen3-8B", "RX 7900 XT", 512)
    row = next(v for v in sizing.variants if v.variant.quantization == "q4_k_m")
    assert row.speed.basis == "looked-up"
    assert "llmfit-community" in row.speed.note
    assert row.speed.low < row.speed.value < row.speed.high


def test_the_cheapest_machine_keeps_the_limits(advisor):
    offers = advisor.offers("Qwen/Qwen3-30B-A3B", min_tokens_per_s=50, max_loss=2)
    assert offers
    assert [offer.usd_per_month for offer in offers] == sorted(offer.usd_per_month for offer in offers)
    assert all(offer.speed.value >= 50 and offer.quality_loss.value <= 2 for offer in offers)
    assert all(offer.memory.verdict in ("fits", "tight") for offer in offers)
    assert len(offers) < len(advisor.offers("Qwen/Qwen3-0.6B"))


@pytest.mark.parametrize(
    ("model", "device"),
    [
        ("openai/gpt-oss-20b", "RTX 4090"),
        ("openai/gpt-oss-20b", "M3 Max 64GB"),
        ("MiniMaxAI/MiniMax-M2", "8x A100 80GB"),
        ("MiniMaxAI/MiniMax-M2", "8x H200"),
    ],
)
def test_limits_on_speed_hold_for_the_precision_that_is_shown(advisor, model, device):
    sizing = advisor.estimate(model, device)
    shown = sizing.variants[sizing.recommended]
    speed = shown.speed.value
    need = {"task": "chat", "hardware": device, "candidates": [model]}
    kept = advisor.recommend(need | {"min_tokens_per_s": 0.98 * speed}).picks
    assert [(pick.variant.format, pick.variant.quantization) for pick in kept] == [
        (shown.variant.format, shown.variant.quantization)
    ]
    faster = advisor.recommend(need | {"min_tokens_per_s": 1.02 * speed}).picks
    assert all(pick.speed.value >= 1.02 * speed for pick in faster)


def _request(need, model_id):
    """The request of an estimate with the load that a recommendation sizes for, where one is stated."""
    load = {name: need[name] for name in ("context_tokens", "concurrency") if name in need}
    return {"model_id": model_id, "hardware": need["hardware"], **load}


def _figures(rows):
    """What each variant needs and does."""
    return [
        (row["variant"]["format"], row["variant"]["quantization"], *(row[figure] for figure in FIGURES)) for row in rows
    ]


def test_models_beside_each_other_take_no_more_than_what_was_published(advisor):
    closed, low = advisor.compare(["openai/gpt-4o", "openai/gpt-oss-20b"]).rows
    assert closed.memory == {}
    published = advisor.estimate("openai/gpt-oss-20b", "M3 Max 64GB")
    assert low.memory["fp16"].total_gib == published.variants[published.recommended].memory.total_gib
