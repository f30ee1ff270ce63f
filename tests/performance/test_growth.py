"""A list asks the database as often for a hundred and sixty hazards as for a hundred and twenty."""

import pytest
from django.test import Client

from accounts.actions import system_person
from hazards.quality.freshness import check_changes
from products.models import Feature, Product, Release
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


def grow(product: Product, hazards: int) -> None:
    """So many hazards more, of other wording."""
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
    few = asked(browser, queries_of, home)
    grow(product, 40)
    many = asked(browser, queries_of, home)
    assert {page: (few[page], count) for page, count in many.items() if count > few[page]} == {}
