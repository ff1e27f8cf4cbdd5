"""/v1/projects: needs that are kept, and what a newer catalog changes in their answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from litestar import delete, get, post, put
from litestar.params import JSONBody
from pydantic import ValidationError

from advisor.domain.change import AnswerChange
from advisor.domain.errors import InvalidInput
from advisor.domain.recommendation import Recommendation
from advisor.domain.requirements import Requirements
from advisor.engine import Advisor
from advisor.explain.difference import difference
from advisor_api.answer import Answer
from advisor_api.problems import ASKED, SENT, not_found, responses
from advisor_api.routes.common import (
    IdempotencyKey,
    Limit,
    Offset,
    ProjectId,
    SharedAdvisor,
    SharedOwner,
    SharedRecords,
    SharedSettings,
    SharedWorkers,
)
from advisor_api.security.guards import json_only, known_query, needs
from advisor_api.security.keys import Scope
from advisor_api.store import projects
from advisor_api.store.owned import Creation, Owner
from advisor_api.store.records import Records
from advisor_api.wire.projects import Project, ProjectPage, ProjectRequest, ProjectSummary


@post(
    "/projects",
    operation_id="createProject",
    summary="Save a project",
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(409, *SENT),
    tags=["Projects"],
)
async def create_project(
    data: JSONBody[ProjectRequest],
    advisor: SharedAdvisor,
    workers: SharedWorkers,
    records: SharedRecords,
    settings: SharedSettings,
    owner: SharedOwner,
    idempotency_key: IdempotencyKey = None,
) -> Answer[Project]:
    """Keep a need under a name, and answer it. With an Idempotency-Key a POST sent again makes no second project."""
    wanted = _of_project(data)
    answer = await workers.run(_answer, advisor, wanted)
    creation = Creation(owner, idempotency_key, sha256(_json(data).encode()).hexdigest(), settings.max_kept)
    kept = (data.name, _json(wanted), answer.model_dump_json())
    project_id, new = await records.write(projects.create, *kept, creation)
    headers = {"Location": f"/v1/projects/{project_id}"} | ({} if new else {"Idempotent-Replayed": "true"})
    return Answer(_project(await _find(records, project_id, owner)), status_code=201, headers=headers)


@get(
    "/projects",
    operation_id="listProjects",
    summary="Your projects",
    guards=[needs(Scope.READ), known_query],
    responses=responses(*ASKED),
    tags=["Projects"],
)
async def list_projects(
    advisor: SharedAdvisor, records: SharedRecords, owner: SharedOwner, limit: Limit = 20, offset: Offset = 0
) -> Answer[ProjectPage]:
    """The projects that this key made, by name; all of them for an admin key."""
    rows = await records.read(projects.page, owner, limit + 1, offset)
    more = offset + limit if len(rows) > limit else None
    shown = tuple(_summary(row, advisor) for row in rows[:limit])
    return Answer(ProjectPage(projects=shown, offset=offset, next_offset=more))


@get(
    "/projects/{project_id:str}",
    operation_id="getProject",
    summary="A project and its answer",
    guards=[needs(Scope.READ), known_query],
    responses=responses(404, *ASKED),
    tags=["Projects"],
)
async def get_project(
    project_id: ProjectId, advisor: SharedAdvisor, workers: SharedWorkers, records: SharedRecords, owner: SharedOwner
) -> Answer[Project]:
    """The need, its answer, and what a newer catalog changed in it: which pick replaced which, and why.

    Where the catalog, the ranker or what was measured for the project is another, the answer is found anew first.
    """
    row = await _find(records, project_id, owner)
    anew = await workers.run(_answer_anew, advisor, _kept_answer(row), row["requirements"])
    if anew is not None:
        answer, change = anew
        await records.write(
            projects.answer_anew, row, answer.model_dump_json(), change.model_dump_json() if change else None
        )
        row = await _find(records, project_id, owner)
    return Answer(_project(row))


@put(
    "/projects/{project_id:str}",
    operation_id="replaceProject",
    summary="Change a project",
    guards=[needs(Scope.RUN), json_only, known_query],
    responses=responses(404, *SENT),
    tags=["Projects"],
)
async def replace_project(
    project_id: ProjectId,
    data: JSONBody[ProjectRequest],
    advisor: SharedAdvisor,
    workers: SharedWorkers,
    records: SharedRecords,
    owner: SharedOwner,
) -> Answer[Project]:
    """Another name and need for a project, and the answer to it."""
    await _find(records, project_id, owner)
    wanted = _of_project(data)
    answer = await workers.run(_answer, advisor, wanted)
    kept = (data.name, _json(wanted), answer.model_dump_json())
    await records.write(projects.replace, project_id, *kept)
    return Answer(_project(await _find(records, project_id, owner)))


@delete(
    "/projects/{project_id:str}",
    operation_id="deleteProject",
    summary="Delete a project",
    guards=[needs(Scope.RUN), known_query],
    responses=responses(404, *ASKED),
    tags=["Projects"],
)
async def delete_project(project_id: ProjectId, records: SharedRecords, owner: SharedOwner) -> None:
    """Delete a project and its answer."""
    await _find(records, project_id, owner)
    await records.write(projects.remove, project_id)


def _of_project(data: ProjectRequest) -> Requirements:
    """The need under the name of the project, unless it has one: by its name, answers use what was measured for it."""
    named = data.requirements.name is not None
    return data.requirements if named else data.requirements.model_copy(update={"name": data.name})


def _answer(advisor: Advisor, wanted: Requirements) -> Recommendation:
    try:
        return advisor.recommend(wanted)
    except InvalidInput as error:
        raise InvalidInput(
            [replace(problem, field=f"requirements.{problem.field}") for problem in error.problems]
        ) from None


def _answer_anew(
    advisor: Advisor, before: Recommendation | None, requirements: str
) -> tuple[Recommendation, AnswerChange | None] | None:
    """The answer of today and how it differs; None where it is the kept one."""
    after = advisor.recommend(Requirements.model_validate_json(requirements))
    if before is not None and before.id == after.id:
        return None
    return after, difference(before, after, advisor.recommend) if before else None


def _kept_answer(row: projects.Row) -> Recommendation | None:
    """The answer in the store; None where it has another form, that of an older version."""
    try:
        return Recommendation.model_validate_json(row["answer"])
    except ValidationError:
        return None


def _is_current(answer: Recommendation | None, advisor: Advisor) -> bool:
    return answer is not None and (answer.catalog_snapshot, answer.ranker) == (advisor.store.key, advisor.ranker.id)


async def _find(records: Records, project_id: str, owner: Owner) -> projects.Row:
    row = await records.read(projects.find, project_id, owner)
    if row is None:
        raise not_found("project", "project_id")
    return row


def _project(row: projects.Row) -> Project:
    return Project(
        **_same(row, "created_at", "updated_at", "answered_at"),
        requirements=Requirements.model_validate_json(row["requirements"]),
        answer=Recommendation.model_validate_json(row["answer"]),
        change=AnswerChange.model_validate_json(row["change"]) if row["change"] else None,
    )


def _summary(row: projects.Row, advisor: Advisor) -> ProjectSummary:
    answer = _kept_answer(row)
    return ProjectSummary(
        **_same(row, "updated_at", "answered_at"),
        catalog_snapshot=answer.catalog_snapshot if answer else None,
        current=_is_current(answer, advisor),
        picks=tuple(pick.model_id for pick in answer.picks) if answer else (),
        change=AnswerChange.model_validate_json(row["change"]).summary if row["change"] else None,
    )


def _same(row: projects.Row, *times: str) -> dict[str, Any]:
    dated = {name: datetime.fromtimestamp(row[name], UTC) for name in times}
    return {"id": row["id"], "name": row["name"], **dated}


def _json(value: ProjectRequest | Requirements) -> str:
    return value.model_dump_json(exclude_unset=True)
