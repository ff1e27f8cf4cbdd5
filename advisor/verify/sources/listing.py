"""What a repository of the hub holds: its files with their sizes at one commit, and what stands in the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import NamedTuple

TIMEOUT_S = 10.0
"""Seconds that the hub may be silent."""
_log = logging.getLogger(__name__)


class Obstacle(Enum):
    """Why the hub does not give a repository."""

    NAME = "no name of a repository"
    UNKNOWN = "unknown repository"
    REVISION = "unknown revision"
    GATED = "consent needed"
    UNREACHABLE = "hub not reachable"


class HubError(Exception):
    """The hub does not give a repository; the text says why and what to do."""

    def __init__(self, obstacle: Obstacle, text: str) -> None:
        self.obstacle = obstacle
        super().__init__(text)


class Listing(NamedTuple):
    """A repository at a commit."""

    commit: str
    sizes: Mapping[str, int]
    """Bytes by path."""


def list_repository(repository: str, revision: str = "") -> Listing:
    """The files of a repository.

    Args:
        repository: as the hub spells it.
        revision: commit, tag or branch; the main branch if empty.

    Raises:
        ImportError: huggingface_hub is not installed.
        HubError: the hub does not give it.
    """
    from huggingface_hub import HfApi

    with obstacles(repository, revision):
        info = HfApi().model_info(repository, revision=revision or None, files_metadata=True, timeout=TIMEOUT_S)
        return Listing(info.sha or "", {entry.rfilename: int(entry.size or 0) for entry in info.siblings or ()})


@contextmanager
def obstacles(repository: str, revision: str = "") -> Iterator[None]:
    """Errors of the hub's client, as what stands in the way of a repository.

    Raises:
        HubError: instead of each of them.
    """
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        yield
    except HubError:
        raise
    except GatedRepoError as error:
        step = "accept its terms on the hub, then run: hf auth login"
        raise HubError(Obstacle.GATED, f"{repository} asks for consent first: {step}") from error
    except RepositoryNotFoundError as error:
        raise HubError(Obstacle.UNKNOWN, f"the hub knows no {repository}") from error
    except RevisionNotFoundError as error:
        raise HubError(Obstacle.REVISION, f"{repository} has no revision {revision or 'main'}") from error
    except HFValidationError as error:
        raise HubError(Obstacle.NAME, f"{repository!r} is no name of a repository") from error
    except HfHubHTTPError as error:
        status = getattr(error.response, "status_code", "an error")
        raise HubError(Obstacle.UNREACHABLE, f"the hub answers with {status}") from error
    except Exception as error:  # the errors of the hub's HTTP client differ between its versions
        _log.info("the hub cannot be reached: %s", error)
        raise HubError(Obstacle.UNREACHABLE, "the hub cannot be reached") from error
