"""No network in a runner: a name space of its own where the system grants one, and Python's audit hook everywhere."""

from __future__ import annotations

import ctypes
import socket
import struct
import sys
from typing import Any

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_SET_FLAGS, _UP = 0x8914, 0x1
_ASKS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"})
_LOOPBACK = ("127.", "::1", "localhost")


def seal(host: str | None = None) -> str:
    """Cut this process off from the network for good.

    Args:
        host: the one host that stays reachable, for a candidate that is a server.

    Returns:
        How it was cut off.
    """
    own_space = host is None and _unshare()
    allowed = _addresses(host) if host else frozenset()
    sys.addaudithook(lambda event, args: _check(event, args, allowed, loopback=own_space))
    if own_space:
        return "network name space of its own"
    return f"audit hook, {host} only" if host else "audit hook"


def _check(event: str, args: tuple[Any, ...], allowed: frozenset[str], loopback: bool) -> None:
    if event not in _ASKS:
        return
    target = args[0] if event in ("socket.getaddrinfo", "socket.gethostbyname") else args[1]
    place = target[0] if isinstance(target, tuple) else target
    if isinstance(place, bytes):
        place = place.decode(errors="replace")
    if event not in ("socket.getaddrinfo", "socket.gethostbyname") and not isinstance(target, tuple):
        return  # a local socket
    if place in allowed or (loopback and str(place).startswith(_LOOPBACK)):
        return
    raise PermissionError(f"no network in a runner: {event} {place}")


def _addresses(host: str) -> frozenset[str]:
    found = socket.getaddrinfo(host, None)
    return frozenset({host, *(str(entry[4][0]) for entry in found)})


def _unshare() -> bool:
    """A network name space with nothing but its own loopback; Linux only."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NETWORK) != 0 and libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return False
    _loopback_up()
    return True


def _loopback_up() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14s", b"lo", _UP, b""))
        except OSError:
            return  # engines that want a loopback say so themselves
