"""Intel Arc GPUs with memory of their own, as xpu-smi lists them; integrated ones count as the processor."""

from __future__ import annotations

import json

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.sizing.detect.cpu import GIB, Host
from advisor.sizing.detect.tools import output


def probe(host: Host) -> Hardware | None:
    """The Intel GPUs of this machine; None without any, or without xpu-smi."""
    listed = output("xpu-smi", "discovery", "-j")
    if not listed:
        return None
    first = device_ids(listed)
    details = output("xpu-smi", "discovery", "-d", str(first[0]), "-j") if first else None
    return describe(details, len(first), host) if details else None


def device_ids(text: str) -> list[int]:
    """The GPUs that `xpu-smi discovery -j` lists."""
    try:
        return [
            int(device["device_id"])
            for device in json.loads(text)["device_list"]
            if device.get("device_type", "GPU") == "GPU"
        ]
    except (ValueError, KeyError, TypeError):
        return []


def describe(text: str, count: int, host: Host) -> Hardware | None:
    """Hardware from `xpu-smi discovery -d ID -j`; None if the device has no memory of its own."""
    try:
        device = json.loads(text)
        memory = float(device["memory_physical_size_byte"]) / GIB
        name = str(device["device_name"])
    except (ValueError, KeyError, TypeError):
        return None
    if memory < 2:
        return None
    return Hardware(
        name=name,
        kind=DeviceKind.GPU,
        vendor=Vendor.INTEL,
        count=max(count, 1),
        memory_gib=round(memory, 2),
        host_memory_gib=round(host.free_gib, 2),
        cpu_cores=host.cores,
        source="detected by xpu-smi",
    )
