"""License verdicts on models of the catalog, for one use."""

from __future__ import annotations

from advisor.domain.license import LicenseVerdict
from advisor.domain.model import ModelRecord
from advisor.domain.recommendation import Failure
from advisor.license.check import Checker
from advisor.ranking.lineage import Lineage


class Judge:
    """Full verdicts on models: what a model was made from counts too.

    Args:
        checker: The licenses and the use.
        lineage: What the models were made from.
    """

    def __init__(self, checker: Checker, lineage: Lineage) -> None:
        self.checker = checker
        self._lineage = lineage

    def model(self, record: ModelRecord) -> LicenseVerdict:
        """The verdict on a model, its base models and training data included."""
        verdict = self.checker.explain(
            record.license_tag,
            record.model_id,
            self._lineage.chain(record.model_id),
            multimodal=len(record.modalities) > 1,
            training_data=self._lineage.training_data(record.model_id),
        )
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
