"""What can be a job: by kind, how a worker process gets ready and then answers a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from advisor_api.jobs.batch import open_batch
from advisor_api.store.jobs import Item

AnswerItem: TypeAlias = Callable[[Item], Item]
"""From a part to the same part with its result."""

KINDS: dict[str, Callable[[], AnswerItem]] = {"batch": open_batch}
