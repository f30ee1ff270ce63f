"""Filtering, counting and sorting the log: what an address asks for is what it gets."""

import datetime
from typing import Any

import pytest

from accounts.models import User
from hazards.choices import Acceptability
from hazards.log import MARKS, SORTS, Group, Wanted, counts_of, wanted_from
from hazards.log_filters import Asked, in_order
from hazards.log_reading import Listing, listing_of, page_of, rows_of_page
from hazards.models import HazardSummary
from products.models import Product
from tests.hazards.factories import a_hazard

TODAY = datetime.date(2026, 11, 22)
ESTIMATED = {"initial_class": 3, "initial_acceptability": Acceptability.IF_JUSTIFIED}
RESIDUAL = {"residual_class": 3, "residual_acceptability": Acceptability.IF_JUSTIFIED}


@pytest.fixture
def log(product: Product, cso: User) -> "Log":
    return Log(product, cso)


class Log:
    """A log whose summaries a test writes as it needs them."""

    def __init__(self, product: Product, me: User) -> None:
        self.product, self.me = product, me

    def add(self, **values: Any) -> int:
        """A live, open hazard; returns its number."""
        hazard = a_hazard(self.product, self.me, "A hazard")
        values = {"state": "live", "needs_estimate": False} | values
        HazardSummary.objects.filter(hazard=hazard).update(**values)
        return hazard.number

    def asked(self, **query: str) -> Asked:
        return Asked(self.product, (), wanted_from(query), self.me.pk, TODAY)

    def listing(self, **query: str) -> Listing:
        return listing_of(self.asked(**query))

    def numbers(self, **query: str) -> list[int]:
        asked = self.asked(**query)
        rows = in_order(asked.rows(), asked.wanted.sort)
        return list(rows.values_list("number", flat=True))


def test_only_what_is_in_the_log_is_listed_unless_its_state_is_asked_for(log: Log) -> None:
    for state in ("draft", "live", "withdrawn", "merged"):
        log.add(state=state)
    assert log.numbers() == [1, 2]
    assert log.numbers(state="withdrawn") == [3]
    listing = log.listing()
    assert listing.counts.facets["state"] == {"draft": 1, "live": 1, "withdrawn": 1, "merged": 1}
    assert (listing.in_the_log, listing.counts.shown) == (2, 2)
    assert log.listing(state="merged").in_the_log == 2


FACTS: list[dict[str, Any]] = [
    {},
    {"state": "draft", "status": "closed", "family": "Triage", "owner_role": "Clinical lead"},
    {**ESTIMATED, "residual_is_needed": True, "controls": 2, "controls_not_standing": 1},
    {**ESTIMATED, **RESIDUAL, "controls": 1, "family": "Triage"},
    {**ESTIMATED, "status": "transferred", "review_date": TODAY - datetime.timedelta(days=1)},
    {**ESTIMATED, "initial_class": 1, "has_unverified": True, "content_version": 3},
    {"approved_version": 1, "content_version": 2, "findings_blocking": 4, "needs_estimate": True},
    {"state": "withdrawn", "family": "Triage"},
]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"status": "open"},
        {"state": "withdrawn"},
        {"initial": "3"},
        {"residual": "not_needed"},
        {"controls": "waiting"},
        {"family": "Triage", "status": "open"},
        {"needs_estimate": "1"},
        {"owner": "role:Clinical lead"},
        {"feature": "none", "initial": "none"},
        {"overdue": "1", "status": "transferred"},
    ],
)
def test_a_count_says_what_its_value_would_show_beside_all_else(
    log: Log, query: dict[str, str]
) -> None:
    for facts in FACTS:
        log.add(**facts)
    listing = log.listing(**query)
    assert listing.counts.shown == len(log.numbers(**query))
    for name, counted in listing.counts.facets.items():
        for value, count in counted.items():
            assert len(log.numbers(**(query | {name: value}))) == count, (name, value)
    for mark in MARKS:
        assert len(log.numbers(**(query | {mark: "1"}))) == listing.counts.marks[mark], mark


@pytest.mark.parametrize(
    ("mark", "facts", "others"),
    [
        ("needs_estimate", {"needs_estimate": True}, {}),
        ("not_acceptable", RESIDUAL, {"residual_class": 1, "residual_acceptability": "acceptable"}),
        ("unverified", {"has_unverified": True}, {"controls_not_standing": 1}),
        ("provisional", {"is_provisional": True}, {}),
        ("overdue", {"review_date": TODAY - datetime.timedelta(days=1)}, {"review_date": TODAY}),
        ("blocking", {"findings_blocking": 1}, {"findings_warning": 1}),
        ("changed", {"approved_version": 1, "content_version": 2}, {"content_version": 2}),
    ],
)
def test_a_mark_finds_what_it_says(
    log: Log, mark: str, facts: dict[str, Any], others: dict[str, Any]
) -> None:
    number = log.add(**facts)
    log.add(**others)
    assert log.numbers(**{mark: "1"}) == [number]
    assert log.listing().counts.marks[mark] == 1


def test_a_risk_sorts_by_class_then_severity_then_likelihood_and_never_by_a_product(
    log: Log,
) -> None:
    for number, severity, likelihood in ((3, 2, 5), (3, 4, 2), (4, 2, 2), (None, 0, 0), (3, 4, 1)):
        log.add(
            initial_class=number,
            initial_severity_place=severity,
            initial_likelihood_place=likelihood,
        )
    assert log.numbers(sort="initial") == [3, 2, 5, 1, 4]
    assert log.numbers(sort="-initial") == [4, 1, 5, 2, 3]


def test_sorts_by_owner_status_and_review_with_the_missing_last(log: Log) -> None:
    log.add(status="closed")
    log.add(owner_role="zoe", review_date=TODAY)
    log.add(owner_role="Ann", status="transferred", review_date=TODAY - datetime.timedelta(days=1))
    assert log.numbers(sort="owner") == [3, 2, 1]
    assert log.numbers(sort="status") == [2, 3, 1]
    assert log.numbers(sort="review") == [3, 2, 1]
    assert log.numbers(sort="-reference") == [3, 2, 1]


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS)])
def test_pages_hold_every_hazard_once_in_every_order(log: Log, sort: str) -> None:
    for facts in FACTS[:4]:
        log.add(**facts)
    asked = log.asked(sort=sort)
    rows = rows_of_page(asked, page_of(listing_of(asked), "1"), has_approved=False)
    assert [row.number for row in rows] == log.numbers(sort=sort)


@pytest.mark.parametrize(
    "query",
    [
        {"initial": "99999"},
        {"initial": "٣"},
        {"owner": "9" * 40},
        {"owner": "²"},
        {"initial_cell": "1:"},
        {"residual_cell": "9999999999999999999:1"},
        {"controls": "nonsense"},
        {"feature": "FEAT-999"},
        {"state": "nonsense"},
    ],
)
def test_what_makes_no_sense_finds_nothing_and_breaks_nothing(
    log: Log, query: dict[str, str]
) -> None:
    log.add()
    assert log.numbers(**query) == []
    assert log.listing(**query).counts.shown == 0


def test_an_address_is_read_and_what_it_cannot_mean_is_left_out() -> None:
    wanted = wanted_from(
        {"q": " a \x00 b ", "mine": "1", "overdue": "yes", "sort": "number", "nothing": "x"}
    )
    assert wanted == Wanted(search="a b", marks=frozenset({"mine"}), sort="best")
    assert wanted_from({"sort": "-owner", "q": "x"}).sort == "-owner"
    assert wanted_from({"sort": "best"}).sort == "reference"


def test_groups_count_once_in_what_they_miss() -> None:
    none: frozenset[str] = frozenset()
    groups = [
        Group("live", "open", "3", "none", "none", frozenset({"mine"}), 4),
        Group("live", "closed", "3", "none", "none", none, 2),
        Group("withdrawn", "closed", "3", "none", "none", none, 1),
    ]
    counts = counts_of(groups, wanted_from({"status": "open"}))
    assert counts.shown == 4
    assert counts.facets["status"] == {"open": 4, "closed": 2}
    assert counts.facets["state"] == {"live": 4}
    assert counts.marks == {"mine": 4}
