"""Advisor: the one object behind the library, the command line and the service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from advisor.catalog.build import Progress
from advisor.catalog.snapshot import open_snapshot
from advisor.catalog.store import Store
from advisor.domain.hardware import Hardware
from advisor.domain.license import LicenseUse, LicenseVerdict
from advisor.domain.recommendation import Comparison, Recommendation, Sizing
from advisor.domain.requirements import Requirements


class Advisor:
    """Answers requirements from an opened snapshot. Thread-safe; opening once and sharing it is meant."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, snapshot: Path | None = None, progress: Progress | None = None) -> Self:
        """Open the catalog, building its snapshot and index on first use.

        Raises:
            CatalogError: the snapshot or the facts cannot be used.
        """
        report = progress or (lambda what, share: None)
        return cls(Store(open_snapshot(snapshot, report)))

    def recommend(self, requirements: Requirements | dict[str, Any]) -> Recommendation:
        """The models to use for a need.

        Raises:
            InvalidInput: naming every bad field, unknown devices and models included.
        """
        raise NotImplementedError

    def recommend_many(
        self, requirements: Iterable[Requirements], workers: int = 1
    ) -> Iterator[Recommendation]:
        """Answers in the order of the requests; with several `workers`, by as many processes."""
        raise NotImplementedError

    def compare(self, model_ids: Sequence[str], requirements: Requirements | None = None) -> Comparison:
        """Models side by side: scores, size, memory by precision, license verdict for the use of `requirements`.

        Raises:
            UnknownModel: a name is not known; carries suggestions.
        """
        raise NotImplementedError

    def check_license(self, license_or_model: str, use: LicenseUse) -> LicenseVerdict:
        """Whether a use is allowed. Information, not legal advice.

        Raises:
            UnknownModel: neither a license nor a model.
        """
        raise NotImplementedError

    def estimate(
        self, model_id: str, hardware: str | Hardware, context_tokens: int = 4096, concurrency: int = 1
    ) -> Sizing:
        """Memory, speed, energy and cost of a model's variants on a device.

        Raises:
            UnknownModel, UnknownHardware: with suggestions.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Close the snapshot."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
