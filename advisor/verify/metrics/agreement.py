"""Rank correlation and agreement of clusters with labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.verify.protocols import Indices, Metric, Outputs


def _spearman(outputs: Outputs, references: Sequence[float], indices: Indices) -> float:
    from scipy.stats import rankdata

    ranks = rankdata(outputs[indices]), rankdata(np.asarray(references)[indices])
    if any(np.ptp(one) == 0 for one in ranks):
        return 0.0
    return float(np.corrcoef(*ranks)[0, 1])


def _v_measure(outputs: Outputs, references: Sequence[int], indices: Indices) -> float:
    from sklearn.metrics import v_measure_score

    return float(v_measure_score(np.asarray(references)[indices], outputs[indices]))


SPEARMAN = Metric("Spearman", "-1 to 1", True, None, _spearman)
"""Correlation of the ranks of similarities and human scores; 0 where one of them is constant."""
V_MEASURE = Metric("V-measure", "0 to 1", True, None, _v_measure)
"""Harmonic mean of homogeneity and completeness (Rosenberg & Hirschberg 2007)."""
