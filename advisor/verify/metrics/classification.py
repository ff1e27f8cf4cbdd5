"""Accuracy and macro-F1. Outputs are positions in the list of labels, -1 for an answer that is no label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from advisor.verify.metrics.mean import first_column, mean_of
from advisor.verify.protocols import Floats, Indices, Metric, Outputs


def _right(outputs: Outputs, references: Sequence[int]) -> Floats:
    return np.asarray(first_column(outputs) == np.asarray(references), np.float64)


def _macro_f1(outputs: Outputs, references: Sequence[int], indices: Indices) -> float:
    """Mean F1 over the labels that occur among the answers or the references, as in scikit-learn."""
    answers, right = first_column(outputs)[indices], np.asarray(references)[indices]
    known = answers >= 0
    size = int(max(answers.max(initial=0), right.max(initial=0))) + 1
    hits = np.bincount(right[answers == right], minlength=size)
    total = np.bincount(answers[known], minlength=size) + np.bincount(right, minlength=size)
    present = total > 0
    n_labels = present.sum() + (not known.all())
    return float((2 * hits[present] / total[present]).sum() / n_labels)


ACCURACY = mean_of("accuracy", _right, refits=True)
"""Share of right labels."""
MACRO_F1 = Metric("macro-F1", "0 to 1", True, None, _macro_f1, refits=True)
"""Mean over labels of the harmonic mean of precision and recall: every label counts the same, however rare."""
