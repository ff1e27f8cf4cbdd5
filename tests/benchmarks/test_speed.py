"""Timings (make bench): one recommendation in process, cold start, import, snapshot build."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from advisor.catalog.build import build_snapshot, read_manifest
from advisor.catalog.paths import facts_dir
from advisor.features.encoder import TextEncoder

ROOT = Path(__file__).parents[2]
SPECS = {
    "retrieval": {"task": "retrieval", "languages": ["de"], "hardware": "RTX 4090", "use": {"commercial": True}},
    "chat": {"task": "chat", "hardware": "RTX 4090", "use": {"commercial": True}},
    "free text": {"description": "search German legal contracts on a laptop"},
}
pytestmark = pytest.mark.benchmark


@pytest.mark.parametrize("name", SPECS)
def test_one_recommendation_in_process(benchmark, advisor, name):
    answer = benchmark.pedantic(advisor.recommend, args=(SPECS[name],), rounds=100, warmup_rounds=5)
    assert answer.picks


@pytest.mark.parametrize("name", SPECS)
def test_one_recommendation_with_what_would_change(benchmark, advisor, name):
    benchmark.pedantic(advisor.recommend, args=(SPECS[name],), kwargs={"what_if": True}, rounds=50, warmup_rounds=5)


def _run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, cwd=ROOT, env=os.environ)


def test_cold_command(benchmark, advisor):
    spec = "examples/german-contracts.json"
    out = benchmark.pedantic(_run, args=(sys.executable, "-m", "advisor", "recommend", spec, "--json"), rounds=10)
    assert b'"picks"' in out.stdout


def test_import(benchmark):
    benchmark.pedantic(_run, args=(sys.executable, "-c", "import advisor.engine"), rounds=10)


def test_snapshot_build(benchmark, tmp_path):
    facts = read_manifest(facts_dir())
    benchmark.pedantic(build_snapshot, args=(facts, tmp_path / "x.duckdb"), rounds=3)


def test_descriptions_of_every_benchmark_encoded(benchmark):
    encoder = TextEncoder.open()
    words = (encoder.folder / "vocab.txt").read_text(encoding="utf-8").split()[2000:12000]
    draw = np.random.default_rng(0)
    texts = [" ".join(draw.choice(words, 60)) for _ in range(2500)]
    benchmark.pedantic(encoder.encode, args=(texts,), rounds=5)
