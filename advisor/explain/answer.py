"""Put the answer together: picks with all that stands behind them, near misses, warnings."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from hashlib import sha256

from advisor.catalog.store import Store
from advisor.domain.figures import figure
from advisor.domain.license import LicenseUse, Verdict
from advisor.domain.model import ModelRecord, Variant
from advisor.domain.recommendation import EvidenceLevel, NearMiss, Pick, Recommendation, VariantSizing
from advisor.domain.requirements import Requirements
from advisor.domain.tasks import MEASURABLE
from advisor.explain.adaptation import advise
from advisor.explain.evidence import evidence_rows, only_domains
from advisor.explain.judge import Judge
from advisor.explain.precedence import ahead_of, what_decided
from advisor.explain.reasons import Case, reasons, risks
from advisor.explain.run import run_command
from advisor.explain.smaller import smaller_models
from advisor.features.named import is_glob
from advisor.features.need import PACE_LIMITS, Need
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.index import ModelColumns
from advisor.ranking.pace import patience_counts
from advisor.ranking.plan import Option
from advisor.ranking.score import probability_best, quality
from advisor.ranking.select import Selection
from advisor.sizing.engines import engine_of
from advisor.sizing.losses import estimate_loss
from advisor.sizing.memory import estimate_memory
from advisor.sizing.quantization import keeps_native, native, sized
from advisor.sizing.report import size_variant

_ENOUGH = 0.3
"""Share of what is open of the first pick that results must settle (assumed)."""


def compose(
    store: Store,
    models: ModelColumns,
    arena: ArenaIndex,
    judge: Judge,
    asked: Requirements,
    need: Need,
    selection: Selection,
    ranker: str,
) -> Recommendation:
    """The answer to a need whose models are selected."""
    picked = selection.scores.contenders[: asked.top_k].tolist()
    missed = selection.near_misses.tolist()
    front = selection.pareto.tolist()
    ids = {position: models.ids[selection.pool[position]] for position in {*picked, *missed, *front}}
    records = store.models([ids[position] for position in (*picked, *missed)])
    chances = dict(
        zip(
            selection.scores.contenders.tolist(),
            probability_best(selection.scores, selection.scores.contenders).tolist(),
            strict=True,
        )
    )
    picks = tuple(
        _pick(rank, picked, records[ids[position]], chances[position], models, arena, judge, need, selection)
        for rank, position in enumerate(picked, 1)
    )
    level = _level(picks)
    named = [name for name in need.requirements.candidates if not is_glob(name)]
    considered = {models.ids[model] for model in selection.pool} if named else set()
    aside = [name for name in named if name not in considered]
    return Recommendation(
        id=_answer_id(asked, store.key, ranker),
        requirements=asked,
        catalog_snapshot=store.key,
        ranker=ranker,
        interpreted=need.interpretation,
        n_considered=len(selection.pool),
        n_passed=int(selection.passes.sum()),
        picks=picks,
        evidence_level=level,
        near_misses=tuple(_near_miss(p, records[ids[p]], arena, judge, selection) for p in missed),
        pareto=tuple(ids[p] for p in front),
        warnings=_warnings(need, picks, level, selection, arena, aside),
        verify_plan=tuple(_verify_plan(picks, need)),
    )


def _pick(
    rank: int,
    picked: Sequence[int],
    record: ModelRecord,
    chance: float,
    models: ModelColumns,
    arena: ArenaIndex,
    judge: Judge,
    need: Need,
    selection: Selection,
) -> Pick:
    position = picked[rank - 1]
    evidence = evidence_rows(arena, selection.scores, int(selection.pool[position]))
    option = selection.plan.options[selection.plan.choice[position]]
    variant = choose_variant(record, option)
    context = need.context_tokens if need.requirements.context_tokens else None
    sizing = _size(record, variant, need, context)
    expected = quality(selection.scores, arena, position, round(chance, 3) if evidence else None)
    license_verdict = judge.model(record)
    smaller = smaller_models(models, arena, need, selection, position)
    better = [models.ids[selection.pool[other]] for other in selection.scores.passed_over(position)]
    only, passed = only_domains(arena, int(selection.pool[position])), int(selection.passes.sum())
    ahead = [
        f"{models.ids[selection.pool[other]]}, which is expected to do better"
        f" ({told} against {figure(expected.expected)}): {what_decided(need)}"
        for other in ahead_of(selection.scores, position, picked)
        if (told := figure(quality(selection.scores, arena, other, None).expected)) != figure(expected.expected)
    ]
    case = Case(need, record, expected, evidence, only, sizing, license_verdict, passed, better, ahead)
    return Pick(
        rank=rank,
        model_id=record.model_id,
        name=record.name,
        params_total=record.params_total,
        params_active=record.params_active,
        release_date=record.release_date.isoformat() if record.release_date else None,
        variant=variant,
        engine=sizing.engine,
        quality=expected,
        quality_loss=estimate_loss(variant, record),
        utility=round(float(selection.scores.utility[position]), 4),
        license=license_verdict,
        memory=sizing.memory,
        speed=sizing.speed,
        latency=sizing.latency,
        energy=sizing.energy,
        cost=sizing.cost,
        adaptation=advise(record.kind, need.task, need.requirements),
        smaller=smaller,
        evidence=evidence,
        reasons=reasons(case),
        risks=risks(case),
        next_step=run_command(record, variant, sizing.engine),
    )


def _size(record: ModelRecord, variant: Variant, need: Need, context: int | None) -> VariantSizing:
    concurrency = need.requirements.concurrency
    if need.device is not None:
        return size_variant(record, variant, need.device, context, concurrency)
    memory = estimate_memory(record, variant, None, context, concurrency)
    return VariantSizing(variant=variant, engine=engine_of(record, variant.format, None), memory=memory)


def choose_variant(record: ModelRecord, option: Option) -> Variant:
    """The published artefact of a planned format and precision, the most downloaded one; else the one the user can
    make."""
    format, quantization, bits = option.format, option.quantization, option.bits
    own = native(record)
    if own and format == "gguf" and bits >= own.gguf_bits:
        ggufs = [variant for variant in record.variants if variant.format == "gguf" and keeps_native(variant, record)]
        if ggufs:
            return sized(max(ggufs, key=lambda variant: variant.downloads or 0), record)
    for variant in record.variants:
        if (variant.format, variant.quantization) == (format, quantization):
            return sized(variant, record)
    return Variant(
        variant_id=record.model_id,
        model_id=record.model_id,
        format=format,
        quantization=quantization,
        bits_per_weight=bits,
        published=format == "safetensors",
    )


def _near_miss(
    position: int,
    record: ModelRecord,
    arena: ArenaIndex,
    judge: Judge,
    selection: Selection,
) -> NearMiss:
    return NearMiss(
        model_id=record.model_id,
        name=record.name,
        failures=tuple(judge.told(failure, record) for failure in selection.failures(position)),
        expected_quality=quality(selection.scores, arena, position, None).expected,
    )


def _level(picks: tuple[Pick, ...]) -> EvidenceLevel:
    if not any(pick.evidence for pick in picks):
        return EvidenceLevel.NONE
    return EvidenceLevel.ENOUGH if picks[0].quality.informed >= _ENOUGH else EvidenceLevel.THIN


def _warnings(
    need: Need,
    picks: tuple[Pick, ...],
    level: EvidenceLevel,
    selection: Selection,
    arena: ArenaIndex,
    aside: Sequence[str],
) -> tuple[str, ...]:
    """What to know before trusting the answer; `aside` are models that were named but cannot be considered."""
    out = list(need.warnings)
    if need.requirements.use == LicenseUse():
        out.append("no use stated: licenses are shown but exclude nothing; state `use` to have them enforced")
        unknown = [pick.model_id for pick in picks if pick.license.verdict is Verdict.UNKNOWN]
        if unknown:
            out.append(f"license unknown, so not allowed for business until cleared: {', '.join(unknown)}")
    wanted = need.requirements.priorities
    if (wanted.speed or wanted.energy or wanted.cost) and need.device is None:
        out.append("priorities of speed, energy and cost need `hardware`; they change nothing here")
    if need.requirements.contamination == "avoid":
        out.append(
            f"contamination: {arena.n_left_out:,} results of models on data that they declare to have trained on are"
            " left out; a model that declares nothing is not known to be clean"
        )
    if patience_counts(need):
        out.append(
            "no limit on speed stated: models slower than people wait count less; state `max_latency_ms` to decide"
        )
    if need.device is None:
        out.append("no hardware stated: size limits nothing; state `hardware` to see what fits")
        if held := [field for field in PACE_LIMITS if getattr(need.requirements, field)]:
            out.append(f"no model is known to keep {', '.join(held)} without `hardware`")
    if picks and level is EvidenceLevel.NONE:
        out.append("not enough evidence: no model that passes has a result; ordered by size, age and family")
    if level is EvidenceLevel.THIN:
        settled = f"{picks[0].quality.informed:.0%} of what is open of the first pick"
        out.append(
            f"not enough evidence: results settle {settled}; the order rests on general ability, size, age and family:"
            " verify it on your data"
        )
    if aside:
        why = f"not considered, as closed, excluded, or for other tasks than {need.task.value}"
        out.append(f"{why}: {', '.join(aside)}")
    if not picks and len(selection.pool):
        out.append(
            f"none of {len(selection.pool):,} models satisfies all constraints; the near misses say what is in the way"
        )
    return tuple(out)


def _verify_plan(picks: tuple[Pick, ...], need: Need) -> list[str]:
    if not picks:
        return []
    names = " ".join(shlex.quote(pick.model_id) for pick in picks)
    device = shlex.quote(need.device.name) if need.device else "this-machine"
    hub = " ".join(f"--candidates {shlex.quote(f'hub:{_repository(pick)}')}" for pick in picks)
    measured = [f"advisor verify --task {need.task.value} --data YOUR_DATA {hub}"] if need.task in MEASURABLE else []
    return [
        *measured,
        f"advisor compare {names}",
        *(f"advisor estimate {shlex.quote(p.model_id)} --on {device}" for p in picks[:1]),
    ]


def _repository(pick: Pick) -> str:
    """Where the files of a pick lie, as `advisor verify` names it."""
    source = pick.variant.variant_id if pick.variant.published else pick.model_id
    name = f"name={pick.model_id}" if source != pick.model_id else ""
    precision = f"quantization={pick.variant.quantization}" if pick.variant.format == "gguf" else ""
    settings = "&".join(filter(None, (name, precision)))
    return f"{source}?{settings}" if settings else source


def _answer_id(asked: Requirements, snapshot: str, ranker: str) -> str:
    content = f"{snapshot}\n{ranker}\n{asked.model_dump_json(exclude_unset=True)}"
    return sha256(content.encode()).hexdigest()[:16]
