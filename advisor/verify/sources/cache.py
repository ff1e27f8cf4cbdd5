"""Candidates that an earlier download left in the hub's cache."""

from __future__ import annotations

import json
from pathlib import Path

from advisor.domain.verification import Origin
from advisor.verify.sources.files import Files, look_at
from advisor.verify.sources.resolve import Found, missing, on_disk
from advisor.verify.sources.spec import CandidateSpec


def find(spec: CandidateSpec) -> Found:
    """The files of a repository in the cache; a folder that lacks weights does not count."""
    try:
        from huggingface_hub import constants
    except ImportError:
        return missing(spec, "huggingface-hub is not installed: pip install 'model-advisor[hub]'")
    get = f"fetch it with: hf download {spec.location}"
    repository = Path(constants.HF_HUB_CACHE, f"models--{spec.location.replace('/', '--')}")
    snapshot = _snapshot(repository, spec.revision)
    if snapshot is None:
        return missing(spec, f"{spec.location} is not in the hub's cache; {get}")
    files = look_at(snapshot, spec.file)
    if not files.format or not _whole(files, snapshot):
        return missing(spec, f"{spec.location} is in the hub's cache without all of its weights; {get}")
    location = snapshot / spec.file if spec.file else snapshot
    return on_disk(spec, Origin.CACHE, files, str(location), snapshot.name)


def _snapshot(repository: Path, revision: str) -> Path | None:
    """The folder of a commit, of a branch or tag, or of what was fetched last."""
    snapshots = repository / "snapshots"
    try:
        named = (repository / "refs" / (revision or "main")).read_text("utf-8").strip()
    except OSError:
        named = revision
    if named and (snapshots / named).is_dir():
        return snapshots / named
    if revision or not snapshots.is_dir():
        return None
    return max(snapshots.iterdir(), key=lambda folder: folder.stat().st_mtime, default=None)


def _whole(files: Files, snapshot: Path) -> bool:
    """Whether every part is there that an index names."""
    for name in files.sizes:
        if name.endswith(".index.json"):
            try:
                parts = set(json.loads((snapshot / name).read_text("utf-8"))["weight_map"].values())
            except (OSError, ValueError, KeyError, AttributeError):
                return False
            if not parts <= set(files.sizes) and name.startswith("model.safetensors"):
                return False
    return True
