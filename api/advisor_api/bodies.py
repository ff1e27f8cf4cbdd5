"""From a JSON body to a domain value, with the domain's own errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar.plugins.pydantic import PydanticInitPlugin
from pydantic import ValidationError

from advisor.domain.base import Frozen
from advisor.domain.errors import InvalidInput
from advisor.domain.problems import problems_of


class DomainBodies(PydanticInitPlugin):
    """Litestar's plugin for pydantic, but for how bodies are read.

    Litestar's own decoder passes `strict=False`, which takes precedence over fields that are declared strict: `true`
    and `"5"` would be numbers.
    """

    @classmethod
    def decoders(cls, validate_strict: bool = False) -> list[tuple[Callable[[Any], bool], Callable[[Any, Any], Any]]]:
        return [(_is_domain, _decode)]


def _is_domain(target: Any) -> bool:
    return isinstance(target, type) and issubclass(target, Frozen)


def _decode(target: type[Frozen], value: Any) -> Frozen:
    try:
        return target.model_validate(value)
    except ValidationError as error:
        raise InvalidInput(problems_of(error, target)) from error
