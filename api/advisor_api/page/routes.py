"""GET / and the files of the page; only files of this package exist, no path of a client reaches the disk."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from advisor_api.security.headers import APP_POLICY

_INDEX = "index.html"
_TYPES = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


class File(NamedTuple):
    """A file of the page."""

    content: bytes
    media_type: str
    etag: str


@get("/", include_in_schema=False, sync_to_thread=False, unlimited=True)
def index(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The page."""
    return _answer(request, page_files()[_INDEX])


@get("/page/{name:path}", include_in_schema=False, sync_to_thread=False, unlimited=True)
def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """A style sheet, module, font or icon of the page."""
    file = page_files().get(name.strip("/"))
    if file is None:
        raise NotFoundException
    return _answer(request, file)


@cache
def page_files() -> dict[str, File]:
    """Every file that is served, by its path below /page/."""
    return dict(_read(files("advisor_api").joinpath("page", "static"), ""))


def _read(folder: Traversable, prefix: str) -> Iterator[tuple[str, File]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _read(entry, f"{prefix}{entry.name}/")
        elif media_type := _TYPES.get(entry.name.rpartition(".")[2]):
            content = entry.read_bytes()
            yield f"{prefix}{entry.name}", File(content, media_type, f'"{sha256(content).hexdigest()[:16]}"')


def _answer(request: Request[Any, Any, Any], file: File) -> Response[bytes]:
    """The file, or that the browser's copy is still right."""
    headers = {"ETag": file.etag, "Cache-Control": "no-cache", "Content-Security-Policy": APP_POLICY}
    if request.headers.get("if-none-match") == file.etag:
        return Response(b"", status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
