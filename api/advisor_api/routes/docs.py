"""/docs: the API to read and to try, from files of this package alone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from litestar import MediaType, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from advisor_api.security.headers import PAGE_POLICY

_TYPES = {
    "swagger-ui-bundle.js": "text/javascript",
    "start.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


@get("/docs", include_in_schema=False, sync_to_thread=False)
def docs() -> Response[bytes]:
    """The page."""
    return Response(_file("docs.html"), media_type=MediaType.HTML, headers={"Content-Security-Policy": PAGE_POLICY})


@get("/docs/assets/{name:str}", include_in_schema=False, sync_to_thread=False)
def asset(name: FromPath[str]) -> Response[bytes]:
    """A file of the page; only these names exist, no path of a client reaches the disk."""
    if name not in _TYPES:
        raise NotFoundException
    return Response(
        _file(f"swagger-ui/{name}"), media_type=_TYPES[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _file(name: str) -> bytes:
    return files("advisor_api").joinpath("static", *name.split("/")).read_bytes()
