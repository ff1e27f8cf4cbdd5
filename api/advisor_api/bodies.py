"""From a JSON body to a domain value, with everything that is wrong with it in one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.exceptions import SerializationException
from litestar.plugins.pydantic import PydanticInitPlugin

from advisor.domain.base import Frozen
from advisor.domain.errors import InvalidInput, Problem
from advisor.engine import Advisor
from advisor_api.this_machine import refusals
from advisor_api.workers import Workers


class DomainRequest(Request[Any, Any, Any]):
    """A request whose JSON body is the domain value that its route takes."""

    async def json(self) -> Any:
        """The body.

        Raises:
            SerializationException: it is not JSON in UTF-8.
            InvalidInput: naming every bad field, with the names that the catalog does not hold.
        """
        try:
            document = await super().json()
        except UnicodeDecodeError as error:
            raise SerializationException(str(error)) from error
        field = self.route_handler.parsed_fn_signature.parameters.get("data")
        if document is None or field is None or not _is_domain(field.annotation):
            return document
        return await self._read(field.annotation, document)

    async def _read(self, kind: type[Frozen], document: Any) -> Frozen:
        problems: list[Problem] = []
        asked: Frozen | None = None
        try:
            asked = kind.parse(document)
        except InvalidInput as error:
            problems += error.problems
        if not self.app.state.settings.allow_this_machine:
            problems += refusals(kind, document)
        if asked is not None and not problems:
            return asked
        advisor: Advisor = self.app.state.advisor
        workers: Workers = self.app.state.workers
        raise await workers.run(advisor.with_names, InvalidInput(problems), kind, document)


class DomainBodies(PydanticInitPlugin):
    """Litestar's plugin for pydantic, but for bodies, which `DomainRequest` has read.

    Litestar's own decoder passes `strict=False`, which takes precedence over fields that are declared strict: `true`
    and `"5"` would be numbers.
    """

    @classmethod
    def decoders(cls, validate_strict: bool = False) -> list[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]]]:
        return [(_is_domain, _decode)]


def _is_domain(target: Any) -> bool:
    return isinstance(target, type) and issubclass(target, Frozen)


def _decode(target: type[Frozen], value: Any) -> Frozen:
    return value if isinstance(value, target) else target.parse(value)
