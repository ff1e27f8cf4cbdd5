"""Code generation: write a function, which is then run with its tests in a sandbox."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from advisor.domain.tasks import Task
from advisor.verify.data.prepared import Prepared, Row
from advisor.verify.metrics import PASS_AT_1
from advisor.verify.protocols import Generated, Generator, Metric, Model, Outputs
from advisor.verify.tasks.embeddings import Progress, require
from advisor.verify.tasks.sandbox import passes
from advisor.verify.tasks.single import SingleItems

_LEAST_TOKENS = 512
_STOP = ("\nclass ", "\nif __name__", "\nprint(", "\n#", "\nassert ")
"""Where a completion has left the function (Chen et al. 2021)."""
_FENCED = re.compile(r"```(?:python|py)?\s*\n(.*?)(?:```|\Z)", re.DOTALL)


class CodeGeneration(SingleItems):
    """Outputs are 1 where the program passed. Rows as in HumanEval: prompt, test and perhaps entry_point."""

    task: ClassVar[tuple[Task, ...]] = (Task.CODE_GENERATION,)
    needs: ClassVar[tuple[type, ...]] = (Generator,)
    metrics: Sequence[Metric] = (PASS_AT_1,)

    def __init__(self, prepared: Prepared, cache: Path | None = None) -> None:
        super().__init__(prepared, cache)
        self.references: Sequence[Any] = [row.get("entry_point", "") for row in self.rows]
        self._n_tokens = max(_LEAST_TOKENS, prepared.options.max_tokens)

    def evaluate(self, model: Model, start: int, stop: int, progress: Progress) -> Outputs:
        require(model, self.needs)
        found = []
        for row in self.rows[start:stop]:
            answer = model.generate([self._prompt(row)], self._n_tokens, _STOP)[0].text
            found.append(passes(program_of(row, answer)))
            progress(len(found) / (stop - start))
        return np.array(found, np.int8)

    def samples(self, n: int) -> Sequence[Any]:
        return [self._prompt(row) for row in self.rows[:n]]

    def probe(self, model: Model, inputs: Sequence[Any]) -> Sequence[Generated] | None:
        return list(model.generate(inputs, self._n_tokens, _STOP))

    def _prompt(self, row: Row) -> str:
        said = self.prepared.options.instruction
        return f"{said}\n{row['prompt']}" if said else str(row["prompt"])


def program_of(row: Row, answer: str) -> str:
    """The source that is run: the function, from a fenced block or as a completion of the prompt, and its tests."""
    fenced = _FENCED.search(answer)
    code = fenced.group(1) if fenced else answer
    name = row.get("entry_point", "")
    whole = bool(re.search(rf"^def {re.escape(name)}\b", code, re.MULTILINE)) if name else "def " in code
    written = f"{row['prompt']}\n    pass\n{code}" if whole else row["prompt"] + code
    check = f"check({name})\n" if name and "def check(" in row["test"] else ""
    return f"{written}\n{row['test']}\n{check}"
