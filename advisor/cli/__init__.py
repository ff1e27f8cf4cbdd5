"""The command line. stdout is data, stderr is talk; one file a command, loaded only when it is called."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command of `sys.argv` and leave the process with its exit status."""
    # Looking for plugins of pydantic reads the metadata of every installed package; nothing here has any.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A command makes many objects that live to its end; looking for garbage among them so often takes 5 % of its time.
    gc.set_threshold(50_000)
    from advisor.cli.app import run

    sys.exit(run(sys.argv[1:]))
