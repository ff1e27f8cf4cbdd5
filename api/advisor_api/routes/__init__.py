"""The routes, one concern a file."""

from __future__ import annotations

from advisor_api.page import routes as page
from advisor_api.routes import (
    batches,
    catalog,
    comparisons,
    docs,
    estimates,
    hardware,
    licenses,
    measurements,
    models,
    operations,
    projects,
    verifications,
)
from advisor_api.routes.recommendations import recommend

V1 = [
    recommend,
    comparisons.compare,
    models.list_models,
    models.get_model,
    licenses.list_licenses,
    licenses.check_license,
    licenses.check_compatibility,
    estimates.estimate,
    hardware.list_hardware,
    projects.create_project,
    projects.list_projects,
    projects.get_project,
    projects.replace_project,
    projects.delete_project,
    measurements.create_measurement,
    measurements.list_measurements,
    measurements.delete_measurement,
    catalog.get_catalog,
    catalog.reload,
]
"""What is below /v1."""

UPLOADS = [*batches.HANDLERS, *verifications.HANDLERS]
"""Everything below /v1 that may take a larger body. A path is in one of the two lists."""

ROOT = [
    page.index,
    page.asset,
    operations.get_health,
    operations.get_live,
    operations.get_ready,
    operations.get_metrics,
    docs.docs,
    docs.asset,
]
"""Everything else."""
