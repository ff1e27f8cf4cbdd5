"""AMD GPUs, as rocm-smi lists them."""

from __future__ import annotations

import json

from advisor.domain.hardware import DeviceKind, Hardware, Vendor
from advisor.sizing.detect.cpu import GIB, Host
from advisor.sizing.detect.tools import output


def probe(host: Host) -> Hardware | None:
    """The AMD GPUs of this machine; None without any, or without rocm-smi."""
    text = output("rocm-smi", "--showproductname", "--showmeminfo", "vram", "--json")
    return describe(text, host) if text else None


def describe(text: str, host: Host) -> Hardware | None:
    """Hardware from `rocm-smi --showproductname --showmeminfo vram --json`; less than 4 GiB of own memory means a
    shared one."""
    try:
        cards = [card for name, card in json.loads(text[text.index("{") :]).items() if name.startswith("card")]
    except (ValueError, AttributeError):
        return None
    sized = [(int(card.get("VRAM Total Memory (B)", 0)), card) for card in cards]
    if not sized:
        return None
    most, best = max(sized, key=lambda pair: pair[0])
    equal = [card for size, card in sized if size == most]
    name = (
        str(best.get("Card Series") or best.get("Card series") or best.get("Card model") or "AMD GPU")
        .replace("[", "")
        .replace("]", "")
    )
    if most < 4 * GIB:
        return Hardware(name=name, kind=DeviceKind.UNIFIED, vendor=Vendor.AMD, memory_gib=round(host.memory_gib, 2),
                        memory_free_gib=round(host.free_gib, 2), cpu_cores=host.cores,
                        source="detected by rocm-smi")  # fmt: skip
    free = min((most - int(card.get("VRAM Total Used Memory (B)", 0))) / GIB for card in equal)
    return Hardware(
        name=name,
        kind=DeviceKind.GPU,
        vendor=Vendor.AMD,
        count=len(equal),
        memory_gib=round(most / GIB, 2),
        memory_free_gib=round(free, 2),
        host_memory_gib=round(host.free_gib, 2),
        cpu_cores=host.cores,
        source="detected by rocm-smi",
    )
