"""Saved projects on the wire."""

from __future__ import annotations

from datetime import datetime

from advisor.domain.base import Frozen, Word
from advisor.domain.change import AnswerChange
from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements


class ProjectRequest(Frozen):
    """A need to keep under a name."""

    name: Word
    """What to call the project, 1 to 200 characters."""
    requirements: Requirements
    """The need."""


class Project(Frozen):
    """A saved need with the answer of the open catalog."""

    id: str
    """Id of the project."""
    name: str
    """What its maker calls it."""
    created_at: datetime
    """When it was made, UTC."""
    updated_at: datetime
    """When its need was last changed, UTC."""
    answered_at: datetime
    """When the answer was found, UTC."""
    requirements: Requirements
    """The need."""
    answer: Recommendation
    """The answer of the open catalog."""
    change: AnswerChange | None = None
    """What the newest catalog changed in the answer; null where only one catalog has answered."""


class ProjectSummary(Frozen):
    """A saved need in a list."""

    id: str
    """Id of the project."""
    name: str
    """What its maker calls it."""
    updated_at: datetime
    """When its need was last changed, UTC."""
    answered_at: datetime
    """When the kept answer was found, UTC."""
    catalog_snapshot: str | None = None
    """Key of the catalog that gave the kept answer; null where an older version of the service kept it."""
    current: bool
    """Whether that is the open catalog; GET of the project answers anew where it is not."""
    picks: tuple[str, ...]
    """Ids of the models in the kept answer, best first."""
    change: str | None = None
    """What the newest catalog changed, in one sentence; null where only one has answered."""


class ProjectPage(Frozen):
    """Some of the projects, by name."""

    projects: tuple[ProjectSummary, ...]
    """The projects of this page."""
    offset: int
    """Projects left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""
