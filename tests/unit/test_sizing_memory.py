"""Memory: the formula, its record form, verdicts, and what the shipped measurements say of it."""

import sys

import numpy as np
import pytest

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.model import Architecture, ModelRecord, Variant
from advisor.domain.recommendation import Fit
from advisor.domain.tasks import Kind
from advisor.sizing.attention import kv_shape
from advisor.sizing.constants import constants
from advisor.sizing.memory import (
    GIB,
    available_gib,
    estimate_memory,
    input_table,
    largest_context,
    memory_gib,
    verdicts,
)
from data.build.speed.control_group import can_limit, limited
from data.build.speed.fits import best_overheads, read_limited, verdicts_under_limits
from data.build.speed.memory import best_overhead, held_out_peaks, read_peaks, verdicts_of_runs

LLAMA_8B = ModelRecord(
    model_id="meta-llama/Llama-3.1-8B", name="Llama-3.1-8B", kind=Kind.GENERATIVE, params_total=8_030_261_248,
    context_tokens=131_072,
    architecture=Architecture(name="llama", n_layers=32, hidden_size=4096, attention="gqa",
                              kv_bytes_per_token=131_072, kv_exact=True),
)  # fmt: skip
MIXTRAL = ModelRecord(
    model_id="m/mixtral",
    name="mixtral",
    kind=Kind.GENERATIVE,
    params_total=46_700_000_000,
    params_active=12_900_000_000,
)


def variant(bits: float, format: str = "gguf", quantization: str = "q4_k_m") -> Variant:
    return Variant(variant_id="v", model_id="m", format=format, quantization=quantization, bits_per_weight=bits)


def gpu(memory_gib: float, **more: object) -> Hardware:
    return Hardware.model_validate({"kind": "gpu", "vendor": "nvidia", "memory_gib": memory_gib, **more})


def test_weights_and_cache_of_a_known_model() -> None:
    memory = estimate_memory(LLAMA_8B, variant(16, "safetensors", "bf16"), gpu(24), context_tokens=8192, concurrency=2)
    assert memory.weights_gib == pytest.approx(14.96, abs=0.02)  # llama.cpp prints 14.96 GiB for F16
    assert memory.kv_gib == pytest.approx(2.0, abs=0.01)  # 128 KiB x 8192 x 2
    assert memory.low_gib < memory.total_gib < memory.high_gib
    assert memory.verdict is Fit.FITS


def test_a_mixture_is_sized_by_all_its_experts() -> None:
    memory = estimate_memory(MIXTRAL, variant(4.89), gpu(24))
    assert memory.weights_gib == pytest.approx(46.7e9 * 4.89 / 8 / GIB, rel=1e-3)
    assert memory.verdict is Fit.SPLIT


def test_the_record_and_the_array_agree() -> None:
    one = estimate_memory(LLAMA_8B, variant(4.89), None, 4096)
    many = memory_gib([8_030_261_248, 46.7e9], 4.89, [131_072, np.nan], 4096)
    assert one.total_gib == pytest.approx(many.total[0], abs=2e-3)


def test_unknown_cache_is_estimated_with_a_wider_range() -> None:
    known, unknown = (
        estimate_memory(LLAMA_8B, variant(4.89), None, 32_768),
        estimate_memory(MIXTRAL, variant(4.89), None, 32_768),
    )
    assert unknown.kv_gib > 0
    assert "estimated" in unknown.note
    assert (unknown.high_gib - unknown.low_gib) / unknown.total_gib > (known.high_gib - known.low_gib) / known.total_gib


def test_sliding_window_caps_the_cache() -> None:
    gemma = LLAMA_8B.model_copy(
        update={
            "architecture": Architecture(
                name="gemma3", attention="sliding", sliding_window=1024, kv_bytes_per_token=131_072
            )
        }
    )
    full, capped = (estimate_memory(record, variant(4.89), None, 65_536).kv_gib for record in (LLAMA_8B, gemma))
    assert capped == pytest.approx(full / 6 + full * 5 / 6 * 1024 / 65_536, abs=1e-3)


def test_latent_attention_is_small() -> None:
    deepseek = MIXTRAL.model_copy(
        update={"architecture": Architecture(name="deepseek_v3", attention="mla", n_layers=61)}
    )
    assert estimate_memory(deepseek, variant(4.89), None, 8192).kv_gib == pytest.approx(
        61 * 576 * 2 * 8192 / GIB, abs=1e-3
    )


def test_trinity_keeps_a_window_whatever_the_catalog_calls_it() -> None:
    assert kv_shape("afmoe", "gqa") == (0.25, 2048)


def test_state_space_models_keep_no_cache() -> None:
    assert kv_shape("mamba2", "hybrid") == (0, 0)


@pytest.mark.parametrize(
    ("total", "host", "split", "fit"),
    [(20, None, True, Fit.FITS), (23, None, True, Fit.TIGHT), (30, 64, True, Fit.SPLIT), (30, 64, False, Fit.NO),
     (30, None, True, Fit.SPLIT), (30, 4, True, Fit.NO), (100, 64, True, Fit.NO)],
)  # fmt: skip
def test_verdicts(total: float, host: float | None, split: bool, fit: Fit) -> None:
    assert verdicts([total], gpu(24, host_memory_gib=host), [split])[0] == fit


def test_free_memory_counts_where_it_is_known() -> None:
    assert available_gib(gpu(24, memory_free_gib=3.5, count=2)) == 7
    assert available_gib(gpu(24, count=2)) == 48
    assert available_gib(Hardware(kind=DeviceKind.UNIFIED, vendor=Vendor.APPLE, memory_gib=36)) == 24
    assert available_gib(Hardware(kind=DeviceKind.CPU, memory_gib=4)) == 3


def test_a_mac_runs_more_where_its_limit_is_raised() -> None:
    mac = Hardware(kind=DeviceKind.UNIFIED, vendor=Vendor.APPLE, memory_gib=24)
    assert verdicts([14, 16, 17.5, 20.5], mac).tolist() == [Fit.FITS, Fit.TIGHT, Fit.SPLIT, Fit.NO]
    free = mac.model_copy(update={"memory_free_gib": 10.0})
    assert verdicts([11], free).tolist() == [Fit.NO]
    note = estimate_memory(LLAMA_8B, variant(16, "mlx", "bf16"), mac).note
    assert "sudo sysctl iogpu.wired_limit_mb=" in note


def test_the_input_table_stays_on_the_host_of_a_card() -> None:
    record = LLAMA_8B.model_copy(
        update={"architecture": LLAMA_8B.architecture.model_copy(update={"vocab_size": 128_256})}
    )
    table = 128_256 * 4096 * 4.89 / 8 / GIB
    card, mac = (
        estimate_memory(record, variant(4.89), hardware)
        for hardware in (gpu(24), Hardware(kind=DeviceKind.UNIFIED, vendor=Vendor.APPLE, memory_gib=24))
    )
    assert mac.weights_gib - card.weights_gib == pytest.approx(table, abs=2e-3)
    assert estimate_memory(record, variant(16, "safetensors", "bf16"), gpu(24)).weights_gib > 14.9


@pytest.mark.parametrize(
    ("name", "params", "apart"), [("llama", 8e9, True), ("gemma3", 12e9, False), ("qwen3", 2e9, False)]
)
def test_small_models_and_gemma_have_one_table(name: str, params: float, apart: bool) -> None:
    assert (input_table(Architecture(name=name, hidden_size=4096, vocab_size=128_256), params) > 0) == apart


def test_gemmas_tables_of_each_layer_are_input_tables() -> None:
    effective, usual, mixture = (
        Architecture(name=name, n_layers=layers, hidden_size=hidden, vocab_size=262_144)
        for name, layers, hidden in (("gemma4", 42, 2560), ("gemma4", 60, 5376), ("gemma4", 30, 2816))
    )
    assert input_table(effective, 8e9) == 262_144 * 42 * 256  # of 8.0 billion 5.2 work: 4.5, images and sound
    assert input_table(usual, 31e9) == input_table(mixture, 26e9) == 0
    assert input_table(effective, 4.2e9) == 0  # a repository that counts two packed weights as one


def test_the_largest_context_is_the_largest() -> None:
    hardware = gpu(12)
    context = largest_context(LLAMA_8B, variant(4.89), hardware)
    assert context is not None
    assert estimate_memory(LLAMA_8B, variant(4.89), None, context).total_gib <= 12
    assert estimate_memory(LLAMA_8B, variant(4.89), None, context + 1024).total_gib > 12
    assert largest_context(LLAMA_8B, variant(16), gpu(8)) is None


def test_of_an_unknown_context_no_largest_one_is_told() -> None:
    record = LLAMA_8B.model_copy(update={"context_tokens": None})
    assert largest_context(record, variant(4.89), gpu(24)) is None


def test_a_board_needs_less_beside_its_model_than_a_graphics_card() -> None:
    board = Hardware(kind=DeviceKind.UNIFIED, vendor=Vendor.NVIDIA, memory_gib=8)
    memory = estimate_memory(LLAMA_8B, variant(4.89), board, 4096)
    assert constants()["processor_overhead_gib"]["llama.cpp"] < memory.overhead_gib < 1
    assert memory.verdict is Fit.TIGHT
    assert memory.high_gib > memory.total_gib + 1.6
    mac = Hardware(kind=DeviceKind.UNIFIED, vendor=Vendor.APPLE, memory_gib=8)
    assert estimate_memory(LLAMA_8B, variant(4.89), mac, 4096).overhead_gib > 1


def test_unknown_size_is_unknown() -> None:
    memory = estimate_memory(LLAMA_8B.model_copy(update={"params_total": None}), variant(16), gpu(24))
    assert memory.verdict is Fit.UNKNOWN
    told = memory.model_dump(mode="json")
    parts = ("weights_gib", "kv_gib", "overhead_gib", "total_gib", "low_gib", "high_gib")
    assert all(told[part] is None for part in parts) and told["available_gib"] > 0


def test_thirty_thousand_models_at_once() -> None:
    params = np.geomspace(1e6, 1e12, 30_000)
    parts = memory_gib(params, 4.89, np.nan, 8192, 4)
    assert parts.total.shape == params.shape
    assert np.all(np.diff(parts.total) > 0)


def test_peaks_of_devices_never_seen_are_met() -> None:
    """The overhead chosen on all other devices: the median is off by at most 10 % up to 16k tokens, 15 % above."""
    peaks = read_peaks()
    errors = np.abs(held_out_peaks(peaks, peaks.devices) - 1)
    assert len(errors) > 100
    assert np.median(errors[~peaks.long]) <= 0.10
    assert np.median(errors[peaks.long]) <= 0.15
    assert constants()["llama_cpp_overhead_gib"] == best_overhead(peaks, np.ones(len(errors), bool))


def test_few_measured_runs_are_called_impossible() -> None:
    found = verdicts_of_runs()
    assert found.ran > 600
    assert found.impossible < 0.02 * found.ran


def test_what_went_out_of_memory_is_called_impossible_and_hardly_anything_else() -> None:
    """Own runs under a limit on a processor, the overhead chosen on all other models."""
    runs = read_limited()
    for found in verdicts_under_limits(runs).values():
        assert found.out_of_memory > 5
        assert found.of_them_no == found.out_of_memory
    generated = verdicts_under_limits(runs)["llama.cpp"]
    assert generated.out_of_memory > 30
    assert generated.of_them_yes > 0.9 * generated.ran
    shipped = constants()["processor_overhead_gib"]
    assert best_overheads(runs, np.ones(len(runs.peak), bool)) == pytest.approx(shipped, abs=0.01)


def test_a_processor_holds_no_more_than_its_engine_needs() -> None:
    board = Hardware(name="board", kind=DeviceKind.CPU, memory_gib=4.0)
    on_board = estimate_memory(LLAMA_8B, variant(4.89), board)
    on_card = estimate_memory(LLAMA_8B, variant(4.89), gpu(24))
    assert on_board.overhead_gib < 0.5 < on_card.overhead_gib
    assert on_board.high_gib < on_card.high_gib


@pytest.mark.skipif(not can_limit(), reason="needs the right to make control groups")
def test_a_process_is_held_to_its_limit() -> None:
    taken = [sys.executable, "-c", "x = bytearray(300 << 20); print(len(x))"]
    assert limited(taken, None).printed.strip() == str(300 << 20)
    assert not limited(taken, 1.0).failed
    assert limited(taken, 0.1).out_of_memory
    other = limited([sys.executable, "-c", "raise SystemExit(3)"], 0.5)
    assert other.failed and not other.out_of_memory
