"""Architecture and context of models whose own are not known: of the base model, else of models of the same series,
architecture and size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from data.build.catalog import names, repair
from data.build.catalog.alike import BySize, within
from data.build.catalog.frame import Row

_SAME, _AS_LARGE = 1.01, 1.15
"""Difference of all parameters up to which a model is as large as others, and as its base: leaderboards round."""
_AGREE = 0.8
"""Share of the models alike that must agree."""
_FIELDS = (
    "architecture", "n_layers", "hidden_size", "n_heads", "n_kv_heads", "head_dim", "vocab_size", "n_experts",
    "n_experts_active", "sliding_window",
)  # fmt: skip
_CACHE = ("attention", "kv_bytes_per_token", "kv_exact")
_SHAPE = ("n_layers", "hidden_size", "n_heads", "n_kv_heads")
_LONG = re.compile(r"(?<![a-z0-9])\d+k(?![a-z0-9])|(?<![a-z0-9])1m(?![a-z0-9])|long|yarn", re.IGNORECASE)
"""Words of a name that states a context of its own."""
_REFUSED = repair.DEFAULT_CONTEXT
"""Note of models whose own context may be what was refused: models alike do not tell a longer one."""
_KINDS = {"generative", "encoder"}


def settle(models: Mapping[str, Row], links: Iterable[Row]) -> int:
    """Fill in place what is missing.

    Returns:
        models that something was filled of.
    """
    bases = {
        link["model_id"]: models[link["base_model_id"]]
        for link in links
        if link["relation"] in {"finetune", "unknown", "quantized"} and link["base_model_id"] in models
    }
    alike = BySize(
        ((row["family"], architecture), row)
        for row in models.values()
        if row["params_total"] and row["kind"] in _KINDS and row["family"]
        for architecture in {row["architecture"], None}
    )
    filled = 0
    for row in models.values():
        if not row["params_total"] or row["kind"] not in _KINDS or "draft" in row["flags"]:
            continue
        base = bases.get(row["model_id"])
        large = base and base["params_total"] and within(row["params_total"], base["params_total"], _AS_LARGE)
        base = base if large else None
        others = list(alike.near((row["family"], row["architecture"]), row, _SAME))
        filled += _shape(row, base, others) | _context(row, base, others)
    return filled


def _shape(row: Row, base: Row | None, others: list[Row]) -> bool:
    if row["n_layers"]:
        return False
    whose = base if base and base["n_layers"] else _model(others)
    if whose is None or any(row[field] and whose[field] and row[field] != whose[field] for field in _SHAPE):
        return False
    if row["attention"] is None or row["kv_bytes_per_token"] is None:
        row |= {field: whose[field] for field in _CACHE}
    row |= {field: whose[field] for field in _FIELDS if row[field] is None}
    row["notes"].append(f"architecture as of {whose['model_id']}, {_why(whose, base)}")
    return True


def _context(row: Row, base: Row | None, others: list[Row]) -> bool:
    if row["context_tokens"] or _LONG.search(row["name"]) or row["kind"] != "generative":
        return False
    if base and base["context_tokens"]:
        row["context_tokens"], reason = base["context_tokens"], f"of {base['model_id']}, {_why(base, base)}"
    else:
        own = (other for other in others if other["organisation"] == row["organisation"])
        known = Counter(other["context_tokens"] for other in own if other["context_tokens"])
        tokens, n = known.most_common(1)[0] if known else (None, 0)
        if _REFUSED in row["notes"] or n < max(2, _AGREE * known.total()):
            return False
        row["context_tokens"], reason = tokens, "of its publisher's models of the series and size"
    row["notes"].append(f"context as {reason}")
    return True


def _model(others: list[Row]) -> Row | None:
    """The most downloaded of models alike that agree on their shape; None if they differ."""
    known = [other for other in others if other["n_layers"]]
    shapes = Counter(tuple(other[field] for field in _SHAPE) for other in known)
    if not shapes:
        return None
    shape, n = shapes.most_common(1)[0]
    if n < _AGREE * len(known):
        return None
    of_it = [other for other in known if tuple(other[field] for field in _SHAPE) == shape]
    return max(
        of_it, key=lambda other: (other["organisation"] in names.PUBLISHERS, other["downloads"] or 0, other["model_id"])
    )


def _why(whose: Row, base: Row | None) -> str:
    return "from which it is made" if whose is base else "of its series and size"
