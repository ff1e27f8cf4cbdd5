"""The factory of the service."""

from __future__ import annotations

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.exceptions import ValidationException

from advisor.engine import Advisor
from advisor_api.bodies import DomainBodies, DomainRequest
from advisor_api.heads import Heads
from advisor_api.lifespan import opened
from advisor_api.metrics import Metrics
from advisor_api.observe import Observe
from advisor_api.openapi.document import openapi_config
from advisor_api.problems import invalid_parameters, plugin
from advisor_api.provide import dependencies
from advisor_api.routes import ROOT, UPLOADS, V1
from advisor_api.security.guards import same_site, stay_local
from advisor_api.security.headers import CORS_EXPOSED, CORS_SENT
from advisor_api.security.keys import parse_keys
from advisor_api.security.rate import RateLimit
from advisor_api.security.slow import TimedBodies
from advisor_api.settings import Settings


def create_app(advisor: Advisor | None = None, settings: Settings | None = None) -> Litestar:
    """The service over one shared Advisor, opened when the server starts unless it is given.

    Raises:
        InvalidInput: an environment variable ADVISOR_API_* cannot be read.
    """
    settings = settings or Settings.from_env()
    origins, metrics = settings.allowed_origins, Metrics()
    cors = CORSConfig(allow_origins=origins, allow_headers=CORS_SENT, expose_headers=CORS_EXPOSED)
    uploads = Router("/v1", route_handlers=UPLOADS, request_max_body_size=settings.max_upload_bytes)
    app = Litestar(
        [Router("/v1", route_handlers=V1), uploads, *ROOT],
        cors_config=cors if origins else None,
        dependencies=dependencies(),
        exception_handlers={ValidationException: invalid_parameters},
        guards=[stay_local, same_site, RateLimit(settings.requests_per_minute)],
        lifespan=[opened(advisor, settings)],
        logging_config=None,
        openapi_config=openapi_config(),
        plugins=[plugin(), DomainBodies()],
        request_class=DomainRequest,
        request_max_body_size=settings.max_body_bytes,
        state=State({"settings": settings, "api_keys": parse_keys(settings.keys), "metrics": metrics}),
    )
    timed = TimedBodies(Heads(app.asgi_handler), settings.request_timeout_s)
    app.asgi_handler = Observe(timed, metrics, settings.log_requests)
    return app
