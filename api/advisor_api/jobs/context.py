"""What a worker process hands to the kind of job that it works on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from advisor_api.store import claims, jobs
from advisor_api.store.claims import Claim
from advisor_api.store.database import Database
from advisor_api.store.jobs import Item


class JobContext(NamedTuple):
    """The job, the store that it is in, and a folder of its own."""

    database: Database
    claim: Claim
    folder: Path
    """Exists no longer than the job is worked on, but survives a worker that dies."""

    def uploads(self) -> dict[str, bytes]:
        """The files that came with the job, by name."""
        return self.database.read(jobs.uploads_of, self.claim.job_id)

    def tell(self, doing: str, share: float | None) -> None:
        """Say how far it is, for those who ask."""
        self.database.write(claims.tell, self.claim, doing, share)


AnswerItem: TypeAlias = Callable[[Item], Item]
"""From a part to the same part with its result. Outcome `FAILED` fails the job."""

FAILED = "failed"
