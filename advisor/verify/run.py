"""One verification from its plan to its report, resumed where an earlier one stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from pydantic import ValidationError

from advisor.domain.verification import (
    Candidate,
    OptionComparison,
    Origin,
    Outcome,
    PlannedRun,
    Verification,
    VerifyPlan,
)
from advisor.verify.contest import Contest, Report, loaded
from advisor.verify.data import load as load_data
from advisor.verify.data import prepare
from advisor.verify.journal import Journal
from advisor.verify.machine import describe
from advisor.verify.plan import Planned, fetched, make_plan
from advisor.verify.protocols import Limits
from advisor.verify.request import Request
from advisor.verify.results import differences_of, outcomes_of
from advisor.verify.runner.pool import Pool
from advisor.verify.settings import Settings, limits_of
from advisor.verify.tasks import open_task
from advisor.verify.ways import ADAPTATION, COMPRESSION, compared

RESULT = "verification.json"
_READING = ".reading-"
_CHANGES_FIGURES = {"device", "threads", "race", "stop_early", "error_rate", "probe_s"}
"""Settings with which a verification is another one."""


class Verifier:
    """A verification whose data are read and whose plan is made; nothing was fetched or run yet."""

    def __init__(self, request: Request, home: Path, folder: Path | None = None, *, again: bool = False) -> None:
        self.request = request
        self.home = home
        self.limits: Limits = limits_of(request.settings)
        staged = _staged(request, home)
        self._summary = load_data(staged).summary
        self.planned: Planned = make_plan(
            request.specs, request.task, self._summary, request.settings, self.limits, _cache_folder()
        )
        self.id = _identity(self.planned, load_data(staged).hash, request.settings)
        self.folder = folder or home / "verifications" / self.id
        if again and (self.folder / "journal.jsonl").exists():
            shutil.rmtree(self.folder)
        self._staged = staged

    def discard(self) -> None:
        """Remove the data that were read: the plan is all that was wanted."""
        shutil.rmtree(self._staged, ignore_errors=True)

    @property
    def plan(self) -> VerifyPlan:
        """What will be run, and what it takes."""
        return self.planned.plan

    def run(self, report: Report = lambda what, share: None) -> Verification:
        """Fetch, run, measure and conclude; goes on where an earlier run of the same verification stopped.

        Raises:
            InvalidInput: the folder holds another verification.
        """
        with Journal.open(self.folder, self.id) as journal:
            done = self.folder / RESULT
            kept = self._kept(journal, done)
            if kept is not None:
                return kept
            data = self._settled()
            runs = self._fetch(report, journal)
            found = self._measure(runs, data, journal, report)
            _write(done, found.model_dump_json(indent=1))
            made = {"adapt": found.adaptation is not None, "compress": found.compression is not None}
            journal.write("done", **(self._asked() | made))
        return found

    def _kept(self, journal: Journal, path: Path) -> Verification | None:
        """What an earlier run found; None if it did not end or less was asked of it."""
        asked = self._asked()
        if not path.exists() or journal.find("done", **asked) is None:
            return None
        try:
            found = Verification.model_validate_json(path.read_text("utf-8"))
        except ValidationError:  # of another version: told again from the journal
            return None
        shutil.rmtree(self._staged, ignore_errors=True)
        return found

    def _asked(self) -> dict[str, Any]:
        settings = self.request.settings
        ran = [run.candidate.key for run in self.plan.runs if not run.refused]
        return {"adapt": settings.adapt, "compress": settings.compress, "ran": ran}

    def _measure(self, runs: list[PlannedRun], data: Path, journal: Journal, report: Report) -> Verification:
        from advisor.verify.after.conclusion import conclude, verdict_on
        from advisor.verify.after.posterior import posterior

        task = open_task(data)
        running = [run.candidate for run in runs if not run.refused]
        needs = {run.candidate.key: run.memory_gib.value for run in runs if run.memory_gib}
        settings = self.request.settings
        with Pool(data, self.folder, self.limits, needs, loaded(journal)) as pool:
            contest = Contest(running, task, journal, pool, settings, self.home, report)
            contest.run()
            outcomes = outcomes_of(runs, contest, task)
            ways = self._ways(outcomes, pool, journal, report)
        differences = differences_of(outcomes, contest, task)
        first = self._first_pick(runs)
        metric = task.metrics[0].name
        return Verification(
            id=self.id,
            date=datetime.now(UTC).date().isoformat(),
            task=self.request.task,
            metric=metric,
            data=self._summary,
            machine=describe(self.limits),
            outcomes=outcomes,
            differences=differences,
            posterior=posterior(outcomes, differences),
            verdict=verdict_on(first, outcomes, differences),
            conclusion=conclude(metric, first, outcomes, differences),
            racing=contest.racing(),
            isolation_ms=contest.isolation_ms(),
            adaptation=ways.get("adaptation", (None, ""))[0],
            compression=ways.get("compression", (None, ""))[0],
            warnings=(
                *self.plan.warnings,
                *(f"{name} was not compared: {why}" for name, (_, why) in ways.items() if why),
            ),
        )

    def _ways(
        self, outcomes: Sequence[Outcome], pool: Pool, journal: Journal, report: Report
    ) -> dict[str, tuple[OptionComparison | None, str]]:
        """The comparisons that are asked for, and why one could not be made, by name."""
        settings = self.request.settings
        asked = {"adaptation": (settings.adapt, ADAPTATION), "compression": (settings.compress, COMPRESSION)}

        def telling(name: str) -> Callable[[float], None]:
            return lambda share: report(f"comparing ways of {name}", share)

        return {
            name: compared(function, outcomes, pool, journal, telling(name), {})
            for name, (wanted, function) in asked.items()
            if wanted
        }

    def _first_pick(self, runs: Sequence[PlannedRun]) -> str | None:
        return next((run.candidate.key for run in runs if not run.candidate.baseline), None)

    def _fetch(self, report: Report, journal: Journal) -> list[PlannedRun]:
        """The runs with their files here; those that could not be fetched are refused."""
        out = []
        for run in self.plan.runs:
            fetch = self.planned.found[run.candidate.key].fetch
            if run.refused or fetch is None:
                out.append(run)
                continue
            try:
                folder = fetch(report)
                journal.write("fetched", key=run.candidate.key, folder=str(folder))
                out.append(self._checked(run, fetched(run.candidate, folder)))
            except OSError as error:
                cause = f"it could not be fetched: {error}; run the same command again to go on"
                out.append(run.model_copy(update={"refused": cause}))
        return out

    def _checked(self, run: PlannedRun, candidate: Candidate) -> PlannedRun:
        """A fetched run, refused if its files turn out to be unsafe."""
        from advisor.verify.sources.files import look_at
        from advisor.verify.sources.safety import objection

        problem = objection(
            look_at(Path(candidate.artifact.location)),
            allow_pickle=self.limits.allow_pickle,
            allow_remote_code=self.limits.allow_remote_code,
        )
        return run.model_copy(update={"candidate": candidate, "refused": problem})

    def _settled(self) -> Path:
        """The prepared data in the folder of this verification; what an earlier run put there stays."""
        target = self.folder / "data"
        if not target.exists():
            self._staged.replace(target)
        else:
            shutil.rmtree(self._staged, ignore_errors=True)
        return target


def _staged(request: Request, home: Path) -> Path:
    """The data, read and checked, in a folder aside; what killed processes left there is removed."""
    parent = home / "verifications"
    for left in parent.glob(f"{_READING}*"):
        number = left.name.removeprefix(_READING)
        if number == str(os.getpid()) or not psutil.pid_exists(int(number)):
            shutil.rmtree(left, ignore_errors=True)
    folder = parent / f"{_READING}{os.getpid()}"
    prepare(request.data, request.task, request.data_options, folder)
    return folder


def _cache_folder() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _identity(planned: Planned, data_hash: str, settings: Settings) -> str:
    """Hash of candidates as they were named, local files, data, and what changes figures.

    Whether something must still be fetched does not matter, so that a verification goes on after a download.
    """
    digest = sha256(data_hash.encode())
    for run in planned.plan.runs:
        key = run.candidate.key
        spec = planned.specs.get(key)
        digest.update((spec.model_dump_json(exclude={"prior"}) if spec else key).encode())
        files = planned.found[key].files
        if run.candidate.artifact.origin in (Origin.PATH, Origin.PACKAGE) and files is not None and files.root:
            stamps = [(name, (files.root / name).stat().st_mtime_ns) for name in files.weights()]
            digest.update(repr(sorted(stamps)).encode())
    digest.update(settings.model_dump_json(include=_CHANGES_FIGURES).encode())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text + "\n", "utf-8")
    aside.replace(path)
