"""A snapshot is whole or not there; what is damaged is found and built anew."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from advisor.catalog.build import build_snapshot, query, read_manifest
from advisor.catalog.paths import facts_dir
from advisor.catalog.snapshot import open_snapshot, snapshot_path
from advisor.domain.errors import CorruptSnapshot, FactsError


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    monkeypatch.delenv("ADVISOR_CATALOG", raising=False)
    return tmp_path


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_damaged_snapshot_is_built_anew(home, damage):
    open_snapshot().close()
    path = snapshot_path()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3] if damage is None else damage)
    connection = open_snapshot()
    assert connection.execute("SELECT count(*) > 30000 FROM models").fetchone() == (True,)
    connection.close()


def test_a_named_snapshot_is_never_overwritten(home, tmp_path, monkeypatch):
    other = tmp_path / "mine.duckdb"
    other.write_bytes(b"precious")
    monkeypatch.setenv("ADVISOR_CATALOG", str(other))
    with pytest.raises(CorruptSnapshot):
        open_snapshot()
    assert other.read_bytes() == b"precious"


def test_a_snapshot_without_its_mark_is_not_opened(home, tmp_path):
    half = tmp_path / "half.duckdb"
    with duckdb.connect(str(half)) as connection:
        connection.execute(query("schema"))
    with pytest.raises(CorruptSnapshot, match="half-built"):
        open_snapshot(half)


def test_damaged_facts_build_nothing(home, tmp_path):
    copy = tmp_path / "facts"
    copy.mkdir()
    for path in facts_dir().iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "models.parquet").write_bytes(b"PAR1")
    target = tmp_path / "x.duckdb"
    with pytest.raises(FactsError, match="models"):
        build_snapshot(read_manifest(copy), target)
    assert not target.exists()


def test_facts_that_break_a_check_build_nothing(home, tmp_path, monkeypatch):
    from advisor.catalog import build

    monkeypatch.setattr(build, "query", lambda name: query(name) + "\n-- name: always\nSELECT 1;" * (name == "checks"))
    with pytest.raises(FactsError, match="always"):
        build_snapshot(read_manifest(facts_dir()), tmp_path / "x.duckdb")
    assert not list(tmp_path.glob("x.duckdb*"))


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_build_leaves_no_half_snapshot(home, stop):
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", "catalog", "build"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "ADVISOR_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while not list(home.rglob("*.building")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(stop)
    process.wait(20)
    assert not snapshot_path().exists()
    open_snapshot().close()
    assert snapshot_path().exists()


def test_a_snapshot_cannot_be_written(advisor):
    with pytest.raises(duckdb.Error, match="read-only"):
        advisor.store.tuples("DELETE FROM models")


def test_a_snapshot_moved_into_the_place_of_an_open_one_is_seen(home, tmp_path):
    open_snapshot().close()
    path, newer = tmp_path / "it's here.duckdb", tmp_path / "newer.duckdb"
    path.write_bytes(snapshot_path().read_bytes())
    newer.write_bytes(path.read_bytes())
    with duckdb.connect(str(newer)) as connection:
        connection.execute("UPDATE snapshot SET key = 'newer'")
    before = open_snapshot(path)
    newer.replace(path)
    after = open_snapshot(path)
    keys = [connection.execute("SELECT key FROM snapshot").fetchone()[0] for connection in (before, after)]
    assert keys[0] != "newer" and keys[1] == "newer"
