"""Run a generated program: a process of its own with limits, an empty folder, and no network, files or processes.

What keeps it in: rlimits on processor time, memory, file size and processes; an audit hook that refuses sockets, other
processes and writing; where the kernel allows it a network namespace of its own. It is not proof against an attack on
the interpreter or the kernel: models that are suspected of one belong in a virtual machine.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

_GUARD = """
import builtins, ctypes, os, resource, sys
def limit(kind, value):
    resource.setrlimit(kind, (value, value))
limit(resource.RLIMIT_CPU, {seconds})
limit(resource.RLIMIT_AS, {memory})
limit(resource.RLIMIT_FSIZE, 1 << 20)
limit(resource.RLIMIT_CORE, 0)
limit(resource.RLIMIT_NOFILE, 32)
if hasattr(os, "unshare"):
    unshare = os.unshare
else:
    unshare = getattr(ctypes.CDLL(None, use_errno=True), "unshare", lambda flags: -1)
try:
    unshare(0x10000000 | 0x40000000)
except OSError:
    pass
limit(resource.RLIMIT_NPROC, 0)
REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.spawn", "os.posix_spawn", "os.kill",
           "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.symlink",
           "os.truncate", "os.putenv", "shutil.", "ctypes.", "ftplib.", "urllib.", "http.", "pty.", "signal.")
for module in ("math", "re", "typing", "collections", "itertools", "functools", "heapq", "bisect", "string",
               "random", "statistics", "hashlib", "datetime", "decimal", "fractions", "operator", "copy", "json"):
    __import__(module)
def hook(event, arguments):
    if event.startswith(REFUSED):
        raise PermissionError(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError("writing")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        raise PermissionError("writing")
program = sys.stdin.read()
sys.addaudithook(hook)
del hook, limit, unshare
exec(compile(program, "<generated>", "exec"), {{"__name__": "generated"}})
os.write(1, b"{token}")
"""


def passes(program: str, seconds: float = 10.0, memory_mib: int = 512) -> bool:
    """Whether a program runs to its end without an error, within its limits.

    Args:
        program: the source, its tests at the end.
        seconds: processor time, and time on the clock.
        memory_mib: address space.
    """
    import secrets

    token = secrets.token_hex(16)
    guard = _GUARD.format(seconds=int(seconds) + 1, memory=memory_mib << 20, token=token)
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-B", "-c", guard],
                input=program.encode("utf-8", "replace"),
                capture_output=True,
                cwd=folder,
                env={"PYTHONHASHSEED": "0"},
                timeout=seconds + 2,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0 and token.encode() in done.stdout
