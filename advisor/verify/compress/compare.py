"""Compare ways to compress: size, speed and quality lost on the user's data, and which to take."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.backends.common import BATCH
from advisor.verify.compress.advice import advised
from advisor.verify.compress.encoders import Cut, Encoder
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.compress.speed import InTurn
from advisor.verify.compress.variants import Make, encoder_of, variants
from advisor.verify.kept import Found, Kept
from advisor.verify.protocols import Embedder, EvaluationTask, Model, Outputs
from advisor.verify.statistics import difference, interval
from advisor.verify.tasks import open_task
from advisor.verify.tasks.classification import Classification
from advisor.verify.tasks.embeddings import picked
from advisor.verify.tasks.retrieval import Retrieval
from advisor.verify.torch_encoder import module_of

Progress = Callable[[float], None]
REFERENCE = "fp32"


def work(
    model: Model, task: EvaluationTask, options: Mapping[str, Any], progress: Progress, cache: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`compare` as a runner calls it: the comparison as JSON, and no arrays."""
    comparison = compare(model, task, CompressSettings.model_validate(dict(options)), progress, cache)
    return {"comparison": comparison.model_dump(mode="json")}, {}


def compare(
    model: Model, task: EvaluationTask, settings: CompressSettings, progress: Progress, cache: Path | None = None
) -> OptionComparison:
    """Ways to compress a text encoder.

    Args:
        model: loaded; its weights stay as they are.
        task: the user's data.
        settings: what is tried.
        progress: told the share that is done.
        cache: folder of the candidate, where finished ways are kept for a run that goes on after an interrupt.

    Raises:
        NotAvailable: the model is no encoder in torch, or the task does not embed.
    """
    module = module_of(model)
    if module is None or Embedder not in task.needs:
        raise NotAvailable("ways to compress are compared for text encoders in torch, on tasks that embed")
    return _Comparison(model, module, task, settings, progress, Kept(cache, "compress", settings)).result()


class _Comparison:
    """The ways of one model on one task."""

    def __init__(
        self,
        model: Model,
        module: Any,
        task: EvaluationTask,
        settings: CompressSettings,
        progress: Progress,
        kept: Kept,
    ) -> None:
        self.module = module
        self.model, self.task, self.settings, self.progress, self.kept = model, task, settings, progress, kept
        self.stop = min(settings.max_test, task.n_items())
        self.found: dict[str, Outputs] = {}
        texts = _texts(task.samples(max(settings.timed, 2 * BATCH)))
        self.speed = InTurn(Encoder(encoder_of(module), model), texts, settings.timed)

    def result(self) -> OptionComparison:
        """Every way, and the advice."""
        options: list[Option] = []
        texts = _calibration(self.task, self.settings.head_texts)
        with tempfile.TemporaryDirectory() as folder:
            ways = list(variants(self.module, self.settings, Path(folder), texts))
            for number, (name, make) in enumerate(ways):
                try:
                    options.append(self._way(name, make, self._partly(number, len(ways))))
                    if name == REFERENCE:
                        self.speed.resume(options[-1])
                        options += self._shortened(options[-1], self._partly(number, len(ways)))
                except Exception as error:
                    cause = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
                    options.append(Option(name=name, note=cause))
                self.progress((number + 1) / len(ways))
        return advised(options, REFERENCE, self.settings, self.task.metrics[0])

    def _partly(self, number: int, n: int) -> Progress:
        return lambda share: self.progress((number + share) / n)

    def _way(self, name: str, make: Make, progress: Progress) -> Option:
        def measured() -> Found:
            started = time.monotonic()
            variant = make()
            made_s = time.monotonic() - started
            encoder = Encoder(variant.encode, self.model)
            outputs = self._outputs(encoder, progress)
            figures = {"size_mib": variant.size_mib, "settings": variant.settings, "note": variant.proof}
            return outputs, figures | {"seconds": made_s} | self.speed.figures(encoder)

        return self._option(name, *self.kept.get(name, measured))

    def _shortened(self, reference: Option, progress: Progress) -> list[Option]:
        """The first dimensions of the vectors: each text is embedded once for all of them."""
        whole = Encoder(encoder_of(self.module), self.model, recalls=True)
        width = whole.embed(["a text"]).shape[1]
        options = []
        for dimensions in (one for one in self.settings.dimensions if one < width):
            name = f"{dimensions} dimensions"

            def measured(dimensions: int = dimensions) -> Found:
                return self._outputs(Cut(whole, dimensions), progress), {}

            figures = reference.model_dump(include={"size_mib", "latency_ms", "throughput", "seconds"}) | {
                "settings": f"the first {dimensions} of {width}",
                "note": f"an index of vectors is {width / dimensions:g} times smaller; the model stays as it is",
            }
            options.append(self._option(name, self.kept.get(name, measured)[0], figures))
        return options

    def _outputs(self, model: Model, progress: Progress) -> Outputs:
        return open_task(self.task.prepared.folder).evaluate(model, 0, self.stop, progress)

    def _option(self, name: str, outputs: Outputs, figures: Mapping[str, Any]) -> Option:
        metric, references = self.task.metrics[0], self.task.references[: len(outputs)]
        self.found[name] = outputs
        pair = (name, outputs), (REFERENCE, self.found[REFERENCE])
        return Option(
            name=name,
            quality=interval(metric, outputs, references),
            difference=None if name == REFERENCE else difference(metric, *pair, references).difference,
            **figures,
        )


def _calibration(task: EvaluationTask, n: int) -> list[str]:
    """Texts of the data without their answers; those that quality is measured on only where there are no others."""
    if isinstance(task, Classification) and len(task.train):
        return picked(task.inputs, task.train[:n])
    if isinstance(task, Retrieval):
        return list(task.corpus.inputs[:n])
    return _texts(task.samples(n))


def _texts(samples: Sequence[Any]) -> list[str]:
    return [str(text) for sample in samples for text in ([sample] if isinstance(sample, str) else sample)]
