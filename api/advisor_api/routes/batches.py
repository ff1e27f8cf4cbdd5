"""/v1/batches: many needs in one upload, answered in the background."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.response import Stream

from advisor_api.answer import Answer
from advisor_api.jobs.batch import read_batch
from advisor_api.jobs.lookup import common_fields, find_job
from advisor_api.problems import ASKED, SENT, responses
from advisor_api.routes.common import (
    IdempotencyKey,
    JobId,
    SharedJobs,
    SharedOwner,
    SharedRecords,
    SharedSettings,
    SharedWorkers,
)
from advisor_api.routes.jobs import JobRoutes
from advisor_api.security.guards import accepts, known_query, media_type, needs
from advisor_api.security.keys import Scope
from advisor_api.store import jobs
from advisor_api.store.owned import Creation, Owner
from advisor_api.store.records import Records
from advisor_api.wire.jobs import Batch, BatchLine, BatchPage

JSON = "application/json"
LINES = ("application/x-ndjson", "application/jsonl")
_KIND = "batch"
_AT_ONCE = 100
_POLL_S = 0.3

AfterLine = Annotated[int, QueryParameter(ge=0, le=10_000_000, description="Send the lines after this one.")]
WaitSeconds = Annotated[
    int, QueryParameter(ge=0, le=25, description="Seconds to stay on for lines that are not there yet.")
]


@post(
    "/batches",
    operation_id="createBatch",
    summary="Upload a batch",
    status_code=202,
    guards=[needs(Scope.RUN), accepts(JSON, *LINES), known_query],
    responses=responses(409, *SENT),
    tags=["Batches"],
)
async def create_batch(
    request: Request[Any, Any, Any],
    records: SharedRecords,
    workers: SharedWorkers,
    settings: SharedSettings,
    runner: SharedJobs,
    owner: SharedOwner,
    idempotency_key: IdempotencyKey = None,
) -> Answer[Batch]:
    """Many needs at once: a JSON array, or one JSON object a line. A need that is wrong stops nothing.

    Results are kept until the batch is deleted. With an Idempotency-Key a POST that is sent again makes no second
    batch.
    """
    raw = await request.body()
    as_lines = media_type(request) != JSON
    items = await workers.run(read_batch, raw, as_lines, settings.allow_this_machine, settings.max_batch_needs)
    creation = Creation(owner, idempotency_key, sha256(raw).hexdigest(), settings.max_kept)
    batch_id, new = await records.write(jobs.create, _KIND, None, items, creation)
    runner.wake()
    headers = {"Location": f"/v1/batches/{batch_id}"} | ({} if new else {"Idempotent-Replayed": "true"})
    return Answer(_batch(await find_job(records, _KIND, batch_id, owner)), status_code=202, headers=headers)


@get(
    "/batches/{batch_id:str}/results",
    operation_id="getBatchResults",
    summary="Results of a batch",
    guards=[needs(Scope.READ), known_query],
    media_type=LINES[0],
    responses={
        200: ResponseSpec(
            BatchLine, generate_examples=False, media_type=LINES[0], description="One JSON document a line."
        ),
        **responses(404, *ASKED),
    },
    tags=["Batches"],
)
async def get_results(
    batch_id: JobId, records: SharedRecords, owner: SharedOwner, after: AfterLine = 0, wait_s: WaitSeconds = 0
) -> Stream:
    """The lines that are done, in the order of the upload, as newline-delimited JSON.

    While the batch runs, ask again with `after` set to the last line that came; `wait_s` keeps the answer open for
    lines that follow.
    """
    await find_job(records, _KIND, batch_id, owner)
    return Stream(_lines(records, batch_id, owner, after, wait_s), media_type=LINES[0])


async def _lines(records: Records, batch_id: str, owner: Owner, after: int, wait_s: int) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    until = clock() + wait_s
    while True:
        job = await records.read(jobs.find, _KIND, batch_id, owner)
        rows = await records.read(jobs.results, batch_id, after, _AT_ONCE)
        for line, result in rows:
            after = line
            yield f"{result}\n"
        if rows:
            continue
        if job is None or job["state"] not in jobs.OPEN or clock() >= until:
            return
        await asyncio.sleep(_POLL_S)


def _batch(row: jobs.Row) -> Batch:
    counts = {outcome: row["outcomes"].get(outcome, 0) for outcome in ("found", "nothing", "bad")}
    size = {"total": row["total"], "done": row["done"]}
    return Batch(**common_fields(row), **size, **counts, catalog_snapshots=tuple(sorted(row["catalog_snapshots"])))


async def _whole(records: Records, row: jobs.Row) -> Batch:
    return _batch(row)


HANDLERS = [
    create_batch,
    get_results,
    *JobRoutes(_KIND, "batches", Batch, BatchPage, _batch, _whole).handlers(),
]
