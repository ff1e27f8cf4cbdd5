"""Compare ways to compress: size, speed and quality lost on the user's data, and which to take."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from advisor.domain.errors import NotAvailable
from advisor.domain.verification import Option, OptionComparison
from advisor.verify.compress.settings import CompressSettings
from advisor.verify.compress.variants import Variant, variants
from advisor.verify.protocols import Embedder, EvaluationTask, Metric, Model, Outputs
from advisor.verify.statistics import difference, interval
from advisor.verify.tasks import open_task

Progress = Callable[[float], None]
_REFERENCE = "fp32"


def work(
    model: Model, task: EvaluationTask, options: Mapping[str, Any], progress: Progress
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`compare` as a runner calls it: the comparison as JSON, and no arrays."""
    comparison = compare(model, task, CompressSettings.model_validate(dict(options)), progress)
    return {"comparison": comparison.model_dump(mode="json")}, {}


def compare(model: Model, task: EvaluationTask, settings: CompressSettings, progress: Progress) -> OptionComparison:
    """Ways to compress a sentence encoder.

    Raises:
        NotAvailable: the model is no torch sentence encoder, or the task does not embed.
    """
    module = getattr(model, "model", None)
    if not hasattr(module, "tokenize") or not hasattr(module, "parameters") or Embedder not in task.needs:
        raise NotAvailable("ways to compress are compared for sentence encoders in torch, on tasks that embed")
    stop = min(settings.max_test, task.n_items())
    found: dict[str, Outputs] = {}
    options: list[Option] = []
    with tempfile.TemporaryDirectory() as folder:
        ways = list(variants(module, settings, Path(folder)))

        def partly(number: int) -> Progress:
            return lambda share: progress((number + share) / len(ways))

        for number, (name, make) in enumerate(ways):
            started = time.monotonic()
            try:
                variant = make()
                made = time.monotonic() - started
                outputs, rate = _measured(variant, task, stop, partly(number))
            except Exception as error:
                options.append(Option(name=name, note=f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"))
                continue
            found[name] = outputs
            options.append(_option(variant, outputs, found, task, made, _latency(variant, task, settings), rate))
            if name == _REFERENCE:
                options += _shortened(variant, task, stop, settings, found, options[-1], partly(number))
            progress((number + 1) / len(ways))
    return _advised(options, settings, task.metrics[0])


def _measured(variant: Model, task: EvaluationTask, stop: int, progress: Progress) -> tuple[Outputs, float]:
    """Outputs, and items a second."""
    fresh = open_task(task.prepared.folder)
    started = time.perf_counter()
    outputs = fresh.evaluate(variant, 0, stop, progress)
    return outputs, fresh.work(stop) / (time.perf_counter() - started)


def _latency(variant: Variant, task: EvaluationTask, settings: CompressSettings) -> float:
    """Median time of one item, ms."""
    times = []
    for sample in task.samples(settings.timed):
        started = time.perf_counter()
        variant.embed([str(sample)])
        times.append((time.perf_counter() - started) * 1000)
    return float(median(times))


class _Cut:
    """The first dimensions of another model's vectors."""

    def __init__(self, variant: Variant, dimensions: int) -> None:
        self.variant, self.dimensions = variant, dimensions

    def embed(self, texts: Sequence[str], role: Any = "document") -> Any:
        return self.variant.embed(texts)[:, : self.dimensions]


def _shortened(
    variant: Variant,
    task: EvaluationTask,
    stop: int,
    settings: CompressSettings,
    found: dict[str, Outputs],
    reference: Option,
    progress: Progress,
) -> list[Option]:
    width = variant.embed(["a text"]).shape[1]
    options = []
    for dimensions in (one for one in settings.dimensions if one < width):
        outputs, _ = _measured(_Cut(variant, dimensions), task, stop, progress)
        name = f"{dimensions} dimensions"
        found[name] = outputs
        update = {
            "name": name,
            "quality": interval(task.metrics[0], outputs, task.references[:stop]),
            "difference": _gap(name, outputs, found, task),
            "settings": f"the first {dimensions} of {width}",
            "note": f"an index of vectors is {width / dimensions:g} times smaller; the model stays as it is",
        }
        options.append(reference.model_copy(update=update))
    return options


def _option(
    variant: Variant,
    outputs: Outputs,
    found: Mapping[str, Outputs],
    task: EvaluationTask,
    seconds: float,
    latency: float,
    rate: float,
) -> Option:
    return Option(
        name=variant.name,
        quality=interval(task.metrics[0], outputs, task.references[: len(outputs)]),
        difference=None if variant.name == _REFERENCE else _gap(variant.name, outputs, found, task),
        size_mib=variant.size_mib,
        latency_ms=latency,
        throughput=rate,
        seconds=seconds,
        settings=variant.settings,
        note=variant.proof,
    )


def _gap(name: str, outputs: Outputs, found: Mapping[str, Outputs], task: EvaluationTask) -> Any:
    pair = (name, outputs), (_REFERENCE, found[_REFERENCE])
    return difference(task.metrics[0], *pair, task.references[: len(outputs)]).difference


def _advised(options: Sequence[Option], settings: CompressSettings, metric: Metric) -> OptionComparison:
    """The fastest way whose loss is small for sure, if it is faster or smaller than the model as it is."""
    reference = next((option for option in options if option.name == _REFERENCE and option.quality), None)
    if reference is None:
        raise NotAvailable(f"the model could not be measured: {options[0].note}")
    safe = [one for one in options if one.difference and one.difference.low >= -settings.most_lost]
    kept = [one for one in safe if _gains(one, reference)]
    best = min(kept, key=lambda one: one.latency_ms or float("inf"), default=None)
    lost = f"at most {settings.most_lost:g} of {metric.name} is lost for sure"
    if best is None or best.difference is None:
        advice = f"Take none: no way is faster or smaller where {lost}."
        return OptionComparison(reference=_REFERENCE, options=tuple(options), advice=advice, chosen=_REFERENCE)
    advice = (
        f"Take {best.name}: {best.size_mib:.0f} instead of {reference.size_mib:.0f} MiB, "
        f"{best.latency_ms:.1f} instead of {reference.latency_ms:.1f} ms, {metric.name} changes by "
        f"{best.difference.value:+.3f} [{best.difference.low:+.3f}, {best.difference.high:+.3f}]."
    )
    return OptionComparison(reference=_REFERENCE, options=tuple(options), advice=advice, chosen=best.name)


def _gains(option: Option, reference: Option) -> bool:
    """Whether it is a tenth smaller, or a tenth faster, without being slower."""
    if not (option.size_mib and reference.size_mib and option.latency_ms and reference.latency_ms):
        return False
    faster = option.latency_ms / reference.latency_ms
    return faster < 0.9 or (option.size_mib < 0.9 * reference.size_mib and faster < 1.1)
