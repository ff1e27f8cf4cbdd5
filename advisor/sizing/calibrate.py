"""Short tests of this machine: how fast it reads memory and multiplies, and how fast a local model writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from advisor.domain.errors import InvalidInput, NotAvailable, Problem
from advisor.domain.hardware import Hardware
from advisor.domain.measured import LocalRun, Metric
from advisor.sizing.files import read_model
from advisor.sizing.weights import ReadModel

BYTES = 2**28
"""Read in the test of memory: many times the cache of a desktop processor."""
SIDE = 2048
"""Of the matrices that are multiplied."""
REPEATS = 7
TOKENS = 64
_PROMPT = "Write a long story about a lighthouse keeper who counts the ships that pass."


def calibrate(machine: Hardware, model: Path | None = None) -> tuple[LocalRun, ...]:
    """Run the tests.

    Args:
        machine: this machine as detected.
        model: a GGUF file to generate with; the token test is left out if None.

    Raises:
        InvalidInput: the file is no model.
        NotAvailable: llama.cpp (xllamacpp) is not installed, or cannot load the file.
    """
    cores = machine.cpu_cores or 1
    found = _to_generate_with(model) if model else None
    runs = [
        _run(Metric.BANDWIDTH, _repeat(lambda: memory_bandwidth_gb_s(cores))),
        _run(Metric.MATMUL, _repeat(matmul_tflops)),
    ]
    return (*runs, _tokens(found, cores)) if found else tuple(runs)


def memory_bandwidth_gb_s(threads: int) -> float:
    """GB/s of summing an array of 256 MiB once, every thread its share."""
    data = np.ones(BYTES // 8)
    parts = np.array_split(data, threads)
    with ThreadPoolExecutor(threads) as pool:
        started = time.perf_counter()
        list(pool.map(np.sum, parts))
        return BYTES / (time.perf_counter() - started) / 1e9


def matmul_tflops() -> float:
    """TFLOPS of one product of FP32 matrices, by NumPy's BLAS with its own threads."""
    left = np.ones((SIDE, SIDE), np.float32)
    right = np.ones((SIDE, SIDE), np.float32)
    started = time.perf_counter()
    left @ right
    return 2 * SIDE**3 / (time.perf_counter() - started) / 1e12


def _to_generate_with(path: Path) -> ReadModel:
    found = read_model(path)
    if found.variant.format != "gguf":
        raise InvalidInput([Problem("model", f"{path}: llama.cpp cannot run it", "a .gguf file")])
    if find_spec("xllamacpp") is None:
        raise NotAvailable("the token test needs xllamacpp; install it with: pip install 'model-advisor[verify]'")
    return found


def _tokens(found: ReadModel, threads: int) -> LocalRun:
    """Tokens/s of a GGUF file, by llama.cpp on the processor."""
    path = Path(found.variant.variant_id)
    xllamacpp: Any = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx, params.n_parallel, params.n_gpu_layers = 1024, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.verbosity, params.ui = 0, False
    try:
        server = xllamacpp.Server(params)
    except (RuntimeError, ValueError, SystemError) as error:
        raise NotAvailable(f"llama.cpp cannot load {path.name}: {error}") from error
    request = {"prompt": _PROMPT, "max_tokens": TOKENS, "temperature": 0, "cache_prompt": False, "ignore_eos": True}

    def speed() -> float:
        return float(server.handle_completions(request)["timings"]["predicted_per_second"])

    return _run(
        Metric.DECODE, _repeat(speed, 3), model=found.record, variant=found.variant, engine="llama.cpp",
        context_tokens=2 * len(_PROMPT) // 4 + TOKENS,
    )  # fmt: skip


def _repeat(test: Callable[[], float], repeats: int = REPEATS) -> list[float]:
    """Figures of repeated runs; the first warms up."""
    test()
    return [test() for _ in range(repeats)]


def _run(metric: Metric, figures: list[float], **of: Any) -> LocalRun:
    low, value, high = (float(q) for q in np.quantile(figures, [0.1, 0.5, 0.9]))
    return LocalRun(metric=metric, value=value, low=low, high=high, n=len(figures), measured_at=datetime.now(UTC), **of)
