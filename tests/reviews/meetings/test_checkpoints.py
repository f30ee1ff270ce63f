"""Checkpoints: the rhythm, the agenda that writes itself, meeting mode, and actions."""

import datetime
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Notification, User
from audit.canonical import canonical_json
from audit.errors import Conflict, NotPossible
from hazards.actions.controls import edit_control
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.models import Hazard
from products.models import Product
from reviews.actions.action_items import (
    add_action,
    drop_action,
    edit_action,
    finish_action,
    reopen_action,
)
from reviews.actions.checkpoints import (
    add_note,
    close_checkpoint,
    edit_checkpoint,
    open_checkpoint,
    set_rhythm,
)
from reviews.meetings.action_reading import actions_waiting
from reviews.meetings.checkpoint_agenda import Agenda, agenda_of
from reviews.meetings.checkpoint_reading import next_checkpoint
from reviews.models import ActionItem, Checkpoint
from tests.factories import make_feature
from tests.hazards.factories import a_control, a_harm, a_hazard
from tests.people import ClientOf, QueriesOf

DAY = datetime.timedelta(days=1)


@pytest.fixture
def today() -> datetime.date:
    return timezone.localdate()


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    hazard = a_hazard(product, cso, "Silence is read as being well")
    a_harm(hazard, cso, "A relapse is missed")
    return hazard


@pytest.fixture
def checkpoint(product: Product, cso: User, today: datetime.date) -> Checkpoint:
    return open_checkpoint(product=product, by=cso, held_on=today)


@pytest.fixture
def page(checkpoint: Checkpoint) -> str:
    return reverse("checkpoint", args=[checkpoint.product.slug, checkpoint.number])


def part(agenda: Agenda, key: str) -> list[str]:
    [found] = [each for each in agenda.parts if each.key == key]
    return [item.reference or item.text for item in found.items]


# --- The rhythm -----------------------------------------------------------------------------------


def test_the_next_checkpoint_is_the_open_one_or_a_day_of_the_rhythm(
    product: Product, cso: User, today: datetime.date
) -> None:
    assert next_checkpoint(product) is None
    first = {"weeks": 2, "first_on": today - 3 * DAY, "is_active": True}
    rhythm = set_rhythm(product=product, by=cso, changes=first)
    coming = next_checkpoint(product)
    assert coming is not None
    assert (coming.on, coming.checkpoint) == (today + 11 * DAY, None)
    held = open_checkpoint(product=product, by=cso, held_on=today)
    coming = next_checkpoint(product)
    assert coming is not None
    assert coming.checkpoint == held
    close_checkpoint(checkpoint=held, by=cso)
    set_rhythm(product=product, by=cso, changes={"is_active": False}, base_version=rhythm.version)
    assert next_checkpoint(product) is None


@pytest.mark.parametrize("weeks", [0, 14])
def test_a_rhythm_is_weekly_to_quarterly(product: Product, cso: User, weeks: int) -> None:
    with pytest.raises(NotPossible, match="from 1 to 13"):
        set_rhythm(product=product, by=cso, changes={"weeks": weeks})


def test_one_checkpoint_is_open_at_a_time(
    checkpoint: Checkpoint, product: Product, cso: User, today: datetime.date
) -> None:
    with pytest.raises(NotPossible, match="Checkpoint 1 is open"):
        open_checkpoint(product=product, by=cso, held_on=today)


# --- The agenda -----------------------------------------------------------------------------------


def test_the_agenda_writes_itself(
    checkpoint: Checkpoint, product: Product, hazard: Hazard, cso: User, today: datetime.date
) -> None:
    make_feature(product)
    control = a_control(hazard, cso)
    edit_control(control=control, by=cso, changes={"due_on": today - DAY})
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": today + 3 * DAY})
    add_action(product=product, by=cso, text="Ask", owner=cso, due_on=today - DAY, hazard=hazard)
    agenda = agenda_of(checkpoint)
    assert part(agenda, "untriaged") == ["Triage FEAT-1 Yearly prescription"]
    assert part(agenda, "changed") == ["HAZ-001"]
    assert part(agenda, "controls") == [control.reference]
    assert part(agenda, "reviews") == ["HAZ-001"]
    assert part(agenda, "actions") == ["Ask"]
    assert agenda.hazards == ["HAZ-001"]
    assert [title for title, _ in agenda.about("HAZ-001")] == [
        "Hazards that changed",
        "Controls due or late",
        "Hazards to review",
        "Actions open or late",
    ]


def test_a_closed_agenda_is_frozen_and_the_next_begins_where_it_ended(
    checkpoint: Checkpoint, product: Product, hazard: Hazard, cso: User, today: datetime.date
) -> None:
    closed = close_checkpoint(checkpoint=checkpoint, by=cso)
    assert canonical_json(json.loads(closed.agenda)) == closed.agenda
    frozen = agenda_of(closed)
    assert part(frozen, "changed") == ["HAZ-001"]
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Another name"})
    assert agenda_of(closed) == frozen
    following = open_checkpoint(product=product, by=cso, held_on=today + 14 * DAY)
    with pytest.raises(NotPossible, match="nothing to close yet"):
        close_checkpoint(checkpoint=following, by=cso)
    agenda = agenda_of(following)
    assert agenda.since == closed.closed_at
    assert part(agenda, "changed") == ["HAZ-001"]
    [changed] = agenda.parts[1].items
    assert (changed.text, changed.detail) == (
        "Another name",
        "Clara Officer: Edited the hazard",
    )
    refusals: list[Callable[[], object]] = [
        lambda: add_note(checkpoint=closed, by=cso, text="One more"),
        lambda: edit_checkpoint(checkpoint=closed, by=cso, changes={"notes": "x"}),
        lambda: close_checkpoint(checkpoint=closed, by=cso),
    ]
    for refused in refusals:
        with pytest.raises(NotPossible, match="was closed"):
            refused()


def test_a_checkpoint_held_late_looks_ahead_from_today(
    product: Product, hazard: Hazard, cso: User, today: datetime.date
) -> None:
    """What fell due after the checkpoint that was to come was on no agenda."""
    control = a_control(hazard, cso)
    edit_control(control=control, by=cso, changes={"due_on": today - DAY})
    late = open_checkpoint(product=product, by=cso, held_on=today - 22 * DAY)
    agenda = agenda_of(late)
    assert part(agenda, "controls") == [control.reference]
    assert agenda.until == today + 14 * DAY
    first = {"weeks": 2, "first_on": today - 22 * DAY, "is_active": True}
    set_rhythm(product=product, by=cso, changes=first)
    assert agenda_of(late).until == today + 6 * DAY, "the next day of the rhythm"


def test_what_left_the_log_is_discussed_no_more(
    checkpoint: Checkpoint, product: Product, hazard: Hazard, cso: User, today: datetime.date
) -> None:
    """Withdrawing a hazard leaves its links, so its controls stayed due for ever."""
    edit_control(control=a_control(hazard, cso), by=cso, changes={"due_on": today - DAY})
    add_action(product=product, by=cso, text="Ask", owner=cso, due_on=today, hazard=hazard)
    withdraw_hazard(hazard=hazard, by=cso, reason="It is none")
    agenda = agenda_of(checkpoint)
    assert part(agenda, "controls") == []
    assert part(agenda, "actions") == ["Ask"], "somebody said that they would"
    assert agenda.hazards == []


def test_notes_of_several_people_stand_below_each_other(
    checkpoint: Checkpoint, cso: User, engineer: User
) -> None:
    add_note(checkpoint=checkpoint, by=cso, text="Read\nit", about="HAZ-001")
    add_note(checkpoint=checkpoint, by=engineer, text="The codes come in January")
    checkpoint.refresh_from_db()
    assert checkpoint.notes == "HAZ-001: Read it\nThe codes come in January"
    edit_checkpoint(checkpoint=checkpoint, by=cso, changes={"notes": "Mine"}, base_version=3)
    with pytest.raises(Conflict):
        edit_checkpoint(
            checkpoint=checkpoint, by=engineer, changes={"notes": "Theirs"}, base_version=3
        )
    with pytest.raises(NotPossible, match="Write the note"):
        add_note(checkpoint=checkpoint, by=cso, text=" \n ")


# --- Actions --------------------------------------------------------------------------------------


@pytest.fixture
def item(product: Product, cso: User, engineer: User, today: datetime.date) -> ActionItem:
    return add_action(
        product=product, by=cso, text="Ask the\nlaboratory", owner=engineer, due_on=today - DAY
    )


def test_an_action_is_told_to_its_owner_and_waits_until_it_is_done(
    item: ActionItem, product: Product, cso: User, engineer: User
) -> None:
    told = Notification.objects.get(person=engineer)
    assert "Clara Officer asks you by" in told.text
    assert "Ask the laboratory" in told.text
    [waiting] = actions_waiting(product)
    assert (waiting.owner, waiting.is_late) == (engineer, True)
    with pytest.raises(NotPossible, match="what was done"):
        finish_action(item=item, by=engineer, outcome=" ")
    finish_action(item=item, by=engineer, outcome="They sent the list")
    assert actions_waiting(product) == []
    with pytest.raises(NotPossible, match="this action is done"):
        drop_action(item=item, by=cso, outcome="Not needed")
    reopen_action(item=item, by=cso, reason="The list was of last year")
    assert len(actions_waiting(product)) == 1


def test_an_action_is_given_to_somebody_who_works_on_the_product(
    item: ActionItem, product: Product, other_product: Product, cso: User, auditor: User,
    stranger: User, today: datetime.date,
) -> None:  # fmt: skip
    for person in (auditor, stranger):
        with pytest.raises(NotPossible, match="on the team today"):
            add_action(product=product, by=cso, text="Ask", owner=person, due_on=today)
        with pytest.raises(NotPossible, match="on the team today"):
            edit_action(item=item, by=cso, changes={"owner_id": person.pk})
    theirs = open_checkpoint(product=other_product, by=stranger, held_on=today)
    with pytest.raises(NotPossible, match="of another product"):
        add_action(product=product, by=cso, text="Ask", owner=cso, due_on=today, checkpoint=theirs)


def test_the_list_shows_mine_and_late_ones(
    item: ActionItem, product: Product, cso: User, engineer: User, client_of: ClientOf,
    today: datetime.date,
) -> None:  # fmt: skip
    add_action(product=product, by=cso, text="Read the case", owner=cso, due_on=today + DAY)
    browser, url = client_of(engineer), reverse("action_list", args=[product.slug])
    assertContains(browser.get(url), "Read the case")
    for query in ({"mine": "yes"}, {"late": "yes"}):
        answer = browser.get(url, query)
        assertContains(answer, "Ask the laboratory")
        assertNotContains(answer, "Read the case")
    done = reverse("action_done", args=[product.slug, item.public_id])
    assert browser.post(done, {"outcome": "They sent the list"}).status_code == 302
    assertContains(browser.get(url, {"state": "done"}), "They sent the list")


# --- Pages ----------------------------------------------------------------------------------------


@pytest.fixture
def browser(client_of: ClientOf, engineer: User) -> Client:
    return client_of(engineer)


def test_meeting_mode_shows_the_hazards_of_the_agenda_one_by_one(
    browser: Client, page: str, hazard: Hazard, product: Product, cso: User
) -> None:
    other = a_hazard(product, cso, "A value is shown without its unit")
    first = browser.get(f"{page}meeting/")
    assert first["Location"] == f"{page}meeting/{other.reference}/", "changed last"
    shown = browser.get(f"{page}meeting/{hazard.reference}/")
    assertContains(shown, "Silence is read as being well")
    assertContains(shown, "2 of 2")
    assertContains(shown, f'data-before href="{page}meeting/{other.reference}/"')
    assert browser.get(f"{page}meeting/HAZ-099/").status_code == 404


def test_a_note_about_a_hazard_that_left_the_agenda_is_kept(
    browser: Client, page: str, product: Product, hazard: Hazard, cso: User
) -> None:
    """It was answered with 404, and what was typed was lost."""
    other = a_hazard(product, cso, "A value is shown without its unit")
    withdraw_hazard(hazard=hazard, by=cso, reason="It is none")
    on_hazard = f"{page}meeting/{hazard.reference}/"
    noted = browser.post(f"{on_hazard}note/", {"text": "It comes back in spring"}, follow=True)
    assertContains(noted, "It comes back in spring")
    assertContains(noted, "not on the agenda")
    assertNotContains(noted, "0 of 1")
    assertContains(browser.get(f"{page}meeting/{other.reference}/"), "1 of 1")


def test_notes_and_actions_are_captured_without_leaving(
    browser: Client, page: str, hazard: Hazard, engineer: User, today: datetime.date
) -> None:
    htmx, on_hazard = {"HX-Request": "true"}, f"{page}meeting/{hazard.reference}/"
    noted = browser.post(f"{on_hazard}note/", {"text": "Ask Samir"}, headers=htmx)
    assertContains(noted, "Ask Samir")
    assertNotContains(noted, "<body")
    said = {"text": "Ring the patients", "owner": engineer.pk, "due_on": str(today)}
    assertContains(browser.post(f"{on_hazard}action/", said, headers=htmx), "Ring the patients")
    item = ActionItem.objects.get()
    assert (item.hazard, item.checkpoint.number if item.checkpoint else 0) == (hazard, 1)
    again = browser.post(f"{on_hazard}action/", said | {"owner": ""})
    assertContains(again, "Ring the patients", status_code=422)
    assertContains(browser.get(page), "HAZ-001: Ask Samir")


def test_pages_ask_no_more_for_more(
    browser: Client, page: str, product: Product, cso: User, today: datetime.date,
    queries_of: QueriesOf,
) -> None:  # fmt: skip
    def fill(numbers: range) -> None:
        for number in numbers:
            hazard = a_hazard(product, cso, f"Hazard {number}", review_date=today)
            control = a_control(hazard, cso, f"Control {number} of the pharmacy")
            edit_control(control=control, by=cso, changes={"due_on": today})
            make_feature(product, f"Feature {number}")
            add_action(product=product, by=cso, text=f"Do {number}", owner=cso, due_on=today)

    addresses = (
        page,
        reverse("action_list", args=[product.slug]),
        reverse("checkpoint_list", args=[product.slug]),
        reverse("review_list", args=[product.slug]),
    )
    fill(range(3))
    few = [queries_of(browser, address) for address in addresses]
    fill(range(3, 9))
    assert [queries_of(browser, address) for address in addresses] == few
