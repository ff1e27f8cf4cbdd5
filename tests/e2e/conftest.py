"""A real server for the tests of the service."""

import httpx
import pytest

from tests.e2e.serving import launch


@pytest.fixture(scope="session")
def start_server(advisor, advisor_home, tmp_path_factory):
    """Starts a service with settings; ends it with the session."""
    started = []

    def start(**settings):
        log = tmp_path_factory.mktemp("server") / "log"
        started.append(launch(log, **{"ADVISOR_HOME": str(advisor_home), **settings}))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture(scope="session")
def server(start_server):
    """The service with its default settings."""
    return start_server()


@pytest.fixture(scope="session")
def client(server):
    """A client of the service."""
    with httpx.Client(base_url=server.url, timeout=30) as opened:
        yield opened
