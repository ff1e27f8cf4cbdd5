"""What a runner does when asked."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Candidate
from advisor.verify.backends import backend_named
from advisor.verify.probes import measure
from advisor.verify.probes.memory import peak_gib, resident_gib
from advisor.verify.protocols import EvaluationTask, Limits, Model, Proven, Windowed
from advisor.verify.runner.channel import Arrays, Message

Progress = Callable[[float], None]
Answer = tuple[Mapping[str, Any], Arrays]
_OWN_WORK = "advisor.verify."
_WINDOW_SAMPLES = 200


class Service:
    """One candidate and the task that it is measured on, both opened when first needed."""

    def __init__(self, candidate: Candidate, limits: Limits, data: Path, cache: Path, sealed: str) -> None:
        self.candidate = candidate
        self.limits = limits
        self.data = data
        self.cache = cache
        self.sealed = sealed
        self._model: Model | None = None
        self._task: EvaluationTask | None = None
        self._answers: dict[str, Callable[[dict[str, Any], Progress], Answer]] = {
            "load": self._load,
            "evaluate": self._evaluate,
            "measure": self._measure,
            "call": self._call,
            "work": self._work,
        }

    def answer(self, message: Message, progress: Progress) -> Answer:
        """The answer to a request."""
        return self._answers[message.kind](message.fields, progress)

    def close(self) -> None:
        """Let the model go."""
        close = getattr(self._model, "close", None)
        if close is not None:
            close()

    def _load(self, fields: dict[str, Any], progress: Progress) -> Answer:
        backend = backend_named(self.candidate.backend)
        missing = backend.available()
        if missing:
            raise NotAvailable(missing)
        before, started = resident_gib(), time.perf_counter()
        self._model = backend.load(self.candidate, self.limits)
        return {
            "load_s": time.perf_counter() - started,
            "before_gib": before,
            "after_gib": resident_gib(),
            "sealed": self.sealed,
            "proof": self._model.proof() if isinstance(self._model, Proven) else "",
        }, {}

    def _evaluate(self, fields: dict[str, Any], progress: Progress) -> Answer:
        task, model = self._opened(), self._loaded()
        started = time.perf_counter()
        outputs = task.evaluate(model, fields["start"], fields["stop"], progress)
        return {"seconds": time.perf_counter() - started, "peak_gib": peak_gib()}, {"outputs": outputs}

    def _measure(self, fields: dict[str, Any], progress: Progress) -> Answer:
        performance = measure(self._loaded(), self._opened(), self.limits, float(fields["seconds"]), progress)
        return {"performance": performance.model_dump(mode="json"), "cut_share": self._cut_share()}, {}

    def _call(self, fields: dict[str, Any], progress: Progress) -> Answer:
        """One item and nothing else: what a call costs beyond it is the price of isolation."""
        sample = self._opened().samples(1)
        started = time.perf_counter()
        self._opened().probe(self._loaded(), sample)
        return {"seconds": time.perf_counter() - started}, {}

    def _work(self, fields: dict[str, Any], progress: Progress) -> Answer:
        """A function of this package, `module:function`, called with (model, task, options, progress, cache)."""
        module, _, name = str(fields["function"]).partition(":")
        if not module.startswith(_OWN_WORK):
            raise NotAvailable(f"{module} is not part of the verification")
        function = getattr(importlib.import_module(module), name)
        result: Answer = function(self._loaded(), self._opened(), fields.get("options", {}), progress, self.cache)
        return result

    def _cut_share(self) -> float | None:
        """Share of the sampled texts that are longer than the model's window."""
        model = self._loaded()
        if not isinstance(model, Windowed) or not model.max_tokens:
            return None
        texts = [text for text in self._opened().samples(_WINDOW_SAMPLES) if isinstance(text, str)]
        counts = model.count_tokens(texts) if texts else []
        return sum(count > model.max_tokens for count in counts) / len(counts) if len(counts) else None

    def _loaded(self) -> Model:
        if self._model is None:
            raise NotAvailable("the model is not loaded")
        return self._model

    def _opened(self) -> EvaluationTask:
        if self._task is None:
            from advisor.verify.tasks import open_task

            self._task = open_task(self.data, self.cache)
        return self._task
