"""One estimator serves every command: recommend, estimate and compare say the same of the same model."""

import pytest

NEEDS = [
    {"task": "chat", "hardware": "RX 7900 XT", "min_tokens_per_s": 40},
    {"task": "code-generation", "hardware": "2x A100 80GB", "context_tokens": 16_384, "concurrency": 4},
    {"task": "retrieval", "hardware": "RTX 4090", "min_items_per_s": 10},
    {"task": "image-classification", "hardware": "RTX 3090", "max_latency_ms": 50},
]


@pytest.mark.parametrize("need", NEEDS, ids=[need["task"] for need in NEEDS])
def test_picks_are_sized_as_estimate_sizes_them(advisor, need):
    answer = advisor.recommend(need)
    assert answer.picks
    for pick in answer.picks:
        asked = need.get("context_tokens") or (4096 if answer.interpreted.task.value in ("chat",) else 512)
        sizing = advisor.estimate(pick.model_id, need["hardware"], asked, need.get("concurrency", 1))
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


def test_compare_has_the_same_weights_and_cache(advisor):
    row = advisor.compare(["Qwen/Qwen3-8B"]).rows[0]
    sizing = advisor.estimate("Qwen/Qwen3-8B", "RTX 4090")
    same = next(v.memory for v in sizing.variants if v.variant.quantization == "q8_0")
    assert (row.memory["int8"].weights_gib, row.memory["int8"].kv_gib) == (same.weights_gib, same.kv_gib)


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
