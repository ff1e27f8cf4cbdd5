"""NVIDIA GPUs, as nvidia-smi lists them."""

from __future__ import annotations

from typing import NamedTuple

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.sizing.detect.cpu import Host
from advisor.sizing.detect.tools import output

_FIELDS = ("name", "memory.total", "memory.free", "compute_cap", "power.limit")


class Gpu(NamedTuple):
    """One line of nvidia-smi; memory in GiB, None where the driver does not say (GB10, Jetson)."""

    name: str
    memory_gib: float | None
    free_gib: float | None
    compute_capability: float | None
    power_w: float | None


def probe(host: Host) -> Hardware | None:
    """The NVIDIA GPUs of this machine; None without any."""
    text = output("nvidia-smi", f"--query-gpu={','.join(_FIELDS)}", "--format=csv,noheader,nounits")
    return describe(parse(text), host) if text else None


def parse(text: str) -> list[Gpu]:
    """GPUs from `nvidia-smi --query-gpu=name,memory.total,memory.free,compute_cap,power.limit
    --format=csv,noheader,nounits`."""
    gpus = []
    for line in text.splitlines():
        values = [value.strip() for value in line.split(",")]
        if len(values) == len(_FIELDS) and values[0]:
            total, free, capability, power = map(_number, values[1:])
            gpus.append(Gpu(values[0], _gib(total), _gib(free), capability, power))
    return gpus


def describe(gpus: list[Gpu], host: Host) -> Hardware | None:
    """The equal GPUs of the largest kind, with the memory that is free on the fullest of them."""
    if not gpus:
        return None
    best = max(gpus, key=lambda gpu: gpu.memory_gib or 0)
    equal = [gpu for gpu in gpus if gpu.name == best.name]
    unified = best.memory_gib is None
    free = host.free_gib if unified else min((gpu.free_gib for gpu in equal if gpu.free_gib is not None), default=None)
    return Hardware(
        name=best.name,
        kind=DeviceKind.UNIFIED if unified else DeviceKind.GPU,
        vendor=Vendor.NVIDIA,
        count=len(equal),
        memory_gib=round(best.memory_gib or host.memory_gib, 2),
        memory_free_gib=None if free is None else round(free, 2),
        compute_capability=best.compute_capability,
        tdp_w=best.power_w,
        host_memory_gib=None if unified else round(host.free_gib, 2),
        cpu_cores=host.cores,
        source="detected by nvidia-smi",
    )


def _number(text: str) -> float | None:
    try:
        return float(text) or None
    except ValueError:
        return None


def _gib(mebibytes: float | None) -> float | None:
    return mebibytes / 1024 if mebibytes is not None else None
