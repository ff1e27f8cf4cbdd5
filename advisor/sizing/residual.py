"""What the roofline leaves over, as learned from measured runs: a step function of each feature, summed in log space.

The steps are those of a gradient-boosted model of stumps (LightGBM, trained by data/build/speed), so that a sum of
table look-ups scores exactly what the booster scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
FEATURES = ("log_params", "log_active_share", "bits", "engine", "log_depth", "full_share")
"""log of parameters; log of the share that a token uses; bits a weight; position in `ENGINES`; log of 1 + tokens in
the cache; share of layers that keep every token."""
ENGINES = ("llama.cpp", "ollama", "mlx", "vllm")


def features(
    params_total: ArrayLike,
    params_active: ArrayLike,
    bits: ArrayLike,
    engine: ArrayLike,
    depth_tokens: ArrayLike,
    full_share: ArrayLike,
) -> Floats:
    """The features of n runs, (n, 6), in the order of `FEATURES`; arguments broadcast."""
    total, active = np.asarray(params_total, float), np.asarray(params_active, float)
    columns = (
        np.log(total),
        np.log(active / total),
        bits,
        engine,
        np.log1p(np.asarray(depth_tokens, float)),
        full_share,
    )
    return np.stack(np.broadcast_arrays(*(np.asarray(column, float) for column in columns)), axis=-1)


def correction(steps: Mapping[str, Mapping[str, Sequence[float]]], x: Floats) -> Floats:
    """log(measured / roofline) expected of n runs.

    Args:
        steps: by feature, `edges` (k, rising) and `values` (k + 1): values[i] holds up to and including edges[i].
        x: (n, 6) features; an unknown (NaN) counts as beyond the last edge.
    """
    out = np.zeros(len(x))
    for column, name in enumerate(FEATURES):
        if name in steps:
            table: Mapping[str, Any] = steps[name]
            out += np.asarray(table["values"])[np.searchsorted(table["edges"], x[:, column], side="left")]
    return out
