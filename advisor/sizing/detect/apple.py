"""Apple silicon: the memory is shared by processor and GPU."""

from __future__ import annotations

import re

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.sizing.detect.cpu import Host
from advisor.sizing.detect.tools import output


def probe(host: Host) -> Hardware | None:
    """This Mac; None on other machines and on Intel Macs."""
    if host.system != "Darwin":
        return None
    chip = output("sysctl", "-n", "machdep.cpu.brand_string") or ""
    return describe(chip, host)


def describe(chip: str, host: Host) -> Hardware | None:
    """Hardware from the brand string ("Apple M3 Max"); the size is part of the catalog's names."""
    match = re.search(r"Apple M\d+(?: (?:Pro|Max|Ultra))?", chip)
    if match is None:
        return None
    return Hardware(
        name=f"{match[0]} {round(host.memory_gib)}GB",
        kind=DeviceKind.UNIFIED,
        vendor=Vendor.APPLE,
        memory_gib=round(host.memory_gib, 2),
        memory_free_gib=round(host.free_gib, 2),
        cpu_cores=host.cores,
        source="detected by sysctl",
    )
