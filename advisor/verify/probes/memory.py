"""Memory of this process and of the accelerator."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]

GIB = 2.0**30


def resident_gib() -> float:
    """Resident memory now, GiB."""
    return float(psutil.Process().memory_info().rss) / GIB


def peak_gib() -> float:
    """Most resident memory since this process began, GiB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / GIB
    if sys.platform.startswith("linux"):
        return _high_water_gib()
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / GIB if sys.platform == "darwin" else most * 1024 / GIB


def _high_water_gib() -> float:
    """VmHWM of Linux: `ru_maxrss` would start at what the process had that started this one."""
    lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / GIB


def device_gib(device: str) -> float | None:
    """Most memory that torch held on an accelerator, GiB; what the driver lists for this process where torch is not
    used; None without an accelerator."""
    torch = sys.modules.get("torch")
    if torch is not None and device.startswith("cuda") and torch.cuda.is_initialized():
        return float(torch.cuda.max_memory_reserved(device)) / GIB
    if torch is not None and device.startswith("mps"):
        return float(torch.mps.driver_allocated_memory()) / GIB
    return _listed_by_driver() if device.startswith("cuda") else None


def _listed_by_driver() -> float | None:
    try:
        import pynvml

        pynvml.nvmlInit()
        own = psutil.Process().pid
        used = 0
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            for process in pynvml.nvmlDeviceGetComputeRunningProcesses(handle):
                used += (process.usedGpuMemory or 0) if process.pid == own else 0
        return used / GIB
    except Exception:
        return None
