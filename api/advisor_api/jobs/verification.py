"""Verifications: models that this server has, measured on uploaded data in the worker process."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from advisor.domain.base import Frozen
from advisor.domain.errors import AdvisorError, InvalidInput, NotAvailable, Problem, UnknownModel
from advisor.engine import Advisor
from advisor_api import logs
from advisor_api.jobs.context import FAILED, AnswerItem, JobContext
from advisor_api.store.jobs import Item
from advisor_api.wire.problem import FieldProblem
from advisor_api.wire.verifications import VerificationOutcome, VerificationRequest

_TELL_S = 1.0


class Order(Frozen):
    """What the worker is to do, as it is kept."""

    request: VerificationRequest
    """What the client asked."""
    candidates: tuple[str, ...]
    """Where the models are, in the words of `advisor verify --candidates`: never those of a client."""


def make_order(request: VerificationRequest, advisor: Advisor, own: Mapping[str, str]) -> Order:
    """Look up where the models of a request are: in the operator's list, or in the hub cache by their catalog id.

    Raises:
        InvalidInput: naming every model that is neither in the list nor in the catalog.
    """
    places: list[str] = []
    problems: list[Problem] = []
    for position, name in enumerate(request.models):
        try:
            places.append(_place(name, advisor, own))
        except UnknownModel as error:
            problems += [Problem(f"models.{position}", p.message, p.expected) for p in error.problems]
    if problems:
        raise InvalidInput(problems)
    return Order(request=request, candidates=tuple(places))


def read_models(path: str) -> dict[str, str]:
    """The operator's list of models.

    Raises:
        InvalidInput: the file is none.
    """
    if not path:
        return {}
    try:
        models = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _no_list(str(error)) from error
    if not isinstance(models, dict) or not all(isinstance(place, str) for place in models.values()):
        raise _no_list("it holds something else")
    return models


def open_verification(context: JobContext) -> AnswerItem:
    """Get ready to verify; the function measures what one order asks.

    What was measured before a worker died is in the job's folder, and is not measured again.
    """
    from advisor.verify.after.remember import remember

    advisor = Advisor.open()

    def answer(item: Item) -> Item:
        order = Order.model_validate_json(item.request or "")
        asked = order.request
        try:
            result = advisor.verify(
                _written(context.uploads(), context.folder / "upload"),
                candidates=order.candidates,
                task=asked.task,
                data_options=asked.data_options.model_dump(exclude_unset=True),
                settings={"seconds": asked.seconds, "probe_s": asked.probe_s, "offline": True},
                folder=context.folder / "work",
                progress=_Teller(context),
            )
        except AdvisorError as error:
            return item._replace(result=_refusal(error).model_dump_json(), outcome=FAILED)
        if asked.project is not None:
            remember(result, asked.project)
        return item._replace(result=VerificationOutcome(result=result).model_dump_json(), outcome="verified")

    return answer


class _Teller:
    """Passes progress on, about once a second."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._next = 0.0

    def __call__(self, what: str, share: float | None) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _TELL_S
            self._context.tell(what, share)


def _place(name: str, advisor: Advisor, own: Mapping[str, str]) -> str:
    model_id = name if name in own else advisor.store.model(name).model_id
    place = own.get(name, f"hub:{model_id}")
    return f"{place}{'&' if '?' in place else '?'}name={quote(model_id)}"


def _written(uploads: Mapping[str, bytes], folder: Path) -> Path:
    """The uploaded file, or the folder of several."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in uploads.items():
        (folder / name).write_bytes(content)
    return folder / next(iter(uploads)) if len(uploads) == 1 else folder


def _refusal(error: AdvisorError) -> VerificationOutcome:
    if isinstance(error, InvalidInput):
        problems = [Problem(p.field.lstrip("-"), p.message, p.expected) for p in error.problems]
        return VerificationOutcome(errors=tuple(map(FieldProblem.of, problems)))
    logs.failure(error)
    message = str(error) if isinstance(error, NotAvailable) else "the verification failed; its operator sees why"
    return VerificationOutcome(errors=(FieldProblem(field="(document)", message=message),))


def _no_list(why: str) -> InvalidInput:
    expected = 'a JSON file such as {"my/model": "path:/models/mine"}'
    return InvalidInput([Problem("ADVISOR_API_VERIFY_MODELS", f"is no list of models: {why}", expected)])
