"""Deliveries: who signs is who they say, nothing is taken twice, and a stranger leaves no trace."""

import datetime
import json
import time
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from products.actions.trackers import disconnect_tracker, edit_tracker, renew_webhook_secret
from products.models import Feature, InboundDelivery, Product, TrackerConnection, TrackerSecret
from products.trackers.receiving import REMEMBERED, are_old, forget_old
from products.trackers.signatures import TOLERANCE, generic_text, signature
from products.views.webhooks import MOST_BYTES
from tests.audit.record import contents
from tests.products.trackers.deliveries import Tracker, issue, outcome, post

TICKET = {
    "id": "PHARM-7",
    "title": "Yearly",
    "labels": ["feature"],
    "changed": "2026-05-03T10:42:00Z",
}


def test_a_ping_says_that_it_is_connected(tracker: Tracker) -> None:
    answer = tracker.event("ping", {"zen": "Keep it logically awesome."})
    assert (answer.status_code, outcome(answer)) == (200, "GitHub is connected.")
    assert tracker.event("ping", {"zen": "Keep it logically awesome."}).status_code == 200
    assert InboundDelivery.objects.count() == 2


def test_an_answer_sets_no_cookie_and_is_kept_by_nobody(tracker: Tracker) -> None:
    answer = tracker.issues("opened", issue())
    assert answer.status_code == 200
    assert not answer.cookies
    assert "private" in answer.headers["Cache-Control"]


# --- The signature --------------------------------------------------------------------------------

WRONG = [
    "",
    "sha256=",
    "sha256=" + "0" * 64,
    "sha1=" + "0" * 40,
    "sha256=é\u2603",
    signature("another secret", b"{}"),
]


@pytest.mark.parametrize("signed", WRONG)
def test_a_wrong_signature_is_refused_and_leaves_no_trace(tracker: Tracker, signed: str) -> None:
    before = contents()
    answer = tracker.send("issues", b"{}", signed=signed.encode().decode("latin-1"))
    assert answer.status_code == 403
    assert contents() == before


def test_the_signature_is_over_the_very_bytes(tracker: Tracker) -> None:
    body = json.dumps({"zen": "x"}).encode()
    same = json.dumps({"zen": "x"}, indent=1).encode()
    answer = tracker.send("ping", same, signed=signature(tracker.secret, body))
    assert answer.status_code == 403


def test_another_secret_makes_the_one_before_worthless(
    tracker: Tracker, product_manager: User
) -> None:
    renew_webhook_secret(connection=tracker.connection, by=product_manager)
    assert tracker.issues("opened", issue()).status_code == 403


def test_without_a_secret_nothing_is_taken(tracker: Tracker) -> None:
    TrackerSecret.objects.update(webhook_secret="")
    assert tracker.send("ping", b"{}", signed=signature("", b"{}")).status_code == 403
    TrackerSecret.objects.all().delete()
    assert tracker.send("ping", b"{}", signed=signature("", b"{}")).status_code == 403


def test_a_secret_that_no_key_opens_says_what_to_do(tracker: Tracker) -> None:
    TrackerSecret.objects.update(webhook_secret="gAAAAA-of-another-key")
    answer = tracker.event("ping", {})
    assert answer.status_code == 503
    assert "made anew" in outcome(answer)


# --- What is refused unread -----------------------------------------------------------------------


def test_a_connection_that_is_not_there_is_not_found(
    tracker: Tracker, generic: Tracker, product_manager: User
) -> None:
    signed = {"X-Hub-Signature-256": signature(tracker.secret, b"{}")}
    assert post(reverse("github_hook", args=[uuid.uuid4()]), b"{}", signed).status_code == 404
    other_kind = reverse("github_hook", args=[generic.connection.public_id])
    assert post(other_kind, b"{}", signed).status_code == 404
    disconnect_tracker(connection=tracker.connection, by=product_manager, reason="Moved")
    assert tracker.event("ping", {}).status_code == 404


def test_more_than_five_megabytes_are_refused_without_reading_them(tracker: Tracker) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it was read")

        readline = read

    post: Any = Client().generic
    answer = post(
        "POST", tracker.url, b"x", content_type="application/json",
        CONTENT_LENGTH=str(MOST_BYTES + 1), **{"wsgi.input": Unread()},
    )  # fmt: skip
    assert answer.status_code == 413


def test_five_megabytes_are_taken(tracker: Tracker) -> None:
    text = "x" * (MOST_BYTES - 2_000)
    assert tracker.issues("opened", issue(body=text)).status_code == 200


@pytest.mark.parametrize("length", ["", "many", "-1", "٣"])
def test_a_body_without_a_length_is_refused(tracker: Tracker, length: str) -> None:
    answer = Client().generic(
        "POST", tracker.url, b"{}", content_type="application/json", CONTENT_LENGTH=length
    )
    assert answer.status_code in (411, 413)


def test_only_json_is_taken(tracker: Tracker) -> None:
    answer = Client().post(tracker.url, {"payload": "{}"})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{",
        b"\xff\xfe",
        b'"' + b"x" * 100,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"issue": ' + b"9" * 5_000 + b"}",
        b"{}",
        b'{"action": "opened", "issue": []}',
        b'{"action": "opened", "issue": {"number": true, "title": "x"}}',
        b'{"action": "opened", "repository": {"full_name": {}}, "issue": {}}',
    ],
)
def test_what_is_no_event_is_refused_with_a_sentence(tracker: Tracker, body: bytes) -> None:
    answer = tracker.send("issues", body)
    assert answer.status_code == 422
    assert outcome(answer).startswith("Nothing was changed. ")


def test_another_repository_is_refused_and_may_be_sent_again(
    tracker: Tracker, product_manager: User
) -> None:
    moved = {"repository": {"full_name": "example-health/moved"}}
    body = {"action": "opened", "issue": issue()} | moved
    answer = tracker.event("issues", body, delivery="d-1")
    assert answer.status_code == 422
    assert "not about example-health/digital-pharmacy" in outcome(answer)
    assert InboundDelivery.objects.get().outcome.startswith("Not taken. ")
    edit_tracker(
        connection=tracker.connection,
        by=product_manager,
        changes={"repository": "example-health/moved"},
    )
    assert tracker.event("issues", body, delivery="d-1").status_code == 200


@pytest.mark.parametrize("event", ["push", "issue_comment", "star", "", "x" * 500])
def test_other_events_are_of_no_interest(tracker: Tracker, event: str) -> None:
    answer = tracker.event(event, {"action": "created"})
    assert answer.status_code == 200
    assert not Feature.objects.exists()


# --- Replay ---------------------------------------------------------------------------------------


def test_a_delivery_is_taken_once(tracker: Tracker) -> None:
    assert tracker.issues("opened", issue(), delivery="d-1").status_code == 200
    before = contents()
    for ticket in (issue(), issue(title="Another title", updated_at="2027-01-01T00:00:00Z")):
        answer = tracker.issues("edited", ticket, delivery="d-1")
        assert answer.status_code == 409
        assert outcome(answer) == "It was taken before; nothing was changed."
    assert contents() == before


def test_the_same_text_under_another_name_is_refused(tracker: Tracker) -> None:
    """GitHub signs the text alone: whoever caught a delivery could send it under a new name."""
    closed = issue(state="closed", updated_at="2026-05-04T10:42:00Z")
    assert tracker.issues("opened", issue()).status_code == 200
    assert tracker.issues("closed", closed).status_code == 200
    reopened = issue(updated_at="2026-05-04T10:42:00Z")
    assert tracker.issues("reopened", reopened).status_code == 200
    assert tracker.issues("closed", closed).status_code == 409
    assert Feature.objects.get().state == "in_build"


def test_a_delivery_without_a_name_is_refused(tracker: Tracker) -> None:
    body = json.dumps({"action": "opened"}).encode()
    headers = {"X-GitHub-Event": "issues", "X-Hub-Signature-256": signature(tracker.secret, body)}
    assert post(tracker.url, body, headers).status_code == 422
    headers["X-GitHub-Delivery"] = "x" * 200
    assert post(tracker.url, body, headers).status_code == 422


# --- The signed webhook ---------------------------------------------------------------------------


def test_the_signed_webhook_brings_a_ticket(generic: Tracker) -> None:
    answer = generic.tell(TICKET)
    assert (answer.status_code, outcome(answer)) == (
        200,
        "Ticket PHARM-7 is open. It is FEAT-1 now.",
    )
    ping = generic.tell_bytes(b'{"ping": true}')
    assert outcome(ping) == "The tracker is connected."


@pytest.mark.parametrize("seconds", [-1, 1])
def test_its_moment_is_within_five_minutes(generic: Tracker, seconds: int) -> None:
    far = seconds * (TOLERANCE.total_seconds() + 5)
    near = seconds * (TOLERANCE.total_seconds() - 60)
    assert generic.tell(TICKET, at=time.time() + far).status_code == 403
    assert generic.tell(TICKET, at=time.time() + near).status_code == 200


@pytest.mark.parametrize("moment", ["", "now", "-5", "1e9", "9" * 40, "²"])
def test_a_moment_that_is_none_is_refused(generic: Tracker, moment: str) -> None:
    body = json.dumps({"ticket": TICKET}).encode()
    signed = signature(generic.secret, generic_text(moment, "d", body))
    headers = {"X-Delivery": "d", "X-Timestamp": moment, "X-Signature-256": signed}
    if moment.isascii():
        assert post(generic.url, body, headers).status_code == 403
    assert not Feature.objects.exists()


def test_neither_name_nor_moment_can_be_exchanged(generic: Tracker) -> None:
    body = json.dumps({"ticket": TICKET}).encode()
    moment = str(int(time.time()))
    signed = signature(generic.secret, generic_text(moment, "d-1", body))
    for name, at in (("d-2", moment), ("d-1", str(int(moment) + 1))):
        headers = {"X-Delivery": name, "X-Timestamp": at, "X-Signature-256": signed}
        assert post(generic.url, body, headers).status_code == 403


def test_its_delivery_is_taken_once(generic: Tracker) -> None:
    assert generic.tell(TICKET, delivery="d").status_code == 200
    assert generic.tell(TICKET | {"title": "Other"}, delivery="d").status_code == 409
    assert generic.tell(TICKET).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"id": True},
        {"id": "x" * 201},
        {"id": ["x"]},
        {"title": ""},
        {"title": None},
        {"changed": None},
        {"changed": "yesterday"},
        {"changed": "2026-05-03T10:42:00"},
        {"changed": "2026-13-03T10:42:00Z"},
        {"changed": "0001-01-01T00:00:00+14:00"},
        {"changed": "0001-01-01T00:00:00Z"},
        {"changed": "9999-12-31T23:59:59Z"},
        {"open": "yes"},
        {"deleted": 1},
    ],
)
def test_a_ticket_that_is_none_is_refused_with_a_sentence(
    generic: Tracker, change: dict[str, Any]
) -> None:
    answer = generic.tell(TICKET | change)
    assert answer.status_code == 422
    assert not Feature.objects.exists()


def test_a_tracker_brings_nothing_to_another_product(
    generic: Tracker, product: Product, other_product: Product
) -> None:
    generic.tell(TICKET)
    assert Feature.objects.get().product == product
    assert TrackerConnection.objects.get().product == product
    assert other_product.features.count() == 0


def test_deliveries_are_remembered_for_half_a_year(tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    now = InboundDelivery.objects.get().received
    assert not are_old(now + REMEMBERED)
    assert forget_old(now + REMEMBERED) == 0
    assert are_old(now + REMEMBERED + datetime.timedelta(minutes=1))
    assert forget_old(now + REMEMBERED + datetime.timedelta(minutes=1)) == 1
    before = contents()
    assert tracker.issues("opened", issue()).status_code == 200
    after = contents()
    assert after["products_feature"] == before["products_feature"]
    assert after["audit_entry"] == before["audit_entry"]
