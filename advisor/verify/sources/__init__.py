"""Where the files of candidates come from, and whether they may be opened."""

from __future__ import annotations

from advisor.verify.sources.files import Files, look_at
from advisor.verify.sources.resolve import Found, resolve
from advisor.verify.sources.spec import CandidateSpec, parse_spec

__all__ = ["CandidateSpec", "Files", "Found", "look_at", "parse_spec", "resolve"]
