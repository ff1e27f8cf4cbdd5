"""A sealed process reaches nothing, not even this machine."""

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

ASK = """
import sys, urllib.request
import advisor.verify.runner.network as network
if sys.argv[1] == "hook":
    network._unshare = lambda: False
print(network.seal(sys.argv[2] if len(sys.argv) > 3 else None))
print(urllib.request.urlopen(sys.argv[-1], timeout=5).read().decode())
"""


@pytest.fixture
def server():
    class Hello(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *args):
            return

    with HTTPServer(("127.0.0.1", 0), Hello) as opened:
        threading.Thread(target=opened.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{opened.server_address[1]}/"
        opened.shutdown()


@pytest.mark.parametrize("way", ["best", "hook"])
def test_nothing_is_reached(server, way):
    done = subprocess.run([sys.executable, "-c", ASK, way, server], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "hello" not in done.stdout
    if way == "hook":
        assert "no network in a runner" in done.stderr


def test_the_server_that_is_the_candidate_is_reached_and_no_other(server):
    done = subprocess.run(
        [sys.executable, "-c", ASK, "best", "127.0.0.1", server], capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == ["audit hook, 127.0.0.1 only", "hello"]
    other = server.replace("127.0.0.1", "localhost")
    done = subprocess.run(
        [sys.executable, "-c", ASK, "best", "192.0.2.1", other], capture_output=True, text=True, check=False
    )
    assert "no network in a runner" in done.stderr
