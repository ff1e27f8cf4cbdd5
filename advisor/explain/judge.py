"""License verdicts on models of the catalog, for one use."""

from __future__ import annotations

from advisor.domain.license import LicenseVerdict
from advisor.domain.model import ModelRecord
from advisor.domain.recommendation import Failure
from advisor.license.book import tag_of
from advisor.license.check import Checker
from advisor.license.report import as_listed
from advisor.ranking.lineage import Lineage

_KEPT = 2048
"""Verdicts that are kept: answers to a use name the same models again and again."""


class Judge:
    """Full verdicts on models: what a model was made from counts too.

    Args:
        checker: The licenses and the use.
        lineage: What the models were made from.
    """

    def __init__(self, checker: Checker, lineage: Lineage) -> None:
        self.checker = checker
        self._lineage = lineage
        self._known: dict[str, LicenseVerdict] = {}

    def model(self, record: ModelRecord) -> LicenseVerdict:
        """The verdict on a model, its base models and training data included."""
        known = self._known.get(record.model_id)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[record.model_id] = self._judged(record)
        return known

    def _judged(self, record: ModelRecord) -> LicenseVerdict:
        verdict = self.checker.explain(
            tag_of(record.license_tag, record.open_weights),
            record.model_id,
            self._lineage.chain(record.model_id),
            multimodal=len(record.modalities) > 1,
            training_data=self._lineage.training_data(record.model_id),
        )
        if record.license_told_by is not None:
            verdict = as_listed(verdict, record.license_told_by)
        if verdict.url is None and record.downloads is not None:
            return verdict.model_copy(update={"url": f"https://huggingface.co/{record.model_id}"})
        return verdict

    def told(self, failure: Failure, record: ModelRecord) -> Failure:
        """A failure of a model; where its license is in the way, with the license and what it refuses."""
        if failure.constraint != "use":
            return failure
        refused = self.model(record)
        has = f"{refused.id}, {refused.verdict.value.replace('_', ' ')}: {refused.reason}"
        return failure.model_copy(update={"has": has})
