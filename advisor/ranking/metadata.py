"""What metadata says of a model before any result: the features of the prior."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from advisor.catalog.store import Row
from advisor.ranking.link import Floats

_EPOCH = date(2020, 1, 1)
_NAME_WORDS = {
    "instruct": r"instruct|chat|-it\b|dpo|sft|rlhf|assistant|tulu|zephyr",
    "code": r"cod(e|er|ing)|starcoder|devstral|codestral",
    "math": r"math|numina|prover",
    "reasoning": r"think|reason|\br1\b|qwq|deepseek-r1",
    "vision": r"\bvl\b|vision|llava|clip|siglip",
    "base": r"\bbase\b|-pt\b",
    "multilingual": r"multilingual|\bxlm|\bm3\b|-ml-",
}


def metadata_features(rows: Sequence[Row]) -> Floats:
    """Standardised features (n_models, k): sizes, age, context, languages, kind, name words and their curvature.

    A missing value becomes the mean, with an indicator beside it.
    """
    logs = {
        "params": [_log(row["params_total"]) for row in rows],
        "active": [_log(row["params_active"] or row["params_total"]) for row in rows],
        "embed": [_log(row["embed_dim"]) for row in rows],
        "context": [_log(row["context_tokens"]) for row in rows],
        "training": [_log(row["training_tokens"]) for row in rows],
        "gmacs": [_log(row["gmacs"]) for row in rows],
        "image": [_log(row["image_size"]) for row in rows],
        "age": [_years(row["release_date"]) for row in rows],
    }
    columns = []
    filled = {}
    family = np.array([row["family"] or "" for row in rows])
    for name, values in logs.items():
        array = np.array(values, float)
        missing = np.isnan(array)
        filled[name] = _standard(_filled(array, family) if not missing.all() else np.zeros_like(array))
        columns += [filled[name], missing.astype(float)]
    columns += [filled["params"] ** 2, filled["age"] ** 2, filled["params"] * filled["age"]]
    columns.append(np.array([np.log1p(len(row["languages"])) for row in rows]))
    columns.append(np.array([np.log1p(row["downloads"] or 0) for row in rows]))
    for kind in ("embedding", "reranker", "encoder", "vision"):
        columns.append(np.array([float(row["kind"] == kind) for row in rows]))
    for modality in ("image", "audio", "video"):
        columns.append(np.array([float(modality in row["modalities"]) for row in rows]))
    for flag in ("merged", "flagged", "base"):
        columns.append(np.array([float(flag in row["flags"]) for row in rows]))
    names = [row["model_id"].split("/")[-1].lower() for row in rows]
    for pattern in _NAME_WORDS.values():
        columns.append(np.array([float(bool(re.search(pattern, name))) for name in names]))
    return np.column_stack([_standard(column) for column in columns])


def _filled(values: Floats, family: NDArray[np.str_]) -> Floats:
    """(n_models,) values, where missing the median of the family, else the mean of all."""
    known = ~np.isnan(values)
    out = np.where(known, values, values[known].mean())
    names, code = np.unique(family, return_inverse=True)
    for number in np.unique(code[~known]):
        own = values[known & (code == number)]
        if names[number] and own.size:
            out[~known & (code == number)] = np.median(own)
    return out


def _log(value: float | None) -> float:
    return float(np.log10(value)) if value and value > 0 else np.nan


def _years(value: date | None) -> float:
    return (value - _EPOCH).days / 365.25 if value else np.nan


def _standard(values: Floats) -> Floats:
    deviation = values.std()
    return (values - values.mean()) / deviation if deviation > 1e-9 else np.zeros_like(values)
