"""Models side by side on the benchmarks that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from advisor.catalog.store import Store
from advisor.domain.errors import InvalidInput, UnknownModel, together
from advisor.domain.figures import figure, percent
from advisor.domain.hardware import Hardware
from advisor.domain.model import Basis, Estimate, ModelRecord, Result, Variant
from advisor.domain.recommendation import Comparison, ComparisonRow, Memory
from advisor.domain.tasks import Arena, Kind
from advisor.explain.judge import Judge
from advisor.ranking.index import Index
from advisor.sizing.devices import assumed_of
from advisor.sizing.memory import estimate_memory
from advisor.sizing.quantization import sized

_PRECISIONS = {
    Kind.GENERATIVE: (("fp16", "safetensors", 16.0), ("int8", "gguf", 8.5), ("int4", "gguf", 4.89)),
}
_OTHER_PRECISIONS = (("fp32", "safetensors", 32.0), ("fp16", "safetensors", 16.0), ("int8", "onnx", 8.5))
_TRUST = ("independent", "official", "submitted", "self-reported")


_TIMES = 2.0
"""From here on a size is told as a multiple."""


class Load(NamedTuple):
    """What memory is reckoned for: the device, None for any; tokens of a request; requests at once."""

    hardware: Hardware | None = None
    context_tokens: int | None = None
    concurrency: int = 1


def compare(
    store: Store,
    index: Index,
    judge: Judge,
    names: Sequence[str],
    load: Load | None = None,
    languages: Sequence[str] = (),
) -> Comparison:
    """Compare models by name; memory is that of `estimate` where a device is stated, and benchmarks of other languages
    than those needed, or English, come last.

    Raises:
        UnknownModel: a name is not known; carries suggestions.
        InvalidInput: several are not.
    """
    load = load or Load()
    ids = list(dict.fromkeys(_resolved(store, names)))
    records = store.models(ids)
    scores = _scores(store, ids)
    benchmarks = _benchmarks(index, scores, languages or ("en",))
    rows = [
        ComparisonRow(
            model=records[model_id],
            proprietary=records[model_id].open_weights is False,
            license=judge.model(records[model_id]),
            memory=_memory(records[model_id], load),
            scores={b: scores[model_id][b] for b in benchmarks if b in scores[model_id]},
            ability=_ability(index, model_id),
            relative=_relative(records, scores, ids[0], model_id),
        )
        for model_id in ids
    ]
    warnings = () if benchmarks else ("these models share no benchmark; abilities are linked through other models",)
    if load.hardware:
        device = load.hardware
        name = device.name if device.count == 1 else f"{device.count}x {device.name}"
        warnings = (*warnings, f"memory as on {name}", *filter(None, [assumed_of(device)]))
    return Comparison(benchmarks=tuple(benchmarks), rows=tuple(rows), warnings=warnings)


def _resolved(store: Store, names: Sequence[str]) -> Iterator[str]:
    unknown: list[InvalidInput] = []
    for place, name in enumerate(names):
        try:
            yield store.resolve(name)
        except UnknownModel as error:
            unknown.append(error.at(f"model_ids.{place}"))
    if unknown:
        raise together(unknown)


def _benchmarks(index: Index, scores: dict[str, dict[str, Result]], languages: Sequence[str]) -> list[str]:
    """Those that at least two of several models share, those of most of them first; of these those of the needed
    languages, then the best known of each suite, then the second of each."""
    shared = Counter(benchmark for found in scores.values() for benchmark in found)
    held = {b: n for b, n in shared.items() if n > 1 or len(scores) == 1}
    known: dict[str, tuple[int, bool]] = {}
    for arena in map(index.arena, Arena):
        for info, n_measured in zip(arena.benchmarks, arena.n_measured.tolist(), strict=True):
            spoken = info.profile.languages
            known[info.benchmark_id] = n_measured, bool(spoken) and not set(languages) & set(spoken)
    suite = {b: found[b].benchmark.partition(":")[0] for found in scores.values() for b in found}
    place: Counter[tuple[int, bool, str]] = Counter()
    order: list[tuple[int, bool, int, int, str]] = []
    for benchmark in sorted(held, key=lambda b: (-known.get(b, (0, False))[0], b)):
        measured, foreign = known.get(benchmark, (0, False))
        group = held[benchmark], foreign, suite[benchmark]
        order.append((-held[benchmark], foreign, place[group], -measured, benchmark))
        place[group] += 1
    return [benchmark for *_, benchmark in sorted(order)]


def _scores(store: Store, ids: Sequence[str]) -> dict[str, dict[str, Result]]:
    """The most trusted result of each model on each benchmark, its best configuration."""
    found: dict[str, dict[str, Result]] = {model_id: {} for model_id in ids}
    for result in store.scores(ids):
        known = found[result.model_id].get(result.benchmark_id)
        if known is None or _order(result) < _order(known):
            found[result.model_id][result.benchmark_id] = result
    return found


def _order(result: Result) -> tuple[int, float]:
    return _TRUST.index(result.measured_by), -result.score if result.higher_is_better else result.score


def _memory(record: ModelRecord, load: Load) -> dict[str, Memory]:
    """Memory by precision, no more than what is published takes; empty where the size is unknown."""
    if not record.params_total:
        return {}
    precisions = _PRECISIONS.get(record.kind, _OTHER_PRECISIONS)
    out = {}
    for name, form, bits in precisions:
        variant = Variant(
            variant_id=record.model_id, model_id=record.model_id, format=form, quantization=name, bits_per_weight=bits
        )
        out[name] = estimate_memory(record, sized(variant, record), *load)
    return out


def _ability(index: Index, model_id: str) -> Estimate | None:
    """Linked ability in the arena where the model has most results."""
    model = index.models.ids.index(model_id)
    best, count = None, 0
    for arena in Arena:
        found = index.arena(arena)
        n = len(found.benchmarks_of(model))
        if n > count:
            best, count = found, n
    if best is None:
        return None
    value = float(best.ability[model])
    own = best.benchmarks_of(model)
    half = 1.2816 / float(np.sqrt(np.sum(1 / np.maximum(best.evidence.noise[own], 0.1)) + 1))
    return Estimate(
        value=round(value, 2),
        low=round(value - half, 2),
        high=round(value + half, 2),
        unit="standard deviations among models",
        basis=Basis.ESTIMATED,
        note=f"linked over {count} benchmarks",
    )


def _relative(
    records: dict[str, ModelRecord], scores: dict[str, dict[str, Result]], first: str, model_id: str
) -> str | None:
    """Quality and size against the first model: "96 % of the quality at 60 % of the size"."""
    if model_id == first:
        return None
    common = [
        b
        for b in scores[first]
        if b in scores[model_id] and scores[first][b].unit == "points" and scores[first][b].higher_is_better
    ]
    sizes = records[first].params_total, records[model_id].params_total
    if not common or not sizes[0] or not sizes[1]:
        return None
    before = sum(scores[first][b].score for b in common)
    share = sum(scores[model_id][b].score for b in common) / before if before else 0.0
    size = sizes[1] / sizes[0]
    told = f"{figure(size)} times the size" if size >= _TIMES else f"{percent(size)} of the size"
    benchmarks = "1 shared benchmark" if len(common) == 1 else f"{len(common)} shared benchmarks"
    return f"{share * 100:.1f} % of the quality on {benchmarks} at {told} of {records[first].name}"
