"""A real server: uvicorn in a process of its own on a free loopback port."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@dataclass
class Server:
    """A running service and its log."""

    process: subprocess.Popen
    url: str
    log: Path

    def stop(self, signal_number):
        """Send a signal; the exit code and all that was logged."""
        self.process.send_signal(signal_number)
        return self.process.wait(30), self.log.read_text()


@pytest.fixture(scope="session")
def start_server(advisor, advisor_home, tmp_path_factory):
    """Starts a service with settings; ends it with the session."""
    started = []

    def start(**settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = tmp_path_factory.mktemp("server") / "log"
        command = [sys.executable, "-m", "uvicorn", "advisor_api.app:create_app", "--factory", "--no-access-log"]
        environment = os.environ | {
            "ADVISOR_HOME": str(advisor_home),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'api'}",
        }
        with log.open("w") as stream:
            process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port)],
                env=environment | settings,
                stderr=stream,
                stdout=stream,
            )
        server = Server(process, f"http://127.0.0.1:{port}", log)
        started.append(server)
        _wait(server)
        return server

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait(10)


@pytest.fixture(scope="session")
def server(start_server):
    """The service with its default settings."""
    return start_server()


@pytest.fixture(scope="session")
def client(server):
    """A client of the service."""
    with httpx.Client(base_url=server.url, timeout=30) as opened:
        yield opened


def _wait(server):
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            httpx.get(f"{server.url}/health", timeout=2)
            return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the service did not start: {server.log.read_text()[-2000:]}")
