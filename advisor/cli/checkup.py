"""What `advisor doctor` looks at. Nothing here builds or changes anything."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from advisor import __version__
from advisor.domain.errors import AdvisorError

_CORE = (
    "duckdb",
    "pydantic",
    "numpy",
    "click",
    "rich",
    "license-expression",
    "rapidfuzz",
    "platformdirs",
    "psutil",
    "iso639-lang",
)
_EXTRAS = {
    "api": ("litestar", "uvicorn"),
    "hub": ("huggingface_hub",),
    "train": ("torch", "lightgbm", "sklearn", "sentence_transformers"),
}
_STALE_DAYS = 180
_NEEDED_GIB = 0.5


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    value: str
    next_step: str = ""
    """What to do; empty where nothing needs doing."""


def findings() -> list[Finding]:
    """All that was looked at, in order."""
    return [_python(), *_packages(), *_extras(), _facts(), _snapshot(), _machine(), _disk()]


def _python() -> Finding:
    value = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Finding(
        "python", sys.version_info >= (3, 11), value, "" if sys.version_info >= (3, 11) else "install Python 3.11"
    )


def _packages() -> Iterator[Finding]:
    yield Finding("advisor", True, __version__)
    found, missing = [], []
    for name in _CORE:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            missing.append(name)
    step = f"pip install {' '.join(missing)}" if missing else ""
    yield Finding(
        "packages", not missing, ", ".join(found) + (f"; missing: {', '.join(missing)}" if missing else ""), step
    )


def _extras() -> Iterator[Finding]:
    for extra, modules in _EXTRAS.items():
        missing = [name for name in modules if find_spec(name) is None]
        value = "installed" if not missing else f"not installed ({', '.join(missing)}); optional"
        yield Finding(f"extra {extra}", True, value, f"pip install 'model-advisor[{extra}]'" if missing else "")


def _facts() -> Finding:
    from advisor.catalog.build import read_manifest, verify_digests
    from advisor.catalog.paths import facts_dir

    try:
        facts = read_manifest(facts_dir())
        verify_digests(facts)
    except AdvisorError as error:
        return Finding("facts", False, str(error), "reinstall model-advisor")
    age = (date.today() - date.fromisoformat(facts.date)).days
    stale = "install a newer model-advisor: its facts are newer" if age > _STALE_DAYS else ""
    return Finding("facts", not stale, f"of {facts.date}, {len(facts.digests)} tables, whole", stale)


def _snapshot() -> Finding:
    from advisor.catalog.snapshot import open_snapshot, snapshot_path

    try:
        path = snapshot_path()
        if not path.exists():
            return Finding(
                "snapshot", True, f"not built yet: {path}", "the first command builds it; or: advisor catalog build"
            )
        with open_snapshot(path) as connection:
            models = connection.execute("SELECT count(*) FROM models").fetchall()[0][0]
    except AdvisorError as error:
        return Finding("snapshot", False, str(error), "advisor catalog build --force")
    return Finding("snapshot", True, f"{path}, {models:,} models, {path.stat().st_size / 2**20:.0f} MiB")


def _machine() -> Finding:
    from advisor.cli.draw.words import gib
    from advisor.sizing.detect import this_machine

    device = this_machine()
    name = device.name if device.count == 1 else f"{device.count} x {device.name}"
    free = f", {gib(device.memory_free_gib)} GiB free" if device.memory_free_gib is not None else ""
    speed = f", {device.memory_bandwidth_gb_s:,.0f} GB/s" if device.memory_bandwidth_gb_s else ""
    value = f"{name} ({device.kind.value}), {gib(device.memory_gib)} GiB{free}{speed}; {device.source}"
    return Finding("machine", True, value)


def _disk() -> Finding:
    from advisor.catalog.snapshot import home

    folder = home()
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free / 2**30
    writable = _is_writable(there)
    step = "" if writable else f"make {there} writable, or set ADVISOR_HOME to another folder"
    if free < _NEEDED_GIB:
        step = f"free {_NEEDED_GIB} GiB, or set ADVISOR_HOME to another disk"
    return Finding("disk", writable and free >= _NEEDED_GIB, f"{folder}, {free:.1f} GiB free", step)


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
