"""What models were made from: base models up to the root, with the license tag of each, and named training data."""

from __future__ import annotations

from functools import cached_property

from advisor.catalog.store import Store
from advisor.domain.license import TrainingSet

_DEEPEST = 8
_BASES = "SELECT model_id, base_model_id, inferred FROM base_models ORDER BY ALL"
_TAGS_OF_BASES = "SELECT model_id, license_tag FROM models m SEMI JOIN base_models b ON b.base_model_id = m.model_id"


class Lineage:
    """Base models, declared and inferred, and training data of the whole catalog, read when first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def chain(self, model_id: str) -> list[tuple[str, str | None, bool]]:
        """Every base model upwards, nearest first: its id, its license tag, and whether the link is inferred."""
        found: dict[str, tuple[str | None, bool]] = {}
        level = [(model_id, False)]
        for _ in range(_DEEPEST):
            level = [
                (base, inferred or through)
                for name, through in level
                for base, inferred in self._bases.get(name, ())
                if base not in found and base != model_id
            ]
            if not level:
                break
            found |= {base: (self._tags.get(base), inferred) for base, inferred in level}
        return [(base, tag, inferred) for base, (tag, inferred) in found.items()]

    def training_data(self, model_id: str) -> tuple[TrainingSet, ...]:
        """The training sets that a model and its base models name."""
        names = [model_id, *(base for base, _, _ in self.chain(model_id))]
        sets = dict.fromkeys(found for name in names for found in self._trained.get(name, ()))
        return tuple(self._sets[found] for found in sets)

    @cached_property
    def _sets(self) -> dict[str, TrainingSet]:
        rows = self._store.rows("FROM datasets")
        return {row.pop("dataset_id"): TrainingSet(**row) for row in rows}

    @cached_property
    def _trained(self) -> dict[str, list[str]]:
        trained: dict[str, list[str]] = {}
        for model_id, dataset_id in self._store.tuples("SELECT model_id, dataset_id FROM training_data ORDER BY ALL"):
            trained.setdefault(model_id, []).append(dataset_id)
        return trained

    @cached_property
    def _tags(self) -> dict[str, str | None]:
        return dict(self._store.tuples(_TAGS_OF_BASES))

    @cached_property
    def _bases(self) -> dict[str, list[tuple[str, bool]]]:
        bases: dict[str, list[tuple[str, bool]]] = {}
        for model_id, base_id, inferred in self._store.tuples(_BASES):
            bases.setdefault(model_id, []).append((base_id, inferred))
        return bases
