"""From a request to a need: what it states wins, what it leaves out is read from its text, and both are told."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.hardware import Hardware
from advisor.domain.languages import language_name
from advisor.domain.recommendation import Interpretation, Understood
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import TASK_INFO, Kind, Modality, Task, TaskInfo
from advisor.features.encoder import TextEncoder
from advisor.features.found import Found
from advisor.features.negations import negations_in
from advisor.features.similarity import Profile
from advisor.features.understand import Understanding, understand
from advisor.features.unread import unread_in
from advisor.sizing.devices import DeviceBook
from advisor.sizing.memory import DEFAULT_CONTEXT

_SURE_ENOUGH = 0.5
"""A limit read from text is applied only above this confidence."""
_STATED = "stated in the request"
PACE_LIMITS = ("min_tokens_per_s", "min_items_per_s", "max_latency_ms", "max_joules_per_item", "max_usd_per_month")
"""Limits that are held against a device."""
_FINDS = re.compile(
    r"\b(?:find|search|retriev|look(?:ing)? up|(?:which|right|relevant) pages?|such|cherch|trouv|busca|encontra)",
    re.IGNORECASE,
)
"""Words for finding pages of documents, where others read what is on them."""
_ASSUMED = Understood(value="en", confidence=0.5, because="assumed: no language is stated")


class Need(NamedTuple):
    """A request with nothing left implicit."""

    requirements: Requirements
    """The request, with limits read from its text filled in."""
    task: Task
    info: TaskInfo
    languages: tuple[str, ...]
    """Languages that a model must handle: those stated or, for text, English."""
    device: Hardware | None
    context_tokens: int
    profile: Profile
    text: NDArray[np.float32]
    """(d,) vector of the request's text."""
    interpretation: Interpretation
    warnings: tuple[str, ...]


def read_need(requirements: Requirements, encoder: TextEncoder, devices: DeviceBook) -> Need:
    """Interpret a request.

    Raises:
        UnknownHardware: the device is not known; carries suggestions.
        InvalidInput: the text is of no task here.
    """
    text = requirements.description or ""
    device, hardware, named, unknown = _device(requirements, devices, text)
    read = understand(text, encoder, named) if text else None
    task, alternatives, warnings = _task(requirements, read)
    warnings += unknown
    info = TASK_INFO[task]
    wishes = _meant_for(info, read.wishes) if read else ()
    requirements, told = _apply(requirements, _applicable(wishes, device, warnings))
    languages = _words(requirements.languages, read.languages if read else ())
    domains = _words(requirements.domains, read.domains if read else ())
    context = requirements.context_tokens or DEFAULT_CONTEXT
    if read and (unread := _unread(text, read, wishes, hardware, named)):
        warnings.append(f"not read: {', '.join(map(repr, unread))}")
    composed = text or _sentence(task, [item.value for item in languages], [item.value for item in domains])
    if not languages and Modality.TEXT in info.modalities:
        languages = (_ASSUMED,)
        warnings.append("no language stated: English assumed, models that only state others are left out")
    codes = tuple(item.value for item in languages)
    profile = Profile(
        task.value,
        frozenset(codes),
        frozenset(item.value.lower() for item in domains),
        frozenset(modality.value for modality in info.modalities),
        _log_chars(requirements),
    )
    interpretation = Interpretation(
        task=_task_read(requirements, read, task),
        alternatives=alternatives,
        languages=languages,
        domains=domains,
        hardware=hardware,
        device=device.model_copy(update={"measured": ()}) if device else None,
        limits=told,
        context_tokens=context,
        text=composed,
    )
    vector = encoder.encode([composed])[0]
    return Need(requirements, task, info, codes, device, context, profile, vector, interpretation, tuple(warnings))


def _unread(
    text: str, read: Understanding, wishes: tuple[Found, ...], hardware: Understood | None, named: tuple[str, ...]
) -> tuple[str, ...]:
    """What looks like a limit and was not understood; where the request states a device, others are its own affair."""
    understood = [found.because for found in (*wishes, *read.languages)]
    device = hardware.because if hardware else ""
    others = named if device in named else ()
    return unread_in(text, (*others, *read.limits), (*understood, device, *(set(named) - set(others))))


def _task_read(requirements: Requirements, read: Understanding | None, task: Task) -> Understood:
    """How the task was understood."""
    if requirements.task is not None or read is None:
        return Understood(value=task.value, confidence=1.0, because=_STATED)
    return Understood(value=task.value, confidence=round(read.task.confidence, 3), because=read.because)


def _task(requirements: Requirements, read: Understanding | None) -> tuple[Task, tuple[Understood, ...], list[str]]:
    if requirements.task is not None:
        return requirements.task, (), []
    assert read is not None, "Requirements guarantees a task or a description"
    if read.outside > read.task.confidence and read.task.confidence < _SURE_ENOUGH:
        raise InvalidInput([Problem("description", "not understood as any known task", read.warning or "state `task`")])
    if read.refused:
        raise InvalidInput([Problem("description", read.refused, "what a model is to do, in English, or `task`")])
    others = tuple(
        Understood(value=guess.task.value, confidence=round(guess.confidence, 3), because="also likely")
        for guess in read.alternatives
        if guess.confidence >= 0.05
    )
    warnings = [read.warning] if read.warning else []
    if read.task.task is Task.DOCUMENT_UNDERSTANDING and not _FINDS.search(requirements.description or ""):
        warnings.append(
            "reading documents is answering about images; to find pages state `task: document-understanding`"
        )
        return Task.VISUAL_QUESTION_ANSWERING, others, warnings
    return read.task.task, others, warnings


def _meant_for(info: TaskInfo, wishes: tuple[Found, ...]) -> tuple[Found, ...]:
    """The wishes less a rate of items where models generate: theirs is one of tokens."""
    generates = Kind.GENERATIVE in info.kinds
    return tuple(wish for wish in wishes if not (generates and wish.field == "min_items_per_s"))


def _applicable(wishes: tuple[Found, ...], device: Hardware | None, warnings: list[str]) -> tuple[Found, ...]:
    """The wishes less those of speed and rent where no device is known to hold them against, which are told."""
    if device is not None:
        return wishes
    held = [wish for wish in wishes if wish.field in PACE_LIMITS]
    warnings += [f"not applied without `hardware`: {wish.because!r}" for wish in held]
    return tuple(wish for wish in wishes if wish not in held)


def _apply(requirements: Requirements, wishes: tuple[Found, ...]) -> tuple[Requirements, tuple[Understood, ...]]:
    """Fill in limits that the text states and the request does not."""
    update: dict[str, Any] = {}
    told = []
    for wish in wishes:
        if wish.confidence < _SURE_ENOUGH:
            continue
        outer, _, inner = wish.field.partition(".")
        stated = getattr(requirements, outer, None)
        if inner:
            if stated is not None and inner in stated.model_fields_set and getattr(stated, inner) is not None:
                continue
            changed = dict(update.get(outer) or (stated.model_dump(exclude_unset=True) if stated else {}))
            update[outer] = changed | {inner: wish.value}
        elif stated is None or outer not in requirements.model_fields_set:
            earlier = update.get(outer)
            update[outer] = (*earlier, *wish.value) if isinstance(earlier, tuple) else wish.value
        else:
            continue
        shown = ", ".join(wish.value) if isinstance(wish.value, tuple) else wish.value
        told.append(Understood(value=f"{wish.field} = {shown}", confidence=wish.confidence, because=wish.because))
    if not update:
        return requirements, ()
    stated_fields = requirements.model_dump(exclude_unset=True)
    return Requirements.model_validate(stated_fields | update), tuple(told)


def _words(stated: tuple[str, ...], read: tuple[Found, ...]) -> tuple[Understood, ...]:
    if stated:
        return tuple(Understood(value=word, confidence=1.0, because=_STATED) for word in stated)
    return tuple(Understood(value=str(f.value), confidence=f.confidence, because=f.because) for f in read)


class _Device(NamedTuple):
    device: Hardware | None
    understood: Understood | None
    named: tuple[str, ...]
    """The words of the text that name devices."""
    unknown: list[str]
    """What to say of devices that are not known."""


def _device(requirements: Requirements, devices: DeviceBook, text: str) -> _Device:
    mentions, unknown = devices.find_in_text(text) if text else ((), ())
    named = tuple(text[slice(*span)] for span in sorted([*unknown, *(mention.span for mention in mentions)]))
    denied = [negation.span for negation in negations_in(text)]
    # "no GPU" is a device itself; "no H100" is none.
    known = [m for m in mentions if not any(start < m.span[0] and m.span[1] <= end for start, end in denied)]
    hardware = requirements.hardware
    if isinstance(hardware, Hardware):
        return _Device(hardware, Understood(value=hardware.name, confidence=1.0, because=_STATED), named, [])
    if isinstance(hardware, str):
        device = devices.parse(hardware)
        return _Device(device, Understood(value=device.name, confidence=1.0, because=hardware), named, [])
    told = [f"device {text[slice(*span)]!r} is not known; state `hardware`" for span in unknown]
    if not known:
        return _Device(None, None, named, told)
    (start, end), device, confidence = known[0]
    understood = Understood(value=device.name, confidence=confidence, because=text[start:end])
    return _Device(device, understood, named, told)


def _log_chars(requirements: Requirements) -> float | None:
    data = requirements.data
    if data is None:
        return None
    if data.avg_chars:
        return float(np.log(data.avg_chars))
    if data.sample:
        return float(np.log(max(1.0, float(np.mean([len(text) for text in data.sample])))))
    return None


def _sentence(task: Task, languages: list[str], domains: list[str]) -> str:
    """The need in words, where the request has none."""
    parts = [task.value.replace("-", " ")]
    if domains:
        parts.append(f"of {', '.join(domains)} texts")
    if languages:
        parts.append(f"in {', '.join(map(language_name, languages))}")
    return " ".join(parts)
