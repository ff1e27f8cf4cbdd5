"""Over the network "this machine" would be the server: a client may not look into it unless the operator lets it."""

from __future__ import annotations

import re

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.hardware import Hardware
from advisor.domain.requirements import Requirements
from advisor.sizing.devices import THIS_MACHINE
from advisor.sizing.names import device_key

_SAID = re.compile(r"\bthis[- ](?:machine|computer|laptop|pc)\b", re.IGNORECASE)
_EXPECTED = 'a catalog name such as "RTX 4090" (GET /v1/hardware), or a specification with kind and memory_gib'


def refuse_this_machine(hardware: str | Hardware | None, field: str = "hardware") -> None:
    """Refuse a request for the server's own devices.

    Raises:
        InvalidInput: the hardware is a name for the machine that answers.
    """
    if isinstance(hardware, str) and device_key(hardware) in THIS_MACHINE:
        raise InvalidInput([Problem(field, "this-machine would be the server, not your machine", _EXPECTED)])


def refuse_this_machine_in(requirements: Requirements, prefix: str = "") -> None:
    """The same for a need, where the free text can say it too.

    Raises:
        InvalidInput: the need is for the machine that answers.
    """
    refuse_this_machine(requirements.hardware, f"{prefix}hardware")
    if requirements.hardware is None and _SAID.search(requirements.description or ""):
        message = "the text speaks of this machine, which would be the server; say which device you mean"
        raise InvalidInput([Problem(f"{prefix}description", message, f"hardware: {_EXPECTED}")])
