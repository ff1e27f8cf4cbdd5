"""API keys: kept as SHA-256, compared in constant time, each with a scope.

A key is 256 random bits, so a plain hash of it cannot be searched; slow hashing is for passwords.
"""

from __future__ import annotations

import hmac
import re
import secrets
import sys
from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from advisor.domain.errors import InvalidInput, Problem


class Scope(StrEnum):
    """What a key may do; each scope holds those before it."""

    READ = "read"
    RUN = "run"
    ADMIN = "admin"

    def holds(self, other: Scope) -> bool:
        """Whether this scope is enough where `other` is asked for."""
        order = list(Scope)
        return order.index(self) >= order.index(other)


class Key(NamedTuple):
    """A key that the service accepts."""

    name: str
    scope: Scope
    digest: str
    """SHA-256 of the key, hex."""


_ENTRY = re.compile(r"([A-Za-z0-9._-]{1,64}):(read|run|admin):([0-9a-f]{64})")


def parse_keys(text: str) -> tuple[Key, ...]:
    """Keys from `name:scope:sha256`, separated by commas.

    Raises:
        InvalidInput: naming every entry that cannot be read by its position, never by its text.
    """
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    matches = [_ENTRY.fullmatch(entry) for entry in entries]
    if bad := [position for position, match in enumerate(matches, 1) if match is None]:
        expected = "name:scope:sha256 with scope read, run or admin"
        raise InvalidInput([Problem(f"ADVISOR_API_KEYS[{position}]", "cannot be read", expected) for position in bad])
    return tuple(Key(match[1], Scope(match[2]), match[3]) for match in matches if match)


def find_key(keys: Sequence[Key], secret: str) -> Key | None:
    """The accepted key that a secret is; every key is compared, so that time tells nothing."""
    digest = sha256(secret.encode()).hexdigest()
    found = None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def new_key(name: str, scope: Scope) -> tuple[str, str]:
    """A new secret and its entry for ADVISOR_API_KEYS."""
    secret = secrets.token_urlsafe(32)
    return secret, f"{name}:{scope}:{sha256(secret.encode()).hexdigest()}"


def main(arguments: Sequence[str]) -> int:
    """`python -m advisor_api.security.keys NAME [SCOPE]`: print a new key once, and the entry to configure."""
    if not 1 <= len(arguments) <= 2 or (len(arguments) == 2 and arguments[1] not in list(Scope)):
        print("usage: python -m advisor_api.security.keys NAME [read|run|admin]", file=sys.stderr)
        return 2
    secret, entry = new_key(arguments[0], Scope(arguments[1]) if len(arguments) == 2 else Scope.RUN)
    try:
        parse_keys(entry)
    except InvalidInput:
        print("NAME: letters, digits, dot, underscore and hyphen only", file=sys.stderr)
        return 2
    print(f"key (shown once): {secret}\nADVISOR_API_KEYS={entry}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
