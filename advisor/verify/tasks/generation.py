"""Short generated answers: questions, summaries, translations, sums; scored against right answers, without a judge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared, Row
from advisor.verify.metrics import CHRF, CONTAINS, EXACT_MATCH, PATTERN, TOKEN_F1
from advisor.verify.metrics.generation import Right
from advisor.verify.protocols import Generated, Generator, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Progress, require
from advisor.verify.tasks.single import SingleItems

_LONG = frozenset({Task.SUMMARIZATION, Task.TRANSLATION, Task.CHAT, Task.INSTRUCTION_FOLLOWING})
_INSTRUCTIONS = {
    Task.SUMMARIZATION: "Summarize the text.",
    Task.QUESTION_ANSWERING: "Answer with as few words as possible.",
    Task.KNOWLEDGE: "Answer with as few words as possible.",
    Task.MATH: "Answer with the result alone.",
}
_BLOCK = 8


class Generation(SingleItems):
    """Outputs are texts. The primary metric is the user's pattern if given, chrF for long answers, else token F1."""

    task: ClassVar[tuple[Task, ...]] = (
        Task.QUESTION_ANSWERING,
        Task.SUMMARIZATION,
        Task.TRANSLATION,
        Task.CHAT,
        Task.INSTRUCTION_FOLLOWING,
        Task.KNOWLEDGE,
        Task.MATH,
        Task.REASONING,
        Task.FACTUALITY,
        Task.LONG_CONTEXT,
    )
    needs: ClassVar[tuple[type, ...]] = (Generator,)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache)
        self.references: Sequence[Any] = [self._right(row) for row in self.rows]
        self.prompts = [self._prompt(row) for row in self.rows]
        self.metrics: Sequence[Metric] = self._metrics()

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        found: list[str] = []
        for at in range(start, stop, _BLOCK):
            prompts = self.prompts[at : min(stop, at + _BLOCK)]
            found += [one.text.strip() for one in model.generate(prompts, self.prepared.options.max_tokens)]
            progress(len(found) / (stop - start))
        return np.array(found, np.str_)

    def samples(self, n: int) -> Sequence[Any]:
        return self.prompts[:n]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        return list(model.generate(inputs, self.prepared.options.max_tokens))

    def _metrics(self) -> tuple[Metric, ...]:
        if any(right.pattern for right in self.references):
            return (PATTERN, CONTAINS, TOKEN_F1, EXACT_MATCH, CHRF)
        if self.prepared.task in _LONG:
            return (CHRF, TOKEN_F1)
        return (TOKEN_F1, CONTAINS, EXACT_MATCH, CHRF)

    def _right(self, row: Row) -> Right:
        pattern = row.get("pattern") or self.prepared.options.pattern
        return Right(tuple(row["answer"]), pattern.replace("{answer}", re.escape(row["answer"][0])))

    def _prompt(self, row: Row) -> str:
        said = self.prepared.options.instruction or _INSTRUCTIONS.get(self.prepared.task, "")
        return "\n".join(part for part in (said, row.get("context", ""), row["prompt"]) if part)
