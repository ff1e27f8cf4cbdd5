"""What can be a job: by kind, how a worker process gets ready and then answers a part."""

from __future__ import annotations

from collections.abc import Callable

from advisor_api.jobs.batch import open_batch
from advisor_api.jobs.context import AnswerItem, JobContext
from advisor_api.jobs.verification import open_verification

KINDS: dict[str, Callable[[JobContext], AnswerItem]] = {"batch": open_batch, "verification": open_verification}
