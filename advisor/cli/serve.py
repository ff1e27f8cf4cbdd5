"""`advisor serve`: the same answers over HTTP."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from advisor.cli.complaints import FOUND
from advisor.cli.talk import json_option, print_json, say
from advisor.domain.errors import NotAvailable

# By name, at run time: the library and the command line do not depend on the service.
_SERVER = "advisor_api.server"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@json_option
def command(host: str, port: int, as_json: bool) -> int:
    """The same answers over HTTP, until Ctrl-C. With --json, the address is printed first."""
    try:
        server = import_module(_SERVER)
    except ModuleNotFoundError as error:
        hint = "pip install 'model-advisor[api]'"
        raise NotAvailable(f"the service needs {error.name}, which is not installed; run: {hint}") from error
    address = f"http://{host}:{port}"
    if as_json:
        print_json({"address": address, "docs": f"{address}/docs"})
        sys.stdout.flush()
    say(f"starting on {address}, documentation at {address}/docs; Ctrl-C ends it")
    server.serve(host, port)
    return FOUND
