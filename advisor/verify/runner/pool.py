"""Runners that are kept between the stages of a race, as many as memory holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]

from advisor.domain.verification import Candidate
from advisor.verify.protocols import Limits
from advisor.verify.runner.process import Runner

_RESERVE = 0.15
"""Share of the memory that stays free."""
Loaded = Callable[[Candidate, Runner, dict[str, Any]], None]


class Pool:
    """Runners by key of their candidate, started and loaded when first asked for."""

    def __init__(
        self, data: Path, folder: Path, limits: Limits, needs_gib: Mapping[str, float], loaded: Loaded
    ) -> None:
        self.data = data
        self.folder = folder
        self.limits = limits
        self.needs_gib = needs_gib
        """Memory that each is expected to take, GiB."""
        self._loaded = loaded
        self._running: dict[str, Runner] = {}

    def get(self, candidate: Candidate) -> Runner:
        """The loaded runner of a candidate.

        Raises:
            RunFailed: it could not be loaded.
        """
        runner = self._running.pop(candidate.key, None)
        if runner is None or not runner.alive:
            self._make_room(self.needs_gib.get(candidate.key, 1.0))
            runner = Runner(
                candidate, self.data, self.folder / "cache" / candidate.key, self.limits, self._log(candidate)
            )
            try:
                self._loaded(candidate, runner, dict(runner.ask("load").fields))
            except BaseException:
                runner.close()
                raise
        self._running[candidate.key] = runner
        return runner

    def drop(self, key: str) -> None:
        """End a runner that is not needed any more."""
        runner = self._running.pop(key, None)
        if runner is not None:
            runner.close()

    def close(self) -> None:
        """End all runners."""
        for key in list(self._running):
            self.drop(key)

    def _make_room(self, needed_gib: float) -> None:
        """End the runners that were not used for longest while memory is short; on an accelerator all of them."""
        while self._running and (self.limits.device != "cpu" or _free_gib() < needed_gib):
            self.drop(next(iter(self._running)))

    def _log(self, candidate: Candidate) -> Path:
        return self.folder / "logs" / f"{candidate.key}.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for runner in self._running.values():
                runner.kill()
        self.close()


def _free_gib() -> float:
    memory = psutil.virtual_memory()
    return float(memory.available - _RESERVE * memory.total) / 2**30
