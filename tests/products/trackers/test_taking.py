"""What a ticket becomes here, and what a change of it does."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from audit.acts import act
from audit.models import Entry
from hazards.actions.features import link_feature
from products.actions import (
    create_change,
    edit_feature,
    edit_release,
    set_build_state,
    withdraw_feature,
)
from products.actions.trackers import connect_tracker, give_api_token
from products.choices import BuildState, ReleaseState, TrackerKind, TrackerMessageState
from products.models import Change, Feature, Product, Release, TrackerItem, TrackerMessage
from products.trackers.marks import mark_of, marked
from products.trackers.outbox import new_ticket
from reviews.models import HazardLook, Story
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_live_hazard
from tests.products.trackers.deliveries import Tracker, issue, outcome, pull
from tests.products.trackers.fake_github import TOKEN

LATER: dict[str, Any] = {"updated_at": "2026-05-04T10:42:00Z"}
EARLIER: dict[str, Any] = {"updated_at": "2026-05-01T10:42:00Z"}
CLOSED: dict[str, Any] = {"state": "closed", "state_reason": "completed"} | LATER
STORY: dict[str, Any] = {"labels": [{"name": "safety"}]}
IN_PROGRESS: dict[str, Any] = {"labels": [{"name": "feature"}, {"name": "In Progress"}]} | LATER


def the_feature() -> Feature:
    return Feature.objects.get()


# --- New tickets ----------------------------------------------------------------------------------


def test_a_ticket_with_the_label_becomes_a_feature(tracker: Tracker) -> None:
    answer = tracker.issues("opened", issue())
    assert outcome(answer) == "Ticket 12 was opened by octocat. It is FEAT-1 now."
    feature = the_feature()
    assert feature.title == "Yearly prescription"
    assert feature.for_product == "Patients order once a year."
    assert feature.for_patients == ""
    assert feature.state == BuildState.PLANNED
    assert feature.tracker_url.endswith("/issues/12")
    item = TrackerItem.objects.get()
    assert (item.external_id, item.feature, item.is_open) == ("12", feature, True)


def test_the_system_acts_and_the_record_says_for_whom(tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    entry = Entry.objects.filter(model="products.feature").get()
    assert entry.person == system_person()
    assert entry.reason == "GitHub: Ticket 12 was opened by octocat"


def test_a_ticket_without_a_label_stays_there(tracker: Tracker) -> None:
    answer = tracker.issues("opened", issue(labels=[]))
    assert "no label that brings it here" in outcome(answer)
    assert not TrackerItem.objects.exists()


def test_a_label_that_comes_later_brings_it(tracker: Tracker) -> None:
    tracker.issues("opened", issue(labels=[]))
    tracker.issues("labeled", issue(**LATER))
    assert the_feature().title == "Yearly prescription"


def test_a_feature_that_links_to_the_ticket_already_is_that_one(
    tracker: Tracker, product: Product
) -> None:
    url = "https://github.com/example-health/digital-pharmacy/issues/12"
    feature = make_feature(product, "Yearly", tracker_url=url, for_product="Ours")
    assert "FEAT-1 already links to it" in outcome(tracker.issues("labeled", issue()))
    feature.refresh_from_db()
    assert (feature.title, feature.for_product) == ("Yearly", "Ours")
    assert TrackerItem.objects.get().feature == feature


def test_a_ticket_that_was_closed_as_made_is_built(tracker: Tracker) -> None:
    tracker.issues("labeled", issue(**CLOSED))
    feature = the_feature()
    assert feature.state == BuildState.BUILT
    assert str(feature.build_began_on) == "2026-05-04"


def test_a_ticket_that_was_given_up_comes_not(tracker: Tracker) -> None:
    tracker.issues("labeled", issue(**CLOSED | {"state_reason": "not_planned"}))
    tracker.issues("deleted", issue())
    assert not Feature.objects.exists()


@pytest.mark.parametrize("action", ["opened", "labeled", "assigned", "milestoned"])
def test_what_an_event_is_called_does_not_matter(tracker: Tracker, action: str) -> None:
    tracker.issues(action, issue())
    assert the_feature().reference == "FEAT-1"


# --- Changes of a ticket --------------------------------------------------------------------------


def test_a_title_is_taken_when_it_changed_there(tracker: Tracker, product_manager: User) -> None:
    tracker.issues("opened", issue())
    edit_feature(feature=the_feature(), by=product_manager, changes={"title": "Our own words"})
    tracker.issues("labeled", issue(**LATER))
    assert the_feature().title == "Our own words"
    tracker.issues("edited", issue(title="Order yearly", updated_at="2026-05-05T00:00:00Z"))
    assert the_feature().title == "Order yearly"


def test_the_text_is_taken_once(tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    tracker.issues("edited", issue(body="Something else.", **LATER))
    assert the_feature().for_product == "Patients order once a year."


def test_how_far_it_is_follows_the_ticket(tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    tracker.issues("labeled", issue(**IN_PROGRESS))
    assert the_feature().state == BuildState.IN_BUILD
    assert str(the_feature().build_began_on) == "2026-05-04"
    tracker.issues("closed", issue(**CLOSED | {"updated_at": "2026-05-05T00:00:00Z"}))
    assert the_feature().state == BuildState.BUILT
    tracker.issues("reopened", issue(updated_at="2026-05-06T00:00:00Z"))
    assert the_feature().state == BuildState.IN_BUILD


def test_what_people_said_is_not_taken_back(tracker: Tracker, product_manager: User) -> None:
    tracker.issues("opened", issue())
    set_build_state(feature=the_feature(), by=product_manager, state=BuildState.BUILT)
    tracker.issues("labeled", issue(**IN_PROGRESS))
    assert the_feature().state == BuildState.BUILT


def test_a_ticket_that_was_given_up_leaves_the_feature_to_people(tracker: Tracker) -> None:
    tracker.issues("opened", issue())
    answer = tracker.issues("closed", issue(**CLOSED | {"state_reason": "not_planned"}))
    assert "withdraw FEAT-1 if it is so" in outcome(answer)
    assert the_feature().is_active
    assert the_feature().state == BuildState.PLANNED


@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_a_ticket_that_is_gone_leaves_the_feature_to_people(tracker: Tracker, action: str) -> None:
    tracker.issues("opened", issue())
    assert "FEAT-1 stays" in outcome(tracker.issues(action, issue(**LATER)))
    assert the_feature().is_active
    assert not TrackerItem.objects.get().is_open


def test_a_withdrawn_feature_is_left_alone(tracker: Tracker, product_manager: User) -> None:
    tracker.issues("opened", issue())
    withdraw_feature(feature=the_feature(), by=product_manager, reason="Not coming")
    assert "is withdrawn here" in outcome(tracker.issues("closed", issue(**CLOSED)))
    assert the_feature().state == BuildState.PLANNED


def test_what_comes_late_changes_nothing(tracker: Tracker) -> None:
    tracker.issues("opened", issue(**LATER))
    answer = tracker.issues("edited", issue(title="Older", **EARLIER))
    assert "Something newer is known" in outcome(answer)
    assert the_feature().title == "Yearly prescription"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_makes_nothing_late(tracker: Tracker, moment: str) -> None:
    tracker.issues("opened", issue(updated_at=moment))
    assert tracker.issues("edited", issue(title="Newer", **LATER)).status_code == 200
    assert the_feature().title == "Newer"


@pytest.mark.parametrize(
    "events",
    [
        ["opened", "labeled", "closed"],
        ["closed", "labeled", "opened"],
        ["labeled", "opened", "closed"],
        ["closed", "opened", "labeled"],
    ],
)
def test_in_whatever_order_events_arrive_the_end_is_the_same(
    tracker: Tracker, events: list[str]
) -> None:
    what: dict[str, dict[str, Any]] = {
        "opened": issue(title="First", **EARLIER),
        "labeled": issue(title="Second", labels=IN_PROGRESS["labels"]),
        "closed": issue(title="Third", **CLOSED),
    }
    for event in events:
        assert tracker.issues(event, what[event]).status_code == 200
    assert (the_feature().title, the_feature().state) == ("Third", BuildState.BUILT)


# --- Text of strangers ----------------------------------------------------------------------------


def test_text_is_cleaned_and_cut_and_never_markup(
    tracker: Tracker, cso: User, client_of: Any
) -> None:
    title = "<script>alert(1)</script>\u202e\x00 {{ 7|add:1 }} " + "x" * 300
    body = '<!-- a template\'s hint -->\r\n## What\r\n\r\n=HYPERLINK("http://x")\x07 <b>bold</b>'
    tracker.issues("opened", issue(title=title, body=body, html_url="javascript:alert(1)"))
    feature = the_feature()
    assert len(feature.title) == 200
    assert "\u202e" not in feature.title
    assert feature.for_product == '=HYPERLINK("http://x") <b>bold</b>'
    assert feature.tracker_url == ""
    page = client_of(cso).get("/products/digital-pharmacy/features/FEAT-1/").content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


# --- Stories and looks ----------------------------------------------------------------------------


def test_a_ticket_with_the_story_label_becomes_a_story(tracker: Tracker) -> None:
    tracker.issues("opened", issue(**STORY))
    story = Story.objects.get()
    assert (story.title, story.criteria) == ("Yearly prescription", "Patients order once a year.")
    assert story.control is None
    assert not Feature.objects.exists()
    tracker.issues("closed", issue(**STORY | CLOSED | {"title": "Stop it"}))
    story.refresh_from_db()
    assert (story.title, story.is_open) == ("Stop it", False)


@pytest.mark.parametrize(
    ("action", "how"),
    [("closed", CLOSED | {"state_reason": "not_planned"}), ("deleted", LATER)],
)
def test_a_story_is_not_done_because_its_ticket_ended(
    tracker: Tracker, action: str, how: dict[str, Any]
) -> None:
    tracker.issues("opened", issue(**STORY))
    answer = tracker.issues(action, issue(**STORY | how))
    assert Story.objects.get().is_open
    assert "withdraw it if it is not coming" in outcome(answer)
    later = {"updated_at": "2026-05-05T00:00:00Z"}
    tracker.issues("closed", issue(**STORY | CLOSED | later))
    assert not Story.objects.get().is_open
    tracker.issues("deleted", issue(**STORY | CLOSED | later))
    assert not Story.objects.get().is_open, "it was done before"


def test_a_story_that_was_given_up_comes_not(tracker: Tracker) -> None:
    given_up = STORY | CLOSED | {"state_reason": "not_planned"}
    assert "without being made" in outcome(tracker.issues("labeled", issue(**given_up)))
    assert not Story.objects.exists()


def test_both_labels_make_a_story(tracker: Tracker) -> None:
    tracker.issues("opened", issue(labels=[{"name": "feature"}, {"name": "SAFETY"}]))
    assert Story.objects.count() == 1
    assert not Feature.objects.exists()


def test_hazards_are_looked_at_when_a_ticket_says_something_else(
    tracker: Tracker, product: Product, cso: User
) -> None:
    tracker.issues("opened", issue())
    hazard = a_live_hazard(product, cso)
    link_feature(hazard=hazard, feature=the_feature(), by=cso)
    tracker.issues("labeled", issue(**IN_PROGRESS))
    assert not HazardLook.objects.exists()
    edited = issue(body="Once in two years.", changes={"body": {"from": "x"}})
    tracker.issues("edited", edited | {"updated_at": "2026-05-06T00:00:00Z"})
    look = HazardLook.objects.get()
    assert look.hazard == hazard
    assert "Ticket 12 of GitHub was edited there" in look.why
    withdraw_feature(feature=the_feature(), by=cso, reason="Not coming")
    looks = [(each.pk, each.why) for each in HazardLook.objects.all()]
    edited = issue(body="Never.", changes={"body": {"from": "x"}})
    answer = tracker.issues("edited", edited | {"updated_at": "2026-05-07T00:00:00Z"})
    assert "is withdrawn here, so nothing was changed" in outcome(answer)
    assert [(each.pk, each.why) for each in HazardLook.objects.all()] == looks


# --- Pull requests --------------------------------------------------------------------------------


def test_a_pull_request_that_names_a_feature_builds_it(tracker: Tracker, product: Product) -> None:
    make_feature(product)
    answer = tracker.pulls("opened", pull())
    assert outcome(answer) == "Pull request 40 was opened by octocat. It builds FEAT-1."
    assert the_feature().state == BuildState.IN_BUILD
    tracker.pulls("closed", pull(state="closed", merged=True, **LATER))
    assert the_feature().state == BuildState.IN_BUILD


def test_a_draft_builds_nothing_yet(tracker: Tracker, product: Product) -> None:
    make_feature(product)
    tracker.pulls("opened", pull(draft=True))
    assert the_feature().state == BuildState.PLANNED


def test_a_draft_that_is_made_ready_builds_what_it_names(
    tracker: Tracker, product: Product
) -> None:
    first, second = make_feature(product), make_feature(product, "Reminders")
    drafted = pull(draft=True, body="Builds FEAT-1 and FEAT-2.")
    tracker.pulls("opened", drafted)
    tracker.pulls("edited", drafted | LATER)
    ready = drafted | {"draft": False, "updated_at": "2026-05-05T10:00:00Z"}
    dropped = ready | {"state": "closed", "merged": False}
    tracker.pulls("closed", dropped)
    first.refresh_from_db()
    assert first.state == BuildState.PLANNED
    answer = tracker.pulls("ready_for_review", ready)
    assert outcome(answer).endswith("It is known here. It builds FEAT-1, FEAT-2.")
    for each in (first, second):
        each.refresh_from_db()
        assert (each.state, str(each.build_began_on)) == (BuildState.IN_BUILD, "2026-05-05")


def test_a_pull_request_that_names_nothing_stays_there(tracker: Tracker, product: Product) -> None:
    make_feature(product)
    for body in (None, "Nothing", "FEAT-99", "XFEAT-1", "FEAT-1-b"):
        answer = tracker.pulls("opened", pull(body=body))
        assert "names no feature" in outcome(answer)
    assert not TrackerItem.objects.exists()


def test_a_pull_request_on_what_is_built_is_a_change(
    tracker: Tracker, product: Product, product_manager: User
) -> None:
    feature = make_feature(product)
    set_build_state(feature=feature, by=product_manager, state=BuildState.BUILT)
    answer = tracker.pulls("opened", pull())
    assert "FEAT-1 is built, so it is CHG-1 now" in outcome(answer)
    change = Change.objects.get()
    assert (change.feature, change.state) == (feature, BuildState.IN_BUILD)
    tracker.pulls("edited", pull(title="Order for two years", **LATER))
    change.refresh_from_db()
    assert change.title == "Order for two years"
    tracker.pulls("closed", pull(state="closed", merged=True, updated_at="2026-05-05T00:00:00Z"))
    change.refresh_from_db()
    assert change.state == BuildState.BUILT


def test_a_pull_request_is_of_a_release_that_is_still_to_come(
    tracker: Tracker, product: Product, product_manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its release goes out without it, it is of the next one: its gate asks about it."""
    feature = make_feature(product)
    set_build_state(feature=feature, by=product_manager, state=BuildState.BUILT)
    make_release(product, "0.9.0")
    release = make_release(product, "1.0.0")
    tracker.pulls("opened", pull())
    assert Change.objects.get().release == release
    monkeypatch.setattr("products.going_out._asks", [])
    went_out(release, product_manager)
    tracker.pulls("edited", pull(**LATER))
    assert Change.objects.get().release == Release.objects.get(label="0.9.0")
    went_out(Release.objects.get(label="0.9.0"), product_manager)
    tracker.pulls("closed", pull(state="closed", merged=True, updated_at="2026-05-05T00:00:00Z"))
    change = Change.objects.get()
    assert (change.release, change.state) == (None, BuildState.BUILT)
    last = make_release(product, "1.1.0")
    went_out(last, product_manager)
    assert Change.objects.get().release == last, "it is built, so it goes along"


def went_out(release: Release, by: User) -> None:
    edit_release(release=release, by=by, changes={"state": ReleaseState.IN_WORK})
    out = {"state": ReleaseState.RELEASED, "released_on": timezone.localdate()}
    edit_release(release=release, by=by, changes=out)


def test_a_change_that_is_not_merged_is_withdrawn_until_it_is_open_again(
    tracker: Tracker, product: Product, product_manager: User
) -> None:
    feature = make_feature(product)
    set_build_state(feature=feature, by=product_manager, state=BuildState.BUILT)
    tracker.pulls("opened", pull())
    tracker.pulls("closed", pull(state="closed", **LATER))
    assert not Change.objects.get().is_active
    tracker.pulls("reopened", pull(updated_at="2026-05-05T00:00:00Z"))
    assert Change.objects.get().is_active


# --- Our own tickets ------------------------------------------------------------------------------


@pytest.fixture
def asked(tracker: Tracker, product: Product, product_manager: User) -> TrackerMessage:
    """A ticket that we asked for, which GitHub has made; its answer has not come yet."""
    give_api_token(connection=tracker.connection, by=product_manager, api_token=TOKEN)
    with act(by=product_manager, reason="Sent", scope=product.scope):
        return new_ticket(tracker.connection, "Stop", "Given", about_kind="test", about_id="1")


def test_a_ticket_of_ours_is_known_by_its_mark(tracker: Tracker, asked: TrackerMessage) -> None:
    body = marked(asked.body, mark_of(asked))
    answer = tracker.issues("opened", issue(body=body, **STORY))
    assert "It is the ticket that was asked for here" in outcome(answer)
    assert not Story.objects.exists(), "whoever asked has its story already"
    asked.refresh_from_db()
    assert asked.state == TrackerMessageState.SENT
    assert asked.item == TrackerItem.objects.get()


def test_a_copied_mark_makes_nobody_elses_ticket_ours(
    tracker: Tracker, asked: TrackerMessage
) -> None:
    body = marked(asked.body, mark_of(asked))
    tracker.issues("opened", issue(body=body, **STORY))
    tracker.issues("opened", issue(13, body=body, **STORY))
    assert Story.objects.get().item.external_id == "13"  # type: ignore[union-attr]
    wrong = marked("x", f"{asked.pk}-{'0' * 32}")
    tracker.issues("opened", issue(14, body=wrong, **STORY))
    assert Story.objects.count() == 2


def test_two_trackers_may_have_tickets_of_the_same_number(
    tracker: Tracker, product: Product, product_manager: User
) -> None:
    other, secret = connect_tracker(
        product=product, by=product_manager, kind=TrackerKind.GENERIC, name="Other"
    )
    tracker.issues("opened", issue())
    Tracker(other, secret).tell(
        {"id": 12, "title": "Else", "labels": ["feature"], "changed": "2026-05-03T10:42:00Z"}
    )
    assert [each.external_id for each in TrackerItem.objects.all()] == ["12", "12"]
    assert Feature.objects.count() == 2


def test_a_change_made_by_hand_is_not_touched(
    tracker: Tracker, product: Product, product_manager: User
) -> None:
    create_change(product=product, by=product_manager, title="A library")
    make_feature(product)
    tracker.pulls("opened", pull())
    assert Change.objects.count() == 1
