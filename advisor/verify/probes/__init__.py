"""Speed, memory and energy of a loaded model, measured inside its runner."""

from __future__ import annotations

from collections.abc import Callable

from advisor.domain.verification import Performance
from advisor.verify.probes import energy
from advisor.verify.probes.generation import tokens_per_s, ttft_ms
from advisor.verify.probes.memory import device_gib, peak_gib
from advisor.verify.probes.noise import Noise
from advisor.verify.probes.timing import offline, single_stream
from advisor.verify.protocols import EvaluationTask, Generated, Limits, Model

_SAMPLES = 128
_P99_LEAST = 100


def measure(
    model: Model, task: EvaluationTask, limits: Limits, seconds: float, progress: Callable[[float], None]
) -> Performance:
    """Latency, throughput and energy in about `seconds`, half of it one item at a time, half in batches."""
    samples = task.samples(_SAMPLES)
    noise = Noise.now()
    stream = single_stream(
        lambda inputs: task.probe(model, inputs), samples, seconds / 2, lambda done: progress(done / 2)
    )
    answers = [answer for answer in stream.answers if isinstance(answer, Generated)]
    told = noise.since(stream.spread)
    reading = energy.start(limits.device)
    batches = offline(
        lambda inputs: task.probe(model, inputs),
        samples,
        stream.percentile_ms(0.5) / 1000,
        seconds / 2,
        lambda done: progress(0.5 + done / 2),
    )
    used = energy.stop(reading, batches.n_items * len(batches.seconds), sum(batches.seconds), limits.tdp_w)
    return Performance(
        latency_ms=stream.median_ms(),
        latency_p95_ms=stream.percentile_ms(0.95),
        latency_p99_ms=stream.percentile_ms(0.99) if len(stream.seconds) >= _P99_LEAST else None,
        throughput=batches.rate(),
        ttft_ms=ttft_ms(answers),
        tokens_per_s=tokens_per_s(answers),
        peak_memory_gib=peak_gib(),
        device_memory_gib=device_gib(limits.device),
        energy=used,
        noise=told,
    )
