"""One verification from its plan to its report, resumed where an earlier one stopped."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from advisor.domain.verification import Candidate, PlannedRun, Verification, VerifyPlan
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

RESULT = "verification.json"


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
            if journal.find("done") and done.exists():
                shutil.rmtree(self._staged, ignore_errors=True)
                return Verification.model_validate_json(done.read_text("utf-8"))
            data = self._settled()
            runs = self._fetch(report, journal)
            found = self._measure(runs, data, journal, report)
            _write(done, found.model_dump_json(indent=1))
            journal.write("done")
        return found

    def _measure(self, runs: list[PlannedRun], data: Path, journal: Journal, report: Report) -> Verification:
        from advisor.verify.after.conclusion import conclude, confirmed
        from advisor.verify.after.posterior import posterior

        task = open_task(data)
        running = [run.candidate for run in runs if not run.refused]
        needs = {run.candidate.key: run.memory_gib.value for run in runs if run.memory_gib}
        settings = self.request.settings
        with Pool(data, self.folder, self.limits, needs, loaded(journal)) as pool:
            contest = Contest(running, task, journal, pool, settings, self.home, report)
            contest.run()
        outcomes = outcomes_of(runs, contest, task)
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
            confirmed=confirmed(first, outcomes, differences),
            conclusion=conclude(metric, first, outcomes, differences),
            racing=contest.racing(),
            isolation_ms=contest.isolation_ms(),
            warnings=(*self.plan.warnings, *self._summary.warnings),
        )

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
    """The data, read and checked, in a folder aside."""
    import os

    folder = home / "verifications" / f".reading-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    prepare(request.data, request.task, request.data_options, folder)
    return folder


def _cache_folder() -> Path:
    from huggingface_hub.constants import HF_HUB_CACHE

    return Path(HF_HUB_CACHE)


def _identity(planned: Planned, data_hash: str, settings: Settings) -> str:
    """Hash of candidates, their files, data, and what changes figures."""
    digest = sha256(data_hash.encode())
    for run in planned.plan.runs:
        stable = run.candidate.model_dump_json(exclude={"prior": True, "artifact": {"download_gib"}})
        digest.update(f"{stable}{bool(run.refused)}".encode())
        files = planned.found[run.candidate.key].files
        if files is not None and files.root is not None:
            stamps = [(name, (files.root / name).stat().st_mtime_ns) for name in files.weights()]
            digest.update(repr(sorted(stamps)).encode())
    digest.update(settings.model_dump_json(include={"device", "threads", "race", "error_rate", "probe_s"}).encode())
    return digest.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    aside = path.with_suffix(".new")
    aside.write_text(text + "\n", "utf-8")
    aside.replace(path)
