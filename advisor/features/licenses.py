"""The licenses that a need names: their ids or kinds, whatever they were called by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from advisor.domain.errors import Problem
from advisor.domain.requirements import Requirements
from advisor.features.named import unknown_names, with_ids
from advisor.license.assess import STRICTNESS
from advisor.license.book import LicenseBook

_FIELDS = ("licenses_allow", "licenses_deny")
_KINDS = frozenset(STRICTNESS) | {"unknown"}


def with_license_ids(requirements: Requirements, book: LicenseBook) -> tuple[Requirements, tuple[Problem, ...]]:
    """A need with the ids and kinds of the licenses that it names, and what it names that is neither."""
    return with_ids(requirements, _FIELDS, partial(_words, book))


def unknown_licenses(names: Sequence[str], book: LicenseBook, field: str) -> list[Problem]:
    """Of names of licenses and kinds, those that are neither."""
    return unknown_names(names, field, partial(_words, book))


def contradictions(requirements: Requirements, book: LicenseBook) -> tuple[Problem, ...]:
    """What a need both allows and denies, by id or by kind."""
    denied = set(requirements.licenses_deny)
    problems = []
    for word in requirements.licenses_allow if denied else ():
        kind = book.terms(word).kind if word in book else word
        if word in denied or kind in denied:
            of_kind = "" if word in denied else f" ({kind})"
            message = f"{word}{of_kind} is in licenses_allow too"
            problems.append(Problem("licenses_deny", message, "each license in one of the two lists"))
    return tuple(problems)


def _words(book: LicenseBook, names: tuple[str, ...], field: str, problems: list[Problem]) -> Iterable[str]:
    """Ids and kinds, each once."""
    return dict.fromkeys(_each_word(book, names, field, problems))


def _each_word(book: LicenseBook, names: tuple[str, ...], field: str, problems: list[Problem]) -> Iterator[str]:
    for name in names:
        kind = name.strip().lower().replace(" ", "-").replace("_", "-")
        known = kind if kind in _KINDS else book.named(name)
        if known is None:
            close = book.closest(name)
            hint = f"did you mean {', '.join(close)}?" if close else "an id of advisor license list, or a kind in it"
            problems.append(Problem(field, f"unknown license {name!r}", hint, tuple(close), "license"))
        elif known not in book and known not in _KINDS:
            parts = sorted({part for choice in book.alternatives(known) for part in choice})
            problems.append(Problem(field, f"{name!r} names several licenses", f"one an entry: {', '.join(parts)}"))
        else:
            yield known
