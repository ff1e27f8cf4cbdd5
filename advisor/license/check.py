"""Verdicts for models: the model's own license and those of all it was made from; the strictest wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from advisor.domain.license import LicenseLink, LicenseUse, LicenseVerdict, TrainingSet, Verdict
from advisor.license.assess import Assessment, assess, distinct, worst
from advisor.license.book import NO_TAG, LicenseBook
from advisor.license.conditions import facts_of
from advisor.license.lineage import infer_base
from advisor.license.report import report, with_data

Base = tuple[str, str | None, bool]
"""Base model id, its license tag, and whether the link was inferred rather than declared."""


class Link(NamedTuple):
    """One license in the chain from a model up to all it was made from."""

    model_id: str
    license_id: str
    inferred: bool = False
    note: str | None = None
    """What to tell of a license that nobody stated."""


def links_of(book: LicenseBook, tag: str | None, model_id: str | None, bases: Sequence[Base]) -> list[Link]:
    """The model's own license first, then those of its base models, then those that only names tell.

    A name in the chain tells a base model that nobody declared where the chain holds no license of its family:
    DeepSeek-R1-Distill-Llama-8B declares its teacher and is made from Llama.
    """
    own = book.resolve(tag, model_id)
    links = [Link(model_id or own, own)]
    for base_id, base_tag, inferred in bases:
        license_id = book.resolve(base_tag, base_id)
        named = infer_base(base_id) if license_id == NO_TAG else None
        if named is not None and named.license_id in book:
            links.append(Link(base_id, named.license_id, True, f"{base_id} states no license; {named.why}"))
        else:
            links.append(Link(base_id, license_id, inferred))
    names = [link.model_id for link in links[model_id is None :]]
    return [*links, *_named_only(book, names, {link.license_id for link in links})]


def _named_only(book: LicenseBook, names: Sequence[str], ids: set[str]) -> Iterator[Link]:
    """Licenses that names in the chain tell and the chain does not hold."""
    held = {part for license_id in ids for choice in book.alternatives(license_id) for part in choice}
    for name in names:
        named = infer_base(name)
        if named is None or named.license_id not in book:
            continue
        if not held & (named.family if len(names) > 1 else {named.license_id}):
            held.add(named.license_id)
            yield Link(named.license_id, named.license_id, True, f"base model not declared: {name}, {named.why}")


def check(
    book: LicenseBook,
    license_tag_or_id: str | None,
    use: LicenseUse,
    *,
    model_id: str | None = None,
    bases: Sequence[Base] = (),
    multimodal: bool | None = None,
    training_data: Sequence[TrainingSet] = (),
) -> LicenseVerdict:
    """Whether a use is within a license. Information, not legal advice.

    Args:
        book: The known licenses.
        license_tag_or_id: Tag as published, a license id, or an SPDX expression; None when there is none.
        use: The use; open facts show up as `depends_on`.
        model_id: The model, for tags that mislead and for a base read from its name.
        bases: All base models upwards; a grant is never wider than theirs.
        multimodal: Whether the model takes more than text, where known.
        training_data: Named sets of training data. Non-commercial data behind a model that grants business use is a
            risk; where the use asks for `cleared_training_data`, it leaves business use unknown.
    """
    checker = Checker(book, use)
    return checker.explain(license_tag_or_id, model_id, bases, multimodal=multimodal, training_data=training_data)


class Checker:
    """Many verdicts for one use: every license is judged once.

    Args:
        book: The known licenses.
        use: The use all verdicts are for.
    """

    def __init__(self, book: LicenseBook, use: LicenseUse) -> None:
        self.book = book
        self.use = use
        self._assessed: dict[tuple[str, bool, bool | None], Assessment] = {}
        self._verdicts: dict[tuple[str, bool, bool | None], Verdict] = {}

    def verdict(
        self,
        tag: str | None,
        model_id: str | None = None,
        bases: Sequence[Base] = (),
        *,
        multimodal: bool | None = None,
        restricted_data: bool = False,
    ) -> Verdict:
        """The verdict alone, cheap enough for every model of the catalog.

        `restricted_data`: whether the model names training data that is for non-commercial use only.
        """
        links = links_of(self.book, tag, model_id, bases)
        found = worst(*(self._verdict((link.license_id, i > 0, multimodal)) for i, link in enumerate(links)))
        if restricted_data and self.use.cleared_training_data and self.use.commercial is not False:
            return worst(found, Verdict.UNKNOWN)
        return found

    def explain(
        self,
        tag: str | None,
        model_id: str | None = None,
        bases: Sequence[Base] = (),
        *,
        multimodal: bool | None = None,
        training_data: Sequence[TrainingSet] = (),
    ) -> LicenseVerdict:
        """The verdict with its reasons, duties, dependences and the chain; see `check`."""
        links = links_of(self.book, tag, model_id, bases)
        assessed = [self._assessment((link.license_id, i > 0, multimodal)) for i, link in enumerate(links)]
        chain = tuple(
            LicenseLink(model_id=name, license_id=license_id, verdict=judged.verdict, inferred=inferred)
            for (name, license_id, inferred, _), judged in zip(links, assessed, strict=True)
        )
        notes = [link.note for link in links if link.note]
        return self._with_data(report(tag, links[0].license_id, assessed, chain, notes), training_data)

    def _with_data(self, verdict: LicenseVerdict, sets: Sequence[TrainingSet]) -> LicenseVerdict:
        """The verdict with what the training data means for business use."""
        if self.use.commercial is False or not sets:
            return verdict
        allowed = {each.name: self._allows_business(each) for each in sets}
        restricted = [each for each in sets if allowed[each.name] is False]
        unknown = [each.name for each in sets if allowed[each.name] is None]
        return with_data(verdict, restricted, unknown, refuse=self.use.cleared_training_data is True)

    def _allows_business(self, data: TrainingSet) -> bool | None:
        if data.commercial_use is not None or data.license_tag is None:
            return data.commercial_use
        license_id = self.book.resolve(data.license_tag)
        answers = {
            all(self.book.terms(part).commercial.use == "yes" for part in choice)
            or (None if all(self.book.terms(part).commercial.use != "no" for part in choice) else False)
            for choice in self.book.alternatives(license_id)
        }
        return True if True in answers else None if None in answers else False

    def _verdict(self, link: tuple[str, bool, bool | None]) -> Verdict:
        found = self._verdicts.get(link)
        if found is None:
            found = self._verdicts[link] = self._assessment(link).verdict
        return found

    def _assessment(self, link: tuple[str, bool, bool | None]) -> Assessment:
        """Judge one license; a base model's duties are those of a derivative."""
        found = self._assessed.get(link)
        if found is None:
            license_id, derivative, multimodal = link
            facts = facts_of(self.use, derivative=derivative, multimodal=multimodal)
            choices = [
                combine([assess(self.book.terms(part), facts) for part in choice])
                for choice in self.book.alternatives(license_id)
            ]
            found = self._assessed[link] = min(choices, key=lambda choice: choice.rank)
        return found


def combine(parts: Sequence[Assessment]) -> Assessment:
    """Licenses that apply together: the worst verdict, every duty."""
    if len(parts) == 1:
        return parts[0]
    leading = max(parts, key=lambda part: part.rank)
    owed = distinct(obligation for part in parts for obligation in part.obligations)
    return Assessment(
        leading.terms,
        leading.verdict,
        owed if leading.verdict.permits else (),
        tuple(finding for part in parts for finding in part.findings),
    )
