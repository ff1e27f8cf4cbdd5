"""Fixtures shared by all tests: a real snapshot of the shipped facts, built once a run."""

import os

import pytest
from hypothesis import settings

from advisor.engine import Advisor

# How long an example takes depends on what else the machine does.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def advisor_home(tmp_path_factory):
    """A home folder of this run; set for subprocesses too."""
    home = tmp_path_factory.mktemp("advisor-home")
    before = {name: os.environ.get(name) for name in ("ADVISOR_HOME", "ADVISOR_CATALOG")}
    os.environ["ADVISOR_HOME"] = str(home)
    os.environ.pop("ADVISOR_CATALOG", None)
    yield home
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="session")
def advisor(advisor_home):
    """The opened advisor."""
    with Advisor.open() as opened:
        yield opened
