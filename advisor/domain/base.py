"""The base of every value that crosses a boundary: frozen, closed to unknown fields, strict about numbers."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError

from advisor.domain.errors import InvalidInput
from advisor.domain.problems import problems_of


class Frozen(BaseModel):
    """An immutable value. Unknown fields are refused, so a misspelt field is never silently lost."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        protected_namespaces=(),
        str_strip_whitespace=True,
    )

    @classmethod
    def parse(cls, data: Any) -> Self:
        """Validate untrusted input; text is JSON.

        Raises:
            InvalidInput: naming every bad field.
        """
        try:
            return cls.model_validate_json(data) if isinstance(data, str | bytes) else cls.model_validate(data)
        except ValidationError as error:
            raise InvalidInput(problems_of(error, cls)) from error


# Strict numbers: JSON `true` and `"5"` are not numbers here.
Positive = Annotated[float, Strict(), Field(gt=0)]
NonNegative = Annotated[float, Strict(), Field(ge=0)]
Count = Annotated[int, Strict(), Field(ge=0)]
PositiveCount = Annotated[int, Strict(), Field(ge=1)]
Share = Annotated[float, Strict(), Field(ge=0, le=1)]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Field(max_length=10_000)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
