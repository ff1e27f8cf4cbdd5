"""All license terms in memory, and the way from a published tag to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from advisor.license.terms import LicenseTerms

UNKNOWN_TAG = "other"
NO_TAG = "missing"
_CLOSED_TAG = "proprietary"
_ALIKE = 75
"""Least similarity of a suggestion, percent."""
_CLOSEST, _MOST = 3, 7
"""Suggestions by spelling, and in all."""
_VERSION = re.compile(r"-?v?\d+(?:\.\d+)*")
_EXPRESSION = re.compile(r"[(),]|[\s-](?:and|or|with)[\s-]", re.IGNORECASE)


def tag_of(published: str | None, open_weights: bool | None) -> str | None:
    """The tag to judge a model by: closed weights are under the terms of their provider, whether a tag says so or
    not."""
    return _CLOSED_TAG if not published and open_weights is False else published


class Override(NamedTuple):
    """A tag that misleads, for the models that match."""

    model_glob: str
    tag: str | None
    """Applies to models with this tag; None: whatever the tag."""
    license_id: str
    evidence: str


class LicenseBook:
    """Terms by license id, with aliases and overrides.

    Args:
        terms: License id to its terms, or to their JSON, which is parsed when first asked for.
        aliases: Lower-case spelling to license id.
        overrides: First match wins.
    """

    def __init__(
        self,
        terms: Mapping[str, LicenseTerms | str],
        aliases: Mapping[str, str],
        overrides: Iterable[Override] = (),
    ) -> None:
        self._terms: dict[str, LicenseTerms | str] = dict(terms)
        self._ids = {alias.lower(): license_id for alias, license_id in aliases.items()}
        self._ids |= {license_id.lower(): license_id for license_id in terms}
        given = list(overrides)
        self._wild = [override for override in given if _publisher(override.model_glob) is None]
        self._overrides = {
            publisher: [override for override in given if _publisher(override.model_glob) in (publisher, None)]
            for publisher in {_publisher(override.model_glob) for override in given}
            if publisher is not None
        }
        self._resolved: dict[str | None, str] = {}

    @classmethod
    def from_rows(
        cls,
        license_rows: Iterable[Mapping[str, object]],
        alias_rows: Iterable[Mapping[str, object]],
        override_rows: Iterable[Mapping[str, object]] = (),
    ) -> LicenseBook:
        """From rows of the catalog's tables `licenses`, `license_aliases` and `license_overrides`."""
        return cls(
            {str(row["license_id"]): str(row["terms"]) for row in license_rows},
            {str(row["alias"]): str(row["license_id"]) for row in alias_rows},
            [
                Override(
                    str(row["model_glob"]),
                    None if row["tag"] is None else str(row["tag"]),
                    str(row["license_id"]),
                    str(row["evidence"]),
                )
                for row in override_rows
            ],
        )

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._terms))

    def __len__(self) -> int:
        return len(self._terms)

    def __contains__(self, license_id: object) -> bool:
        return license_id in self._terms

    def terms(self, license_id: str) -> LicenseTerms:
        """Terms of one license id.

        Raises:
            KeyError: No such id; `resolve` never returns one.
        """
        found = self._terms[license_id]
        if isinstance(found, str):
            found = self._terms[license_id] = LicenseTerms.model_validate_json(found)
        return found

    def resolve(self, tag: str | None, model_id: str | None = None) -> str:
        """License id of a published tag.

        Overrides for the model come first, then id, alias and SPDX spelling. An expression of known licenses comes
        back as one string of license ids, `mit OR apache-2.0`; see `alternatives`. Everything else is `other`, an
        empty tag `missing`.
        """
        if model_id is not None:
            override = self._override(tag, model_id)
            if override is not None:
                return override
        known = self._resolved.get(tag)
        if known is None:
            known = self._resolved[tag] = self._look_up(tag)
        return known

    def alternatives(self, license_id: str) -> tuple[tuple[str, ...], ...]:
        """Choices of the licensee, each the licenses that then apply together; one choice of one for a plain id."""
        if license_id in self._terms:
            return ((license_id,),)
        return tuple(tuple(choice.split(" AND ")) for choice in license_id.split(" OR "))

    def named(self, name: str) -> str | None:
        """License id that a person names: as `resolve`, or without the version of the only one so called.

        None where it is unknown, or may be several: "gpl" is a tag of one version and the name of two.
        """
        for spelling in (_clean(name), _stem(name)):
            if spelling in self._terms:
                return spelling
        alike = self._so_called(name)
        if len(alike) > 1:
            return None
        known = self.resolve(name)
        if known not in (UNKNOWN_TAG, NO_TAG):
            return known
        return alike[0] if alike and _VERSION.fullmatch(alike[0].removeprefix(_stem(name))) else None

    def closest(self, name: str) -> list[str]:
        """A few license ids that a misspelt or incomplete name may mean."""
        from rapidfuzz import process

        found = process.extract(name.lower(), list(self), limit=_CLOSEST, score_cutoff=_ALIKE)
        tagged = [known for known in (self.resolve(name),) if known in self and known not in (UNKNOWN_TAG, NO_TAG)]
        return list(dict.fromkeys((*tagged, *self._so_called(name)[:_MOST], *(each for each, _, _ in found))))[:_MOST]

    def _so_called(self, name: str) -> list[str]:
        """Licenses whose id begins with a name, as a word or before a number."""
        stem = _stem(name)
        return [each for each in self if re.match(rf"{re.escape(stem)}(?:-|\d)", each)] if stem else []

    def _override(self, tag: str | None, model_id: str) -> str | None:
        name = model_id.lower()
        candidates = self._overrides.get(name.partition("/")[0], self._wild)
        for glob, wanted, license_id, _ in candidates:
            if (wanted is None or (_clean(tag) or "unknown") == wanted) and fnmatchcase(name, glob.lower()):
                return license_id
        return None

    def _look_up(self, tag: str | None) -> str:
        name = _clean(tag)
        if not name:
            return NO_TAG
        known = self._plain(name)
        return self._expression(name) if known == UNKNOWN_TAG and _EXPRESSION.search(name) else known

    def _plain(self, name: str) -> str:
        """License id of one license's name, not of an expression."""
        bare = re.sub(r"(?:-only|-or-later|\+)$", "", name)
        return self._ids.get(name) or self._ids.get(bare) or UNKNOWN_TAG

    def _expression(self, name: str) -> str:
        """Disjunctive form over known ids; `other` when it does not parse or names an unknown license."""
        listed = re.sub(r"[\[\]'\"]", "", name).replace(",", " and ")
        spaced = re.sub(r"-(and|or)-", r" \1 ", listed)
        try:
            choices = _disjunction(spaced)
        except ValueError:
            return UNKNOWN_TAG
        ids = [sorted({self._plain(_clean(part)) for part in choice}) for choice in choices]
        if any(UNKNOWN_TAG in choice for choice in ids):
            return UNKNOWN_TAG
        return " OR ".join(sorted({" AND ".join(choice) for choice in ids}))


def _stem(name: str) -> str:
    """A name as ids are written, without the word license: "Apache License" is apache."""
    return re.sub(r"[\W_]+", "-", re.sub(r"\blicen[sc]e\b", "", name.lower())).strip("-")


def _clean(tag: str | None) -> str:
    return (tag or "").strip().lower().removeprefix("licenseref-")


def _publisher(glob: str) -> str | None:
    """The publisher that a glob is confined to; None where it matches several."""
    publisher, slash, _ = glob.lower().partition("/")
    return publisher if slash and not set(publisher) & set("*?[") else None


def _disjunction(text: str) -> list[list[str]]:
    """An SPDX expression as a choice of conjunctions. An exception only widens its license, so it is left out."""
    from license_expression import ExpressionError, ExpressionParseError, Licensing

    licensing = Licensing()
    try:
        parsed = licensing.parse(text)
        form = None if parsed is None else licensing.dnf(parsed)
    except (ExpressionError, ExpressionParseError) as error:
        raise ValueError(str(error)) from error
    if form is None:
        raise ValueError("empty expression")
    choices = form.args if isinstance(form, licensing.OR) else (form,)
    return [[_symbol(part) for part in (c.args if isinstance(c, licensing.AND) else (c,))] for c in choices]


def _symbol(part: Any) -> str:
    return str(getattr(part, "license_symbol", part).key)
