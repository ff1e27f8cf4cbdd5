"""Candidates on the Hugging Face hub: listed first, fetched at one pinned commit, resumed where it broke off."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from advisor.domain.verification import Artifact, Origin
from advisor.verify.sources.files import CONFIGS, Files, on_top, weights_format
from advisor.verify.sources.listing import HubError, Listing, Obstacle, list_repository
from advisor.verify.sources.resolve import Found, Report, missing
from advisor.verify.sources.spec import CandidateSpec

_SMALL = 2**20
_log = logging.getLogger(__name__)


def find(spec: CandidateSpec, cached: Found) -> Found:
    """What a repository holds, and what of it must be fetched."""
    try:
        return _listed(spec, list_repository(spec.location, spec.revision))
    except ImportError:
        return cached
    except HubError as error:
        if error.obstacle is Obstacle.NAME:
            return cached
        step = {
            Obstacle.UNKNOWN: f"; give its files with --files {spec.location}=path:...",
            Obstacle.UNREACHABLE: f" and {spec.location} is not in its cache;"
            f" on a machine with network run: hf download {spec.location}",
        }
        return missing(spec, f"{error}{step.get(error.obstacle, '')}")


def _listed(spec: CandidateSpec, found: Listing) -> Found:
    sizes = found.sizes
    listed = Files(None, sizes, _configs(spec.location, found.commit, sizes))
    weights = _wanted(listed, spec)
    if not weights:
        return missing(spec, f"{spec.location} holds no weights in a format that can be run")
    names = weights + [name for name in sizes if not weights_format(name) and sizes[name] < 64 * 2**20]
    chosen = Files(None, {name: sizes[name] for name in names}, listed.configs)
    artifact = Artifact(
        origin=Origin.HUB,
        location=spec.location,
        format=chosen.format,
        revision=found.commit,
        size_gib=round(chosen.size_gib, 4),
        download_gib=round(sum(chosen.sizes.values()) / 2**30, 4),
    )
    only = weights[0] if chosen.format == "gguf" else ""
    return Found(artifact, chosen, fetch=_fetcher(spec.location, found.commit, names, only))


def _configs(repository: str, revision: str, sizes: Mapping[str, int]) -> dict[str, Any]:
    """The few small files that say what the weights are and what code they would run."""
    from huggingface_hub import hf_hub_download

    found = {}
    for name in CONFIGS:
        if name in sizes and sizes[name] < _SMALL:
            try:
                path = Path(hf_hub_download(repository, name, revision=revision))
                found[name] = json.loads(path.read_text("utf-8"))
            except Exception:  # the errors of the hub's HTTP client differ between its versions
                _log.info("%s of %s cannot be read", name, repository, exc_info=True)
    return found


def _wanted(listed: Files, spec: CandidateSpec) -> list[str]:
    """One precision of a GGUF repository, whole shards; of the others the safest format at the top of the tree."""
    if spec.file:
        return [spec.file] if spec.file in listed.sizes else []
    weights = listed.weights()
    if listed.format == "gguf":
        wanted = (spec.quantization or "q4_k_m").lower()
        return sorted(name for name in weights if wanted in Path(name).name.lower())
    return on_top(weights)


def _fetcher(repository: str, revision: str, names: list[str], only: str) -> Callable[[Report], Path]:
    def fetch(report: Report) -> Path:
        from huggingface_hub import snapshot_download
        from tqdm import tqdm  # type: ignore[import-untyped]

        class Bar(tqdm):  # type: ignore[misc]
            """Tells the report instead of drawing."""

            def __init__(self, *args: Any, **settings: Any) -> None:
                super().__init__(*args, **(settings | {"disable": False, "file": _Silent()}))

            def update(self, n: float | None = 1) -> Any:
                shown = super().update(n)
                if self.total:
                    report(f"fetching {repository}", min(1.0, self.n / self.total))
                return shown

        bar: Any = Bar
        folder = Path(snapshot_download(repository, revision=revision, allow_patterns=names, tqdm_class=bar))
        return folder / only if only else folder

    return fetch


class _Silent:
    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        return
