"""Speed, latency, energy and cost: physics holds, ranges are ranges, and held-out figures are met."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.measured import Measured, Metric
from advisor.domain.model import Architecture, Basis, Estimate, ModelRecord, Variant
from advisor.domain.recommendation import Fit
from advisor.domain.tasks import Kind
from advisor.sizing.blocks import blocks_of
from advisor.sizing.constants import constants
from advisor.sizing.cost import estimate_cost, usd_per_million_tokens
from advisor.sizing.decode import decode_tokens_per_s
from advisor.sizing.energy import estimate_energy
from advisor.sizing.report import size_model
from advisor.sizing.speed import estimate_latency, estimate_speed
from data.build.speed.decode import fit
from data.build.speed.encoders import fit_encoders
from data.build.speed.figures import Line
from data.build.speed.prefill import held_out, read_prompts
from data.build.speed.runs import read_runs
from data.build.speed.split import fit_split

FACTS = Path(__file__).parents[2] / "data" / "facts"
RTX_4090 = Hardware.model_validate(
    {"name": "RTX 4090", "kind": "gpu", "vendor": "nvidia", "memory_gib": 24.0, "memory_bandwidth_gb_s": 1008.0,
     "fp16_tflops": 165.0, "tdp_w": 450.0, "compute_capability": 8.9, "usd_per_hour": 0.5}
)  # fmt: skip
SLOWER = RTX_4090.model_copy(update={"memory_bandwidth_gb_s": 504.0})
PI = Hardware.model_validate(
    {"name": "Raspberry Pi 5 8GB", "kind": "cpu", "memory_gib": 8.0, "memory_bandwidth_gb_s": 17.1, "fp16_tflops": 0.15,
     "tdp_w": 12.0}
)  # fmt: skip
LLAMA = ModelRecord(
    model_id="meta-llama/Llama-3.1-8B", name="Llama-3.1-8B", kind=Kind.GENERATIVE, params_total=8_030_261_248,
    context_tokens=131_072, architecture=Architecture(name="llama", attention="gqa", kv_bytes_per_token=131_072.0,
                                                      kv_exact=True),
)  # fmt: skip
MIXTURE = ModelRecord(
    model_id="Qwen/Qwen3-30B-A3B", name="Qwen3-30B-A3B", kind=Kind.GENERATIVE, params_total=30_500_000_000,
    params_active=3_300_000_000, context_tokens=40_960,
)  # fmt: skip
ENCODER = ModelRecord(
    model_id="intfloat/e5-base", name="e5", kind=Kind.EMBEDDING, params_total=110_000_000, context_tokens=512
)
RESNET = ModelRecord(
    model_id="timm/resnet50", name="r", kind=Kind.VISION, params_total=25_600_000, gmacs=4.1, macts_m=11.1
)
Q4 = Variant(variant_id="v", model_id="m", format="gguf", quantization="q4_k_m", bits_per_weight=4.89)


def tokens(record: ModelRecord, hardware: Hardware, context: int = 4096, concurrency: int = 1) -> float:
    speed = estimate_speed(record, Q4, hardware, context, concurrency)
    assert speed is not None
    assert speed.low < speed.value < speed.high
    assert speed.unit == "tokens/s"
    return speed.value


def test_known_devices_give_known_speeds() -> None:
    assert 90 < tokens(LLAMA, RTX_4090) < 160  # llama.cpp users report about 110 to 140
    assert 1 < tokens(LLAMA, PI) < 3.5  # the shipped runs of 8B models on a Pi 5 are between 1.5 and 3


def test_a_card_of_unknown_make_is_one_of_all_makers() -> None:
    makes = {vendor: RTX_4090.model_copy(update={"vendor": vendor}) for vendor in ("other", "nvidia", "amd", "intel")}
    unknown, *known = (estimate_speed(LLAMA, Q4, hardware) for hardware in makes.values())
    assert unknown is not None
    assert known[0] is not None
    assert unknown.value == known[0].value
    assert "make unknown" in unknown.note
    for other in known:
        assert other is not None
        assert unknown.low <= other.value <= unknown.high
    first_token, of_intel = (estimate_latency(LLAMA, Q4, makes[make], 4096) for make in ("other", "intel"))
    assert first_token is not None
    assert of_intel is not None
    assert first_token.value < 0.6 * of_intel.value < first_token.high


def test_a_prompt_is_read_by_all_devices_and_once() -> None:
    h200 = RTX_4090.model_copy(update={"memory_gib": 141.0, "memory_bandwidth_gb_s": 4800.0, "fp16_tflops": 989.0})
    many = h200.model_copy(update={"count": 8})
    large = MIXTURE.model_copy(update={"params_total": 397_000_000_000, "params_active": 17_000_000_000})
    whole = Variant(variant_id="m", model_id="m", format="safetensors", quantization="fp16", bits_per_weight=16)

    def waits(hardware: Hardware, concurrency: int, variant: Variant = whole) -> Estimate:
        found = estimate_latency(large, variant, hardware, 32_768, concurrency)
        assert found is not None
        return found

    assert waits(h200, 1).value > 5 * waits(many, 1).value
    assert waits(many, 1, Q4).value == pytest.approx(waits(h200, 1, Q4).value, rel=0.05)  # one after the other
    each = estimate_speed(large, whole, many, 32_768, 200)
    assert each is not None
    busy = waits(many, 200)
    assert busy.value < 1.2 * waits(many, 1).value
    assert "of 200 sent at once the last waits" in busy.note
    prompts = 32_768 / (busy.value / 1000 - 1 / each.value)
    assert prompts > 200 * each.value  # reading is cheaper than writing


def test_never_faster_than_the_roofline() -> None:
    params = np.geomspace(1e7, 1e12, 200)
    found = decode_tokens_per_s(params, np.nan, 4.89, RTX_4090.model_copy(update={"memory_gib": 1e6}), 0.0)
    assert np.all(found.value <= 1008e9 / (params * 4.89 / 8) * (1 + 1e-9))
    assert np.all(np.diff(found.value) < 0)


def test_bandwidth_experts_context_and_company_count() -> None:
    assert tokens(LLAMA, SLOWER) < tokens(LLAMA, RTX_4090)
    assert tokens(MIXTURE, RTX_4090) > 2 * tokens(MIXTURE.model_copy(update={"params_active": None}), RTX_4090)
    assert tokens(LLAMA, RTX_4090, 65_536) < tokens(LLAMA, RTX_4090, 4096)
    each = tokens(LLAMA, RTX_4090, concurrency=8)
    assert each < tokens(LLAMA, RTX_4090) < 8 * each


def test_tables_that_tokens_are_looked_up_in_are_not_read() -> None:
    gemma = LLAMA.model_copy(
        update={"architecture": Architecture(name="gemma4", n_layers=42, hidden_size=2560, vocab_size=262_144)}
    )
    whole = LLAMA.model_copy(update={"architecture": Architecture(name="other", n_layers=42)})
    assert tokens(gemma, RTX_4090) > 1.2 * tokens(whole, RTX_4090)


def test_a_token_waits_for_every_block() -> None:
    few, usual, many = (
        tokens(MIXTURE.model_copy(update={"architecture": Architecture(name="qwen3_moe", n_layers=layers)}), RTX_4090)
        for layers in (24, None, 96)
    )
    assert few > usual > many
    assert few > 1.2 * many
    # Attention, Mamba and feed-forward are a layer each.
    assert blocks_of(Architecture(name="nemotron_h", n_layers=52)) == 26


def test_offloaded_layers_slow_down() -> None:
    small = RTX_4090.model_copy(update={"memory_gib": 4.0, "host_memory_gib": 64.0})
    assert tokens(LLAMA, small) < 0.5 * tokens(LLAMA, RTX_4090)
    split, whole = (estimate_speed(LLAMA, Q4, hardware) for hardware in (small, RTX_4090))
    assert split is not None
    assert whole is not None
    assert split.high / split.low > whole.high / whole.low  # the memory of hosts differs more than cards do


def test_copies_of_the_publishers_own_files_are_no_variants() -> None:
    copy, packed = (
        Variant(variant_id=name, model_id=LLAMA.model_id, format=form, quantization=quantization, bits_per_weight=bits)
        for name, form, quantization, bits in (
            ("a/copy", "safetensors", "bf16", 16), ("a/packed", "awq", "int4", 4.25)
        )
    )  # fmt: skip
    rows = size_model(LLAMA.model_copy(update={"variants": (copy, packed)}), RTX_4090).variants
    assert rows[0].variant.variant_id == LLAMA.model_id
    assert "a/packed" in {row.variant.variant_id for row in rows}
    assert "a/copy" not in {row.variant.variant_id for row in rows}


def test_figures_of_one_16_bit_type_are_those_of_the_other() -> None:
    figure = Measured(metric=Metric.DECODE, model_id=LLAMA.model_id, quantization="BF16", value=50, low=45, high=55,
                      basis=Basis.LOOKED_UP, note="one run")  # fmt: skip
    whole = size_model(LLAMA, RTX_4090.model_copy(update={"measured": (figure,)}), 4096).variants[0]
    assert whole.variant.quantization == "fp16"
    assert whole.speed is not None
    assert whole.speed.basis is Basis.LOOKED_UP


def test_figures_faster_than_any_host_are_marked() -> None:
    asked = [("metric", "=", "decode_tokens_per_s"), ("weights_gb", ">", 13.0)]
    runs = pq.read_table(FACTS / "measurements.parquet", filters=asked).to_pylist()
    marked = {f"{run['hardware']}: {run['model_raw']}": "above-roofline" in run["flags"] for run in runs}
    assert marked["RTX 3060 12GB: Qwen/Qwen3-30B-A3B"]  # 107 and 116 tokens/s with 5.7 of 18.6 GB on the host
    assert not marked["RTX 5070: Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf"]  # 26 tokens/s


def test_models_larger_than_their_card() -> None:
    lines: list[Line] = []
    runs = read_runs("decode_tokens_per_s")
    found = fit_split(fit(runs, np.ones(len(runs.value), bool)), lines)
    assert lines[0].n >= 40
    assert lines[0].median < 0.4
    assert found["decode_split_range"] == pytest.approx(constants()["decode_split_range"], rel=1e-3)


def test_the_record_and_the_array_agree() -> None:
    many = decode_tokens_per_s([8_030_261_248, 30.5e9], [np.nan, 3.3e9], 4.89, RTX_4090, [131_072, np.nan], 4096)
    assert tokens(LLAMA, RTX_4090) == pytest.approx(many.value[0], rel=0.01)
    assert tokens(MIXTURE, RTX_4090) == pytest.approx(many.value[1], rel=0.01)


def test_unknown_stays_unknown() -> None:
    blind = Hardware.model_validate({"kind": "gpu", "memory_gib": 24.0})
    assert estimate_speed(LLAMA, Q4, blind) is None
    assert estimate_speed(ENCODER, Q4, blind) is None
    assert estimate_speed(LLAMA.model_copy(update={"params_total": None}), Q4, RTX_4090) is None
    assert estimate_latency(LLAMA, Q4, blind) is None


def test_items_of_other_kinds() -> None:
    texts, images = (estimate_speed(record, Q4, RTX_4090) for record in (ENCODER, RESNET))
    assert texts is not None
    assert texts.unit == "texts/s"
    assert texts.high / texts.low > 10
    assert "not measured" in texts.note
    assert images is not None
    assert images.unit == "images/s"
    assert 2000 < images.value < 8000


def items_per_s(record: ModelRecord, hardware: Hardware, context: int | None = None) -> Estimate:
    found = estimate_speed(record, Q4, hardware, context)
    assert found is not None
    return found


def test_embedding_tables_cost_no_arithmetic() -> None:
    small = {"params_total": 117_653_760, "architecture": Architecture(name="bert", n_layers=12, hidden_size=384)}
    whole = ENCODER.model_copy(update=small)
    stated = whole.model_copy(update={"embedding_params": 96_014_208})
    derived = whole.model_copy(update={"architecture": whole.architecture.model_copy(update={"vocab_size": 250_037})})
    slow, fast, alike = (items_per_s(record, PI).value for record in (whole, stated, derived))
    assert fast > 4 * slow
    assert alike == fast


def test_static_models_are_as_fast_as_their_tokens_are_read() -> None:
    static = ENCODER.model_copy(update={"params_total": 7_560_000, "embedding_params": 7_560_000})
    encoder = ENCODER.model_copy(update={"params_total": 7_560_000})
    found = items_per_s(static, PI, 512)
    assert found.value > 50 * items_per_s(encoder, PI, 512).value
    assert "no layers" in found.note
    larger = static.model_copy(update={"params_total": 128_000_000, "embedding_params": 128_000_000})
    assert items_per_s(larger, PI, 512).value == found.value


def test_encoders_were_measured_on_a_processor() -> None:
    lines: list[Line] = []
    fitted = fit_encoders(constants()["vision"]["cpu"], lines)["encoder"]
    assert lines[0].n >= 15
    assert lines[0].median < 0.25
    assert fitted["cpu_share"] == pytest.approx(constants()["encoder"]["cpu_share"], rel=1e-3)
    found = items_per_s(ENCODER, PI)
    assert found.high / found.low < 6  # 16 on devices where none was measured
    assert "one processor" in found.note


def test_one_short_text_alone_costs_more_than_in_a_batch() -> None:
    for context, most in ((16, 8.0), (512, 1.3)):
        alone = estimate_latency(ENCODER, Q4, PI, context)
        assert alone is not None
        assert 1 < alone.value * items_per_s(ENCODER, PI, context).value / 1000 < most


def test_a_prompt_is_read_in_batches_with_all_experts() -> None:
    def first_token(record: ModelRecord, context: int) -> float:
        found = estimate_latency(record, Q4, RTX_4090, context)
        assert found is not None
        return found.value

    dense = MIXTURE.model_copy(update={"params_total": MIXTURE.params_active, "params_active": None})
    assert (
        first_token(dense, 2048)
        < first_token(MIXTURE, 2048)
        < 0.5 * first_token(MIXTURE.model_copy(update={"params_active": None}), 2048)
    )
    assert first_token(LLAMA, 65_536) > 2 * first_token(LLAMA, 32_768)  # attention grows with the square


def test_prompts_on_devices_never_seen() -> None:
    runs, prompt = read_prompts()
    errors = np.abs(held_out(runs, prompt) / runs.value - 1)
    assert len(errors) > 130
    assert np.median(errors) < 0.30


def test_latency() -> None:
    short, long = (estimate_latency(LLAMA, Q4, RTX_4090, context) for context in (512, 16_384))
    assert short is not None
    assert long is not None
    assert short.low < short.value < short.high
    assert long.value > 10 * short.value
    image = estimate_latency(RESNET, Q4, PI)
    assert image is not None
    assert image.value > 50


def test_energy_and_cost() -> None:
    speed = estimate_speed(LLAMA, Q4, RTX_4090)
    energy, cost, million = (
        estimate_energy(Kind.GENERATIVE, speed, RTX_4090), estimate_cost(RTX_4090),
        usd_per_million_tokens(RTX_4090, speed),
    )  # fmt: skip
    assert speed is not None
    assert energy is not None
    assert energy.value == pytest.approx(450 / speed.value * 1000, rel=0.01)
    assert energy.high == pytest.approx(4 * energy.low, rel=0.02)
    assert cost is not None
    assert cost.value == 365
    assert million is not None
    assert million.value == pytest.approx(0.5 / 3600 / speed.value * 1e6, rel=0.01)
    assert estimate_cost(PI) is None
    assert estimate_energy(Kind.GENERATIVE, speed, PI.model_copy(update={"tdp_w": None})) is None


def test_sizing_recommends_the_highest_precision_that_fits() -> None:
    sizing = size_model(LLAMA, RTX_4090, 4096)
    assert sizing.recommended is not None
    chosen = sizing.variants[sizing.recommended]
    assert chosen.variant.quantization == "fp16"
    assert chosen.speed is not None
    assert [row.variant.bits_per_weight for row in sizing.variants] == sorted(
        (row.variant.bits_per_weight for row in sizing.variants), reverse=True
    )
    assert size_model(MIXTURE, PI, 4096).recommended is None
    capped = size_model(MIXTURE, RTX_4090, 100_000)
    assert capped.context_tokens == 40_960
    assert capped.warnings


def test_runs_that_count_their_prompt_are_left_out() -> None:
    """A file that vLLM ran with prompts of 32 to 120,054 tokens: the figure is of both but for the shortest prompt."""
    kept = [row for row in read_runs("decode_tokens_per_s").rows if row["quantization"] == "gptq"]
    assert [row["prompt"] for row in kept] == [32]


def test_constants_predict_the_shipped_runs() -> None:
    """Over runs that the fit may use, one device at a time: the median error is below that of the held-out report."""
    hardware = {row["name"]: row for row in pq.read_table(FACTS / "hardware.parquet").to_pylist()}
    excluded = {"speculative", "offloaded", "cluster", "above-roofline", "mixed-devices"}
    errors = []
    for run in pq.read_table(
        FACTS / "measurements.parquet", filters=[("metric", "=", "decode_tokens_per_s")]
    ).to_pylist():
        row = hardware.get(run["hardware"] or "")
        if (
            row is None
            or run["batch"] != 1
            or run["count"] != 1
            or excluded & set(run["flags"])
            or not run["weights_gb"]
        ):
            continue
        if not row["memory_bandwidth_gb_s"] or run["weights_gb"] > (row["memory_gib"] or 0):
            continue
        device = Hardware.model_validate(
            {"kind": row["kind"], "vendor": row["vendor"], "memory_gib": row["memory_gib"],
             "memory_bandwidth_gb_s": row["memory_bandwidth_gb_s"],
             "fp16_tflops": row["fp16_tflops"] or row["fp32_tflops"]}
        )  # fmt: skip
        bits = run["weights_gb"] * 8e9 / run["params_total"]
        found = decode_tokens_per_s(run["params_total"], run["params_active"] or np.nan, bits, device, 0.0, 512)
        errors.append(abs(float(found.value[0]) / run["value"] - 1))
    assert len(errors) > 600
    assert np.median(errors) < 0.21


def test_a_model_larger_than_its_card_is_split_in_few_bits() -> None:
    large = LLAMA.model_copy(update={"params_total": 70_000_000_000})
    sizing = size_model(large, RTX_4090.model_copy(update={"host_memory_gib": 128.0}), 4096)
    assert sizing.recommended is not None
    chosen = sizing.variants[sizing.recommended]
    assert chosen.memory.verdict is Fit.SPLIT
    assert chosen.variant.quantization == "q4_k_m"


def test_a_closed_model_has_no_variant() -> None:
    sizing = size_model(LLAMA.model_copy(update={"open_weights": False, "params_total": None}), RTX_4090)
    assert sizing.variants == ()
    assert sizing.recommended is None
    assert "not published" in sizing.warnings[0]


GPT_OSS = LLAMA.model_copy(
    update={
        "model_id": "openai/gpt-oss-20b", "organisation": "openai", "params_total": 20_900_000_000,
        "params_active": 3_600_000_000, "architecture": Architecture(name="gpt_oss"),
        "variants": tuple(
            Variant(variant_id=f"a/{form}-{name}", model_id="openai/gpt-oss-20b", format=form, quantization=name,
                    bits_per_weight=bits, downloads=9)
            for form, name, bits in (("gguf", "q8_0", 8.5), ("mlx", "int8", 8.5))
        ),
    }
)  # fmt: skip


def test_a_model_of_low_precision_is_named_by_it_and_kept_in_it() -> None:
    rows = size_model(GPT_OSS, RTX_4090).variants
    names = [(row.variant.format, row.variant.quantization, row.variant.bits_per_weight) for row in rows]
    assert names == [("safetensors", "mxfp4", 4.5), ("gguf", "q8_0", 4.5), ("gguf", "q3_k_m", 4.0)]
    assert [row.quality_loss.value for row in rows[:2] if row.quality_loss] == [0, 0]


_WITHOUT_KERNELS = ({"kind": "cpu", "vendor": "intel"}, {"kind": "unified", "vendor": "apple"}, {"vendor": "amd"})


@pytest.mark.parametrize("change", _WITHOUT_KERNELS)
def test_without_kernels_for_low_precision_it_is_kept_in_gguf(change: dict[str, str]) -> None:
    device = Hardware.model_validate({**RTX_4090.model_dump(), **change})
    made = GPT_OSS.model_copy(update={"variants": ()})
    for record, quantization in ((GPT_OSS, "q8_0"), (made, "mxfp4")):
        variants = [row.variant for row in size_model(record, device).variants]
        assert (variants[0].format, variants[0].quantization) == ("gguf", quantization)
        assert not any(variant.format == "safetensors" for variant in variants)
