"""Responses that hold domain values."""

from __future__ import annotations

from typing import Any, TypeVar

from litestar import Response
from litestar.serialization import default_serializer
from litestar.types import Serializer
from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


class Answer(Response[T]):
    """A domain value as JSON, written by pydantic itself: one pass, no dict between."""

    def render(self, content: Any, media_type: str, enc_hook: Serializer = default_serializer) -> bytes:
        if isinstance(content, BaseModel):
            return content.model_dump_json().encode()
        return super().render(content, media_type, enc_hook)
