"""The part of the shut network that pytest-socket leaves open: looking up names.

pytest-socket refuses connections to other machines, but a name would first be sent to a name
server, which is a message to another machine too.
"""

import socket
from collections.abc import Callable
from typing import Any

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class NameLookupRefused(RuntimeError):
    """A test asked for the address of another machine."""

    def __init__(self, host: object) -> None:
        super().__init__(f"A test tried to look up {host!r}: tests reach nothing but loopback.")


def is_local(host: object) -> bool:
    """Whether looking up this host stays on this machine (None and '' mean any local address)."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host == "" or host in LOOPBACK:
        return True
    return isinstance(host, str) and (host.startswith("127.") or is_address(host))


def is_address(host: str) -> bool:
    """Whether the host is written as numbers, so that nobody is asked; connecting is refused."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False


def refuse_other_names(lookup: Callable[..., Any]) -> Callable[..., Any]:
    """The same lookup, for this machine only."""

    def guarded(host: object, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NameLookupRefused(host)
        return lookup(host, *args, **kwargs)

    return guarded


def shut() -> None:
    """Refuse the names of other machines in this process from now on."""
    socket.getaddrinfo = refuse_other_names(socket.getaddrinfo)
    socket.gethostbyname = refuse_other_names(socket.gethostbyname)
    socket.gethostbyname_ex = refuse_other_names(socket.gethostbyname_ex)
