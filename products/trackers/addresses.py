"""Where the application may call: the open internet by https, and what the operator names.

A person of a team types the address of their tracker. It must not lead the server to itself or to
its neighbours: no private, local or reserved address, looked at again each time a name is resolved,
and the connection goes to the very address that was looked at.
"""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from audit.errors import NotPossible

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: IPv6 addresses that carry an IPv4 address to which a gateway passes on.
_CARRIERS = (
    ipaddress.IPv6Network("64:ff9b::/96"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
    ipaddress.IPv6Network("::/96"),
)


class AddressRefused(NotPossible):
    """An address that the application does not call."""


class PrivateAddress(AddressRefused):
    """An address inside a private network."""


def checked_api_url(url: str) -> str:
    """The address of a tracker's API without a slash at its end. Raises ``AddressRefused``.

    Names are not resolved here: that is done when it is called.
    """
    url = url.strip().rstrip("/")
    try:
        parts = split(url)
    except PrivateAddress as refusal:
        raise AddressRefused(f"{refusal.sentence} Nothing was saved.") from refusal
    if parts.query or parts.fragment:
        raise AddressRefused(
            "The address of the API ends with its path: nothing with ? or # belongs to it. "
            "Nothing was saved."
        )
    return url


def split(url: str) -> SplitResult:
    """The parts of an address that may be called, as far as that can be seen without asking.

    Raises ``AddressRefused``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise _refused(url) from problem
    if not host or any(each.isspace() or ord(each) < 33 for each in url) or port == 0:
        raise _refused(url)
    if parts.username is not None or parts.password is not None:
        raise AddressRefused(
            "The address of the API holds a user name or password. Nothing was saved. Give the "
            "token in its own field: it is encrypted there."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_named_loopback(host)):
        raise AddressRefused(
            "The address of the API begins with https://, or a token would be sent in clear. "
            "Nothing was saved."
        )
    literal = _literal(host)
    if literal is not None and not is_allowed(host, literal):
        raise _private(host)
    return parts


def resolved(host: str, port: int) -> list[str]:
    """The addresses behind a name, each one that may be called.

    Raises ``AddressRefused`` when any of them may not, and ``OSError`` when the name is unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(each[4][0]) for each in found))
    for number in numbers:
        if not is_allowed(host, ipaddress.ip_address(number.partition("%")[0])):
            raise _private(host)
    return numbers


def is_allowed(host: str, address: Address) -> bool:
    """Whether a host may be called at this address."""
    return is_public(address) or host.lower() in settings.TRACKER_PRIVATE_HOSTS


def is_public(address: Address) -> bool:
    """Whether an address is on the open internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _carried(address)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if any(address in network for network in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_named_loopback(host: str) -> bool:
    literal = _literal(host)
    return literal is not None and literal.is_loopback and host in settings.TRACKER_PRIVATE_HOSTS


def _refused(url: str) -> AddressRefused:
    return AddressRefused(
        f"“{url[:100]}” is no address that can be called. Nothing was saved. "
        "It looks like https://api.github.com."
    )


def _private(host: str) -> PrivateAddress:
    return PrivateAddress(
        f"{host[:100]} is inside a private network, so it is not called. If your tracker is "
        "there, whoever runs this site can allow it by name (TRACKER_PRIVATE_HOSTS)."
    )
