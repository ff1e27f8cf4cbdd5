"""A machine to run on, as the user states it or as the catalog knows it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, ValidationInfo, field_validator

from advisor.domain.base import Frozen, NonNegative, Positive, PositiveCount, Word
from advisor.domain.measured import Level, Measured, Overhead


class DeviceKind(StrEnum):
    """Where a model is held: own memory (`gpu`), memory shared with the host (`unified`), the host's (`cpu`)."""

    GPU = "gpu"
    UNIFIED = "unified"
    CPU = "cpu"


class Vendor(StrEnum):
    """Who makes the device: decides which formats and engines run on it."""

    NVIDIA = "nvidia"
    AMD = "amd"
    APPLE = "apple"
    INTEL = "intel"
    QUALCOMM = "qualcomm"
    OTHER = "other"


class Hardware(Frozen):
    """One machine: `count` equal devices and the host's memory beside them.

    A specification by the user needs `kind` and `memory_gib`; what is left out stays unknown and widens the estimates.
    """

    name: Word = "custom"
    """What people call it, "RTX 4090"."""
    kind: DeviceKind
    """gpu, unified or cpu."""
    vendor: Vendor = Vendor.OTHER
    """Maker of the device; a GPU of unknown make counts as NVIDIA's, with a range that covers AMD's and Intel's."""
    architecture: Word | None = None
    """Generation, "Ada Lovelace"."""
    count: PositiveCount = 1
    """Number of equal devices in the machine."""
    memory_gib: Positive
    """Memory of one device, GiB; for `unified` and `cpu`, the memory of the host."""
    memory_free_gib: NonNegative | None = None
    """Memory of one device that is free now, GiB; only measured machines have it."""
    memory_bandwidth_gb_s: Positive | None = None
    """Memory bandwidth of one device, GB/s."""
    fp16_tflops: Positive | None = None
    """Dense FP16 (tensor core where it has them) throughput of one device, TFLOPS."""
    compute_capability: float | None = Field(default=None, gt=0)
    """CUDA compute capability, 8.9 for Ada."""
    tdp_w: Positive | None = None
    """Thermal design power of one device, W."""
    host_memory_gib: Positive | None = None
    """Memory of the host beside a GPU, GiB; allows partial offload."""
    cpu_cores: PositiveCount | None = None
    """Physical cores of the host."""
    usd_per_hour: Positive | None = None
    """Rental price of the whole machine, USD an hour."""
    source: Word = "user"
    """Where these figures come from."""
    levels: tuple[Level, ...] = ()
    """How it compares with its estimates, by kind of model; what was measured on this machine tells it."""
    overheads: tuple[Overhead, ...] = ()
    """Memory that engines took here beside weights and cache; empty where none was measured."""
    measured: tuple[Measured, ...] = Field(default=(), exclude=True, repr=False)
    """Figures known of models on this very device: they win over estimates."""

    @field_validator("memory_free_gib")
    @classmethod
    def _no_more_than_there_is(cls, value: float | None, others: ValidationInfo) -> float | None:
        if value is not None and value > others.data.get("memory_gib", value):
            raise ValueError(f"{value:g} is more than the device has; expected at most memory_gib")
        return value

    @property
    def total_memory_gib(self) -> float:
        """Memory of all devices together, GiB."""
        return self.memory_gib * self.count
