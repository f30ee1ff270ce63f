"""Stories: kept, linked with their reason, sent to the tracker, and what the rules make of them."""

from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.actions.people import system_person
from accounts.models import User
from audit.acts import act
from audit.errors import Conflict, NotAllowed, NotPossible
from hazards.choices import FindingLevel, Stage
from hazards.models import Control, Hazard
from hazards.quality.checking import ask_about, check_readings
from hazards.reading import read_hazards
from products.actions.tickets import note_ticket_made, take_ticket
from products.actions.trackers import connect_tracker
from products.choices import ReleaseState, TrackerKind
from products.models import Feature, Product, TrackerConnection, TrackerMessage
from products.trackers.ticket import Ticket
from products.trackers.told import Told
from reviews.actions.stories import (
    edit_story,
    give_reason,
    send_story,
    set_story_open,
    withdraw_story,
    write_and_send_story,
    write_story,
)
from reviews.models import Story
from reviews.stories.reading import stories_without_reason
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_cause, a_control, a_hazard, a_live_hazard, an_estimate
from tests.people import ClientOf, QueriesOf

TICKET = Ticket(
    external_id="12", title="Stop it", url="https://github.example/12", labels=frozenset({"safety"})
)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A live hazard with a cause."""
    hazard = a_live_hazard(product, cso)
    a_cause(hazard, cso)
    return hazard


@pytest.fixture
def control(hazard: Hazard, cso: User) -> Control:
    """A control of its cause."""
    return a_control(hazard, cso, "Every prescription expires", causes=list(hazard.causes.all()))


@pytest.fixture
def tracker(product: Product, cso: User) -> TrackerConnection:
    """A tracker in which tickets can be made."""
    connection, _ = connect_tracker(
        product=product,
        by=cso,
        kind=TrackerKind.GITHUB,
        name="GitHub",
        repository="example-health/digital-pharmacy",
        api_token="github_pat_0123456789",
    )
    return connection


def a_story(control: Control, hazard: Hazard, by: User, **more: Any) -> Story:
    """The control as a story."""
    return write_story(
        control=control, hazard=hazard, by=by, title="Stop it", criteria="Given", **more
    )


def without_reason(
    product: Product, by: User, title: str = "Faster labels", feature: Feature | None = None
) -> Story:
    """A story that came from a tracker."""
    story = Story(product=product, title=title, feature=feature)
    with act(by=by, reason="Brought a story", scope=product.scope):
        story.save()
    return story


def test_a_story_is_written_for_a_hazard_that_its_control_protects(
    product: Product, control: Control, hazard: Hazard, engineer: User, auditor: User
) -> None:
    story = a_story(control, hazard, engineer)
    assert (story.control, story.hazard, story.is_open) == (control, hazard, True)
    with pytest.raises(NotPossible, match="does not act on"):
        a_story(control, a_hazard(product, engineer), engineer)
    with pytest.raises(NotAllowed):
        a_story(control, hazard, auditor)
    with pytest.raises(NotPossible, match="Title"):
        write_story(control=control, hazard=hazard, by=engineer, title=" ", criteria="")


def test_it_is_edited_done_and_withdrawn(control: Control, hazard: Hazard, engineer: User) -> None:
    story = a_story(control, hazard, engineer)
    edited = edit_story(story=story, by=engineer, changes={"title": "Stop"}, base_version=1)
    assert edited.title == "Stop"
    with pytest.raises(Conflict):
        edit_story(story=story, by=engineer, changes={"title": "Mine"}, base_version=1)
    assert not set_story_open(story=story, by=engineer, is_open=False).is_open
    with pytest.raises(NotPossible, match="done already"):
        set_story_open(story=story, by=engineer, is_open=False)
    withdraw_story(story=story, by=engineer, reason="Split in two")
    with pytest.raises(NotPossible, match="withdrawn"):
        edit_story(story=story, by=engineer, changes={"title": "Again"})


def test_its_ticket_is_linked_when_it_is_made(
    control: Control, hazard: Hazard, engineer: User, tracker: TrackerConnection
) -> None:
    story = write_and_send_story(
        control=control,
        hazard=hazard,
        by=engineer,
        title="Stop it",
        criteria="# As it stands\nGiven a flag @everyone of #12 <!-- hidden",
        connection=tracker,
    )
    message = TrackerMessage.objects.get()
    told = "# As it stands\nGiven a flag @\u200beveryone of #\u200b12 &lt;!-- hidden"
    assert (message.title, message.body) == ("Stop it", told)
    with pytest.raises(NotPossible, match="on its way"):
        send_story(story=story, by=engineer, connection=tracker)
    item = note_ticket_made(message=message, by=system_person(), ticket=TICKET)
    story.refresh_from_db()
    assert (story.item, story.url) == (item, TICKET.url)
    for change in (
        lambda: set_story_open(story=story, by=engineer, is_open=False),
        lambda: edit_story(story=story, by=engineer, changes={"title": "Mine"}),
        lambda: send_story(story=story, by=engineer, connection=tracker),
    ):
        with pytest.raises(NotPossible, match="ticket"):
            change()
    assert edit_story(story=story, by=engineer, changes={"criteria": "Then"}).criteria == "Then"


def test_a_ticket_that_was_told_of_before_its_message_is_the_same_story(
    control: Control, hazard: Hazard, engineer: User, tracker: TrackerConnection
) -> None:
    story = a_story(control, hazard, engineer)
    message = send_story(story=story, by=engineer, connection=tracker)
    told = Told(what="Ticket 12 was opened by someone", ticket=TICKET)
    take_ticket(connection=tracker, by=system_person(), told=told)
    twin = Story.objects.exclude(pk=story.pk).get()
    assert twin.item is not None
    note_ticket_made(message=message, by=system_person(), ticket=TICKET)
    twin.refresh_from_db()
    story.refresh_from_db()
    assert not twin.is_active
    assert twin.item_id is None
    assert story.item is not None


def test_nothing_is_kept_where_no_ticket_can_be_made(
    control: Control, hazard: Hazard, engineer: User, product: Product
) -> None:
    with act(by=engineer, reason="Connected", scope=product.scope):
        silent = TrackerConnection(product=product, kind=TrackerKind.GENERIC, name="Tickets")
        silent.save()
    with pytest.raises(NotPossible, match="No ticket can be made"):
        write_and_send_story(
            control=control,
            hazard=hazard,
            by=engineer,
            title="Stop it",
            criteria="",
            connection=silent,
        )
    assert not Story.objects.exists()


def test_what_has_no_reason_waits_for_the_clinical_side(
    product: Product, control: Control, hazard: Hazard, engineer: User
) -> None:
    first, second = without_reason(product, engineer), without_reason(product, engineer, "Second")
    assert [each.story for each in stories_without_reason(product)] == [first, second]
    give_reason(story=first, by=engineer, control=control, hazard=hazard)
    [waiting] = stories_without_reason(product)
    assert (waiting.story, waiting.whose_move) == (second, "clinical")
    with pytest.raises(NotPossible, match="does not act on"):
        give_reason(story=second, by=engineer, control=control, hazard=a_hazard(product, engineer))


# --- CE06 -----------------------------------------------------------------------------------------


def ce06(product: Product, hazard: Hazard) -> list[tuple[FindingLevel, str]]:
    """What the rule finds on a hazard for the release in hand."""
    [checked] = check_readings(ask_about(product), read_hazards([hazard]))
    return [(each.level, each.message) for each in checked.found if each.rule == "CE06"]


def test_an_open_story_behind_a_control_that_is_relied_on_blocks(
    product: Product, control: Control, hazard: Hazard, cso: User, engineer: User
) -> None:
    make_release(product, "1.0.0", state=ReleaseState.IN_WORK)
    story = a_story(control, hazard, engineer)
    assert ce06(product, hazard) == []  # nobody has estimated a risk that counts on it
    an_estimate(hazard, cso, stage=Stage.RESIDUAL)
    [(level, sentence)] = ce06(product, hazard)
    assert level is FindingLevel.BLOCKS
    assert f"The story behind {control.reference} is still open (“Stop it”)" in sentence
    a_story(control, hazard, engineer)
    assert "and 1 more" in ce06(product, hazard)[0][1]
    for each in Story.objects.exclude(pk=story.pk):
        withdraw_story(story=each, by=engineer, reason="Twice")
    set_story_open(story=story, by=engineer, is_open=False)
    assert ce06(product, hazard) == []


def test_it_informs_on_a_draft_and_is_silent_on_a_control_of_a_later_release(
    product: Product, cso: User, engineer: User
) -> None:
    first = make_release(product, "1.0.0", state=ReleaseState.IN_WORK)
    later = make_release(product, "2.0.0")
    draft = a_hazard(product, cso)
    own = a_control(draft, cso, "A warning is shown")
    an_estimate(draft, cso, stage=Stage.RESIDUAL)
    a_story(own, draft, engineer)
    assert [level for level, _ in ce06(product, draft)] == [FindingLevel.INFORMS]
    asked = ask_about(product, first)
    own.delivered_in = later
    with act(by=cso, reason="Later", scope=product.scope):
        own.save()
    [checked] = check_readings(asked, read_hazards([draft]))
    assert [each for each in checked.found if each.rule == "CE06"] == []


# --- Pages ----------------------------------------------------------------------------------------


def test_a_control_becomes_a_story_on_its_page(
    product: Product, control: Control, hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    url = reverse("control_story", args=[product.slug, hazard.reference, control.reference])
    page = client.get(url).content.decode()
    assert "Given nobody reviews the prescription" in page
    assert f"{control.reference} as a story" in page
    answer = client.post(url, {"title": "Stop <it>", "story": "As", "criteria": "Given & then"})
    story = Story.objects.get()
    assert story.criteria == "As\n\nGiven & then"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Given &amp; then" in page
    assert "Stop &lt;it&gt;" in page
    on_hazard = client.get(reverse("hazard_detail", args=[product.slug, hazard.reference]))
    assert (
        reverse("story_detail", args=[product.slug, story.public_id]) in on_hazard.content.decode()
    )


def test_a_story_is_linked_by_the_reference_of_its_control(
    product: Product, control: Control, hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    story, client = without_reason(product, engineer), client_of(engineer)
    url = reverse("story_reason", args=[product.slug, story.public_id])
    for named, sentence in (
        ({"control": "CTL-999"}, "no control CTL-999"),
        ({"control": control.reference, "hazard": "HAZ-999"}, "HAZ-999"),
    ):
        refused = client.post(url, named)
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
    assert client.post(url, {"control": control.reference.lower()}).status_code == 302
    story.refresh_from_db()
    assert (story.control, story.hazard) == (control, hazard)


def test_the_list_is_narrowed_and_its_queries_do_not_grow(
    product: Product,
    control: Control,
    hazard: Hazard,
    engineer: User,
    client_of: ClientOf,
    queries_of: QueriesOf,
) -> None:
    client, url = client_of(engineer), reverse("story_list", args=[product.slug])
    assert "No story yet" in client.get(url).content.decode()
    a_story(control, hazard, engineer)
    few = queries_of(client, url)
    for number in range(10):
        a_story(control, hazard, engineer)
        without_reason(product, engineer, f"Faster {number}")
    assert queries_of(client, url) == few
    for query, there, gone in (
        ("show=no-reason", "Faster 3", "Stop it"),
        (f"control={control.reference}", "Stop it", "Faster 3"),
        ("q=faster+3", "Faster 3", "Stop it"),
        ("show=withdrawn", "No story matches", "Stop it"),
    ):
        page = client.get(f"{url}?{query}").content.decode()
        assert there in page
        assert gone not in page


def test_a_feature_lists_its_stories_and_says_which_have_no_clinical_reason(
    product: Product, control: Control, hazard: Hazard, cso: User, auditor: User,
    client_of: ClientOf, queries_of: QueriesOf,
) -> None:  # fmt: skip
    feature = make_feature(product)
    page = reverse("feature_detail", args=[product.slug, feature.reference])
    browser = client_of(cso)
    assertContains(browser.get(page), "No story of this feature is kept here")
    a_story(control, hazard, cso, feature=feature)
    without_reason(product, cso, feature=feature)
    text = " ".join(browser.get(page).content.decode().split())
    assert "1 without a clinical reason" in text
    assert "No clinical reason yet: it names no control." in text
    assert text.index("Faster labels") < text.index("Stop it")
    assert f"{control.reference}, against" in text
    assertNotContains(client_of(auditor).get(page), "Say what it is for")
    few = queries_of(browser, page)
    for _ in range(3):
        a_story(control, hazard, cso, feature=feature)
        without_reason(product, cso, feature=feature)
    assert queries_of(browser, page) == few


def test_the_history_of_a_feature_tells_of_its_stories(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    feature = make_feature(product)
    story = without_reason(product, cso, "Stop renewals by letter", feature)
    withdraw_story(story=story, by=cso, reason="It was done long ago")
    url = reverse("feature_history", args=[product.slug, feature.reference])
    page = client_of(cso).get(url)
    assertContains(page, "Stop renewals by letter")
    assertContains(page, "It was done long ago")
