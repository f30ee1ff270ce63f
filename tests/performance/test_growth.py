"""A list asks the database as often for a hundred and sixty hazards as for a hundred and twenty."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import system_person
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from hazards.quality.freshness import check_changes
from products.choices import Role
from products.models import Feature, Product, Release
from reviews.actions.action_items import add_action
from reviews.actions.checkpoints import add_note, open_checkpoint
from reviews.actions.session_entries import add_entry, link_entry
from reviews.actions.sessions import note_attendance, open_session
from reviews.models import Checkpoint, Workshop
from safetycase.synthetic.load import load
from safetycase.synthetic.log import SyntheticLog
from safetycase.synthetic.team import people_of_load
from safetycase.synthetic.wording import Wording
from tests.people import ClientOf, QueriesOf

#: Pages of a product, each from its address on.
PAGES = (
    "",
    "missing/",
    "hazards/",
    "hazards/?q=patient",
    "hazards/?sort=-owner&controls=waiting&overdue=1",
    "features/",
    "features/FEAT-1/",
    "releases/",
    "releases/3.0.0/",
    "reviews/",
    "reviews/sessions/",
    "reviews/sessions/1/",
    "reviews/sessions/1/grid/",
    "reviews/checkpoints/",
    "reviews/checkpoints/1/",
    "reviews/checkpoints/1/meeting/HAZ-002/",
    "reviews/actions/",
    "acceptances/",
    "controls/",
    "quality/",
    "challenge/",
    "library/",
    "traceability/",
    "trend/",
    "movement/",
    "history/",
    "safety-case/",
)


@pytest.fixture
def product(db: None) -> Product:
    """A product with a hundred and twenty hazards: every part of every page has something."""
    [loaded] = load(hazards=120, products=1, history=0, say=str)
    return loaded.product


def meet(product: Product) -> None:
    """Open a session and a checkpoint, with a little said in each."""
    officer, today = people_of_load()["cso"], timezone.localdate()
    open_session(
        product=product, by=officer, title="The first", held_on=today, steps=["A parcel is sent"]
    )
    open_checkpoint(product=product, by=officer, held_on=today)
    say_in_meetings(product, range(2))


def say_in_meetings(product: Product, numbers: range) -> None:
    """So much more said, attended, raised and to be done, each on a hazard of its own."""
    officer, today = people_of_load()["cso"], timezone.localdate()
    session, checkpoint = Workshop.objects.get(number=1), Checkpoint.objects.get(number=1)
    session.product = checkpoint.product = product
    hazards = list(Hazard.objects.filter(product=product).order_by("number")[1:])
    for number in numbers:
        hazard = hazards[number]
        step = session.steps.get()
        entry = add_entry(session=session, by=officer, text=f"Said {number}", step=step)
        link_entry(entry=entry, by=officer, hazard=hazard)
        note_attendance(session=session, by=officer, name=f"P {number}", role=Role.CLINICIAN)
        open_session(product=product, by=officer, title=f"S {number}", held_on=today)
        edit_hazard(hazard=hazard, by=officer, changes={"review_date": today}, reason="Sooner")
        about = hazard.display_reference
        add_note(checkpoint=checkpoint, by=officer, about=about, text=f"Noted {number}")
        add_action(
            product=product,
            by=officer,
            text=f"Do {number}",
            owner=officer,
            due_on=today,
            checkpoint=checkpoint,
            hazard=hazard,
        )


def grow(product: Product, hazards: int) -> None:
    """So many hazards more, of other wording, and more said in meetings."""
    say_in_meetings(product, range(2, 8))
    people = people_of_load()
    SyntheticLog(
        product=product,
        people=list(people.values()),
        features=list(Feature.objects.filter(product=product)),
        releases=list(Release.objects.filter(product=product)),
        by=system_person(),
        wording=Wording(99),
    ).grow(121, hazards)


def asked(browser: Client, queries_of: QueriesOf, home: str) -> dict[str, int]:
    check_changes()  # the list of findings looks itself at what no rule has seen yet
    for page in PAGES:
        browser.get(f"{home}{page}")  # what is looked up once is not counted
    return {page: queries_of(browser, f"{home}{page}") for page in PAGES}


def test_no_page_asks_more_often_for_more_hazards(
    product: Product, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    home = f"/products/{product.slug}/"
    browser = client_of(people_of_load()["cso"])
    meet(product)
    few = asked(browser, queries_of, home)
    grow(product, 40)
    many = asked(browser, queries_of, home)
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
