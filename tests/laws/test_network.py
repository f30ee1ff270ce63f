"""Tests reach nothing but this machine, and this proves that the door is shut."""

import http.client
import http.server
import smtplib
import socket
import threading
import urllib.request
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.network import NameLookupRefused

# A pytest-socket refusal is a warning as well; here the refusal is what is wanted.
pytestmark = pytest.mark.filterwarnings("ignore:A test tried to use socket")

# Set aside for documentation (RFC 5737, RFC 3849): even if the guard failed, nobody is there.
ELSEWHERE = ["192.0.2.1", "198.51.100.7"]
ELSEWHERE_V6 = "2001:db8::1"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_connection_to_another_machine_is_refused(address: str) -> None:
    with socket.socket() as client:
        client.settimeout(0.1)
        with pytest.raises(SocketConnectBlockedError):
            client.connect((address, 80))


def test_a_connection_to_another_machine_over_ipv6_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as client:
        client.settimeout(0.1)
        with pytest.raises(SocketConnectBlockedError):
            client.connect((ELSEWHERE_V6, 80))


def test_a_name_of_another_machine_is_not_even_looked_up() -> None:
    with pytest.raises(NameLookupRefused, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)
    with pytest.raises(NameLookupRefused, match=r"example\.org"):
        socket.gethostbyname("example.org")


def test_the_clients_that_an_application_would_use_are_refused() -> None:
    with pytest.raises(NameLookupRefused):
        urllib.request.urlopen("https://example.org/", timeout=0.1)
    with pytest.raises(NameLookupRefused):
        smtplib.SMTP("mail.example.org", timeout=0.1)
    with pytest.raises(SocketConnectBlockedError):
        http.client.HTTPConnection(ELSEWHERE[0], timeout=0.1).request("GET", "/")


def test_loopback_is_open() -> None:
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    answering = threading.Thread(target=server.handle_request)
    answering.start()
    try:
        client = http.client.HTTPConnection("localhost", server.server_port, timeout=5)
        client.request("BREW", "/")
        assert client.getresponse().status == 501
        client.close()
    finally:
        answering.join()
        server.server_close()


def test_a_unix_socket_is_open(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen(1)
        client.connect(str(tmp_path / "s"))
