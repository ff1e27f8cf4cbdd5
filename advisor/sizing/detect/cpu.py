"""Processor and memory of the host, inside the limits of a container."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import NamedTuple

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.sizing.detect.tools import output

GIB = 2**30


class Host(NamedTuple):
    """What the operating system says of the machine."""

    processor: str
    cores: int
    memory_gib: float
    free_gib: float
    system: str


def host() -> Host:
    """The host of this process: physical cores it may use, memory and free memory within its control group."""
    import psutil  # type: ignore[import-untyped]

    memory = psutil.virtual_memory()
    total, free = memory.total / GIB, memory.available / GIB
    limit, used = control_group_gib(Path("/sys/fs/cgroup"))
    if limit is not None and limit < total:
        total, free = limit, min(free, limit - (used or 0.0))
    cores = min(psutil.cpu_count(logical=False) or 1, _usable_cores())
    return Host(_processor(), max(cores, 1), total, max(free, 0.0), platform.system())


def hardware(machine: Host) -> Hardware:
    """The host as a device to run models on."""
    return Hardware(
        name=machine.processor,
        kind=DeviceKind.CPU,
        vendor=vendor_of(machine.processor),
        memory_gib=round(machine.memory_gib, 2),
        memory_free_gib=round(machine.free_gib, 2),
        cpu_cores=machine.cores,
        source="detected",
    )


def vendor_of(processor: str) -> Vendor:
    """The maker of a processor by its name."""
    name = processor.casefold()
    words = {
        "intel": Vendor.INTEL,
        "xeon": Vendor.INTEL,
        "amd": Vendor.AMD,
        "apple": Vendor.APPLE,
        "snapdragon": Vendor.QUALCOMM,
    }
    return next((vendor for word, vendor in words.items() if word in name), Vendor.OTHER)


def processor_name(cpuinfo: str) -> str | None:
    """The model name in the text of /proc/cpuinfo or of `lscpu`."""
    match = re.search(r"^(?:model name|Model name|Model)\s*:\s*(.+?)\s*$", cpuinfo, re.MULTILINE)
    return " ".join(re.sub(r"\(R\)|\(TM\)|®|™", " ", match[1]).split()) if match else None


def control_group_gib(folder: Path) -> tuple[float | None, float | None]:
    """Memory limit and use of the control group, GiB; None where there is none."""
    for limit_file, use_file in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            limit = (folder / limit_file).read_text().strip()
            used = int((folder / use_file).read_text())
        except (OSError, ValueError):
            continue
        if limit.isdigit() and int(limit) < 2**60:
            return int(limit) / GIB, used / GIB
    return None, None


def _usable_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _processor() -> str:
    if platform.system() == "Darwin":
        return (output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor() or "CPU").strip()
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    return (
        processor_name(text)
        or processor_name(output("lscpu") or "")
        or platform.processor()
        or platform.machine()
        or "CPU"
    )
