"""Average precision and accuracy of pairs. Outputs are (n, 2): the score, and the decision by a learned threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.verify.metrics.mean import mean_of
from advisor.verify.protocols import Floats, Indices, Metric, Outputs


def _average_precision(outputs: Outputs, references: Sequence[int], indices: Indices) -> float:
    from sklearn.metrics import average_precision_score

    right = np.asarray(references)[indices]
    return float(average_precision_score(right, outputs[indices, 0])) if right.any() else 0.0


def _right(outputs: Outputs, references: Sequence[int]) -> Floats:
    return np.asarray(outputs[:, 1].astype(bool) == np.asarray(references).astype(bool), np.float64)


AVERAGE_PRECISION = Metric("average precision", "0 to 1", True, None, _average_precision)
"""Area under precision over recall, without interpolation."""
PAIR_ACCURACY = mean_of("accuracy", _right)
"""Share of right decisions; the threshold was chosen on other items."""
