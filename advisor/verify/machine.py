"""The machine that is measured on."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.domain.verification import Machine
from advisor.verify.protocols import Limits

_SOFTWARE = ("torch", "sentence-transformers", "transformers", "onnxruntime", "xllamacpp", "scikit-learn", "numpy")


@cache
def _hardware() -> Hardware:
    from advisor.sizing.detect import this_machine

    return this_machine()


def device_of(asked: str) -> str:
    """The device that models run on: what is asked, else the accelerator that torch can use, else the processor."""
    if asked != "auto":
        return asked
    hardware = _hardware()
    if hardware.kind is DeviceKind.CPU or "+cpu" in _version("torch"):
        return "cpu"
    return "mps" if hardware.vendor is Vendor.APPLE else "cuda"


def tdp_w() -> float | None:
    """Thermal design power of the device, W; None if unknown."""
    return _hardware().tdp_w


def describe(limits: Limits) -> Machine:
    """Where figures are measured."""
    import psutil  # type: ignore[import-untyped]

    software = {"Python": platform.python_version(), "system": f"{platform.system()} {platform.release()}"}
    versions = {name: version for name in _SOFTWARE if (version := _version(name))}
    return Machine(
        name=_hardware().name,
        cores=limits.threads,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        device=limits.device,
        software=software | versions,
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
