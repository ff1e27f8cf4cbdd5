"""The models that a need names: their ids, whatever they were called by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from advisor.catalog.store import Store
from advisor.domain.errors import Problem, UnknownModel
from advisor.domain.requirements import Requirements

_GLOB = frozenset("*?[")
_KNOWN = "SELECT model_id FROM models WHERE list_contains(?::VARCHAR[], model_id)"
_MATCHES = "SELECT 1 FROM models WHERE lower(model_id) GLOB lower(?) LIMIT 1"


def with_model_ids(requirements: Requirements, store: Store) -> tuple[Requirements, tuple[Problem, ...]]:
    """A need with the ids of the models that it names, aliases resolved, and what it names that no model has. Globs
    stay as they are."""
    problems: list[Problem] = []
    found = {}
    for field in ("candidates", "exclude"):
        if names := getattr(requirements, field):
            found[field] = tuple(_ids(names, store, field, problems))
    return (requirements.model_copy(update=found) if found else requirements), tuple(problems)


def unknown_models(names: Sequence[str], store: Store, field: str) -> list[Problem]:
    """Of names and globs of models, those that fit none."""
    problems: list[Problem] = []
    for _ in _ids(tuple(names), store, field, problems):
        pass
    return problems


def is_glob(name: str) -> bool:
    """Whether a name stands for all models that it matches."""
    return bool(_GLOB & set(name))


def _ids(names: tuple[str, ...], store: Store, field: str, problems: list[Problem]) -> Iterable[str]:
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
