"""Use a model as it is, with examples, with a trained head, or fine-tuned: a rule of thumb before measurement."""

from __future__ import annotations

from advisor.domain.recommendation import Adaptation, AdaptationAdvice
from advisor.domain.requirements import Expertise, Requirements
from advisor.domain.tasks import Kind, Task

_FEW = 50
"""Below about 8 examples a class a linear head is not stable (SetFit, arXiv:2209.11055, figure 3)."""
_MANY = 1000
"""From about a thousand labels on, fine-tuning a whole encoder gains over a head (same figure)."""
_LABELLED = {
    Task.TEXT_CLASSIFICATION,
    Task.PAIR_CLASSIFICATION,
    Task.TOKEN_CLASSIFICATION,
    Task.IMAGE_CLASSIFICATION,
    Task.AUDIO_CLASSIFICATION,
    Task.VIDEO_CLASSIFICATION,
}
_OF_FIXED_CLASSES = {Task.OBJECT_DETECTION, Task.IMAGE_SEGMENTATION}
_RATE_ENCODER = "2e-5 to 5e-5, 2 to 4 epochs (BERT, arXiv:1810.04805, appendix A.3)"
_RATE_ADAPTER = "2e-4 below 33B parameters, 1e-4 from there on, LoRA adapters (QLoRA, arXiv:2305.14314, table 9)"


def advise(kind: Kind, task: Task, requirements: Requirements) -> AdaptationAdvice:
    """What to do with a model of this kind before use, given the labels and the skills at hand."""
    labels = (requirements.data.n_labelled if requirements.data else None) or 0
    expertise = requirements.expertise
    if kind is Kind.ENCODER:
        return AdaptationAdvice(
            advice=Adaptation.FINE_TUNE,
            why="a pretrained encoder has no head for the task; it must be fine-tuned on labelled examples",
            learning_rate=_RATE_ENCODER,
        )
    if task in _OF_FIXED_CLASSES:
        return _with_images(labels, expertise)
    if task in _LABELLED and kind is not Kind.GENERATIVE:
        return _with_labels(labels, expertise)
    if expertise is Expertise.EXPERT and labels >= _MANY:
        rate = _RATE_ADAPTER if kind is Kind.GENERATIVE else _RATE_ENCODER
        return AdaptationAdvice(
            advice=Adaptation.FINE_TUNE,
            why=f"{labels:,} labelled examples and the skill to train: measure use as is first, then fine-tune",
            learning_rate=rate,
        )
    if kind is Kind.GENERATIVE and labels > 0:
        return AdaptationAdvice(
            advice=Adaptation.FEW_SHOT,
            why="put a few of the labelled examples into the prompt before training anything",
        )
    return AdaptationAdvice(advice=Adaptation.AS_IS, why="the model does the task without training")


def _with_images(labels: int, expertise: Expertise) -> AdaptationAdvice:
    if labels >= _FEW and expertise is not Expertise.DROP_IN:
        why = f"with the {labels:,} labelled images: it knows only the classes of its own training data"
        return AdaptationAdvice(advice=Adaptation.FINE_TUNE, why=why, learning_rate=None)
    why = (
        "for the classes of its training data alone (COCO: 80 everyday things); others need labelled images to tune it"
    )
    return AdaptationAdvice(advice=Adaptation.AS_IS, why=why)


def _with_labels(labels: int, expertise: Expertise) -> AdaptationAdvice:
    if labels >= _MANY and expertise is Expertise.EXPERT:
        return AdaptationAdvice(
            advice=Adaptation.FINE_TUNE,
            why=f"{labels:,} labels are enough to move the whole model; compare with a linear head",
            learning_rate=_RATE_ENCODER,
        )
    if labels >= _FEW and expertise is not Expertise.DROP_IN:
        return AdaptationAdvice(
            advice=Adaptation.HEAD, why=f"train a linear head on the frozen features with the {labels:,} labels"
        )
    if labels:
        return AdaptationAdvice(
            advice=Adaptation.FEW_SHOT, why=f"with {labels:,} labels, take the class of the nearest labelled examples"
        )
    return AdaptationAdvice(
        advice=Adaptation.HEAD, why="the features need a head: label at least 50 examples, then train a linear one"
    )
