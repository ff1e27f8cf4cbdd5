"""The names in a request: which of them nothing in the catalog has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from advisor.catalog.store import Store
from advisor.domain.base import Frozen
from advisor.domain.errors import InvalidInput, UnknownLicense, UnknownModel
from advisor.domain.model import ON_HUB
from advisor.domain.problems import nested_model
from advisor.domain.requests import ComparisonRequest, CompatibilityRequest, EstimateRequest, LicenseCheckRequest
from advisor.domain.requirements import Requirements
from advisor.features.licenses import unknown_licenses
from advisor.features.named import unknown_models
from advisor.license.book import NO_TAG, UNKNOWN_TAG, LicenseBook
from advisor.license.spdx import spdx_page
from advisor.sizing.devices import THIS_MACHINE, DeviceBook
from advisor.sizing.names import device_key

_NO_LICENSE = (UNKNOWN_TAG, NO_TAG)
_MOST = 200
"""Characters of a name; a longer one is wrong whatever it says."""


class KnownNames:
    """What can be named: models, devices, licenses."""

    def __init__(self, store: Store, devices: DeviceBook, book: LicenseBook) -> None:
        self._store = store
        self._devices = devices
        self._book = book

    def errors(self, kind: type[Frozen], document: Any, prefix: str = "") -> list[InvalidInput]:
        """What is wrong with the names in a document, field by field; what else is wrong with it is passed over."""
        return [error for errors in self._by_field(kind, document, prefix) for error in errors]

    def is_license(self, name: str) -> bool:
        """Whether a name is one of a license, or of an expression of licenses."""
        return self._book.resolve(name) not in _NO_LICENSE or spdx_page(name) is not None

    def _by_field(self, kind: type[Frozen], document: Any, prefix: str) -> Iterator[Sequence[InvalidInput]]:
        if not isinstance(document, Mapping):
            return
        checks = self._checks.get(kind)
        for field, definition in kind.model_fields.items():
            value, place = document.get(field), f"{prefix}{field}"
            inner = nested_model(definition.annotation)
            if checks is None and inner is not None and issubclass(inner, Frozen) and inner in self._checks:
                yield from self._by_field(inner, value, f"{place}.")
            elif checks and field in checks and value:
                yield checks[field](value, place)

    @cached_property
    def _checks(self) -> Mapping[type[Frozen], Mapping[str, Callable[[Any, str], Sequence[InvalidInput]]]]:
        """How the names in the fields of a request are looked up."""
        return {
            Requirements: {
                "hardware": self._device,
                "candidates": self._models_or_globs,
                "exclude": self._models_or_globs,
                "licenses_allow": self._license_words,
                "licenses_deny": self._license_words,
            },
            EstimateRequest: {"model_id": self._model, "hardware": self._device, "compare_to": self._device},
            ComparisonRequest: {"model_ids": self._each(self._model)},
            LicenseCheckRequest: {"license_or_model": self._license_or_model},
            CompatibilityRequest: {"licenses_or_models": self._each(self._license_or_model)},
        }

    def _each(self, check: Callable[[Any, str], Sequence[InvalidInput]]) -> Callable[[Any, str], list[InvalidInput]]:
        def check_all(names: Any, field: str) -> list[InvalidInput]:
            listed = names if isinstance(names, list | tuple) else ()
            return [error for place, name in enumerate(listed) for error in check(name, f"{field}.{place}")]

        return check_all

    def _device(self, name: Any, field: str) -> list[InvalidInput]:
        if not _is_name(name) or device_key(name) in THIS_MACHINE:
            return []
        try:
            self._devices.parse(name)
        except InvalidInput as error:
            return [error.at(field)]
        return []

    def _model(self, name: Any, field: str) -> list[InvalidInput]:
        if not _is_name(name) or name.startswith(ON_HUB):
            return []
        try:
            self._store.resolve(name)
        except UnknownModel as error:
            return [error.at(field)]
        return []

    def _models_or_globs(self, names: Any, field: str) -> list[InvalidInput]:
        listed = [name for name in names if _is_name(name)] if isinstance(names, list | tuple) else []
        return [InvalidInput([problem]) for problem in unknown_models(listed, self._store, field)]

    def _license_or_model(self, name: Any, field: str) -> list[InvalidInput]:
        if not _is_name(name) or self.is_license(name):
            return []
        try:
            self._store.resolve(name)
        except UnknownModel as error:
            return [UnknownLicense(name, (*self._book.closest(name), *error.suggestions), field)]
        return []

    def _license_words(self, words: Any, field: str) -> list[InvalidInput]:
        listed = [word for word in words if _is_name(word)] if isinstance(words, list | tuple) else []
        return [InvalidInput([problem]) for problem in unknown_licenses(listed, self._book, field)]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= _MOST
