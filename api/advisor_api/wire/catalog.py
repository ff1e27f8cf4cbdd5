"""The catalog's inventory on the wire: licenses, devices, snapshot, health."""

from __future__ import annotations

from advisor.domain.base import Frozen
from advisor.domain.license import NOTICE


class LicenseSummary(Frozen):
    """A license that the catalog knows the terms of."""

    license_id: str
    """Id to use in `licenses_allow`, `licenses_deny` and license checks."""
    name: str
    """Full name."""
    kind: str
    """permissive, weak-copyleft, strong-copyleft, network-copyleft, responsible-use, community, non-commercial, ..."""
    spdx_id: str | None = None
    """SPDX id; null where it has none."""
    confidence: str
    """How well the text is known: high, medium, low."""
    text_read: bool
    """Whether the full text was read, not only a summary."""
    url: str | None = None
    """Where the text is published; null if unknown."""


class LicenseList(Frozen):
    """All licenses of the catalog."""

    licenses: tuple[LicenseSummary, ...]
    """Sorted by id."""
    notice: str = NOTICE
    """What this is and is not."""


class Device(Frozen):
    """A device of the catalog."""

    name: str
    """Name to use as `hardware`."""
    vendor: str
    """Maker of the device."""
    kind: str
    """gpu, unified or cpu."""
    architecture: str | None = None
    """Generation; null if unknown."""
    year: int | None = None
    """Year of release; null if unknown."""
    memory_gib: float | None = None
    """Memory of one device, GiB; null if unknown."""
    memory_bandwidth_gb_s: float | None = None
    """Memory bandwidth of one device, GB/s; null if unknown."""
    fp16_tflops: float | None = None
    """Dense FP16 throughput of one device, TFLOPS; null if unknown."""
    tdp_w: float | None = None
    """Thermal design power of one device, W; null if unknown."""
    source: str
    """Id of the source of these figures, see GET /v1/catalog."""


class DevicePage(Frozen):
    """Some of the devices that match, by name."""

    hardware: tuple[Device, ...]
    """The devices of this page."""
    offset: int
    """Devices left out before this page."""
    next_offset: int | None = None
    """`offset` of the next page; null on the last."""


class Source(Frozen):
    """Where facts of the catalog come from."""

    source_id: str
    """Id that other values carry as `source`."""
    title: str
    """What it is."""
    repository: str | None = None
    """Repository, package or site that holds it; null if none."""
    revision: str | None = None
    """Commit, version or file id; null if unknown."""
    as_of: str | None = None
    """ISO date, or year and month, of the copy; null if unknown."""
    data_license: str | None = None
    """License of the data; null if unknown."""


class CatalogInfo(Frozen):
    """The open snapshot of the catalog."""

    key: str
    """Date and hash of the snapshot; the same key gives the same answers."""
    date: str
    """ISO date of the facts."""
    rows: dict[str, int]
    """Rows by table."""
    sources: tuple[Source, ...]
    """Where the facts come from, sorted by id."""


class CatalogSwap(Frozen):
    """A catalog that was swapped for another, or for itself where there is none newer."""

    before: str
    """Key of the catalog that answered until now."""
    after: str
    """Key of the catalog that answers from now on."""


class Health(Frozen):
    """Whether the service runs and can answer."""

    live: bool
    """The process answers."""
    ready: bool
    """The catalog and the store are open and can be queried."""
    catalog_snapshot: str
    """Key of the open snapshot."""
    version: str
    """Version of model-advisor."""
