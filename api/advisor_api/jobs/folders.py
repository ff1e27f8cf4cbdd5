"""A folder for every job that needs one: below the home of this server, gone when the job is over."""

from __future__ import annotations

import shutil
from pathlib import Path

from advisor.catalog.snapshot import home


def folder_of(job_id: str) -> Path:
    """Where a job may keep files between two workers; not made yet."""
    return _root() / job_id


def sweep(open_jobs: set[str]) -> None:
    """Remove the folders of jobs that are over or gone."""
    if _root().is_dir():
        for folder in _root().iterdir():
            if folder.name not in open_jobs:
                shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    return home() / "jobs"
