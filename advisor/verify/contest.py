"""The candidates on the user's data, stage by stage: what each answered, what it took, who was dropped or failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from advisor.domain.verification import Candidate, Performance, Racing
from advisor.verify.journal import Journal
from advisor.verify.protocols import EvaluationTask, Outputs
from advisor.verify.runner.exclusive import exclusive
from advisor.verify.runner.failure import RunFailed
from advisor.verify.runner.pool import Pool
from advisor.verify.runner.process import Runner
from advisor.verify.settings import Settings
from advisor.verify.statistics import Race, cost_of_all
from advisor.verify.statistics.race import STAGES

Report = Callable[[str, float], None]
_CALLS = 25


class Contest:
    """Runs candidates against each other; everything that was done is read from the journal and not done again."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        task: EvaluationTask,
        journal: Journal,
        pool: Pool,
        settings: Settings,
        home: Path,
        report: Report,
    ) -> None:
        self.candidates = {candidate.key: candidate for candidate in candidates}
        self.task = task
        self.journal = journal
        self.pool = pool
        self.settings = settings
        self.home = home
        self.report = report
        stages = STAGES if settings.race else (1.0,)
        baselines = frozenset(candidate.key for candidate in candidates if candidate.baseline)
        self.race = Race(
            task.metrics[0], task.references, tuple(self.candidates), settings.error_rate, stages, baselines
        )
        self.stops = sorted({task.n_items(share) for share in stages})
        self.answers: dict[str, dict[int, Outputs]] = {key: {} for key in self.candidates}
        """Outputs of the first items by key and number of items."""
        self.failed: dict[str, str] = {entry["key"]: entry["cause"] for entry in journal.every("failed")}
        """Cause by key."""

    def run(self) -> None:
        """Evaluate stage by stage until everything that goes on is evaluated whole, or the winner is clear."""
        for place, stop in enumerate(self.stops):
            start = self.stops[place - 1] if place else 0
            going = [key for key in self.race.remaining if key not in self.failed]
            for number, key in enumerate(going):
                share = (place + number / len(going)) / len(self.stops)
                self._stage(self.candidates[key], start, stop, share)
            for gone in self.race.judge({key: self.answers[key][stop] for key in going if stop in self.answers[key]}):
                self.pool.drop(gone.key)
            if self.settings.stop_early and self._decided():
                return

    def _decided(self) -> bool:
        return len([key for key in self.race.can_win if key not in self.failed]) <= 1

    def last(self, key: str) -> tuple[int, Outputs] | None:
        """Most items that a candidate was evaluated on, and its outputs; None if it never was."""
        stages = self.answers[key]
        return max(stages.items()) if stages else None

    def performance(self, key: str) -> Performance | None:
        """Speed and memory of a candidate; None if it did not get so far."""
        entry = self.journal.find("performance", key=key)
        if entry is None:
            return None
        loaded = self.journal.find("loaded", key=key) or {}
        measured = Performance.model_validate(entry["performance"])
        peaks = [found["peak_gib"] for found in self.journal.every("peak", key=key)]
        peak = max((value for value in (measured.peak_memory_gib, *peaks) if value is not None), default=None)
        return measured.model_copy(
            update={
                "load_s": loaded.get("load_s"),
                "proof": loaded.get("proof", ""),
                "peak_memory_gib": peak,
                "model_memory_gib": max(0.0, peak - loaded["before_gib"]) if peak and "before_gib" in loaded else None,
            }
        )

    def cut_share(self, key: str) -> float | None:
        """Share of the texts that are longer than the window of a candidate; None if it was not told."""
        entry = self.journal.find("performance", key=key)
        return entry["cut_share"] if entry else None

    def seconds(self, key: str) -> float:
        """Time spent on evaluating a candidate, s."""
        return float(sum(entry["seconds"] for entry in self.journal.every("outputs", key=key)))

    def all_seconds(self, key: str) -> float:
        """Time spent on a candidate: loading, evaluating and timing, s."""
        loading = sum(entry["load_s"] for entry in self.journal.every("loaded", key=key))
        timing = sum(entry["seconds"] for entry in self.journal.every("performance", key=key))
        return float(self.seconds(key) + loading + timing)

    def racing(self) -> Racing | None:
        """What dropping saved; None if everything was run whole."""
        if not self.settings.race:
            return None
        ran = {key: found[0] for key in self.candidates if (found := self.last(key)) and key not in self.failed}
        seconds = {key: self.seconds(key) for key in ran}
        work = {key: self.task.work(stop) for key, stop in ran.items()}
        return Racing(
            error_rate=self.settings.error_rate,
            compute_s=sum(seconds.values()),
            full_s=cost_of_all(seconds, work, self.task.work(self.task.n_items())),
            dropped=tuple(one.key for one in self.race.dropped),
        )

    def isolation_ms(self) -> float | None:
        """Time that a process of its own adds to a call, ms: the median over candidates."""
        times = [entry["added_ms"] for entry in self.journal.every("isolation")]
        return float(median(times)) if times else None

    def _stage(self, candidate: Candidate, start: int, stop: int, share: float) -> None:
        begin = 0 if self.task.whole_stages else start
        outputs = self.journal.outputs(candidate.key, begin, stop)
        self.report(f"{candidate.key}: {stop} items", share)
        try:
            if outputs is None:
                outputs = self._evaluate(candidate, begin, stop, share)
            if self.journal.find("performance", key=candidate.key) is None:
                self._measure(candidate, share)
        except RunFailed as error:
            self.failed[candidate.key] = str(error)
            self.journal.write("failed", key=candidate.key, cause=str(error))
            self.pool.drop(candidate.key)
            if outputs is None:
                return
        before = None if begin == 0 else self.answers[candidate.key][begin]
        self.answers[candidate.key][stop] = outputs if before is None else np.concatenate([before, outputs])

    def _evaluate(self, candidate: Candidate, start: int, stop: int, share: float) -> Outputs:
        runner = self.pool.get(candidate)
        step = 1 / len(self.stops) / len(self.candidates)
        answer = runner.ask(
            "evaluate",
            {"start": start, "stop": stop},
            lambda done: self.report(f"{candidate.key}: {stop} items", share + done * step),
        )
        outputs = answer.arrays["outputs"]
        if len(outputs) != stop - start:
            raise RunFailed(f"it answered {len(outputs)} of {stop - start} items")
        self.journal.write_outputs(candidate.key, start, stop, outputs, answer.fields["seconds"])
        self.journal.write("peak", key=candidate.key, peak_gib=max(runner.peak_gib, answer.fields["peak_gib"]))
        return outputs

    def _measure(self, candidate: Candidate, share: float) -> None:
        runner = self.pool.get(candidate)
        with exclusive(self.home, lambda: self.report("waiting: another verification is timing", share)):
            self.report(f"{candidate.key}: speed", share)
            started = perf_counter()
            answer = runner.ask("measure", {"seconds": self.settings.probe_s}, lambda done: None)
            seconds = perf_counter() - started
            added = _added_ms(runner)
        self.journal.write(
            "performance",
            key=candidate.key,
            performance=answer.fields["performance"],
            cut_share=answer.fields["cut_share"],
            seconds=seconds,
        )
        self.journal.write("isolation", key=candidate.key, added_ms=added)


def _added_ms(runner: Runner) -> float:
    """Median time of asking for one item beyond the time of the item itself, ms."""
    added: list[float] = []
    until = perf_counter() + 3.0
    while len(added) < _CALLS and perf_counter() < until:
        started = perf_counter()
        inner = runner.ask("call").fields["seconds"]
        added.append(perf_counter() - started - inner)
    return float(median(added)) * 1000


def loaded(journal: Journal) -> Callable[[Candidate, Runner, dict[str, Any]], None]:
    """Notes in the journal what loading a candidate took."""

    def note(candidate: Candidate, runner: Runner, fields: dict[str, Any]) -> None:
        journal.write("loaded", key=candidate.key, peak_gib=runner.peak_gib, **fields)

    return note
