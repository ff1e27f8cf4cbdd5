"""What was measured of a model on a user's own data and machine, kept as a private fact."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field, model_validator

from advisor.domain.base import Frozen, Word
from advisor.domain.tasks import Task
from advisor.domain.verification import Interval, Machine, Performance


class Measurement(Frozen):
    """Quality, speed and memory of one model in one form, measured here. It never leaves the machine."""

    measurement_id: str = ""
    """Hash of the content, given when it is kept: the same measurement is kept once."""
    model_id: Word
    """Id in the catalog, or a name for what the catalog does not hold."""
    task: Task
    """Task that was measured."""
    measured_on: datetime.date
    """Day of the measurement."""
    project: Word | None = None
    """Project whose later recommendations may use the quality; None keeps it for the record only."""
    verification: Word | None = None
    """Id of the verification it comes from; None for a measurement made elsewhere."""
    backend: str = ""
    """Program that ran the model."""
    format: str = ""
    """safetensors, gguf, onnx, ..."""
    quantization: str = "fp32"
    """Precision that ran."""
    options: dict[str, str] = Field(default_factory=dict)
    """Settings of the run: prompt, pooling, dimensions, ..."""
    metric: str = ""
    """Metric of the quality: accuracy, NDCG@10, ...; empty without quality."""
    quality: Interval | None = None
    """Quality on the user's data; None if only speed and memory were measured."""
    performance: Performance | None = None
    """Speed and memory; None if only quality was measured."""
    chars_median: float | None = None
    """Median length of a text, characters; what the speed holds for."""
    machine: Machine | None = None
    """Where it was measured; None if unknown."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.quality is None and self.performance is None:
            raise ValueError("quality or performance: at least one is required")
        if self.quality is not None:
            if not self.metric:
                raise ValueError("metric: required with quality; expected accuracy, NDCG@10, ...")
            if not self.quality.low <= self.quality.value <= self.quality.high:
                raise ValueError("quality: expected low <= value <= high")
        return self
