"""The model card of the ranker's artifact."""

from __future__ import annotations

from typing import Any

_TEXT = """# {id}

Orders open models for a need from what public benchmarks say of them: the ranker of model-advisor. {license}.

- **Made by** `{made_by}` from the facts {facts}, protocol {protocol}, features {schema}, LightGBM {lightgbm}.
- **Holds** for each arena LightGBM text models and the same trees as arrays, a linear order, the rule that weighs them
  with the evidence, and what 80 % ranges are stretched by. No pickle, no code; `ranker.json` has the hashes.
- **Meant for** ordering models that pass a need's limits. It knows benchmarks, not your data: verify the first picks.
- **Not meant for** models without results (size, age and family order them) and tasks without benchmarks.
- **Biases**: what leaderboards measure, mostly English; results that makers report of themselves count less, but count.

Points (errors for speech and forecasting) by which the first pick, and the best of three, miss the best open model.
Every benchmark is hidden with its family from what ordered it, but the rules were chosen on these figures: those that
nothing was chosen on are given by `advisor evaluate` (docs/design/ranking.md).

| arena | benchmarks | families | first pick | best of three | evidence alone |
|---|---|---|---|---|---|
{rows}
"""


def model_card(card: dict[str, Any]) -> str:
    """The card in Markdown, from what `ranker.json` holds."""
    rows = []
    for name, arena in card["arenas"].items():
        told = arena["figures"]
        plain = f"{told['evidence_regret_1']:.3g}, {told['evidence_regret_3']:.3g}"
        rows.append(
            f"| {name} | {told['benchmarks']} | {told['families']} | {told['regret_1']:.3g} | {told['regret_3']:.3g} |"
            f" {plain} |"
        )
    return _TEXT.format(**card, rows="\n".join(rows))
