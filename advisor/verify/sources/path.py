"""Candidates at a local path."""

from __future__ import annotations

from pathlib import Path

from advisor.domain.verification import Origin
from advisor.verify.sources.files import look_at
from advisor.verify.sources.resolve import Found, missing, on_disk
from advisor.verify.sources.spec import CandidateSpec


def find(spec: CandidateSpec) -> Found:
    """The files at a path."""
    path = Path(spec.location).expanduser().absolute()
    if not path.exists():
        return missing(spec, f"there is no {path}")
    if spec.file and not (path / spec.file).is_file():
        return missing(spec, f"there is no {spec.file} in {path}")
    location = path / spec.file if spec.file else path
    return on_disk(spec, Origin.PATH, look_at(path, spec.file), str(location))
