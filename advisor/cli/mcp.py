"""`advisor mcp`: the tools of the advisor for agents, over the Model Context Protocol."""

from __future__ import annotations

import shutil
import sys
from importlib import import_module

import click

from advisor.cli.complaints import FOUND
from advisor.cli.talk import json_option, print_json, say
from advisor.domain.errors import NotAvailable


@click.command("mcp")
@click.option("--hub", is_flag=True, help="Let estimates of hub:org/name ask the Hugging Face hub.")
@json_option
def command(hub: bool, as_json: bool) -> int:
    """The tools recommend, compare, check_license and estimate for agents, over stdio.

    A client starts this command itself; `advisor mcp --json` prints the entry for its configuration and ends.
    """
    if as_json:
        program = shutil.which("advisor") or sys.argv[0]
        arguments = ["mcp", "--hub"] if hub else ["mcp"]
        print_json({"mcpServers": {"model-advisor": {"command": program, "args": arguments}}})
        return FOUND
    try:
        server = import_module("advisor.mcp_server")
    except ModuleNotFoundError as error:
        hint = "pip install 'model-advisor[mcp]'"
        raise NotAvailable(f"the MCP server needs {error.name}, which is not installed; run: {hint}") from error
    if sys.stdin.isatty():
        say("waiting for a client on stdin; clients start this themselves, see advisor mcp --json; Ctrl-C ends it")
    server.serve(hub)
    return FOUND
