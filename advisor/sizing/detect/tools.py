"""Runs a vendor's tool, if it is there."""

from __future__ import annotations

import shutil
import subprocess


def output(*command: str, timeout_s: float = 5) -> str | None:
    """What a tool prints on success; None if it is missing, fails, or takes longer than `timeout_s`."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None
