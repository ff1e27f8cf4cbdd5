"""GET /openapi.json: Litestar's description of the routes with pydantic's schemas and our examples in it."""

from __future__ import annotations

import json
from typing import Any

from litestar import MediaType, Request
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme

from advisor import __version__
from advisor_api.openapi.examples import BODIES, PARAMETERS
from advisor_api.openapi.schemas import component_schemas
from advisor_api.openapi.uploads import NAMED_IN_UPLOADS, UPLOADS
from advisor_api.problems import MEDIA_TYPE

_OWN_REFUSAL = "400"
"""What Litestar declares of every route with parameters, in a shape that nothing is answered in."""
_NO_SUCH_METHOD = {
    "description": "Method not allowed: the path takes others, which `Allow` names",
    "headers": {"Allow": {"schema": {"type": "string"}, "description": "Methods that the path takes."}},
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}},
}
_ABOUT = (
    "Say what you need, get the open-source model to use, why, whether you may and whether it runs. Errors are "
    "application/problem+json (RFC 9457) and name every bad field. What takes GET takes HEAD. Unknown is null, never "
    "guessed."
)


def openapi_config() -> OpenAPIConfig:
    """What Litestar needs to describe the routes, served at /openapi.json."""
    return OpenAPIConfig(
        title="model-advisor",
        version=__version__,
        description=_ABOUT,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}),
        security=[{}, {"key": []}],
        use_handler_docstrings=True,
        path="/openapi.json",
        render_plugins=[Document(path=["/", "/openapi.json"])],
    )


class Document(OpenAPIRenderPlugin):
    """Serves the document, made once."""

    def __init__(self, *, path: list[str]) -> None:
        super().__init__(path=path, media_type=MediaType.JSON)
        self._text: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._text is None:
            self._text = json.dumps(complete(openapi_schema), ensure_ascii=False).encode()
        return self._text


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Litestar's document with full schemas, examples, and no error shape but ours."""
    for path in document["paths"].values():
        for operation in path.values():
            _complete_operation(operation)
    components = document["components"]
    names = set(components["schemas"]) | NAMED_IN_UPLOADS
    return {**document, "components": {**components, "schemas": component_schemas(names)}}


def _complete_operation(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    operation["responses"] = {
        status: response
        for status, response in operation["responses"].items()
        if status != _OWN_REFUSAL or MEDIA_TYPE in response["content"]
    } | {"405": _NO_SUCH_METHOD}
    if name in UPLOADS:
        operation["requestBody"] = UPLOADS[name]
    elif "requestBody" in operation:
        operation["requestBody"]["content"]["application/json"]["examples"] = BODIES[name]
    for parameter in operation.get("parameters", ()):
        parameter["example"] = PARAMETERS[name][parameter["name"]]
