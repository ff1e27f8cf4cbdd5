"""What is measured on a machine is kept, and every later estimate of it uses it."""

import logging
from datetime import UTC, datetime

import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.measured import LocalRun, Metric
from advisor.domain.model import Basis, ModelRecord, Variant
from advisor.domain.tasks import Kind
from advisor.sizing import local
from advisor.sizing.calibrate import matmul_tflops, memory_bandwidth_gb_s
from advisor.sizing.speed import estimate_speed

MACHINE = Hardware.model_validate({"name": "Some CPU", "kind": "cpu", "memory_gib": 16.0, "cpu_cores": 2})
ENCODER = ModelRecord(model_id="a/encoder", name="encoder", kind=Kind.EMBEDDING, params_total=22_700_000)
OTHER = ENCODER.model_copy(update={"model_id": "a/other", "kind": Kind.ENCODER, "params_total": 110_000_000})
FP32 = Variant(variant_id="v", model_id="a/encoder", format="safetensors", quantization="fp32", bits_per_weight=32)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    return tmp_path


def run(metric: Metric, value: float, **of: object) -> LocalRun:
    return LocalRun.model_validate(
        {
            "metric": metric,
            "value": value,
            "low": 0.9 * value,
            "high": 1.1 * value,
            "measured_at": datetime.now(UTC),
            **of,
        }
    )


def test_nothing_measured_changes_nothing(home):
    assert local.load(MACHINE) == ()
    assert local.calibrated(MACHINE) is MACHINE


def test_runs_are_kept_in_order_and_damage_is_skipped(home, caplog):
    path = local.record([run(Metric.BANDWIDTH, 20.0)], MACHINE)
    with path.open("a") as file:
        file.write('{"metric": "memory_b\n')
    local.record([run(Metric.BANDWIDTH, 30.0)], MACHINE)
    with caplog.at_level(logging.WARNING):
        assert [found.value for found in local.load(MACHINE)] == [20.0, 30.0]
    assert "line 2 is damaged" in caplog.text
    assert local.load(MACHINE.model_copy(update={"name": "Another CPU"})) == ()
    local.forget(MACHINE)
    assert local.load(MACHINE) == ()


def test_a_measured_model_is_measured_and_others_are_scaled(home):
    local.record([run(Metric.BANDWIDTH, 20.0), run(Metric.MATMUL, 0.1)], MACHINE)
    machine = local.calibrated(MACHINE)
    assert (machine.memory_bandwidth_gb_s, machine.fp16_tflops) == (20.0, 0.1)
    before = estimate_speed(OTHER, FP32, machine, 128)
    expected = estimate_speed(ENCODER, FP32, machine, 128)
    assert before is not None
    assert expected is not None
    measured = run(Metric.ITEMS, 2 * expected.value, model=ENCODER, variant=FP32, context_tokens=128, engine="torch")
    local.record([measured], MACHINE)
    machine = local.calibrated(MACHINE)
    itself, other = estimate_speed(ENCODER, FP32, machine, 128), estimate_speed(OTHER, FP32, machine, 128)
    assert itself is not None
    assert other is not None
    assert itself.basis is Basis.MEASURED
    assert itself.value == pytest.approx(2 * expected.value, rel=0.01)
    assert "measured here" in itself.note
    assert other.basis is Basis.ESTIMATED
    assert other.value == pytest.approx(2 * before.value, rel=0.02)
    assert other.high / other.low < before.high / before.low
    longer = estimate_speed(ENCODER, FP32, machine, 256)
    assert longer is not None
    assert longer.value == pytest.approx(expected.value, rel=0.02)


def test_figures_stay_off_the_wire():
    assert "measured" not in MACHINE.model_dump()


def test_tests_of_the_machine_measure_something():
    assert memory_bandwidth_gb_s(2) > 0.1
    assert matmul_tflops() > 0.001
