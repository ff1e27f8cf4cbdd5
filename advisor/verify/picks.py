"""The picks of a recommendation as candidates to measure."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.model import Basis, Estimate
from advisor.domain.recommendation import Pick, Recommendation
from advisor.domain.tasks import Task, parse_task
from advisor.domain.verification import Origin
from advisor.verify.sources.spec import CandidateSpec


def specs_of(recommendation: Recommendation, files: Mapping[str, CandidateSpec]) -> list[CandidateSpec]:
    """Candidates in the order of the picks.

    Args:
        recommendation: the answer.
        files: where the user has the files, by model id; the hub for the others.

    Raises:
        InvalidInput: there are no picks, or files are named for a model that is none of them.
    """
    if not recommendation.picks:
        raise InvalidInput([Problem("--from", "the answer has no picks", "an answer of advisor recommend with picks")])
    names = [pick.model_id for pick in recommendation.picks]
    unknown = sorted(set(files) - set(names))
    if unknown:
        raise InvalidInput([Problem("--files", f"{name} is no pick", f"one of {', '.join(names)}") for name in unknown])
    return [_spec(pick, files.get(pick.model_id)) for pick in recommendation.picks]


def task_of(recommendation: Recommendation) -> Task:
    """The task that was recommended for.

    Raises:
        InvalidInput: the answer does not say.
    """
    task = recommendation.requirements.task or parse_task(recommendation.interpreted.task.value)
    if task is None:
        raise InvalidInput([Problem("--task", "the answer names no task", "text-classification, retrieval, ...")])
    return task


def _spec(pick: Pick, own: CandidateSpec | None) -> CandidateSpec:
    quality = pick.quality
    prior = Estimate(
        value=quality.expected,
        low=quality.low,
        high=quality.high,
        unit=quality.unit,
        basis=Basis.ESTIMATED,
        note="expected by the recommendation",
    )
    if own is not None:
        return own.model_copy(update={"name": pick.model_id, "prior": prior})
    variant = pick.variant
    return CandidateSpec(
        origin=Origin.HUB,
        location=variant.variant_id if variant.published else pick.model_id,
        name=pick.model_id,
        quantization=variant.quantization,
        prior=prior,
    )
