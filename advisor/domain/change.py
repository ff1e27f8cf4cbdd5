"""What a newer catalog changes in an answer."""

from __future__ import annotations

from advisor.domain.base import Frozen


class PickChange(Frozen):
    """A place among the picks that another model takes."""

    rank: int
    """Place among the picks, 1 is best."""
    before: str | None = None
    """Id of the model that had the place; null if it was empty."""
    after: str | None = None
    """Id of the model that has it now; null if it is empty now."""
    because: tuple[str, ...]
    """Why, in plain words, most important first."""


class AnswerChange(Frozen):
    """How the answer to a need changed with the catalog."""

    before_snapshot: str
    """Key of the catalog that answered before."""
    after_snapshot: str
    """Key of the catalog that answers now."""
    ranker_before: str
    """Ranker that ordered before."""
    ranker_after: str
    """Ranker that orders now."""
    picks: tuple[PickChange, ...] = ()
    """Places that changed hands, best first; empty if the same models stand in the same order."""
    summary: str
    """The change in one sentence."""
