"""Which places a territory clause covers."""

from __future__ import annotations

from collections.abc import Collection

EU_MEMBERS = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"}
    | {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)
"""Member states of the European Union since 2020-02-01, ISO 3166."""


def is_in(place: str, territory: Collection[str]) -> bool:
    """Whether a place lies in a territory; EU covers its members, UK is read as GB."""
    code = "GB" if place.upper() == "UK" else place.upper()
    listed = {"GB" if t == "UK" else t for t in territory}
    return code in listed or ("EU" in listed and code in EU_MEMBERS)
