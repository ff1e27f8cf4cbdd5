"""A real PostgreSQL server of a test run's own, on a socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path


def binaries():
    """The folder of the server's programs; None where it is not installed."""
    found = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = Path(found) if found else installed[-1] if installed else None
    return path and path.resolve().parent


@contextmanager
def running():
    """Its address for SQLAlchemy. The server refuses to run as root: there it runs as the user postgres."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    if user:
        shutil.chown(folder, **user)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    data, programs = folder / "data", binaries()
    subprocess.run(
        [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-N"], check=True, **quiet, **user
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, **quiet, **user)
    try:
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet, **user)
        shutil.rmtree(folder)
