"""Three-valued conditions over the facts of a use: true, false, or open where a fact is missing."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.domain.license import LicenseUse
from advisor.license.terms import Condition, When

Fact = str | bool | int | float | None
Facts = Mapping[str, Fact]


def facts_of(use: LicenseUse, *, derivative: bool, multimodal: bool | None = None) -> dict[str, Fact]:
    """The facts that conditions name.

    Args:
        use: The use; None is an open fact.
        derivative: The model in use was made from the licensed one.
        multimodal: Whether the model takes more than text, where known.
    """
    facts: dict[str, Fact] = {name: getattr(use, name) for name in LicenseUse.model_fields}
    if use.sector is not None:
        facts["sector"] = use.sector.lower().replace(" ", "_").replace("-", "_")
    facts["derivative"] = derivative or use.modifies_weights
    facts["multimodal_model"] = multimodal
    return facts


def holds(when: When, facts: Facts) -> bool | None:
    """Whether any condition holds; None where that depends on a missing fact."""
    answers = [_all_hold(condition, facts) for condition in when]
    if True in answers:
        return True
    return None if None in answers else False


def open_fields(when: When, facts: Facts) -> tuple[str, ...]:
    """Missing facts that could still make a condition hold."""
    fields = [
        field
        for condition in when
        if _all_hold(condition, facts) is None
        for field in condition
        if facts.get(field) is None
    ]
    return tuple(dict.fromkeys(fields))


def _all_hold(condition: Condition, facts: Facts) -> bool | None:
    answer: bool | None = True
    for field, values in condition.items():
        fact = facts.get(field)
        if fact is None:
            answer = None
        elif fact not in values:
            return False
    return answer
