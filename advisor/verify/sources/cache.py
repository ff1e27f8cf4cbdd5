"""Candidates that an earlier download left in the hub's cache."""

from __future__ import annotations

from pathlib import Path

from advisor.domain.verification import Origin
from advisor.verify.sources.files import look_at
from advisor.verify.sources.resolve import Found, missing, on_disk
from advisor.verify.sources.spec import CandidateSpec


def find(spec: CandidateSpec) -> Found:
    """The files of a repository in the cache, whole or not at all."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError
    except ImportError:
        return missing(spec, "huggingface-hub is not installed: pip install 'model-advisor[verify]'")
    try:
        folder = Path(snapshot_download(spec.location, revision=spec.revision or None, local_files_only=True))
    except HFValidationError:
        return missing(spec, f"{spec.location} is not the id of a repository")
    except (OSError, ValueError, HfHubHTTPError):
        return missing(spec, f"{spec.location} is not in the hub's cache; fetch it with: hf download {spec.location}")
    files = look_at(folder, spec.file)
    broken = [name for name in files.sizes if not (folder / name).exists()]
    if not files.format or broken:
        return missing(
            spec, f"{spec.location} is in the hub's cache without its weights; run: hf download {spec.location}"
        )
    location = folder / spec.file if spec.file else folder
    return on_disk(spec, Origin.CACHE, files, str(location), folder.name)
