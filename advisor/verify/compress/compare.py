"""Compare ways to compress: size, speed and quality lost on the user's data, and which to take."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.backends.common import embedded
from advisor.verify.compress.advice import advised
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.compress.variants import Encode, Make, Variant, variants
from advisor.verify.kept import Found, Kept
from advisor.verify.protocols import Embedder, EvaluationTask, Model, Outputs, Role, Vectors
from advisor.verify.statistics import difference, interval
from advisor.verify.tasks import open_task
from advisor.verify.tasks.classification import Classification
from advisor.verify.tasks.embeddings import picked
from advisor.verify.tasks.retrieval import Retrieval
from advisor.verify.torch_encoder import asked, finish, module_of

Progress = Callable[[float], None]
REFERENCE = "fp32"
_MOST_TOKENS = 512


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
    return _Comparison(model, task, settings, progress, Kept(cache, "compress", settings)).result(module)


class _Comparison:
    """The ways of one model on one task."""

    def __init__(
        self, model: Model, task: EvaluationTask, settings: CompressSettings, progress: Progress, kept: Kept
    ) -> None:
        self.model, self.task, self.settings, self.progress, self.kept = model, task, settings, progress, kept
        self.stop = min(settings.max_test, task.n_items())
        self.found: dict[str, Outputs] = {}

    def result(self, module: Any) -> OptionComparison:
        """Every way, and the advice."""
        options: list[Option] = []
        texts = _calibration(self.task, self.settings.head_texts)
        with tempfile.TemporaryDirectory() as folder:
            ways = list(variants(module, self.settings, Path(folder), texts))
            for number, (name, make) in enumerate(ways):
                try:
                    options.append(self._way(name, make, self._partly(number, len(ways))))
                    if name == REFERENCE:
                        options += self._shortened(options[-1], make, self._partly(number, len(ways)))
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
            runs = _Run(variant.encode, self.model)
            outputs, rate = self._outputs(runs, progress)
            return outputs, _figures(variant) | {
                "seconds": made_s,
                "latency_ms": self._latency(runs),
                "throughput": rate,
            }

        return self._option(name, *self.kept.get(name, measured))

    def _shortened(self, reference: Option, make: Make, progress: Progress) -> list[Option]:
        """The first dimensions of the vectors: each text is embedded once for all of them."""
        whole = _Run(make().encode, self.model, recalls=True)
        width = whole.embed(["a text"]).shape[1]
        options = []
        for dimensions in (one for one in self.settings.dimensions if one < width):
            name = f"{dimensions} dimensions"

            def measured(dimensions: int = dimensions) -> Found:
                return self._outputs(_Cut(whole, dimensions), progress)[0], {}

            figures = reference.model_dump(include={"size_mib", "latency_ms", "throughput", "seconds"}) | {
                "settings": f"the first {dimensions} of {width}",
                "note": f"an index of vectors is {width / dimensions:g} times smaller; the model stays as it is",
            }
            options.append(self._option(name, self.kept.get(name, measured)[0], figures))
        return options

    def _outputs(self, model: Model, progress: Progress) -> tuple[Outputs, float]:
        """Outputs, and items a second."""
        fresh = open_task(self.task.prepared.folder)
        started = time.perf_counter()
        outputs = fresh.evaluate(model, 0, self.stop, progress)
        return outputs, fresh.work(self.stop) / (time.perf_counter() - started)

    def _latency(self, model: Model) -> float:
        """Median time of one item, ms."""
        times = []
        for sample in self.task.samples(self.settings.timed):
            started = time.perf_counter()
            model.embed([str(sample)])
            times.append((time.perf_counter() - started) * 1000)
        return float(median(times))

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


class _Run:
    """A variant as an embedder, used as the model is: its prompts, unit length, its dimensions."""

    def __init__(self, encode: Encode, model: Model, *, recalls: bool = False) -> None:
        self.encode, self.model, self.recalls = encode, model, recalls
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        prompts = asked(self.model, texts, role)
        if not self.recalls:
            return self._vectors(prompts)
        fresh = [text for text in dict.fromkeys(prompts) if text not in self._known]
        if fresh:
            self._known |= dict(zip(fresh, self._vectors(fresh), strict=True))
        return np.stack([self._known[text] for text in prompts])

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        most = getattr(self.model, "max_tokens", None) or _MOST_TOKENS
        return finish(self.model)(embedded(texts, self.encode, most))


class _Cut:
    """The first dimensions of another model's vectors."""

    def __init__(self, whole: _Run, dimensions: int) -> None:
        self.whole, self.dimensions = whole, dimensions

    def embed(self, texts: Sequence[str], role: Role = "document") -> Vectors:
        return self.whole.embed(texts, role)[:, : self.dimensions]


def _figures(variant: Variant) -> dict[str, Any]:
    return {"size_mib": variant.size_mib, "settings": variant.settings, "note": variant.proof}


def _calibration(task: EvaluationTask, n: int) -> list[str]:
    """Texts of the data without their answers; those that quality is measured on only where there are no others."""
    if isinstance(task, Classification) and len(task.train):
        return picked(task.inputs, task.train[:n])
    if isinstance(task, Retrieval):
        return list(task.corpus.inputs[:n])
    return [str(text) for sample in task.samples(n) for text in ([sample] if isinstance(sample, str) else sample)]
