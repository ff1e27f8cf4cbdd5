"""Every error that advisor raises on purpose.

AdvisorError
├── InvalidInput            the request is wrong; `problems` names every bad field
│   ├── UnknownModel        no such model id or alias; carries suggestions
│   └── UnknownHardware     no such device; carries suggestions
├── CatalogError            the catalog cannot be used
│   ├── CorruptSnapshot     the snapshot file is damaged or half-written
│   └── FactsError          the shipped facts break a data check
└── NotAvailable            a feature needs an extra or a device that is not here
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One bad field of a request.

    `field` is the dotted path ("use.monthly_active_users"), `message` says what is wrong, `expected` what would be
    right.
    """

    field: str
    message: str
    expected: str = ""


class AdvisorError(Exception):
    """Base of all errors raised by advisor."""


class InvalidInput(AdvisorError):
    """The request cannot be answered as written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in self.problems))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Problem, ...]]]:
        """Pickled as its problems, so that it comes back from a worker process."""
        return InvalidInput, (self.problems,)


class UnknownName(InvalidInput):
    """A name that the catalog does not hold."""

    noun = "name"
    field = "name"

    def __init__(self, name: str, suggestions: Sequence[str] = (), field: str | None = None) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"did you mean {', '.join(self.suggestions)}?" if self.suggestions else f"a known {self.noun}"
        super().__init__([Problem(field or self.field, f"unknown {self.noun} {name!r}", hint)])


class UnknownModel(UnknownName):
    """No model has this id or alias."""

    noun = "model"
    field = "model_id"


class UnknownHardware(UnknownName):
    """No device has this name."""

    noun = "hardware"
    field = "hardware"


class CatalogError(AdvisorError):
    """The catalog cannot be used."""


class CorruptSnapshot(CatalogError):
    """A snapshot file is damaged, half-written, or of another schema version."""


class FactsError(CatalogError):
    """The shipped facts break a data check; nothing was built."""


class NotAvailable(AdvisorError):
    """The feature needs an extra, a device or a file that is not here; the message says how to get it."""
