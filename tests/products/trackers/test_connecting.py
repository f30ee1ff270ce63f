"""Connecting a tracker: what is refused, what nobody reads again, and the pages."""

import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.errors import BadText, NotPossible, Refusal
from products.actions.trackers import (
    connect_tracker,
    disconnect_tracker,
    edit_tracker,
    give_api_token,
    reconnect_tracker,
)
from products.choices import TrackerKind, TrackerMessageState
from products.models import (
    InboundDelivery,
    Product,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
    TrackerSecret,
)
from products.trackers.credentials import opened
from tests.audit.record import contents
from tests.people import ClientOf, QueriesOf
from tests.products.trackers.deliveries import Tracker, issue
from tests.products.trackers.fake_github import TOKEN

GITHUB: dict[str, Any] = {
    "kind": TrackerKind.GITHUB,
    "name": "GitHub",
    "repository": "example-health/digital-pharmacy",
}
TYPED = {
    "name": "GitHub",
    "repository": "example-health/digital-pharmacy",
    "api_token": TOKEN,
    "feature_label": "feature",
    "story_label": "safety",
}


def page_of(name: str, connection: TrackerConnection) -> str:
    return reverse(name, args=[connection.product.slug, connection.public_id])


@pytest.fixture
def client(client_of: ClientOf, product_manager: User) -> Client:
    return client_of(product_manager)


def connect(client: Client, product: Product, **more: str) -> HttpResponse:
    url = reverse("tracker_connect_github", args=[product.slug])
    answer: Any = client.post(url, TYPED | more)
    return answer  # type: ignore[no-any-return]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"repository": ""},
        {"repository": "digital-pharmacy"},
        {"repository": "a/b/c"},
        {"repository": "../../admin"},
        {"repository": "a/b?x=1"},
        {"repository": "https://github.com/a/b"},
        {"name": ""},
        {"name": "x" * 101},
        {"api_url": "http://api.github.com"},
        {"api_url": "https://10.0.0.1/api/v3"},
        {"api_url": "https://169.254.169.254/latest/meta-data"},
        {"api_token": "short"},
        {"api_token": "with a space in it"},
        {"api_token": "github_pat_1\r\nX-Evil: 1"},
        {"api_token": "github_pat_é23456"},
        {"feature_label": "same", "story_label": "Same"},
    ],
)
def test_what_is_no_repository_is_refused_and_nothing_is_saved(
    product: Product, product_manager: User, change: dict[str, str]
) -> None:
    before = contents()
    with pytest.raises(Refusal) as refused:
        connect_tracker(product=product, by=product_manager, **GITHUB | change)
    assert contents() == before
    assert "Nothing was saved." in refused.value.sentence
    assert change.get("api_token", "no token") not in refused.value.sentence


def test_a_repository_is_connected_once(product: Product, product_manager: User) -> None:
    connection, _ = connect_tracker(product=product, by=product_manager, **GITHUB)
    again = GITHUB | {"name": "Again", "repository": "Example-Health/Digital-Pharmacy"}
    with pytest.raises(NotPossible, match="connected already"):
        connect_tracker(product=product, by=product_manager, **again)
    disconnect_tracker(connection=connection, by=product_manager, reason="Moved")
    with pytest.raises(NotPossible, match="disconnected already"):
        connect_tracker(product=product, by=product_manager, **again)
    with pytest.raises(NotPossible):
        disconnect_tracker(connection=connection, by=product_manager, reason="Moved")


def test_a_webhook_has_neither_repository_nor_token(
    product: Product, product_manager: User
) -> None:
    for more in ({"repository": "a/b"}, {"api_url": "https://x.example"}, {"api_token": TOKEN}):
        with pytest.raises(NotPossible):
            connect_tracker(
                product=product, by=product_manager, kind=TrackerKind.GENERIC, name="T", **more
            )


def test_trackers_of_one_name_are_not_told_apart(product: Product, product_manager: User) -> None:
    connect_tracker(product=product, by=product_manager, **GITHUB)
    with pytest.raises(NotPossible, match="called github"):
        connect_tracker(
            product=product, by=product_manager, kind=TrackerKind.GENERIC, name="github"
        )


# --- Credentials ----------------------------------------------------------------------------------


def test_no_credential_stands_anywhere_in_clear(
    client: Client, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    answer = connect(client, product)
    [secret] = re.findall(r"<code>([0-9a-f]{64})</code>", answer.content.decode())
    everything = json.dumps(contents(), default=str) + caplog.text
    assert TOKEN not in everything
    assert secret not in everything
    stored = TrackerSecret.objects.get()
    assert (opened(stored.api_token), opened(stored.webhook_secret)) == (TOKEN, secret)


def test_the_secret_is_shown_once_and_kept_by_no_browser(client: Client, product: Product) -> None:
    answer = connect(client, product)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    [secret] = re.findall(r"<code>([0-9a-f]{64})</code>", answer.content.decode())
    connection = TrackerConnection.objects.get()
    for name in ("tracker_detail", "tracker_edit", "tracker_token", "tracker_history"):
        page = client.get(page_of(name, connection)).content.decode()
        assert secret not in page
        assert TOKEN not in page
    again = connect(client, product)
    assert again.status_code == 422, "a page that is loaded again connects nothing twice"
    assert TOKEN not in again.content.decode(), "what was typed is not sent back"


def test_a_new_secret_is_made_and_the_token_exchanged(client: Client, tracker: Tracker) -> None:
    answer = client.post(page_of("tracker_secret", tracker.connection))
    [secret] = re.findall(r"<code>([0-9a-f]{64})</code>", answer.content.decode())
    assert tracker.event("ping", {}).status_code == 403
    tracker.secret = secret
    assert tracker.event("ping", {}).status_code == 200
    client.post(page_of("tracker_token", tracker.connection), {"api_token": TOKEN})
    assert opened(TrackerSecret.objects.get().api_token) == TOKEN


def test_another_server_does_not_get_the_token_of_the_one_before(
    tracker: Tracker, product_manager: User
) -> None:
    give_api_token(connection=tracker.connection, by=product_manager, api_token=TOKEN)
    changes = {"api_url": "https://git.evil.example/api/v3"}
    edit_tracker(connection=tracker.connection, by=product_manager, changes=changes)
    assert TrackerSecret.objects.get().api_token == ""
    assert TrackerSecret.objects.get().webhook_secret != ""


def test_tickets_that_are_known_do_not_become_those_of_another_repository(
    client: Client, tracker: Tracker
) -> None:
    url, same = page_of("tracker_edit", tracker.connection), {"is_same_repository": "on"}
    assert "is_same_repository" not in client.get(url).content.decode(), "no ticket is known yet"
    tracker.issues("opened", issue())
    assert "renamed or moved" in client.get(url).content.decode()
    for elsewhere in ({"repository": "a/b"}, {"api_url": "https://git.other.example/api/v3"}):
        refused = client.post(url, TYPED | elsewhere)
        assert refused.status_code == 422
        assert "has 1 ticket known here by number" in refused.content.decode()
    assert client.post(url, TYPED | {"name": "Ours"}).status_code == 302
    assert client.post(url, TYPED | {"repository": "a/b"} | same).status_code == 302
    tracker.connection.refresh_from_db()
    assert tracker.connection.repository == "a/b"


def test_disconnecting_deletes_the_credentials_and_keeps_the_tickets(
    client: Client, tracker: Tracker
) -> None:
    tracker.issues("opened", issue())
    answer = client.post(page_of("tracker_disconnect", tracker.connection), {"reason": "Moved"})
    assert answer.status_code == 302
    assert not TrackerSecret.objects.exists()
    assert TrackerItem.objects.count() == 1
    for name in ("tracker_secret", "tracker_token"):
        refused = client.post(page_of(name, tracker.connection), {"api_token": TOKEN})
        assert refused.status_code == 422
        assert "is disconnected" in refused.content.decode()
    again = client.post(page_of("tracker_reconnect", tracker.connection), {"api_token": TOKEN})
    assert re.search(r"<code>[0-9a-f]{64}</code>", again.content.decode())
    assert TrackerConnection.objects.get().is_active


def test_what_is_connected_is_not_connected_again(tracker: Tracker, product_manager: User) -> None:
    with pytest.raises(NotPossible):
        reconnect_tracker(connection=tracker.connection, by=product_manager)


def test_credentials_are_encrypted_anew_with_another_key(
    tracker: Tracker, product_manager: User, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    give_api_token(connection=tracker.connection, by=product_manager, api_token=TOKEN)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-new-key", [old]
    call_command("renew_credentials")
    assert "of 1 trackers" in capsys.readouterr().out
    settings.SECRET_KEY_FALLBACKS = []
    assert opened(TrackerSecret.objects.get().api_token) == TOKEN
    assert opened(TrackerSecret.objects.get().webhook_secret) == tracker.secret
    settings.SECRET_KEY = "a-third-key"
    with pytest.raises(CommandError, match="No key opens those of Tracker “GitHub”"):
        call_command("renew_credentials")


def test_a_token_that_is_none_is_not_kept(tracker: Tracker, product_manager: User) -> None:
    with pytest.raises(BadText):
        give_api_token(connection=tracker.connection, by=product_manager, api_token="a b c d e f")
    assert TrackerSecret.objects.get().api_token == ""


# --- The pages ------------------------------------------------------------------------------------


def test_two_people_who_change_a_connection_are_told(client: Client, tracker: Tracker) -> None:
    connection = tracker.connection
    typed = {key: value for key, value in TYPED.items() if key != "api_token"}
    base = {"base_version": connection.version}
    url = page_of("tracker_edit", connection)
    assert client.post(url, typed | base | {"name": "Theirs"}).status_code == 302
    answer = client.post(url, typed | base | {"name": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()


def test_what_was_delivered_and_said_is_shown_with_what_came_of_it(
    client: Client, tracker: Tracker
) -> None:
    tracker.issues("opened", issue(title="<b>Bold</b>"))
    message = TrackerMessage.objects.create(
        connection=tracker.connection,
        kind="comment",
        item=TrackerItem.objects.get(),
        body="Covered <i>by</i> HAZ-004",
        about_kind="triage",
        about_id="1",
        state=TrackerMessageState.GIVEN_UP,
        problem="There is no such repository",
        next_try=timezone.now(),
        ended=timezone.now(),
    )
    page = client.get(page_of("tracker_detail", tracker.connection)).content.decode()
    assert "Ticket 12 was opened by octocat. It is FEAT-1 now." in page
    assert "There is no such repository" in page
    assert "<b>Bold" not in page
    assert "<i>by" not in page
    slug, public_id = tracker.connection.product.slug, tracker.connection.public_id
    again = reverse("tracker_message_again", args=[slug, public_id, message.pk])
    assert client.post(again).status_code == 302
    message.refresh_from_db()
    assert message.state == TrackerMessageState.WAITING
    assert "tried again within a minute" in client.get("/").content.decode()
    client.post(again)
    assert "said already" in client.get("/").content.decode()


def test_a_feature_shows_its_tickets(client: Client, tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    page = client.get("/products/digital-pharmacy/features/FEAT-1/").content.decode()
    assert 'href="https://github.com/example-health/digital-pharmacy/issues/12"' in page


def test_the_pages_ask_the_database_as_often_however_much_there_is(
    client: Client, tracker: Tracker, product_manager: User, queries_of: QueriesOf
) -> None:
    pages = [
        reverse("tracker_list", args=[tracker.connection.product.slug]),
        page_of("tracker_detail", tracker.connection),
    ]

    def grow(start: int) -> None:
        for number in range(start, start + 10):
            tracker.issues("opened", issue(number))
            connect_tracker(
                product=tracker.connection.product,
                by=product_manager,
                kind=TrackerKind.GENERIC,
                name=f"Tracker {number}",
            )

    grow(100)
    before = [queries_of(client, page) for page in pages]
    grow(200)
    assert InboundDelivery.objects.count() == 20
    assert [queries_of(client, page) for page in pages] == before
