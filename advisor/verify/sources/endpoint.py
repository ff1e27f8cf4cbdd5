"""Candidates that already run: any server with the OpenAI-compatible interface."""

from __future__ import annotations

import json
import os
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from advisor.domain.verification import Artifact, Origin
from advisor.verify.sources.resolve import Found, missing
from advisor.verify.sources.spec import CandidateSpec

KEY_VARIABLE = "OPENAI_API_KEY"
_TIMEOUT_S = 10.0


def find(spec: CandidateSpec) -> Found:
    """A server that answers, and has the model that is asked for."""
    if urlsplit(spec.location).scheme not in ("http", "https"):
        return missing(spec, f"{spec.location!r} is not a URL such as http://127.0.0.1:11434/v1#model")
    try:
        request = Request(f"{spec.location.rstrip('/')}/models", headers=headers())
        with urlopen(request, timeout=_TIMEOUT_S) as answer:
            models = [str(entry["id"]) for entry in json.load(answer)["data"]]
    except (URLError, OSError) as error:
        return missing(spec, f"{spec.location} does not answer ({error}); start the server, or correct the URL")
    except (ValueError, KeyError, TypeError):
        return missing(spec, f"{spec.location} answers, but not like an OpenAI-compatible server; the URL ends in /v1")
    wanted = spec.options.get("model", "")
    if wanted and wanted not in models:
        return missing(spec, f"{spec.location} has no model {wanted!r}; it has {', '.join(models[:8])}")
    if not wanted and len(models) != 1:
        return missing(spec, f"name the model after a #: {spec.location}#{models[0] if models else 'model'}")
    return Found(
        Artifact(origin=Origin.ENDPOINT, location=spec.location, format="endpoint", revision=wanted or models[0])
    )


def headers() -> dict[str, str]:
    """What a request carries; the key, if any, comes from the environment and is never written down."""
    key = os.environ.get(KEY_VARIABLE)
    return {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
