"""/v1/measurements: what clients measured themselves, kept in the private overlay of this server."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.params import JSONBody

from advisor.catalog import overlay
from advisor.domain.measurement import Measurement
from advisor_api.answer import Answer
from advisor_api.problems import ASKED, SENT, not_found, responses
from advisor_api.routes.common import Limit, MeasurementId, Offset, SharedSettings, SharedWorkers
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.store.owned import TooManyKept
from advisor_api.wire.measurements import MeasurementPage


@post(
    "/measurements",
    operation_id="createMeasurement",
    summary="Keep a measurement",
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(409, *SENT),
    tags=["Measurements"],
)
async def create_measurement(
    data: JSONBody[Measurement], workers: SharedWorkers, settings: SharedSettings
) -> Answer[Measurement]:
    """Keep what was measured of a model on own data. It is private to this server and shared by its keys.

    Its id is the hash of its content, so a POST that is sent again makes no second one.
    """
    return Answer(await workers.run(_add, data, settings.max_kept), status_code=201)


@get(
    "/measurements",
    operation_id="listMeasurements",
    summary="Kept measurements",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Measurements"],
)
async def list_measurements(workers: SharedWorkers, limit: Limit = 20, offset: Offset = 0) -> Answer[MeasurementPage]:
    """The measurements of this server, oldest first."""
    kept = await workers.run(overlay.list)
    more = offset + limit if len(kept) > offset + limit else None
    return Answer(MeasurementPage(measurements=kept[offset : offset + limit], offset=offset, next_offset=more))


@delete(
    "/measurements/{measurement_id:str}",
    operation_id="deleteMeasurement",
    summary="Delete a measurement",
    guards=[needs(Scope.RUN), known_query],
    responses=responses(404, *ASKED),
    tags=["Measurements"],
)
async def delete_measurement(measurement_id: MeasurementId, workers: SharedWorkers) -> None:
    """Delete a measurement."""
    if not await workers.run(overlay.delete, measurement_id):
        raise not_found("measurement", "measurement_id")


def _add(measurement: Measurement, most: int) -> Measurement:
    if len(overlay.list()) >= most:
        raise TooManyKept
    return overlay.add(measurement)
