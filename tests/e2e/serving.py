"""A real server: uvicorn in a process of its own on a free loopback port."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS = 300


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

    def kill(self):
        """End it if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def launch(log: Path, **settings):
    """Start a service with settings and wait until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "advisor_api.app:create_app", "--factory", "--no-access-log"]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'api'}"}
    with log.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=environment | settings,
            stderr=stream,
            stdout=stream,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    if not _answers(server):
        server.kill()
        raise RuntimeError(f"the service did not start: {log.read_text()[-2000:]}")
    return server


def _answers(server):
    """Whether it comes up; on a busy machine that may take a while, a dead process is told at once."""
    until = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"{server.url}/health", timeout=5)
            return True
        except httpx.TransportError:
            time.sleep(0.1)
    return False
