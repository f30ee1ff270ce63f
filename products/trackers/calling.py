"""One call to a tracker: to a checked address, within a limit of time, following nowhere.

``http.client`` and not ``urllib``: no proxies from the environment, no redirects, and the socket
is opened to the address that was checked, whatever the name leads to a moment later.
"""

import http.client
import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from products.trackers.addresses import resolved, split

CONNECT_SECONDS = 5
WHOLE_SECONDS = 25
MOST_BYTES = 4 * 1024 * 1024


class NoAnswer(Exception):
    """The tracker did not answer, or not in time, or with something that is no answer."""


@dataclass(frozen=True)
class Answer:
    """What came back. ``body`` is what its JSON says; None where it holds none."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: Any


def call(method: str, url: str, headers: Mapping[str, str], sent: object = None) -> Answer:
    """Call an address once.

    Raises ``NoAnswer``, and ``AddressRefused`` for an address that may not be called.
    """
    parts = split(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    body = None if sent is None else json.dumps(sent).encode()
    all_headers = dict(headers) | ({} if body is None else {"Content-Type": "application/json"})
    try:
        with _connected(host, port, is_secure=parts.scheme == "https") as connection:
            connection.request(method, target, body=body, headers=all_headers)
            return _read(connection.getresponse())
    except (OSError, http.client.HTTPException) as problem:
        raise NoAnswer(f"{host} did not answer ({type(problem).__name__}).") from problem


def _read(response: http.client.HTTPResponse) -> Answer:
    content = response.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NoAnswer("The answer was too long.")
    headers = {name.lower(): value for name, value in response.getheaders()}
    try:
        body = json.loads(content) if content else None
    except (ValueError, RecursionError):
        body = None
    return Answer(response.status, headers, body)


@contextmanager
def _connected(host: str, port: int, *, is_secure: bool) -> Iterator[http.client.HTTPConnection]:
    """A connection whose socket is open, and shut after ``WHOLE_SECONDS`` whatever it does.

    A time limit of a socket is one for each reading: somebody who sends a byte now and then would
    hold the worker for ever.
    """
    ends = time.monotonic() + WHOLE_SECONDS
    raw = _open(resolved(host, port), port)
    guard = socket.socket(fileno=os.dup(raw.fileno()))  # wrapping in TLS empties the first one
    alarm = threading.Timer(ends - time.monotonic(), _shut, [guard])
    alarm.daemon = True
    alarm.start()
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = kind(host, port)
    try:
        raw.settimeout(WHOLE_SECONDS)
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            if is_secure
            else raw
        )
        yield connection
    finally:
        alarm.cancel()
        connection.close()
        raw.close()
        guard.close()


def _open(numbers: list[str], port: int) -> socket.socket:
    problem: OSError = OSError("no address")
    for number in numbers[:3]:
        try:
            return socket.create_connection((number, port), timeout=CONNECT_SECONDS)
        except OSError as failed:
            problem = failed
    raise problem


def _shut(guard: socket.socket) -> None:
    try:
        guard.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already, which is what is wanted
