"""Parameter counts that cannot be: against published ones, the shape, the base model, models alike and the name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from statistics import median
from typing import NamedTuple

from data.build.catalog import experts, names, quantization
from data.build.catalog.frame import Ledger, Row
from data.build.catalog.repair import dense_params

OFF = 1.6
"""A count further than this from that of the base model, or of models alike, is wrong."""
_PACKED = 1.05
"""A quantised copy with fewer parameters than its base by this counts bytes that hold several."""
_GUESSED = 1.25
"""A count that the listing computed from layers and width gives way to the name from this difference on."""
_NEAR, _SAME = 1.1, 1.02
_MOST_OFF = 2.0
"""Difference from the name, layers and width up to which a count stands that nothing else is known of."""
_UNSEEN = 2.3
"""Difference up to which a count gives way to that of a base whose layers cannot be compared: leaderboards list twice
the count, or whole billions."""
_MOST_PACKED = 12
"""Parameters that one counted value may hold: ten of 3 bits in 32."""
_ALIKE, _MOST_AGREE = 5, 0.75
"""Models of one series and size that make a usual count, and the share of them that must be near it."""
_KINDS = {"generative", "encoder"}
_NO_WHOLE = {"draft", "adapter", "test", "init-only", "merged"}
"""Flags of models whose count is not their base's."""
_QUANTISED = re.compile(r"mixfp\d|prisma\w*|gridbook|tr\d|w\d+g\d+|[\d.]+bpw|w\d+a\w*\d+|nota", re.IGNORECASE)
"""Marks of quantisation beside those that make a repository a copy."""
_CUT = re.compile(
    r"(?<![a-z])(?:reap|ream|razor|\w*prun\w*|layers?|\d+-?experts?|first\d+experts|active-slice|tiny|mini|small|med(?:ium)?|lite"
    r"|assistant|draft\w*|eagle\d?|dflash\d?|dflare|domino|distill?\w*|upscaled?|\w*encoder|brainstorm\w*"
    r"|\d*e\d+of\d+|demolition|fruit)(?![a-z])|\d+e(?![a-z0-9])",
    re.IGNORECASE,
)
"""Words of a model that has another size than its base."""
_TUNED = re.compile(r"[-_](?:base|instruct|it|chat|thinking|preview|reasoning|pt|hf)$", re.IGNORECASE)
_WITH = re.compile(r"(?<![a-z])(?:vl|vlm|vision|omni|audio)(?![a-z])", re.IGNORECASE)


class _Found(NamedTuple):
    """What a count should be, None if it is not known, and the rule that says so."""

    params: int | None
    rule: str


def settle(models: Mapping[str, Row], links: Iterable[Row], ledger: Ledger) -> int:
    """Correct the counts of all models in place, or refuse them where nothing tells better.

    Returns:
        how many were.
    """
    book = _Book(models, links)
    found = [(row, better) for row in models.values() if row["kind"] in _KINDS | {"embedding"}
             and (better := book.better(row))]  # fmt: skip
    for row, (count, rule) in found:
        what = "not known" if count is None else f"set to {count:.3g}"
        if experts.is_guess(row):
            row["params_active"] = None
        ledger.correct(
            row, "params_total", count, rule, f"{row['params_total']:.3g} parameters are wrong ({rule}); {what}"
        )
        if count is None:
            row["params_active"] = None
    return len(found)


def is_quantised(row: Row) -> bool:
    """Whether a model's name or source says that its weights are of low precision."""
    marked = quantization.is_artefact(row["name"], row["organisation"], bool(row.get("is_quantised_repo")))
    return marked or bool(row.get("is_quantised_repo")) or bool(_QUANTISED.search(row["name"]))


def same_shape(row: Row, other: Row) -> bool | None:
    """Whether layers, width, experts and vocabulary agree; None where layers and width are not known of both."""
    for field in ("n_layers", "hidden_size", "n_experts"):
        if row[field] and other[field] and row[field] != other[field]:
            return False
    if row["vocab_size"] and other["vocab_size"] and _off(row["vocab_size"], other["vocab_size"]) > _NEAR:
        return False
    known = row["n_layers"] and other["n_layers"] and row["hidden_size"] and other["hidden_size"]
    return True if known else None


class _Book:
    """What the counts of models are held against."""

    def __init__(self, models: Mapping[str, Row], links: Iterable[Row]) -> None:
        self._bases = {
            link["model_id"]: models[link["base_model_id"]]
            for link in links
            if link["relation"] in {"finetune", "unknown", "quantized"} and link["base_model_id"] in models
        }
        self._twins: dict[tuple[str | None, str], list[Row]] = defaultdict(list)
        shapes: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        sizes: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for row in models.values():
            if not row["params_total"] or row["kind"] not in _KINDS or _NO_WHOLE & set(row["flags"]):
                continue
            if (size := _claimed(row)) and row["family"]:
                sizes[row["family"], size].append(row["params_total"])
            if is_guess(row) or is_quantised(row):
                continue
            self._twins[_stem(row)].append(row)
            if shape := _shape(row):
                shapes[shape].append(row)
        self._named = {
            names.key(row["name"]): row for row in models.values() if row["organisation"] in names.PUBLISHERS
        }
        self._of_shape = {shape: max(rows, key=_standing) for shape, rows in shapes.items()}
        self._usual = {key: count for key, counts in sizes.items() if (count := _usual(counts))}

    def better(self, row: Row) -> _Found | None:
        """What the count of a model should be; None if it is none or right."""
        if not row["params_total"]:
            return None
        if found := _other_source(row):
            return found
        if row["kind"] not in _KINDS:
            return self._of_name(row)
        return self._computed(row) or self._of_base(row) or self._of_twin(row) or self._of_name(row)

    def _computed(self, row: Row) -> _Found | None:
        """Of a count that the listing computed from layers and width."""
        if not is_guess(row) or is_quantised(row) or (_NO_WHOLE - {"merged"}) & set(row["flags"]):
            return None
        count, alike, claimed = row["params_total"], self._of_shape.get(_shape(row) or ()), _claimed(row)
        if alike and (
            _sees(alike) != _sees(row) or (claimed and _off(count, claimed) < _off(alike["params_total"], claimed))
        ):
            alike = None
        if alike and _off(count, alike["params_total"]) > _SAME:
            return _Found(alike["params_total"], f"computed; that of {alike['model_id']}, of the same shape")
        if (row["n_experts"] or 0) > 1:
            return _Found(_with_experts(row), "computed with one expert a layer, not all")
        if (
            alike
            or not claimed
            or _off(count, claimed) <= (_GUESSED if count < claimed else OFF)
            or _CUT.search(row["name"])
        ):
            return None
        return self._of_twin(row) or _Found(
            self._usual.get((row["family"], claimed), int(claimed)), "computed; the name says another size"
        )

    def _base(self, row: Row) -> Row | None:
        """The model that a count is held against: what it is made from, or the publisher's of the same name."""
        base = self._bases.get(row["model_id"])
        if base is None and row["organisation"] not in names.PUBLISHERS:
            base = self._named.get(names.key(row["name"]))
        if base is None or not base["params_total"] or base["kind"] not in _KINDS or same_shape(row, base) is False:
            return None
        grown = _sees(row) > _sees(base) and row["params_total"] > base["params_total"]
        other = grown or _NO_WHOLE & set(row["flags"]) or set(_large(row)) - set(_large(base))
        return None if other else base

    def _of_base(self, row: Row) -> _Found | None:
        base = self._base(row)
        if base is None:
            return None
        count, whole, alike = row["params_total"], base["params_total"], same_shape(row, base)
        off, packed = _off(count, whole), is_quantised(row) and count * _PACKED < whole
        if _CUT.search(names.key(row["name"]).replace(names.key(base["name"]), "")):
            impossible = alike and (count > whole * _PACKED or (packed and off > OFF))
            return _Found(None, f"a part of {base['model_id']}, whose size nothing tells") if impossible else None
        rounded = count % 1_000_000_000 == 0 and "llmfit_db" not in row["sources"] and not alike
        if packed and (alike or off < _MOST_PACKED):
            reason = "packed; "
        elif off > OFF and (alike or off < _UNSEEN):
            reason = ""
        elif rounded and _SAME < off <= OFF and count < whole:
            reason = "in whole billions; "
        else:
            return None
        return _Found(whole, f"{reason}that of {base['model_id']}, from which it is made")

    def _of_twin(self, row: Row) -> _Found | None:
        """Of the same organisation's model whose name differs by what it was tuned for, or goes on."""
        twins = [twin for twin in self._twins[_stem(row)] if twin is not row and same_shape(row, twin) is not False]
        if not twins or _NO_WHOLE - {"draft"} & set(row["flags"]) or row["organisation"] not in names.PUBLISHERS:
            return None
        twin = max(twins, key=_standing)
        if _off(row["params_total"], twin["params_total"]) > OFF and not _CUT.search(row["name"]):
            return _Found(twin["params_total"], f"that of {twin['model_id']}, its twin")
        return None

    def _of_name(self, row: Row) -> _Found | None:
        """A count against every size in the name."""
        claimed, count = names.sizes(row["name"]), row["params_total"]
        if not claimed or "draft" in row["flags"] or any(_off(size, count) <= OFF for size in claimed):
            return None
        alike, usual = self._of_shape.get(_shape(row) or ()), self._usual.get((row["family"], _claimed(row)))
        agreeing = [usual, alike["params_total"] if alike and alike["organisation"] != row["organisation"] else None]
        if any(other and _off(count, other) <= _NEAR for other in agreeing):
            return None
        whole = row["kind"] in _KINDS and not (_NO_WHOLE - {"merged"}) & set(row["flags"])
        if usual and whole and not _CUT.search(row["name"]) and not _sees(row):
            if _off(count, usual) <= OFF:
                return None
            if "merged" not in row["flags"] or count < usual:
                return _Found(usual, "against the name; usual for its series and size")
        return _by_layers(row, claimed)


def _by_layers(row: Row, claimed: list[float]) -> _Found | None:
    """Of a count more than 2x from the name: the name's if layers and width agree with that, none if with neither."""
    count, shaped, largest = row["params_total"], dense_params(row), max(claimed)
    if any(_off(size, count) <= _MOST_OFF for size in claimed) or (shaped and _off(shaped, count) <= _MOST_OFF):
        return None
    if shaped and _off(shaped, largest) <= _MOST_OFF:
        return _Found(int(largest), "against the name by more than 2x, and layers and width agree with the name")
    return _Found(None, "against the name by more than 2x, and nothing else decides")


def is_guess(row: Row) -> bool:
    """Whether the count is exactly what a formula gives from layers and width, one table or two, two or three
    matrices a feed-forward layer."""
    layers, hidden, heads, vocabulary = (row[field] for field in ("n_layers", "hidden_size", "n_heads", "vocab_size"))
    if not (row["params_total"] and layers and hidden and heads and vocabulary):
        return False
    attention = _attention(row)
    for width in {row.get("expert_width"), row.get("inner_size"), 4 * hidden} - {None}:
        for matrices in (2, 3):
            body = layers * (attention + matrices * hidden * width)
            if any(abs(body + tables * vocabulary * hidden - row["params_total"]) < 1 for tables in (1, 2)):
                return True
    return False


def _with_experts(row: Row) -> int:
    hidden = row["hidden_size"]
    width = row.get("expert_width") or row.get("inner_size") or 4 * hidden
    layer = _attention(row) + row["n_experts"] * 3 * hidden * width
    return int(row["n_layers"] * layer + 2 * row["vocab_size"] * hidden)


def _attention(row: Row) -> float:
    hidden, heads = row["hidden_size"], row["n_heads"]
    wide = row["head_dim"] or hidden / heads
    return float(2 * hidden * wide * (heads + (row["n_kv_heads"] or heads)))


def _other_source(row: Row) -> _Found | None:
    """Another source's count, where layers and width agree with that and not with ours."""
    shaped = dense_params(row)
    if not shaped or _off(row["params_total"], shaped) <= 2:
        return None
    for count, source in row.get("other_counts", ()):
        if _off(count, shaped) <= OFF:
            return _Found(count, f"layers and width agree with {source}")
    return None


def _off(one: float, other: float) -> float:
    return max(one / other, other / one)


def _sees(row: Row) -> bool:
    return bool(_WITH.search(row["name"]))


def _large(row: Row) -> list[float]:
    return [size for size in names.sizes(row["name"]) if size > 5e6]


def _claimed(row: Row) -> float | None:
    """The one size that a name claims."""
    found = set(_large(row))
    return found.pop() if len(found) == 1 else None


def _stem(row: Row) -> tuple[str | None, str]:
    return row["organisation"], _TUNED.sub("", re.sub(r"-dspark$", "", names.key(row["name"])))


def _shape(row: Row) -> tuple[object, ...] | None:
    fields = ("architecture", "n_layers", "hidden_size", "vocab_size", "n_heads", "n_kv_heads", "n_experts")
    found = (*(row[field] for field in fields), row.get("inner_size") or row.get("expert_width"))
    return found if None not in (*found[1:4], found[-1]) else None


def _standing(row: Row) -> tuple[bool, int, str]:
    return row["organisation"] in names.PUBLISHERS, row["downloads"] or 0, row["model_id"]


def _usual(counts: list[int]) -> int | None:
    """What most of some counts are near; None if they are few or differ."""
    middle = int(median(counts))
    near = sum(_off(count, middle) <= _NEAR for count in counts)
    return middle if len(counts) >= _ALIKE and near >= _MOST_AGREE * len(counts) else None
