"""Which column plays which part: told by the user, else by its name, else by what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from advisor.domain.errors import InvalidInput, Problem
from advisor.verify.data.roles import ROLES, Role
from advisor.verify.data.table import Table

_MOST_LABELS = 200
_PEEK = 2000
"""Rows that are looked at, spread over the file, to tell what a column holds."""


def assign(table: Table, roles: Sequence[Role], given: Mapping[str, str]) -> dict[str, str]:
    """Column by role.

    Args:
        table: the file.
        roles: the parts that the task needs or can use.
        given: columns that the user named, by role.

    Raises:
        InvalidInput: a named column or role does not exist, or nothing fits a required role; says what is there.
    """
    problems = _wrong_names(table, roles, given)
    known = {role.name for role in roles}
    found = {role: column for role, column in given.items() if role in known and column in table.columns}
    for role in roles:
        if role.name not in given and (column := _by_name(table, role, set(found.values()))):
            found[role.name] = column
    for role in sorted((r for r in roles if r.required), key=lambda r: r.content == "text"):
        if role.name in found or role.name in given:
            continue
        if column := _by_content(table, role, set(found.values())):
            found[role.name] = column
        else:
            example = f"--column {role.name}=NAME; the columns are {describe(table)}{_other_task(table, roles)}"
            problems.append(Problem(f"columns.{role.name}", f"no column holds {role.what}", example))
    if problems:
        raise InvalidInput(problems)
    return {role.name: found[role.name] for role in roles if role.name in found}


def describe(table: Table) -> str:
    """The columns and what is in them, in words."""
    return "; ".join(f"{name} ({_content(values)})" for name, values in table.columns.items())


def _other_task(table: Table, roles: Sequence[Role]) -> str:
    """The first task whose columns these are by their names, in words; empty if there is none."""
    for task, others in ROLES.items():
        if others == tuple(roles):
            continue
        taken: set[str] = set()
        for role in (one for one in others if one.required):
            column = _by_name(table, role, taken)
            if column is None:
                break
            taken.add(column)
        else:
            return f", as for --task {task.value}"
    return ""


def _wrong_names(table: Table, roles: Sequence[Role], given: Mapping[str, str]) -> list[Problem]:
    names = [role.name for role in roles]
    problems = [
        Problem(f"columns.{role}", f"no such part {role!r}", f"one of {', '.join(names)}")
        for role in given
        if role not in names
    ]
    return problems + [
        Problem(f"columns.{role}", f"no column {column!r} in {table.path.name}", f"one of: {describe(table)}")
        for role, column in given.items()
        if role in names and column not in table.columns
    ]


def _by_name(table: Table, role: Role, taken: set[str]) -> str | None:
    folded = {name.casefold().strip().replace(" ", "_"): name for name in table.columns}
    for name in role.names:
        column = folded.get(name)
        if column is not None and column not in taken and _fits(table.columns[column], role):
            return column
    return None


def _by_content(table: Table, role: Role, taken: set[str]) -> str | None:
    fitting = [name for name, values in table.columns.items() if name not in taken and _fits(values, role)]
    if role.content == "text":
        fitting = [name for name in fitting if not _labels(table.columns[name])]
        return max(fitting, key=lambda name: _length(table.columns[name]), default=None)
    if role.content == "label":
        return min(fitting, key=lambda name: len(_distinct(table.columns[name])), default=None)
    return fitting[0] if len(fitting) == 1 else None


def _fits(values: Sequence[Any], role: Role) -> bool:
    known = _peek(values)
    if not known:
        return False
    if role.content == "text":
        return all(isinstance(value, str | list) for value in known) or role.name == "answer"
    if role.content == "number":
        return all(isinstance(value, int | float) or _is_number(value) for value in known)
    return role.content != "label" or _labels(known)


def _labels(values: Sequence[Any]) -> bool:
    """Whether a few short values are repeated again and again."""
    known = _peek(values)
    n_distinct = len(_distinct(known))
    return 2 <= n_distinct <= min(_MOST_LABELS, max(2, len(known) // 2)) and _length(known) <= 100


def _peek(values: Sequence[Any]) -> list[Any]:
    return [value for value in values[:: max(1, len(values) // _PEEK)] if value is not None]


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _distinct(values: Sequence[Any]) -> set[str]:
    return {str(value) for value in _peek(values)}


def _length(values: Sequence[Any]) -> float:
    return median([len(str(value)) for value in _peek(values)] or [0])


def _content(values: Sequence[Any]) -> str:
    known = _peek(values)
    if not known:
        return "empty"
    distinct = _distinct(values)
    if len(distinct) <= 8:
        return f"{len(distinct)} values: {', '.join(sorted(value[:20] for value in distinct))}"
    kind = "numbers" if all(isinstance(value, int | float) for value in known) else "texts"
    return f"{len(distinct)} {kind}, {_length(values):.0f} characters" if kind == "texts" else f"{len(distinct)} {kind}"
