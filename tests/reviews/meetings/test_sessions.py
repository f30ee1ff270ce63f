"""Sessions: what is said, what comes of it, who took part, and closing."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from audit.errors import Conflict, NotPossible
from hazards.models import Hazard
from hazards.quality.checking import ask_about, check_log
from products.choices import Role
from products.models import Product
from reviews.actions.session_entries import (
    add_entry,
    edit_entry,
    link_entry,
    note_none,
    raise_from_entry,
    settle_entry,
    unsettle_entry,
    withdraw_entry,
)
from reviews.actions.sessions import (
    choose_features,
    close_session,
    edit_session,
    note_attendance,
    open_session,
    withdraw_step,
)
from reviews.choices import EntryOutcome, Prompt
from reviews.meetings.session_reading import read_session, sessions_of, state_of_grid
from reviews.models import Workshop, WorkshopEntry, WorkshopStep
from tests.factories import make_feature
from tests.hazards.factories import a_hazard
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def session(product: Product, cso: User) -> Workshop:
    return open_session(
        product=product,
        by=cso,
        title="The yearly prescription",
        held_on=timezone.localdate(),
        steps=["A check-in is due", " ", "The parcel is sent"],
    )


@pytest.fixture
def step(session: Workshop) -> WorkshopStep:
    return session.steps.order_by("position")[0]


@pytest.fixture
def entry(session: Workshop, step: WorkshopStep, engineer: User) -> WorkshopEntry:
    return add_entry(
        session=session, by=engineer, text="Nobody answers", step=step, prompt=Prompt.NO
    )


@pytest.fixture
def page(session: Workshop) -> str:
    return reverse("workshop", args=[session.product.slug, session.number])


def test_the_grid_holds_what_was_said_where_it_was_said(
    session: Workshop, entry: WorkshopEntry, cso: User
) -> None:
    loose = add_entry(session=session, by=cso, text="And the price?")
    reading = read_session(session)
    assert [row.step.text for row in reading.rows] == ["A check-in is due", "The parcel is sent"]
    assert reading.rows[0].squares[0].entries == [entry]
    assert reading.beside_the_grid == [loose]
    assert (reading.covered, reading.squares) == (1, 20)
    assert reading.unsettled == [entry, loose]


def test_two_people_write_in_one_square_and_the_same_words_are_kept_once(
    session: Workshop, entry: WorkshopEntry, step: WorkshopStep, cso: User
) -> None:
    where: dict[str, Any] = {"session": session, "step": step, "prompt": Prompt.NO}
    assert add_entry(by=cso, text=" Nobody answers ", **where) == entry
    add_entry(by=cso, text="Nobody asks", **where)
    assert [each.text for each in read_session(session).entries] == [
        "Nobody answers",
        "Nobody asks",
    ]


def test_an_entry_becomes_a_draft_hazard_with_its_words_and_the_features(
    session: Workshop, entry: WorkshopEntry, cso: User, product: Product
) -> None:
    feature = make_feature(product)
    choose_features(session=session, by=cso, features=[feature])
    hazard = raise_from_entry(
        entry=entry, by=cso, name=entry.text, cause="No rule covers it", harm="A relapse is missed"
    )
    entry.refresh_from_db()
    assert entry.hazard == hazard
    assert (hazard.state, hazard.name) == ("draft", "Nobody answers")
    assert hazard.feature_links.get().feature == feature
    assert hazard.causes.get().text == "No rule covers it"


def test_an_entry_is_settled_once(
    entry: WorkshopEntry, cso: User, engineer: User, product: Product
) -> None:
    hazard = a_hazard(product, cso)
    link_entry(entry=entry, by=cso, hazard=hazard)
    before = Hazard.objects.count()
    with pytest.raises(NotPossible, match="Somebody said meanwhile"):
        raise_from_entry(entry=entry, by=engineer, name="The same again")
    assert Hazard.objects.count() == before, "nothing of the refused act was saved"
    with pytest.raises(NotPossible, match="Somebody said meanwhile"):
        note_none(entry=entry, by=engineer, none_because="It is nothing")
    unsettle_entry(entry=entry, by=cso)
    assert note_none(entry=entry, by=engineer, none_because="A call task").none_because


def test_words_and_outcome_are_saved_together_or_not_at_all(
    entry: WorkshopEntry, cso: User
) -> None:
    with pytest.raises(NotPossible, match="why it is no hazard"):
        settle_entry(
            entry=entry, by=cso, outcome=EntryOutcome.NONE, changes={"text": "Nobody asks"}
        )
    with pytest.raises(NotPossible, match="Choose the hazard"):
        settle_entry(entry=entry, by=cso, outcome=EntryOutcome.LINK, changes={})
    entry.refresh_from_db()
    assert entry.text == "Nobody answers"


def test_two_people_who_change_the_same_words_are_shown_both(
    entry: WorkshopEntry, cso: User, engineer: User
) -> None:
    edit_entry(entry=entry, by=cso, changes={"text": "Mine"}, base_version=1)
    with pytest.raises(Conflict):
        edit_entry(entry=entry, by=engineer, changes={"text": "Theirs"}, base_version=1)


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_said_is_refused(session: Workshop, cso: User, text: str) -> None:
    with pytest.raises(NotPossible, match="cannot be empty"):
        add_entry(session=session, by=cso, text=text)


def test_a_step_at_which_something_was_said_stays(
    entry: WorkshopEntry, step: WorkshopStep, session: Workshop, cso: User
) -> None:
    with pytest.raises(NotPossible, match="Something was said"):
        withdraw_step(step=step, by=cso)
    withdraw_entry(entry=entry, by=cso)
    withdraw_step(step=step, by=cso)
    with pytest.raises(NotPossible, match="not in the pathway any more"):
        add_entry(session=session, by=cso, text="Late", step=step)


def test_a_step_of_another_session_is_refused(
    step: WorkshopStep, product: Product, cso: User
) -> None:
    other = open_session(product=product, by=cso, title="Another", held_on=timezone.localdate())
    with pytest.raises(NotPossible, match="not in the pathway"):
        add_entry(session=other, by=cso, text="Late", step=step)


def test_people_take_part_from_the_team_or_by_name(
    session: Workshop, cso: User, engineer: User, auditor: User, stranger: User
) -> None:
    note_attendance(session=session, by=cso, person=engineer, role=Role.CONTRIBUTOR)
    note_attendance(session=session, by=cso, person=engineer, role=Role.CONTRIBUTOR)
    note_attendance(session=session, by=cso, name="A patient", role=Role.CONTRIBUTOR)
    assert [each.name for each in read_session(session).people] == ["Ed Engineer", "A patient"]
    for person in (auditor, stranger):
        with pytest.raises(NotPossible, match="on the team today"):
            note_attendance(session=session, by=cso, person=person, role=Role.CLINICIAN)
    with pytest.raises(NotPossible, match="Choose a person or write a name"):
        note_attendance(session=session, by=cso, role=Role.CLINICIAN)


def closed(session: Workshop, cso: User) -> Workshop:
    note_attendance(session=session, by=cso, person=cso, role=Role.CLINICAL_SAFETY_OFFICER)
    return close_session(session=session, by=cso, summary="We went through it")


def test_a_session_is_not_closed_before_its_day(session: Workshop, cso: User) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    edit_session(session=session, by=cso, changes={"held_on": tomorrow})
    with pytest.raises(NotPossible, match="nothing to close yet"):
        closed(session, cso)


def test_a_closed_session_is_read_only(
    session: Workshop, entry: WorkshopEntry, cso: User, client_of: ClientOf, page: str
) -> None:
    with pytest.raises(NotPossible, match="who took part"):
        close_session(session=session, by=cso, summary="We went through it")
    note_none(entry=entry, by=cso, none_because="It is a call task")
    done = closed(session, cso)
    assert done.closed_by == cso
    for refused in (
        lambda: add_entry(session=session, by=cso, text="One more"),
        lambda: edit_session(session=session, by=cso, changes={"title": "Another"}),
        lambda: unsettle_entry(entry=entry, by=cso),
        lambda: close_session(session=session, by=cso, summary="Again"),
    ):
        with pytest.raises(NotPossible, match="was closed"):
            refused()
    minutes = client_of(cso).get(page)
    assertContains(minutes, "What was said, and what it came to")
    assertContains(minutes, "Considered, no hazard: It is a call task")
    assertNotContains(minutes, "data-capture")
    assertNotContains(minutes, "every 8s")


def test_the_quality_rules_warn_of_a_session_without_an_engineer(
    session: Workshop, product: Product, cso: User, clinician: User, engineer: User
) -> None:
    def found() -> list[str]:
        return [e.message for e in check_log(ask_about(product)) if e.rule == "PE03"]

    assert found() == [], "it is not over"
    note_attendance(session=session, by=cso, person=clinician, role=Role.CLINICIAN)
    closed(session, cso)
    [message] = found()
    assert "held without an engineer" in message
    again = open_session(product=product, by=cso, title="With all", held_on=timezone.localdate())
    for person, role in ((clinician, Role.CLINICIAN), (engineer, Role.CONTRIBUTOR)):
        note_attendance(session=again, by=cso, person=person, role=role)
    closed(again, cso)
    assert found() == []


# --- The pages ------------------------------------------------------------------------------------


@pytest.fixture
def browser(client_of: ClientOf, engineer: User) -> Client:
    return client_of(engineer)


def test_a_line_is_captured_and_leads_to_the_next_square(
    browser: Client, page: str, step: WorkshopStep
) -> None:
    said = {"step": step.pk, "prompt": "late", "text": "Three days too late"}
    answer = browser.post(f"{page}say/", said)
    assert answer["Location"] == f"{page}?step={step.pk}&prompt=early#capture"
    following = browser.get(answer["Location"].removesuffix("#capture"))
    assert following.context["capture"].initial == {"step": step.pk, "prompt": "early"}
    assertContains(following, "Three days too late")


def test_a_line_by_htmx_answers_with_the_grid_and_a_refusal_with_the_line(
    browser: Client, page: str, step: WorkshopStep
) -> None:
    htmx = {"HX-Request": "true"}
    kept = browser.post(f"{page}say/", {"step": step.pk, "text": "Never"}, headers=htmx)
    assertContains(kept, 'id="session-grid"')
    assertNotContains(kept, "<body")
    refused = browser.post(f"{page}say/", {"step": step.pk, "text": ""}, headers=htmx)
    assert (refused.status_code, refused["HX-Retarget"]) == (422, "#capture")
    huge = browser.post(f"{page}say/", {"step": "9" * 40, "text": "Never"})
    assertContains(huge, "Choose one of those that are offered", status_code=422)


def test_the_grid_is_sent_again_only_where_it_changed(
    browser: Client, page: str, session: Workshop, cso: User
) -> None:
    seen = state_of_grid(session)
    assert browser.get(f"{page}grid/", {"seen": seen}).status_code == 204
    add_entry(session=session, by=cso, text="Somebody else’s words")
    assertContains(browser.get(f"{page}grid/", {"seen": seen}), "Somebody else’s words")


def test_an_entry_is_settled_on_its_page(
    browser: Client, page: str, entry: WorkshopEntry, product: Product, cso: User
) -> None:
    form = f"{page}entries/{entry.public_id}/"
    said = {"text": "Nobody answers", "outcome": "raise", "name": "", "base_version": 1}
    assertContains(browser.post(form, said), "Give the hazard a name", status_code=422)
    assert browser.post(form, said | {"name": "Silence is read as being well"}).status_code == 302
    entry.refresh_from_db()
    assert entry.hazard is not None
    assertContains(browser.get(form), "Take back what came of it")


def test_a_session_is_opened_by_its_form(browser: Client, product: Product) -> None:
    address = reverse("workshop_new", args=[product.slug])
    said = {
        "title": "Kick-off of 1.1.0",
        "kind": "kick_off",
        "held_on": "2026-11-03",
        "steps": "First\r\n\r\nSecond",
    }
    too_long = browser.post(address, said | {"steps": "x" * 201})
    assertContains(too_long, "200 characters at most", status_code=422)
    answer = browser.post(address, said)
    made = sessions_of(product).get()
    assert answer["Location"] == reverse("workshop", args=[product.slug, made.number])
    assert made.held_on == datetime.date(2026, 11, 3)
    assert [step.text for step in made.steps.all()] == ["First", "Second"]


def test_pages_ask_no_more_for_more(
    browser: Client, page: str, session: Workshop, step: WorkshopStep, cso: User,
    queries_of: QueriesOf,
) -> None:  # fmt: skip
    def fill(names: range) -> None:
        for number in names:
            entry = add_entry(session=session, by=cso, text=f"Said {number}", step=step)
            raise_from_entry(entry=entry, by=cso, name=f"Hazard {number}")
            note_attendance(session=session, by=cso, name=f"P {number}", role=Role.CLINICIAN)
            open_session(
                product=session.product, by=cso, title=f"S {number}", held_on=timezone.localdate()
            )

    addresses = (page, f"{page}grid/", reverse("workshop_list", args=[session.product.slug]))
    fill(range(2))
    few = [queries_of(browser, address) for address in addresses]
    fill(range(2, 8))
    assert [queries_of(browser, address) for address in addresses] == few
