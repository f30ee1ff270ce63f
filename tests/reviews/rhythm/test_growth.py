"""Lists of the rhythm ask the database as often for many rows as for a few."""

from accounts.models import User
from hazards.actions.features import link_feature
from products.actions import create_change
from products.choices import Side
from products.models import Product
from reviews.actions.concerns import raise_concern
from reviews.actions.looks import ask_for_looks
from reviews.actions.questions import ask_question
from reviews.actions.triage import answer_triage
from reviews.choices import TriageOutcome
from tests.factories import make_feature
from tests.hazards.factories import a_control, a_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.rhythm.making import triaged

PAGES = (
    "triage/",
    "triage/feature/FEAT-1/",
    "changes/",
    "features/",
    "features/FEAT-1/",
    "concerns/",
    "questions/",
    "hazards/",
    "hazards/HAZ-001/",
)


def grow(product: Product, by: User, rows: int) -> None:
    """So many of everything: features and changes in each state, concerns, questions, looks."""
    for _ in range(rows):
        hazard, feature = a_hazard(product, by), make_feature(product)
        link_feature(hazard=hazard, feature=feature, by=by)
        triage = triaged(feature, by)
        answer_triage(
            triage=triage,
            by=by,
            outcome=TriageOutcome.COVERED,
            hazards=[hazard],
            controls=[a_control(hazard, by)],
        )
        change = create_change(product=product, by=by, title="A library", feature=feature)
        triaged(change, by)
        create_change(product=product, by=by, title="Another", feature=feature)
        ask_for_looks(feature=feature, by=by, why="It is yearly now")
        raise_concern(product=product, by=by, text="Two names look alike")
        for kind, thing in (("hazard", hazard), ("feature", feature), ("change", change)):
            ask_question(
                product=product,
                by=by,
                about_kind=kind,
                about_id=str(thing.public_id),
                to_side=Side.PRODUCT,
                text="When?",
            )


def test_no_list_asks_more_often_for_more_rows(
    product: Product, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    home, browser = product.get_absolute_url(), client_of(cso)

    def asked() -> dict[str, int]:
        for page in PAGES:
            browser.get(f"{home}{page}")  # what is looked up once is not counted
        counts = {page: queries_of(browser, f"{home}{page}") for page in PAGES}
        return counts | {"/concern/": queries_of(browser, "/concern/")}

    grow(product, cso, 2)
    few = asked()
    grow(product, cso, 4)
    many = asked()
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
