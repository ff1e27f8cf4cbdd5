"""Where the shipped artifacts lie: inside the installed package, or in the source tree."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from advisor.domain.errors import NotAvailable

_PACKAGE = Path(__file__).parents[1]
_ROOT = _PACKAGE.parent


@cache
def facts_dir() -> Path:
    """The folder of the shipped fact tables.

    Raises:
        NotAvailable: neither the package nor the source tree has them.
    """
    return _first(_PACKAGE / "_data" / "facts", _ROOT / "data" / "facts")


@cache
def models_dir() -> Path:
    """The folder of the trained artifacts, one subfolder each.

    Raises:
        NotAvailable: neither the package nor the source tree has them.
    """
    return _first(_PACKAGE / "_models", _ROOT / "models")


def _first(*folders: Path) -> Path:
    for folder in folders:
        if folder.is_dir():
            return folder
    tried = " or ".join(map(str, folders))
    raise NotAvailable(
        f"shipped files are missing: expected {tried}; reinstall model-advisor or run from a full checkout"
    )
