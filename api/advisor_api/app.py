"""The factory of the service."""

from __future__ import annotations

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from advisor.engine import Advisor
from advisor_api.bodies import DomainBodies
from advisor_api.lifespan import opened, provide_advisor, provide_settings, provide_workers
from advisor_api.metrics import Metrics
from advisor_api.observe import Observe
from advisor_api.openapi.document import openapi_config
from advisor_api.problems import plugin
from advisor_api.routes import catalog, comparisons, docs, estimates, hardware, licenses, models, operations
from advisor_api.routes.recommendations import recommend
from advisor_api.security.guards import stay_local
from advisor_api.security.keys import parse_keys
from advisor_api.settings import Settings

_V1 = [
    recommend,
    models.list_models,
    models.get_model,
    comparisons.compare,
    licenses.list_licenses,
    licenses.check_license,
    estimates.estimate,
    hardware.list_hardware,
    catalog.get_catalog,
]


def create_app(advisor: Advisor | None = None, settings: Settings | None = None) -> Litestar:
    """The service over one shared Advisor, opened when the server starts unless it is given.

    Raises:
        InvalidInput: an environment variable ADVISOR_API_* cannot be read.
    """
    settings = settings or Settings.from_env()
    metrics = Metrics()
    app = Litestar(
        [Router("/v1", route_handlers=_V1), operations.get_health, operations.get_metrics, docs.docs, docs.asset],
        dependencies={
            "advisor": Provide(provide_advisor, sync_to_thread=False),
            "workers": Provide(provide_workers, sync_to_thread=False),
            "settings": Provide(provide_settings, sync_to_thread=False),
        },
        guards=[stay_local],
        lifespan=[opened(advisor, settings)],
        logging_config=None,
        openapi_config=openapi_config(),
        plugins=[plugin(), DomainBodies()],
        request_max_body_size=settings.max_body_bytes,
        state=State({"settings": settings, "api_keys": parse_keys(settings.keys), "metrics": metrics}),
    )
    app.asgi_handler = Observe(app.asgi_handler, metrics, settings.log_requests)
    return app
