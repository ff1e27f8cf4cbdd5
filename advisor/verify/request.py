"""What is to be verified, read from what a caller or the command line gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import Task
from advisor.verify.data import DataOptions
from advisor.verify.picks import specs_of, task_of
from advisor.verify.settings import Settings
from advisor.verify.sources import CandidateSpec
from advisor.verify.sources.spec import read_specs

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Request:
    """What is to be verified."""

    specs: Sequence[CandidateSpec]
    """Candidates in the order of preference; the first one is what is confirmed or not."""
    task: Task
    """What is measured."""
    data: Path
    """The user's file or folder."""
    data_options: DataOptions = field(default_factory=DataOptions)
    """How data are read."""
    settings: Settings = field(default_factory=Settings)
    """What may be used."""
    recommendation: Recommendation | None = None
    """What the candidates come from; None if they were named."""

    @property
    def project(self) -> str | None:
        """Name of the project that was recommended for; None if there is none."""
        return self.recommendation.requirements.name if self.recommendation else None


def make_request(
    data: Path | str | None,
    picks: Recommendation | None,
    candidates: Sequence[str],
    task: Task | str | None,
    files: Mapping[str, str],
    data_options: Mapping[str, Any],
    settings: Mapping[str, Any],
) -> Request:
    """A request from plain values.

    Raises:
        InvalidInput: naming every bad field.
    """
    problems: list[Problem] = []
    if data is None:
        problems.append(Problem("--data", "is missing", "a CSV, JSONL or Parquet file, or a folder"))
    read_options = _read(DataOptions, data_options, problems)
    read_settings = _read(Settings, settings, problems)
    specs: list[CandidateSpec] = []
    asked: Task | None = None
    try:
        asked = Requirements.parse({"task": str(task)}).task if task else None
        if picks is not None:
            specs += specs_of(picks, {name: read_specs([text])[0] for name, text in files.items()})
            asked = asked or task_of(picks)
        specs += read_specs(candidates)
    except InvalidInput as error:
        problems += error.problems
    else:
        if not specs:
            problems.append(
                Problem("--candidates", "there is nothing to run", "--from ANSWER.json or --candidates SPEC")
            )
        if asked is None:
            problems.append(Problem("--task", "is missing", "text-classification, retrieval, question-answering, ..."))
    if problems or data is None or asked is None or read_options is None or read_settings is None:
        raise InvalidInput(problems)
    return Request(specs, asked, Path(data), read_options, read_settings, picks)


def _read(kind: type[Model], values: Mapping[str, Any], problems: list[Problem]) -> Model | None:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        for found in error.errors():
            name = ".".join(map(str, found["loc"]))
            problems.append(Problem(f"--{name.replace('_', '-')}", found["msg"]))
        return None
