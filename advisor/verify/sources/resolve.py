"""From what was named to files or a server: local path, installed package, filled hub cache, hub, endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from advisor.domain.verification import Artifact, Origin
from advisor.verify.sources.files import Files
from advisor.verify.sources.spec import CandidateSpec

Report = Callable[[str, float], None]
"""Told what is being fetched and the share that is done, 0 to 1."""


@dataclass(frozen=True)
class Found:
    """Where a candidate is, and what is still missing."""

    artifact: Artifact
    files: Files | None = None
    """None for servers and built-in baselines."""
    missing: str = ""
    """What is missing and how to get it; empty if it can be had."""
    fetch: Callable[[Report], Path] | None = None
    """Downloads what is missing and gives the folder; None if nothing must be fetched."""


def resolve(spec: CandidateSpec, *, offline: bool = False) -> Found:
    """Look for a candidate. Fetches nothing but the listing of a repository.

    Args:
        spec: what was named.
        offline: ask no hub.
    """
    from advisor.verify.sources import cache, endpoint, hub, package, path

    if spec.origin is Origin.BUILTIN:
        return Found(Artifact(origin=Origin.BUILTIN, location=spec.location, format="built-in", size_gib=0.0))
    if spec.origin is Origin.PATH:
        return path.find(spec)
    if spec.origin is Origin.PACKAGE:
        return package.find(spec)
    if spec.origin is Origin.ENDPOINT:
        return endpoint.find(spec)
    cached = cache.find(spec)
    return cached if offline or not cached.missing else hub.find(spec, cached)


def missing(spec: CandidateSpec, why: str) -> Found:
    """A candidate that cannot be had, and why."""
    return Found(Artifact(origin=Origin.MISSING, location=spec.location, format=""), missing=why)


def on_disk(spec: CandidateSpec, origin: Origin, files: Files, location: str, revision: str | None = None) -> Found:
    """A candidate whose files are here."""
    artifact = Artifact(
        origin=origin, location=location, format=files.format, revision=revision, size_gib=round(files.size_gib, 4)
    )
    return Found(artifact, files)
