"""What the models that pass trade: quality against memory and speed, as points to plot."""

from __future__ import annotations

import numpy as np

from advisor.catalog.store import Store
from advisor.domain.recommendation import Tradeoff
from advisor.explain.answer import choose_variant
from advisor.features.need import Need
from advisor.ranking.arena import ArenaIndex
from advisor.ranking.index import ModelColumns
from advisor.ranking.score import quality
from advisor.ranking.select import Selection
from advisor.sizing.memory import estimate_memory
from advisor.sizing.speed import estimate_speed

_BEST = 100


def tradeoffs(
    store: Store, models: ModelColumns, arena: ArenaIndex, need: Need, selection: Selection
) -> tuple[Tradeoff, ...]:
    """The picks, the best models that pass, and those that no other beats in both quality and memory."""
    scores, plan, asked = selection.scores, selection.plan, need.requirements
    known = selection.passes & (scores.n_results > 0) & np.isfinite(plan.total_gib)
    order = np.argsort(-np.where(known, scores.mean, -np.inf), kind="stable")
    shown = np.unique(np.concatenate([order[:_BEST], scores.contenders[: asked.top_k], selection.pareto]))
    shown = shown[known[shown]]
    positions = shown[np.argsort(-scores.mean[shown], kind="stable")].tolist()
    ids = [models.ids[model] for model in selection.pool[positions]]
    records = store.models(ids)
    context = need.context_tokens if asked.context_tokens else None
    out = []
    for position, model_id in zip(positions, ids, strict=True):
        option, record = plan.options[plan.choice[position]], records[model_id]
        variant = choose_variant(record, option)
        device, load = need.device, (context, asked.concurrency)
        speed = estimate_speed(record, variant, device, *load) if device else None
        memory = estimate_memory(record, variant, device, *load).total_gib
        assert memory is not None, "only models of known size are shown"
        out.append(
            Tradeoff(
                model_id=model_id,
                expected_quality=quality(scores, arena, position, None).expected,
                memory_gib=memory,
                speed=speed.value if speed else None,
            )
        )
    return tuple(out)
