"""What is timed and counted, on work whose length is known."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from advisor.domain.model import Basis
from advisor.verify.probes import energy
from advisor.verify.probes.generation import tokens_per_s, ttft_ms
from advisor.verify.probes.memory import peak_gib, resident_gib
from advisor.verify.probes.noise import Noise
from advisor.verify.probes.timing import REPEATS, Stream, median_interval, offline, single_stream
from advisor.verify.protocols import Generated


def nothing(share):
    return None


def test_one_at_a_time():
    seen = []

    def call(inputs):
        seen.append(len(inputs))
        time.sleep(0.002)
        return [len(seen)]

    stream = single_stream(call, list("abcdef"), 0.2, nothing)
    assert set(seen) == {1}
    assert len(stream.repeats) == REPEATS
    assert len(stream.answers) == len(stream.seconds)
    median = stream.median_ms()
    assert 2 <= median.low <= median.value <= median.high
    assert stream.percentile_ms(0.5) <= stream.percentile_ms(0.95) <= stream.percentile_ms(0.99)


def test_all_at_once():
    seen = []

    def call(inputs):
        seen.append(len(inputs))
        time.sleep(0.001 * len(inputs))

    batches = offline(call, list("abcdef"), 0.001, 0.4, nothing)
    assert seen[1:] == [batches.n_items] * REPEATS
    rate = batches.rate()
    assert 0 < rate.low <= rate.value <= rate.high <= 1000


def test_the_interval_covers_what_repeats_differ():
    values = np.array([1.0] * 50 + [2.0] * 50)
    assert median_interval(values, [1.0, 2.0], "ms").low == 1.0
    assert Stream((np.ones(3), np.full(3, 4.0)), ()).spread == 4.0


def test_rates_of_generation():
    answers = [Generated("a", 11, 2.0, 1.0), Generated("b", 21, 3.0, 1.0), Generated("c", 1, 1.0, 1.0)]
    assert tokens_per_s(answers).value == 10.0
    assert ttft_ms(answers).value == 1000.0
    assert tokens_per_s([Generated("a", 10, 2.0)]).value == 5.0
    assert ttft_ms([Generated("a", 10, 2.0)]) is None
    assert tokens_per_s([]) is None


def test_peak_memory_sees_what_was_freed():
    code = (
        "import numpy as np; from advisor.verify.probes.memory import peak_gib, resident_gib;"
        "a = np.ones(2**27 // 2); b = a.sum(); del a; print(peak_gib() - resident_gib())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) > 0.4
    assert 0 < resident_gib() < peak_gib() + 0.1


def test_peak_memory_is_not_that_of_the_parent():
    child = "from advisor.verify.probes.memory import peak_gib; print(peak_gib())"
    parent = (
        "import subprocess, sys; import numpy as np; held = np.ones(2**29 // 8);"
        f"subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, check=True)
    assert 0 < float(done.stdout) < 0.4


def test_energy_of_a_counter(monkeypatch):
    joules = iter([0.0, 5.0, 5.0, 105.0])
    monkeypatch.setattr(energy, "find_meter", lambda device: energy.Meter("rapl", lambda: next(joules)))
    monkeypatch.setattr(energy, "_IDLE_S", 0.0)
    reading = energy.start("cpu")._replace(idle_w=0.0)
    used = energy.stop(reading, 50, 1.0, None)
    assert (used.joules_per_item, used.basis, used.method) == (2.0, Basis.MEASURED, "rapl")


def test_rapl_counters_are_read_and_wrap(tmp_path, monkeypatch):
    domain = tmp_path / "intel-rapl:0"
    domain.mkdir()
    (domain / "max_energy_range_uj").write_text("10000000")
    (domain / "energy_uj").write_text("9000000")
    monkeypatch.setattr(energy, "_RAPL", tmp_path)
    meter = energy.find_meter("cpu")
    (domain / "energy_uj").write_text("1000000")
    assert meter.joules() == pytest.approx(2.0)


def test_energy_is_never_made_up(tmp_path, monkeypatch):
    monkeypatch.setattr(energy, "_RAPL", tmp_path)
    assert energy.start("cpu") is None
    unknown = energy.stop(None, 10, 1.0, None)
    assert (unknown.joules_per_item, unknown.basis, unknown.method) == (None, None, "unavailable")
    assert unknown.note
    guessed = energy.stop(None, 10, 2.0, 50.0)
    assert (guessed.basis, guessed.method) == (Basis.ESTIMATED, "tdp-estimate")
    assert guessed.joules_per_item == pytest.approx(10.0)
    assert "not measured" in guessed.note


def test_noise_tells_of_repeats_that_differ():
    assert "repeats differ 2.0x" in Noise.now().since(2.0)


def test_noise_tells_of_other_programs():
    before = Noise.now()
    burn = "import time\nuntil = time.monotonic() + 0.6\nwhile time.monotonic() < until: pass"
    others = [subprocess.Popen([sys.executable, "-c", burn]) for _ in range(os.cpu_count())]
    for other in others:
        other.wait()
    assert "other programs used" in before.since(1.0)
