"""What is said in a tracker: once, with patience, never lost; to a GitHub that may fail."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Notification, User
from audit.acts import act
from audit.errors import NoAct, NotPossible
from products.actions.trackers import disconnect_tracker, give_api_token, say_again
from products.choices import TrackerMessageState
from products.hooks import on_ticket_made
from products.models import (
    Feature,
    Product,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
    TrackerSecret,
)
from products.trackers import calling, sending
from products.trackers.outbox import BODY_LIMIT, comment_on, new_ticket, trackers_to_write_to
from products.trackers.sending import MOST_ATTEMPTS, send_due, something_is_due
from tests.factories import make_feature
from tests.products.trackers.fake_github import REPOSITORY, TOKEN, Failure, FakeGitHub

MINUTE = datetime.timedelta(minutes=1)
ABOUT = {"about_kind": "triage", "about_id": "7"}


@pytest.fixture
def item(connection: TrackerConnection, github: FakeGitHub, product_manager: User) -> TrackerItem:
    """A ticket that is a feature's."""
    github.issue("Yearly prescription")
    feature = make_feature(connection.product)
    with act(by=product_manager, reason="Linked", scope=connection.product.scope):
        item = TrackerItem(connection=connection, external_id="1", feature=feature)
        item.save()
    return item


@pytest.fixture
def say(product: Product, product_manager: User) -> Callable[..., int]:
    """Say something under a ticket, in an act."""

    def _say(*items: TrackerItem, body: str = "Covered by HAZ-004.") -> int:
        with act(by=product_manager, reason="Answered the triage", scope=product.scope):
            return comment_on(items, body, **ABOUT)

    return _say


@pytest.fixture
def ask(connection: TrackerConnection, product_manager: User) -> Callable[..., TrackerMessage]:
    """Ask for a ticket, in an act."""

    def _ask(title: str = "Stop the reissue") -> TrackerMessage:
        with act(by=product_manager, reason="Sent the story", scope=connection.product.scope):
            return new_ticket(connection, title, "Given a flag", about_kind="test", about_id="3")

    return _ask


def the_message() -> TrackerMessage:
    return TrackerMessage.objects.get()


# --- The outbox -----------------------------------------------------------------------------------


def test_nothing_is_written_down_outside_an_act(item: TrackerItem) -> None:
    with pytest.raises(NoAct):
        comment_on([item], "Covered.", **ABOUT)
    with pytest.raises(NoAct):
        new_ticket(item.connection, "Title", "Body", **ABOUT)


def test_a_comment_waits_under_each_ticket_once(item: TrackerItem, say: Callable[..., int]) -> None:
    assert say(item, item) == 1
    assert say(item) == 1  # the same sentence waits already
    assert TrackerMessage.objects.count() == 1
    assert say() == 0


def test_what_is_undone_is_not_said(item: TrackerItem, product_manager: User) -> None:
    def answer() -> None:
        with act(by=product_manager, reason="Answered"):
            comment_on([item], "Covered.", **ABOUT)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        answer()
    assert not TrackerMessage.objects.exists()


def test_nothing_is_said_where_nothing_can_be_written(
    item: TrackerItem, say: Callable[..., int], product_manager: User
) -> None:
    give_api_token(connection=item.connection, by=product_manager, api_token="")
    assert say(item) == 0
    assert not trackers_to_write_to(item.connection.product).exists()
    give_api_token(connection=item.connection, by=product_manager, api_token=TOKEN)
    disconnect_tracker(connection=item.connection, by=product_manager, reason="Moved")
    assert say(item) == 0
    with pytest.raises(NotPossible), act(by=product_manager, reason="Sent"):
        new_ticket(item.connection, "Title", "Body", **ABOUT)


def test_a_text_that_is_too_long_for_a_tracker_is_cut(
    item: TrackerItem, say: Callable[..., int], ask: Callable[..., TrackerMessage]
) -> None:
    say(item, body="x" * 70_000)
    assert len(the_message().body) == BODY_LIMIT
    assert len(ask("y" * 300).title) == 256


# --- Said -----------------------------------------------------------------------------------------


def test_a_comment_arrives_as_github_wants_it(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    say(item)
    assert something_is_due()
    assert send_due() == 1
    [comment] = github.comments[1]
    assert comment["body"].startswith("Covered by HAZ-004.\n\n<!-- safety-case ")
    assert github.asked == [("POST", f"/repos/example-health/{REPOSITORY}/issues/1/comments")]
    headers = github.headers[0]
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"]
    assert headers["content-type"] == "application/json"
    message = the_message()
    assert message.state == TrackerMessageState.SENT
    assert message.sent_url == comment["html_url"]
    assert not something_is_due()
    assert send_due() == 0


def test_a_ticket_is_made_and_whoever_asked_hears_of_it(
    ask: Callable[..., TrackerMessage],
    github: FakeGitHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[tuple[str, str]] = []
    monkeypatch.setattr("products.hooks._on_ticket_made", [])
    on_ticket_made(lambda message, item: heard.append((message.about_id, item.external_id)))
    ask()
    assert ask() == the_message()  # asked twice, made once
    assert send_due() == 1
    assert github.issues[1]["title"] == "Stop the reissue"
    assert github.issues[1]["labels"] == [{"name": "safety"}]
    item = TrackerItem.objects.get()
    assert item.url.endswith("/issues/1")
    assert heard == [("3", "1")]
    assert the_message().item == item


# --- Once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [Failure(0, and_do=True), Failure(502, and_do=True)])
def test_a_comment_whose_answer_was_lost_is_not_written_twice(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub, failure: Failure
) -> None:
    say(item)
    github.failures.append(failure)
    assert send_due() == 0
    assert the_message().state == TrackerMessageState.WAITING
    assert send_due(timezone.now() + MINUTE) == 1
    assert len(github.comments[1]) == 1
    assert [method for method, _ in github.asked] == ["POST", "GET"]
    assert the_message().sent_url == github.comments[1][0]["html_url"]


def test_a_ticket_whose_answer_was_lost_is_not_made_twice(
    ask: Callable[..., TrackerMessage], github: FakeGitHub
) -> None:
    ask()
    github.failures.append(Failure(0, and_do=True))
    assert send_due() == 0
    assert send_due(timezone.now() + MINUTE) == 1
    assert len(github.issues) == 1
    assert TrackerItem.objects.get().external_id == "1"


def test_a_worker_that_died_before_its_answer_leaves_one_comment(
    item: TrackerItem,
    say: Callable[..., int],
    github: FakeGitHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    say(item)
    note = sending._note
    monkeypatch.setattr(sending, "_note", die)
    with pytest.raises(KeyboardInterrupt):
        send_due()
    monkeypatch.setattr(sending, "_note", note)
    assert send_due() == 0  # it is claimed
    assert send_due(timezone.now() + sending.CLAIM + MINUTE) == 1
    assert len(github.comments[1]) == 1


def test_a_mark_that_somebody_made_up_hides_nothing(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    say(item)
    github.comment(1, f"<!-- safety-case {the_message().pk}-{'0' * 32} -->")
    github.failures.append(Failure(503))
    send_due()
    assert send_due(timezone.now() + MINUTE) == 1
    assert len(github.comments[1]) == 2


# --- Trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub, status: int
) -> None:
    say(item)
    github.failures.append(Failure(status))
    assert send_due() == 0
    message = the_message()
    assert message.state == TrackerMessageState.WAITING
    assert message.problem
    assert message.next_try > timezone.now() + MINUTE / 2


@pytest.mark.parametrize(
    ("failure", "seconds"),
    [
        (Failure(403, "You have exceeded a secondary rate limit.", {"Retry-After": "120"}), 120),
        (Failure(429, "", {"Retry-After": "90"}), 90),
        (Failure(429, "", {"Retry-After": "99999999999"}), 6 * 3600),
    ],
)
def test_github_says_how_long_to_wait(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub, failure: Failure, seconds: int
) -> None:
    now = timezone.now()
    say(item)
    say(item, body="Something else")
    github.failures.append(failure)
    assert send_due(now + MINUTE) == 0
    assert len(github.asked) == 1, "the other message waits as well"
    for message in TrackerMessage.objects.all():
        assert message.next_try == now + MINUTE + datetime.timedelta(seconds=seconds)


def test_a_limit_that_is_used_up_is_waited_for(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    now = timezone.now()
    reset = str(int(now.timestamp()) + 600)
    say(item)
    github.failures.append(
        Failure(403, "", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset})
    )
    send_due()
    wait = the_message().next_try - now
    assert datetime.timedelta(seconds=595) < wait < datetime.timedelta(seconds=610)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (301, "renamed or moved"),
        (307, "renamed or moved"),
        (401, "does not accept the token"),
        (403, "may not write there"),
        (404, "no such repository"),
        (410, "was deleted"),
        (422, "refused what was sent"),
        (418, "418"),
    ],
)
def test_what_does_not_pass_is_given_up_and_told(
    item: TrackerItem,
    say: Callable[..., int],
    github: FakeGitHub,
    product_manager: User,
    clinician: User,
    status: int,
    sentence: str,
) -> None:
    say(item)
    elsewhere = {"Location": f"{github.url}/elsewhere"}
    github.failures.append(Failure(status, "It is so", elsewhere))
    assert send_due() == 0
    message = the_message()
    assert message.state == TrackerMessageState.GIVEN_UP
    assert sentence in message.problem
    assert len(github.asked) == 1, "nothing that leads elsewhere is followed"
    told = Notification.objects.get(person=product_manager)
    assert "could not be said in GitHub" in told.text
    assert TOKEN not in told.text
    assert not Notification.objects.filter(person=clinician).exists()


def test_after_a_day_of_trouble_it_is_given_up(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    say(item)
    now = timezone.now()
    for _ in range(MOST_ATTEMPTS):
        # The marks are looked for before each writing but the first.
        github.failures.append(Failure(503))
        send_due(now)
        now = the_message().next_try
    message = the_message()
    assert message.state == TrackerMessageState.GIVEN_UP
    assert f"{MOST_ATTEMPTS} times" in message.problem
    assert now - timezone.now() > datetime.timedelta(hours=12)


def test_what_was_given_up_is_tried_again_when_somebody_says_so(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub, product_manager: User
) -> None:
    say(item)
    github.failures.append(Failure(401))
    send_due()
    say_again(message=the_message(), by=product_manager)
    assert send_due() == 1
    assert len(github.comments[1]) == 1
    with pytest.raises(NotPossible):
        say_again(message=the_message(), by=product_manager)


def test_a_tracker_that_is_silent_is_asked_once_in_a_run(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    say(item)
    say(item, body="Something else")
    github.failures.append(Failure(0))
    send_due()
    assert len(github.asked) == 1


def test_somebody_who_never_ends_an_answer_holds_nobody_up(
    item: TrackerItem,
    say: Callable[..., int],
    github: FakeGitHub,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calling, "WHOLE_SECONDS", 0.2)
    say(item)
    github.failures.append(Failure(200, "x", {"Transfer-Encoding": "chunked"}))
    send_due()
    assert the_message().state == TrackerMessageState.WAITING


def test_a_token_that_no_key_opens_is_told(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub
) -> None:
    say(item)
    TrackerSecret.objects.update(api_token="gAAAAA-of-another-key")
    send_due()
    assert "cannot be read" in the_message().problem
    assert github.asked == []


def test_what_waits_when_a_tracker_is_disconnected_is_not_said(
    item: TrackerItem, say: Callable[..., int], github: FakeGitHub, product_manager: User
) -> None:
    say(item)
    disconnect_tracker(connection=item.connection, by=product_manager, reason="Moved")
    assert send_due() == 0
    assert github.asked == []
    assert the_message().problem == "The tracker was disconnected."
    assert Feature.objects.exists()
