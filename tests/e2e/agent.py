"""A client of `advisor mcp` over stdio, with a process of its own."""

import os
import sys
from pathlib import Path

import pytest

mcp = pytest.importorskip("mcp", reason="the MCP SDK is not installed (extra mcp)")

ROOT = Path(__file__).parents[2]


def open_client(home, *arguments, **settings):
    """A client to be entered with `async with`; the server answers from the catalog in `home`."""
    environment = os.environ | {"ADVISOR_HOME": str(home), "PYTHONPATH": str(ROOT)} | settings
    command = mcp.StdioServerParameters(
        command=sys.executable, args=["-m", "advisor", "mcp", *arguments], env=environment, cwd=str(ROOT)
    )
    return mcp.Client(command, read_timeout_seconds=120)
