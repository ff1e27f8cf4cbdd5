"""The shell walks in README and docs do what they say, with the real curl against a running service."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WALKS = [
    ("README.md", "REST"),
    ("docs/service.md", "Batches"),
    ("docs/service.md", "Projects"),
    ("docs/service.md", "Verifications"),
]


def walk(document, heading):
    """The first shell block under a heading."""
    section = re.search(rf"^## {heading}$(.+?)(?=^## |\Z)", (ROOT / document).read_text(), re.DOTALL | re.MULTILINE)
    return re.search(r"```sh\n(.+?)```", section[1], re.DOTALL)[1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("document", "heading"), WALKS)
def test_the_walk_works(server, document, heading, tmp_path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "reviews.csv").write_text("text,label\n" + "it works,good\nit broke,bad\n" * 30)
    commands = walk(document, heading).replace("advisor serve &\n", "")
    assert "localhost:8000" in commands
    script = 'curl() { command curl --fail-with-body -S "$@" || { echo "FAILED: $*"; exit 1; }; echo; }\n'
    script += commands.replace("localhost:8000", server.url.removeprefix("http://"))
    done = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0 and "FAILED" not in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    if heading == "Batches":
        assert done.stdout.count('"line":') == len((ROOT / "examples/projects.jsonl").read_text().splitlines())
