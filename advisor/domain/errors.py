"""Every error that advisor raises on purpose.

AdvisorError
├── InvalidInput            the request is wrong; `problems` names every bad field
│   ├── UnknownModel        no such model id or alias; carries suggestions
│   │   └── UnknownLicense  neither a license nor a model; carries suggestions
│   └── UnknownHardware     no such device; carries suggestions
├── CatalogError            the catalog cannot be used
│   ├── CorruptSnapshot     the snapshot file is damaged or half-written
│   └── FactsError          the shipped facts break a data check
└── NotAvailable            a feature needs an extra or a device that is not here
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Problem:
    """One bad field of a request.

    `field` is the dotted path ("use.monthly_active_users"), `message` says what is wrong, `expected` what would be
    right. Of a name that is not known, `suggestions` are the closest known ones and `noun` says of what it is a name.
    """

    field: str
    message: str
    expected: str = ""
    suggestions: tuple[str, ...] = ()
    noun: str = ""


class AdvisorError(Exception):
    """Base of all errors raised by advisor."""


class InvalidInput(AdvisorError):
    """The request cannot be answered as written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in self.problems))

    def at(self, field: str) -> InvalidInput:
        """The same, told of another field."""
        return InvalidInput([replace(problem, field=field) for problem in self.problems])

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Problem, ...]]]:
        """Pickled as its problems, so that it comes back from a worker process."""
        return InvalidInput, (self.problems,)


class UnknownName(InvalidInput):
    """A name that the catalog does not hold."""

    noun = "name"
    field = "name"
    expected = "a known name"

    def __init__(self, name: str, suggestions: Sequence[str] = (), field: str | None = None) -> None:
        self.name = name
        self.suggestions = tuple(suggestions)
        hint = f"did you mean {', '.join(self.suggestions)}?" if self.suggestions else self.expected
        told = f"unknown {self.noun} {name!r}"
        super().__init__([Problem(field or self.field, told, hint, self.suggestions, self.noun)])

    def at(self, field: str) -> UnknownName:
        """The same, told of another field."""
        return type(self)(self.name, self.suggestions, field)


class UnknownModel(UnknownName):
    """No model has this id or alias."""

    noun = "model"
    field = "model_id"
    expected = "the id of a model, as in Qwen/Qwen3-8B, or what it is commonly called"


class UnknownLicense(UnknownModel):
    """No license or model has this name."""

    noun = "license or model"
    field = "license_or_model"
    expected = "a license, as in apache-2.0 or llama3.1, or the id of a model"


class UnknownHardware(UnknownName):
    """No device has this name."""

    noun = "hardware"
    field = "hardware"
    expected = "a device, as in RTX 4090, 2x A100 80GB or M3 Max 36GB, or a specification of one"


class CatalogError(AdvisorError):
    """The catalog cannot be used."""


class CorruptSnapshot(CatalogError):
    """A snapshot file is damaged, half-written, or of another schema version."""


class FactsError(CatalogError):
    """The shipped facts break a data check; nothing was built."""


class NotAvailable(AdvisorError):
    """The feature needs an extra, a device or a file that is not here; the message says how to get it."""


def together(errors: Sequence[InvalidInput]) -> InvalidInput:
    """Several errors as one; a single one as it is."""
    return errors[0] if len(errors) == 1 else InvalidInput([problem for error in errors for problem in error.problems])
