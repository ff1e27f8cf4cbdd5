"""pass@1. Outputs are 1 where the program passed its tests, else 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from advisor.verify.metrics.mean import mean_of
from advisor.verify.protocols import Floats, Outputs


def _passed(outputs: Outputs, _references: Sequence[Any]) -> Floats:
    return outputs.astype(np.float64)


PASS_AT_1 = mean_of("pass@1", _passed)
"""Share of problems whose first, greedily decoded program passes all tests (Chen et al. 2021)."""
