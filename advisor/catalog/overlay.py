"""The private overlay: measurements made here, kept beside the shipped facts and never mixed into them.

    from advisor.catalog import overlay

    kept = overlay.add(measurement)        # written whole or not at all; the same one twice is kept once
    overlay.list(project="contracts")      # oldest first
    overlay.delete(kept.measurement_id)

One file a measurement under `ADVISOR_HOME/measurements`, so that processes need no lock; only this user can read it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from pydantic import ValidationError

from advisor.catalog.snapshot import home
from advisor.domain.tasks import Task

if TYPE_CHECKING:
    from advisor.domain.measurement import Measurement

_log = logging.getLogger(__name__)


def folder() -> Path:
    """Where the measurements lie."""
    return home() / "measurements"


def add(measurement: Measurement) -> Measurement:
    """Keep a measurement, and return it with its id."""
    kept = measurement.model_copy(update={"measurement_id": _id(measurement)})
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    # A temporary file is readable by its owner alone.
    with NamedTemporaryFile("w", encoding="utf-8", dir=folder(), suffix=".part", delete=False) as stream:
        work = Path(stream.name)
        try:
            stream.write(kept.model_dump_json(exclude_defaults=True))
            stream.flush()
            os.fsync(stream.fileno())
            work.replace(_path(kept.measurement_id))
        finally:
            work.unlink(missing_ok=True)
    return kept


def list(model_id: str | None = None, task: Task | None = None, project: str | None = None) -> tuple[Measurement, ...]:
    """The measurements of a model, task or project, all of them without a condition; oldest first.

    A damaged file is skipped with a warning.
    """
    found = (
        measurement
        for measurement in _read()
        if (model_id is None or measurement.model_id == model_id)
        and (task is None or measurement.task is task)
        and (project is None or measurement.project == project)
    )
    return tuple(sorted(found, key=lambda one: (one.measured_on, one.model_id, one.measurement_id)))


def delete(measurement_id: str) -> bool:
    """Remove a measurement; False if there is none of this id."""
    try:
        _path(measurement_id).unlink()
    except FileNotFoundError:
        return False
    return True


def _read() -> Iterator[Measurement]:
    for path in folder().glob("*.json"):
        # Not above: an answer without measurements loads nothing of them.
        from advisor.domain.measurement import Measurement

        try:
            yield Measurement.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            continue
        except (OSError, ValidationError):
            _log.warning("%s is damaged and was skipped; remove it to silence this", path)


def _id(measurement: Measurement) -> str:
    content = measurement.model_copy(update={"measurement_id": ""}).model_dump_json()
    return sha256(content.encode()).hexdigest()[:16]


def _path(measurement_id: str) -> Path:
    """The file of an id; whatever is no id names a file that cannot be there, and none outside the folder."""
    name = measurement_id if measurement_id.isalnum() else "-"
    return folder() / f"{name}.json"
