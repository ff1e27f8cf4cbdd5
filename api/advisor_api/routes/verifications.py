"""/v1/verifications: models measured on uploaded data, on this server, in the background."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

from litestar import Request, post
from litestar.datastructures import UploadFile
from pydantic import ValidationError

from advisor.domain.errors import InvalidInput, Problem
from advisor.domain.problems import problems_of
from advisor_api.answer import Answer
from advisor_api.jobs.lookup import common_fields, find_job
from advisor_api.jobs.verification import make_order
from advisor_api.problems import SENT, ApiProblem, responses
from advisor_api.routes.common import (
    IdempotencyKey,
    OwnModels,
    SharedAdvisor,
    SharedJobs,
    SharedOwner,
    SharedRecords,
    SharedSettings,
    SharedWorkers,
)
from advisor_api.routes.jobs import JobRoutes
from advisor_api.security.guards import accepts, known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.store import jobs
from advisor_api.store.jobs import Item
from advisor_api.store.owned import Creation
from advisor_api.store.records import Records
from advisor_api.wire.verifications import VerificationJob, VerificationOutcome, VerificationPage, VerificationRequest

_KIND = "verification"
_MOST_FILES = 10
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@post(
    "/verifications",
    operation_id="createVerification",
    summary="Verify models on your data",
    status_code=202,
    guards=[needs(Scope.RUN), accepts("multipart/form-data"), known_query],
    responses=responses(409, *SENT),
    tags=["Verifications"],
)
async def create_verification(
    request: Request[Any, Any, Any],
    advisor: SharedAdvisor,
    records: SharedRecords,
    workers: SharedWorkers,
    settings: SharedSettings,
    runner: SharedJobs,
    verify_models: OwnModels,
    owner: SharedOwner,
    idempotency_key: IdempotencyKey = None,
) -> Answer[VerificationJob]:
    """Measure quality and speed of models on your data: a form with `request` (JSON) and one or more files `data`.

    One file is a table (CSV, TSV, JSONL, Parquet); several are a collection to search: corpus, queries and qrels. Every
    model runs in a process of its own without network. Results are kept until the verification is deleted; the data are
    deleted when it is over.
    """
    if not settings.verifications:
        raise ApiProblem(503, "this server verifies nothing (ADVISOR_API_VERIFICATIONS)")
    asked, files = await _read_form(request)
    order = await workers.run(make_order, asked, advisor, verify_models)
    digest = sha256(order.model_dump_json().encode() + b"".join(sha256(files[name]).digest() for name in sorted(files)))
    creation = Creation(owner, idempotency_key, digest.hexdigest(), settings.max_kept)
    items = [Item(1, asked.name, order.model_dump_json(exclude_unset=True))]
    job_id, new = await records.write(jobs.create, _KIND, asked.name, items, creation, files)
    runner.wake()
    headers = {"Location": f"/v1/verifications/{job_id}"} | ({} if new else {"Idempotent-Replayed": "true"})
    return Answer(_job(await find_job(records, _KIND, job_id, owner)), status_code=202, headers=headers)


async def _read_form(request: Request[Any, Any, Any]) -> tuple[VerificationRequest, dict[str, bytes]]:
    """The request and the files of a form.

    Raises:
        InvalidInput: naming every part that is missing, too many or wrong.
    """
    try:
        form = await request.form()
    except UnicodeDecodeError:
        raise InvalidInput([Problem("request", "is not text", "a JSON object in UTF-8")]) from None
    problems = [
        Problem(name[:100], "unknown part of the form", "request and data") for name in form if name not in _PARTS
    ]
    texts = [part if isinstance(part, str) else None for part in form.getall("request", [])]
    asked: VerificationRequest | None = None
    if len(texts) != 1 or texts[0] is None:
        problems.append(Problem("request", "is missing or not text", "one part with a JSON object"))
    else:
        try:
            asked = VerificationRequest.model_validate_json(texts[0])
        except ValidationError as error:
            problems += problems_of(error, VerificationRequest)
    files: dict[str, bytes] = {}
    parts = form.getall("data", [])
    if not 1 <= len(parts) <= _MOST_FILES:
        problems.append(Problem("data", f"there are {len(parts)} files", f"1 to {_MOST_FILES} files"))
    for part in parts[:_MOST_FILES]:
        name = part.filename if isinstance(part, UploadFile) else ""
        if not isinstance(part, UploadFile) or not _FILE_NAME.fullmatch(name) or name in files:
            expected = "a file whose name is its own, of letters, digits, dot, underscore and hyphen"
            problems.append(Problem("data", "is not a file with a usable name", expected))
        else:
            files[name] = await part.read()
    if problems or asked is None:
        raise InvalidInput(problems)
    return asked, files


_PARTS = ("request", "data")


def _job(row: jobs.Row) -> VerificationJob:
    return VerificationJob(**common_fields(row), doing=row["doing"], share=row["share"])


async def _whole(records: Records, row: jobs.Row) -> VerificationJob:
    kept = await records.read(jobs.results, row["id"], 0, 1)
    outcome = VerificationOutcome.model_validate_json(kept[0][1]) if kept else VerificationOutcome()
    return _job(row).model_copy(update={"result": outcome.result, "errors": outcome.errors})


HANDLERS = [
    create_verification,
    *JobRoutes(_KIND, "verifications", VerificationJob, VerificationPage, _job, _whole).handlers(),
]
