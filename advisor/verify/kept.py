"""What the parts of a comparison found, kept in a folder, so that an interrupted comparison repeats none of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from advisor.domain.base import Frozen
from advisor.verify.protocols import Outputs

Found = tuple[Outputs, Mapping[str, Any]]
"""What was answered, and figures that JSON can hold."""


class Kept:
    """Parts by name, each written whole or not at all."""

    def __init__(self, cache: Path | None, kind: str, settings: Frozen) -> None:
        """Opens the parts of one comparison.

        Args:
            cache: folder of the candidate; None keeps nothing.
            kind: adapt or compress.
            settings: of the comparison; others are kept apart.
        """
        digest = hashlib.blake2b(settings.model_dump_json().encode(), digest_size=8).hexdigest()
        self._folder = cache / f"{kind}-{digest}" if cache else None

    def get(self, name: str, make: Callable[[], Found]) -> Found:
        """The part of a name; made if it was not kept."""
        if self._folder is None:
            return make()
        path = self._folder / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.npz"
        known = _read(path)
        if known is None:
            known = make()
            _write(path, known)
        return known


def _read(path: Path) -> Found | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return file["outputs"], json.loads(str(file["figures"]))
    except (OSError, ValueError, KeyError):
        return None


def _write(path: Path, found: Found) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".partial")
    with aside.open("wb") as stream:
        np.savez(stream, outputs=found[0], figures=np.array(json.dumps(found[1])))
    aside.replace(path)
