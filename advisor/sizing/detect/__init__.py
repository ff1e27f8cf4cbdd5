"""The machine this runs on, with its free memory. One file a vendor; nothing here ever raises."""

from __future__ import annotations

import logging
from collections.abc import Callable

from advisor.domain.hardware import Hardware
from advisor.sizing.detect import amd, apple, cpu, intel, nvidia

_log = logging.getLogger(__name__)
_PROBES: tuple[Callable[[cpu.Host], Hardware | None], ...] = (nvidia.probe, apple.probe, amd.probe, intel.probe)


def this_machine() -> Hardware:
    """The accelerator of this machine, else its processor. Of several accelerators the equal ones of the largest
    kind count."""
    host = cpu.host()
    for probe in _PROBES:
        try:
            found = probe(host)
        except Exception:  # a broken driver tool must not keep anybody from an answer
            _log.debug("%s failed", probe.__module__, exc_info=True)
            continue
        if found is not None:
            return found
    return cpu.hardware(host)
