"""What a need names, whatever it was called by; its models and their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from advisor.catalog.store import Store
from advisor.domain.errors import Problem, UnknownModel
from advisor.domain.requirements import Requirements

Resolve = Callable[[tuple[str, ...], str, list[Problem]], Iterable[str]]
"""The ids of the names in a field; what is none goes into the problems."""
_GLOB = frozenset("*?[")
_KNOWN = "SELECT model_id FROM models WHERE list_contains(?::VARCHAR[], model_id)"
_MATCHES = "SELECT 1 FROM models WHERE lower(model_id) GLOB lower(?) LIMIT 1"


def with_model_ids(requirements: Requirements, store: Store) -> tuple[Requirements, tuple[Problem, ...]]:
    """A need with the ids of the models that it names, aliases resolved, and what it names that no model has. Globs
    stay as they are."""
    return with_ids(requirements, ("candidates", "exclude"), partial(_ids, store))


def unknown_models(names: Sequence[str], store: Store, field: str) -> list[Problem]:
    """Of names and globs of models, those that fit none."""
    return unknown_names(names, field, partial(_ids, store))


def with_ids(
    requirements: Requirements, fields: Sequence[str], resolve: Resolve
) -> tuple[Requirements, tuple[Problem, ...]]:
    """A need with the ids of what some of its fields name, and what they name that is not known."""
    problems: list[Problem] = []
    found = {
        field: tuple(resolve(names, field, problems)) for field in fields if (names := getattr(requirements, field))
    }
    return (requirements.model_copy(update=found) if found else requirements), tuple(problems)


def unknown_names(names: Sequence[str], field: str, resolve: Resolve) -> list[Problem]:
    """Of the names in a field, those that are not known."""
    problems: list[Problem] = []
    for _ in resolve(tuple(names), field, problems):
        pass
    return problems


def is_glob(name: str) -> bool:
    """Whether a name stands for all models that it matches."""
    return bool(_GLOB & set(name))


def _ids(store: Store, names: tuple[str, ...], field: str, problems: list[Problem]) -> Iterable[str]:
    known = {model_id for (model_id,) in store.tuples(_KNOWN, [list(names)])}
    for name in names:
        if name in known:
            yield name
        elif is_glob(name):
            if not store.tuples(_MATCHES, [name]):
                problems.append(Problem(field, f"no model matches {name!r}", "the ids of models, as in meta-llama/*"))
            yield name
        else:
            try:
                yield store.resolve(name)
            except UnknownModel as error:
                problems += [replace(problem, field=field) for problem in error.problems]
