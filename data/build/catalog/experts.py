"""Active parameters of mixtures of experts: the listing guesses what it did not find stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from advisor.domain.model import Architecture
from advisor.sizing.memory import input_table
from data.build.catalog import names
from data.build.catalog.alike import BySize, within
from data.build.catalog.frame import Ledger, Row

_ALWAYS_ACTIVE = 0.05
"""Share of the parameters that the listing takes to stand outside the experts of every model."""
_OF_EXPERTS = (0.85, 0.96)
"""Share of all parameters that experts in every layer may add up to: a larger one means that the first layers have
none, a smaller one that there is more than the shape tells."""
_PUBLISHED = {
    "openai/gpt-oss-20b": 3_600_000_000, "openai/gpt-oss-120b": 5_100_000_000,
    "google/gemma-4-26B-A4B-it": 3_800_000_000, "google/gemma-4-26B-A4B": 3_800_000_000,
    "zai-org/GLM-4.5": 32_000_000_000, "zai-org/GLM-4.5-Air": 12_000_000_000,
}  # fmt: skip
"""As the publishers' model cards say, where the listing guessed or rounded."""
_MATRICES = 3
"""Of a gated feed-forward layer."""
_OF_BASE, _ALIKE = 1.15, 1.02
"""Difference of all parameters up to which a model uses as many as its base, and as another of its architecture."""
_MOST = 0.9
"""Share of all parameters that an active size in a name can be."""


def settle(raws: Sequence[Row], rows: Sequence[Row], ledger: Ledger) -> None:
    """Replace guesses in place: by what the publisher says, by what is stated of the most downloaded model of the same
    shape, by the size in the name, or by the shape of the experts; a guess that nothing replaces stays.

    Args:
        raws: rows of the listing.
        rows: the models made of them, in the same order.
        ledger: where corrections are kept.
    """
    for row in rows:
        if row["model_id"] in _PUBLISHED:
            _correct(row, _PUBLISHED[row["model_id"]], "as the publisher says", ledger)
    stated: dict[tuple[object, ...], Row] = {}
    for raw, row in zip(raws, rows, strict=True):
        shape = _shape(raw, row)
        if shape and row["params_active"] and not is_guess(row):
            known = stated.setdefault(shape, row)
            if (row["downloads"] or 0) > (known["downloads"] or 0):
                stated[shape] = row
    for raw, row in zip(raws, rows, strict=True):
        if not is_guess(row):
            continue
        shape = _shape(raw, row)
        if shape in stated:
            found, rule = stated[shape]["params_active"], f"as stated of {stated[shape]['model_id']}, of the same shape"
        elif named := names.active_size(row["name"]):
            found, rule = named, "as the name says"
        elif computed := _computed(raw, row):
            found, rule = computed, "by the shape of the experts"
        else:
            continue
        if found < row["params_total"]:
            _correct(row, found, rule, ledger)


def complete(models: Mapping[str, Row], links: Iterable[Row], ledger: Ledger) -> int:
    """Active parameters of mixtures that no source states, in place: by the name, the base model, a model of the same
    architecture and size, or the share of the experts.

    Returns:
        how many were found.
    """
    bases = {link["model_id"]: link["base_model_id"] for link in links if link["relation"] != "merge"}
    alike = BySize(
        (row["architecture"], row)
        for row in models.values()
        if row["params_total"] and row["architecture"] and (row["params_active"] or row["n_layers"])
    )
    found = 0
    for row in models.values():
        if row["params_active"] or not row["params_total"] or row["kind"] != "generative":
            continue
        base = models.get(bases.get(row["model_id"], ""))
        if active := _missing(row, base, list(alike.near(row["architecture"], row, _ALIKE))):
            ledger.correct(
                row, "params_active", active[0], active[1], f"active parameters {active[1]}; no source states them"
            )
            found += 1
    return found


def _missing(row: Row, base: Row | None, alike: Sequence[Row]) -> tuple[int, str] | None:
    total = row["params_total"]
    named = names.active_size(row["name"])
    if named and named < _MOST * total:
        return named, "as the name says"
    if base and base["params_active"] and base["params_total"] and within(total, base["params_total"], _OF_BASE):
        _take_experts(row, base)
        return min(base["params_active"], total), f"as of {base['model_id']}, from which it is made"
    near = [other for other in alike if _as_deep(row, other)]
    others = [other for other in near if other["params_active"]]
    if not _agree(others):
        others = [other for other in others if _of_series(row, other) or row["n_layers"]]
    if others and 2 * len(others) >= len(near):
        other = max(others, key=lambda other: (other["organisation"] in names.PUBLISHERS, other["downloads"] or 0))
        _take_experts(row, other)
        return min(other["params_active"], total), f"as of {other['model_id']}, of the same architecture and size"
    experts, used = row["n_experts"], row["n_experts_active"]
    if experts and used and used < experts:
        return round(total * (_ALWAYS_ACTIVE + (1 - _ALWAYS_ACTIVE) * used / experts)), "by the share of its experts"
    return None


def _as_deep(row: Row, other: Row) -> bool:
    fields = ("n_layers", "hidden_size", "n_experts")
    return all(row[field] == other[field] for field in fields if row[field] and other[field])


def _agree(others: Sequence[Row]) -> bool:
    active = [other["params_active"] for other in others]
    return len(active) > 2 and within(min(active), max(active), 1.25)


def _of_series(row: Row, other: Row) -> bool:
    return bool(row["family"]) and row["family"] == other["family"]


def _take_experts(row: Row, other: Row) -> None:
    for field in ("n_experts", "n_experts_active"):
        if row[field] is None:
            row[field] = other[field]


def _correct(row: Row, active: int, rule: str, ledger: Ledger) -> None:
    if active != row["params_active"]:
        ledger.correct(row, "params_active", active, rule, f"active parameters {rule}; the listing guessed")


def is_guess(row: Row) -> bool:
    """Whether the active parameters are 5 % of all and of the rest the share of experts that a token uses."""
    experts, used, total, active = (
        row[field] for field in ("n_experts", "n_experts_active", "params_total", "params_active")
    )
    if not (experts and used and total and active):
        return False
    guess = total * (_ALWAYS_ACTIVE + (1 - _ALWAYS_ACTIVE) * used / experts)
    return bool(abs(active - guess) < 1e-6 * guess)


def _shape(raw: Row, row: Row) -> tuple[object, ...] | None:
    fields = ("architecture", "n_layers", "hidden_size", "n_experts", "n_experts_active")
    shape = (*(row[field] for field in fields), raw.get("moe_intermediate_size"))
    return None if None in shape else shape


def _computed(raw: Row, row: Row) -> int | None:
    """All parameters less those of the experts that a token does not use, and of the table that it is read with."""
    width, layers, hidden = raw.get("moe_intermediate_size"), row["n_layers"], row["hidden_size"]
    if not (width and layers and hidden):
        return None
    in_experts = float(row["n_experts"]) * _MATRICES * hidden * width * layers
    low, high = _OF_EXPERTS
    if not low <= in_experts / row["params_total"] <= high:
        return None
    architecture = Architecture(name=row["architecture"], hidden_size=hidden, vocab_size=row["vocab_size"])
    unused = (1 - row["n_experts_active"] / row["n_experts"]) * in_experts
    return round(row["params_total"] - unused - input_table(architecture, row["params_total"]))
