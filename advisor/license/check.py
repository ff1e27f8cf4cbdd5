"""Verdicts for models: the model's own license and those of all it was made from; the strictest wins."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.domain.license import LicenseLink, LicenseUse, LicenseVerdict, TrainingSet, Verdict
from advisor.license.assess import SEVERITY, Assessment, assess, distinct, worst
from advisor.license.book import LicenseBook
from advisor.license.conditions import facts_of
from advisor.license.lineage import infer_base
from advisor.license.report import report, with_data

Base = tuple[str, str | None, bool]
"""Base model id, its license tag, and whether the link was inferred rather than declared."""


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
        self._chains: dict[tuple[tuple[str, bool, bool | None], ...], Verdict] = {}

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
        found = self._chain_verdict(tag, model_id, bases, multimodal)
        if restricted_data and self.use.cleared_training_data and self.use.commercial is not False:
            return worst(found, Verdict.UNKNOWN)
        return found

    def _chain_verdict(
        self, tag: str | None, model_id: str | None, bases: Sequence[Base], multimodal: bool | None
    ) -> Verdict:
        own = self.book.resolve(tag, model_id)
        inferred = infer_base(model_id) if model_id is not None and not bases else None
        if not bases and (inferred is None or inferred.license_id == own):
            return self._verdict((own, False, multimodal))
        links = self._links(own, model_id, bases)
        key = tuple((license_id, i > 0, multimodal) for i, (_, license_id, _, _) in enumerate(links))
        found = self._chains.get(key)
        if found is None:
            found = self._chains[key] = worst(*(self._verdict(link) for link in key))
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
        own = self.book.resolve(tag, model_id)
        links = self._links(own, model_id, bases)
        assessed = [self._assessment((license_id, i > 0, multimodal)) for i, (_, license_id, _, _) in enumerate(links)]
        chain = tuple(
            LicenseLink(model_id=name, license_id=license_id, verdict=judged.verdict, inferred=inferred)
            for (name, license_id, inferred, _), judged in zip(links, assessed, strict=True)
        )
        notes = [why for _, _, _, why in links if why]
        return self._with_data(report(tag, own, assessed, chain, notes), training_data)

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

    def _links(self, own: str, model_id: str | None, bases: Sequence[Base]) -> list[tuple[str, str, bool, str | None]]:
        """The model and its bases: (model id, license id, inferred, what to note)."""
        links: list[tuple[str, str, bool, str | None]] = [(model_id or own, own, False, None)]
        for base_id, tag, inferred in bases:
            license_id = self.book.resolve(tag, base_id)
            named = infer_base(base_id) if license_id == "missing" else None
            if named is not None and named.license_id in self.book:
                links.append((base_id, named.license_id, True, f"{base_id} states no license; {named.why}"))
            else:
                links.append((base_id, license_id, inferred, None))
        named = infer_base(model_id) if model_id is not None and not bases else None
        if named is not None and named.license_id != own and named.license_id in self.book:
            links.append((named.license_id, named.license_id, True, f"base model not declared: {named.why}"))
        return links

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
            found = self._assessed[link] = min(choices, key=lambda choice: SEVERITY[choice.verdict])
        return found


def combine(parts: Sequence[Assessment]) -> Assessment:
    """Licenses that apply together: the worst verdict, every duty."""
    if len(parts) == 1:
        return parts[0]
    leading = max(parts, key=lambda part: SEVERITY[part.verdict])
    owed = distinct(obligation for part in parts for obligation in part.obligations)
    return Assessment(
        leading.terms,
        leading.verdict,
        owed if leading.verdict.permits else (),
        tuple(finding for part in parts for finding in part.findings),
    )
