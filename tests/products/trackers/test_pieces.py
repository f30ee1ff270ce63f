"""The pieces on their own: text of strangers, addresses, credentials, marks, rules."""

import datetime
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.text import check_text
from products.choices import BuildState
from products.trackers.addresses import AddressRefused, checked_api_url, is_public, resolved
from products.trackers.calling import NoAnswer, call
from products.trackers.credentials import CredentialLost, opened, sealed, sealed_anew
from products.trackers.marks import mark_in, marked, number_in
from products.trackers.signatures import holds, is_recent, new_secret, signature
from products.trackers.strangers_text import (
    first_paragraph,
    labels_among,
    one_line,
    references_in,
    web_address,
)
from products.trackers.ticket import Ticket
from products.trackers.ticket_rules import (
    is_late,
    next_state_of_change,
    next_state_of_feature,
    state_when_new,
)

PLANNED, IN_BUILD, BUILT = BuildState.PLANNED, BuildState.IN_BUILD, BuildState.BUILT

# --- Text of strangers ----------------------------------------------------------------------------


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_any_text_fits_and_can_be_stored(text: str, limit: int) -> None:
    for cleaned in (one_line(text, limit), first_paragraph(text, limit)):
        check_text("Text", cleaned, limit=limit)
        assert "\n" not in cleaned
        assert cleaned == cleaned.strip()


@pytest.mark.parametrize("other", [None, 7, True, ["x"], {"a": 1}, b"x"])
def test_what_is_no_text_is_none(other: object) -> None:
    assert one_line(other, 9) == first_paragraph(other, 9) == web_address(other) == ""
    assert references_in(other) == ()
    assert labels_among([other]) == frozenset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One.\nStill one.\n\nTwo.", "One. Still one."),
        ("# Heading\nOne.", "One."),
        ("# Heading\n\nOne.", "One."),
        ("<!-- hint -->\n\nOne.", "One."),
        ("<!-- hint that never ends\n\nOne.", ""),
        ("![picture](x.png)\n\n| a | b |\n\n```\ncode\n```\n\nOne.", "code"),
        ("\r\n\r\nOne.\r\n\r\nTwo.", "One."),
        ("", ""),
        ("   \n \n", ""),
        ("Dose < 5 mg and > 2", "Dose < 5 mg and > 2"),
    ],
)
def test_the_first_paragraph_that_says_something(text: str, said: str) -> None:
    assert first_paragraph(text, 100) == said


@pytest.mark.parametrize(
    "wrong",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/x", "http://", "http://[x",
     "https://x y", "https://x\ny", "ftp://x", "https://x/" + "y" * 500, "\u202ehttps://x y"],
)  # fmt: skip
def test_what_is_no_address_of_the_web_becomes_no_link(wrong: str) -> None:
    assert web_address(wrong) == ""


def test_an_address_of_the_web_stays() -> None:
    assert web_address("https://github.com/a/b/issues/1") == "https://github.com/a/b/issues/1"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Builds FEAT-1 and feat-22.", ("FEAT-1", "FEAT-22")),
        ("FEAT-1, FEAT-1; (FEAT-2)", ("FEAT-1", "FEAT-2")),
        ("DEFEAT-1 FEAT-1-b FEAT-x A.FEAT-1 FEAT-0123456789", ()),
    ],
)
def test_features_that_a_text_names(text: str, named: tuple[str, ...]) -> None:
    assert references_in(text) == named


# --- Addresses ------------------------------------------------------------------------------------

NOT_PUBLIC = [
    "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1",  # noqa: S104  # nothing listens on it
    "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::a00:1",
    "64:ff9b::7f00:1", "::7f00:1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]  # fmt: skip


@pytest.mark.parametrize("number", NOT_PUBLIC)
def test_addresses_that_are_not_called(number: str) -> None:
    assert not is_public(ipaddress.ip_address(number))
    host = f"[{number}]" if ":" in number else number
    with pytest.raises(AddressRefused, match="private network"):
        checked_api_url(f"https://{host}/api/v3")


@pytest.mark.parametrize("number", ["140.82.121.6", "2606:50c0:8000::153", "64:ff9b::8c52:7906"])
def test_addresses_of_the_open_internet_are(number: str) -> None:
    assert is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize(
    "url",
    [
        "http://api.github.com", "ftp://api.github.com", "//api.github.com", "api.github.com",
        "https://", "https://user:secret@api.github.com", "https://token@api.github.com",
        "https://api.github.com?x=1", "https://api.github.com#x", "https://api.github.com:0",
        "https://api.github.com:99999", "https://api.git hub.com", "https://[::1",
        "https://api.github.com/\r\nHost: evil", "http://127.0.0.1:8000", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_refused_when_it_is_typed(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_api_url(url)


def test_an_address_is_kept_without_a_slash_at_its_end() -> None:
    assert checked_api_url(" https://git.example.org/api/v3/ ") == "https://git.example.org/api/v3"


def names_lead_to(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
    monkeypatch.setattr("products.trackers.addresses.socket.getaddrinfo", lambda *_, **__: found)


def test_a_name_that_leads_inside_is_refused_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_to(monkeypatch, "140.82.121.6")
    assert resolved("git.example.org", 443) == ["140.82.121.6"]
    names_lead_to(monkeypatch, "140.82.121.6", "169.254.169.254")
    with pytest.raises(AddressRefused):
        resolved("git.example.org", 443)
    with pytest.raises(AddressRefused):
        call("GET", "https://git.example.org/", {})


def test_the_socket_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def connect(address: Any, **_: Any) -> socket.socket:
        called.append(address)
        raise OSError

    names_lead_to(monkeypatch, "140.82.121.6")
    monkeypatch.setattr("products.trackers.calling.socket.create_connection", connect)
    with pytest.raises(NoAnswer):
        call("GET", "https://git.example.org/", {})
    assert called == [("140.82.121.6", 443)]


def test_the_operator_may_name_a_host_inside(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.TRACKER_PRIVATE_HOSTS = ["git.intranet.example"]
    names_lead_to(monkeypatch, "10.1.2.3")
    assert resolved("GIT.intranet.example", 443) == ["10.1.2.3"]
    with pytest.raises(AddressRefused):
        resolved("other.intranet.example", 443)
    with pytest.raises(AddressRefused):  # in clear to itself alone, which tests do
        checked_api_url("http://git.intranet.example")


# --- Credentials ----------------------------------------------------------------------------------


def test_a_credential_is_not_what_is_stored(settings: Any) -> None:
    stored = sealed("github_pat_1")
    assert "github_pat" not in stored
    assert sealed("github_pat_1") != stored
    assert opened(stored) == "github_pat_1"
    assert sealed("") == opened("") == ""


def test_a_key_of_before_opens_what_it_closed(settings: Any) -> None:
    old, stored = settings.SECRET_KEY, sealed("github_pat_1")
    settings.SECRET_KEY = "another-key"
    with pytest.raises(CredentialLost):
        opened(stored)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert opened(stored) == "github_pat_1"
    renewed = sealed_anew(stored)
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(renewed) == "github_pat_1"


# --- Signatures and marks -------------------------------------------------------------------------


def test_githubs_own_example_of_a_signature() -> None:
    """From GitHub's documentation on validating webhook deliveries."""
    told = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert signature("It's a Secret to Everybody", b"Hello, World!") == told
    assert holds("It's a Secret to Everybody", b"Hello, World!", told)
    assert not holds("", b"Hello, World!", signature("", b"Hello, World!"))


def test_secrets_are_long_and_different() -> None:
    assert len(new_secret()) == 64
    assert new_secret() != new_secret()


@given(st.text(max_size=20))
def test_any_moment_is_answered(text: str) -> None:
    assert is_recent(text, datetime.datetime.now(datetime.UTC)) in (True, False)


def test_a_mark_is_found_where_it_was_put() -> None:
    mark = f"7-{'a' * 32}"
    assert mark_in(marked("Text", mark)) == mark
    assert number_in(mark) == 7
    assert mark_in("<!-- safety-case 7-short -->") == mark_in(None) == mark_in("") == ""


# --- How far something is -------------------------------------------------------------------------


def ticket(**more: Any) -> Ticket:
    return Ticket(external_id="1", title="x", **more)


OPEN, CLOSED = ticket(), ticket(is_open=False)
BEGUN = ticket(labels=frozenset({"in progress"}))
GIVEN_UP = ticket(is_open=False, is_given_up=True)
GONE = ticket(is_open=False, is_gone=True)


@pytest.mark.parametrize(
    ("state", "told", "was_open", "then"),
    [
        (PLANNED, OPEN, True, PLANNED),
        (PLANNED, BEGUN, True, IN_BUILD),
        (PLANNED, CLOSED, True, BUILT),
        (PLANNED, CLOSED, False, PLANNED),
        (PLANNED, GIVEN_UP, True, PLANNED),
        (PLANNED, GONE, True, PLANNED),
        (IN_BUILD, OPEN, True, IN_BUILD),
        (IN_BUILD, BEGUN, True, IN_BUILD),
        (IN_BUILD, CLOSED, True, BUILT),
        (IN_BUILD, OPEN, False, IN_BUILD),
        (BUILT, OPEN, True, BUILT),
        (BUILT, BEGUN, True, BUILT),
        (BUILT, OPEN, False, IN_BUILD),
        (BUILT, CLOSED, False, BUILT),
    ],
)
def test_how_far_a_feature_is_by_its_ticket(
    state: BuildState, told: Ticket, was_open: bool, then: BuildState
) -> None:
    assert next_state_of_feature(state, told, was_open=was_open) is then


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (PLANNED, OPEN, PLANNED),
        (PLANNED, BEGUN, IN_BUILD),
        (PLANNED, CLOSED, BUILT),
        (BUILT, BEGUN, BUILT),
        (IN_BUILD, OPEN, IN_BUILD),
    ],
)
def test_how_far_a_feature_is_when_its_ticket_is_new(
    state: BuildState, told: Ticket, then: BuildState
) -> None:
    assert state_when_new(told, state) is then


@pytest.mark.parametrize(
    ("state", "told", "then"),
    [
        (PLANNED, ticket(is_draft=True), PLANNED),
        (PLANNED, OPEN, IN_BUILD),
        (IN_BUILD, CLOSED, BUILT),
        (IN_BUILD, GIVEN_UP, IN_BUILD),
        (BUILT, OPEN, IN_BUILD),
    ],
)
def test_how_far_a_change_is_by_its_pull_request(
    state: BuildState, told: Ticket, then: BuildState
) -> None:
    assert next_state_of_change(told, state) is then


def test_what_is_late() -> None:
    now = datetime.datetime(2026, 5, 3, tzinfo=datetime.UTC)
    before = now - datetime.timedelta(seconds=1)
    assert is_late(now, before)
    assert not is_late(now, now)
    assert not is_late(before, now)
    assert not is_late(None, now)
    assert not is_late(now, None)


def test_a_ticket_without_labels_has_none_not_even_an_empty_one() -> None:
    assert not ticket(labels=frozenset({""})).has_label("")
    assert ticket(labels=frozenset({"feature"})).has_label(" Feature ")
