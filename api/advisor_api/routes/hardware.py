"""GET /v1/hardware: the devices that a need can name."""

from __future__ import annotations

from litestar import get

from advisor_api.answer import Answer
from advisor_api.problems import ASKED, responses
from advisor_api.routes.common import Limit, Offset, Query, SharedAdvisor, SharedWorkers
from advisor_api.security.guards import known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.wire.catalog import Device, DevicePage

_DEVICES = """
SELECT
    name, vendor, kind, architecture, year, memory_gib, memory_bandwidth_gb_s, fp16_tflops, tdp_w, source_id AS source
FROM hardware
WHERE (
    SELECT coalesce(bool_and(contains(lower(vendor || ' ' || name), word)), true)
    FROM (SELECT unnest(?::VARCHAR[]) AS word)
)
ORDER BY name
LIMIT ? OFFSET ?
"""


@get(
    "/hardware",
    operation_id="listHardware",
    summary="Search devices",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Hardware"],
)
async def list_hardware(
    advisor: SharedAdvisor, workers: SharedWorkers, q: Query = "", limit: Limit = 20, offset: Offset = 0
) -> Answer[DevicePage]:
    """Devices whose maker and name contain every word of `q`, by name."""
    rows = await workers.run(advisor.store.rows, _DEVICES, [q.lower().split(), limit + 1, offset])
    return Answer(
        DevicePage(
            hardware=tuple(Device(**row) for row in rows[:limit]),
            offset=offset,
            next_offset=offset + limit if len(rows) > limit else None,
        )
    )
