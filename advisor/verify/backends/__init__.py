"""What runs candidates: one backend a file, more from other packages through the entry point `advisor.backends`."""

from __future__ import annotations

import logging
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from advisor.domain.errors import NotAvailable
from advisor.verify.protocols import Backend
from advisor.verify.sources.files import Files

GROUP = "advisor.backends"
_log = logging.getLogger(__name__)
_OWN = (
    "static_vectors",
    "nano_e5",
    "sentence_encoder",
    "cross_encoder",
    "image_encoder",
    "causal",
    "text_encoder",
    "timm_image",
    "torchvision_image",
    "onnx_text",
    "onnx_image",
    "llama_server",
    "llama_cpp",
    "endpoint",
    "baselines",
)
"""Modules in the order in which they are asked whether they can run some files: the special before the general."""


@cache
def all_backends() -> tuple[Backend, ...]:
    """Every backend, those of other packages first."""
    others = [backend for point in entry_points(group=GROUP) if (backend := _loaded(point)) is not None]
    own = [import_module(f"{__name__}.{module}").BACKEND for module in _OWN]
    return (*others, *own)


def _loaded(point: EntryPoint) -> Backend | None:
    """The backend of another package; None, with a warning, if it cannot be imported."""
    try:
        backend: Backend = point.load()()
    except Exception:
        _log.warning("the backend %s = %s cannot be used", point.name, point.value, exc_info=True)
        return None
    return backend


def backend_named(name: str) -> Backend:
    """The backend of a name.

    Raises:
        NotAvailable: there is none.
    """
    for backend in all_backends():
        if backend.name == name:
            return backend
    raise NotAvailable(f"no backend is called {name!r}; there are {', '.join(b.name for b in all_backends())}")


def backend_for(format: str, files: Files | None) -> Backend | None:
    """The first backend that can run some files; None if none can."""
    return next((b for b in all_backends() if format in b.formats and b.suits(files)), None)
