"""The SPDX list, for names whose terms are not known here."""

from __future__ import annotations

from functools import cache


def spdx_page(name: str | None) -> str | None:
    """Address of the text of a license that the SPDX list names; None where it does not."""
    if not name:
        return None
    spdx_id = _ids().get(name.strip().lower())
    return spdx_id and f"https://spdx.org/licenses/{spdx_id}.html"


@cache
def _ids() -> dict[str, str]:
    from license_expression import get_license_index

    keys = (row.get("spdx_license_key") for row in get_license_index() if not row["is_exception"])
    return {key.lower(): key for key in keys if key and not key.startswith("LicenseRef-")}
