"""When a hazard is to be looked at: by what somebody said, and by its class."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.choices import FindingLevel, Stage
from hazards.log import Wanted
from hazards.log_filters import Asked
from hazards.models import Hazard
from hazards.quality.checking import ask_about, check_hazards
from products.models import Product
from reviews.actions.hazard_reviews import record_review
from reviews.calendar.cadence import HazardDue, due_of, dues_of, reviews_due
from reviews.calendar.reading import review_calendar
from reviews.calendar.rules import looked_long_ago, months_after, months_shown, review_due, slot_of
from tests.hazards.factories import a_hazard, a_live_hazard, an_estimate
from tests.people import ClientOf
from tests.reviews.factories import a_plan_in_force

DAY = datetime.timedelta(days=1)
JUNE = datetime.date(2026, 6, 15)


@pytest.mark.parametrize(
    ("said", "looked_on", "months", "on"),
    [
        (None, None, 12, None),
        ("2026-06-01", None, 12, "2026-06-01"),
        (None, "2026-01-31", 1, "2026-02-28"),
        ("2026-06-01", "2026-01-31", 12, "2026-06-01"),
        ("2026-06-01", "2026-01-31", 3, "2026-04-30"),
        ("2028-06-01", "2026-01-31", 12, "2027-01-31"),
        ("2026-04-30", "2026-01-31", 3, "2026-04-30"),
    ],
)
def test_what_somebody_said_or_earlier_by_the_cadence(
    said: str | None, looked_on: str | None, months: int, on: str | None
) -> None:
    def day(text: str | None) -> datetime.date | None:
        return None if text is None else datetime.date.fromisoformat(text)

    assert review_due(day(said), day(looked_on), months) == day(on)


@pytest.mark.parametrize(
    ("day", "slot"),
    [
        (None, "none"),
        (JUNE - DAY, "overdue"),
        (JUNE, "2026-06"),
        (datetime.date(2026, 12, 31), "2026-12"),
        (datetime.date(2027, 5, 31), "2027-05"),
        (datetime.date(2027, 6, 1), "later"),
    ],
)
def test_a_day_has_one_slot(day: datetime.date | None, slot: str) -> None:
    assert slot_of(day, JUNE) == slot


def test_the_calendar_shows_a_year_from_this_month_on() -> None:
    months = months_shown(JUNE)
    assert (months[0], months[-1]) == (datetime.date(2026, 6, 1), datetime.date(2027, 5, 1))


@pytest.fixture
def today() -> datetime.date:
    return timezone.localdate()


def due_now(hazard: Hazard) -> HazardDue:
    found = due_of(hazard)
    assert found is not None
    return found


def test_without_a_look_only_what_somebody_said_counts(
    product: Product, cso: User, today: datetime.date
) -> None:
    undated = a_hazard(product, cso)
    dated = a_hazard(product, cso, "Another", review_date=today + 700 * DAY)
    assert due_now(undated).on is None
    assert due_now(dated).on == today + 700 * DAY
    assert due_now(dated).why == ""


def test_every_hazard_that_was_looked_at_is_due_within_a_year(
    product: Product, cso: User, today: datetime.date
) -> None:
    hazard = a_hazard(product, cso, review_date=today + 700 * DAY)
    an_estimate(hazard, cso)
    due = due_now(hazard)
    assert due.on == months_after(today, 12)
    assert due.is_pulled_in
    assert due.why == f"class 3 is looked at every 12 months, last on {today:%-d %B %Y}"


def test_a_class_that_rises_pulls_the_review_in(
    product: Product, cso: User, executive: User, today: datetime.date
) -> None:
    hazard = a_hazard(product, cso, review_date=today + 80 * DAY)
    an_estimate(hazard, cso, "Minor", "Low")
    a_plan_in_force(product, cso, executive)
    assert due_now(hazard).on == today + 80 * DAY
    an_estimate(hazard, cso, "Major", "Low")
    assert due_now(hazard).on == today + 80 * DAY, "class 3: three months"
    an_estimate(hazard, cso, "Major", "High")
    assert due_now(hazard).on == months_after(today, 1), "class 4: every month"
    an_estimate(hazard, cso, "Minor", "Low", stage=Stage.RESIDUAL)
    assert due_now(hazard).on == today + 80 * DAY, "the residual risk decides"
    hazard.refresh_from_db()
    assert hazard.review_date == today + 80 * DAY, "what somebody said stays as it was said"


def test_what_is_due_comes_first(product: Product, cso: User, today: datetime.date) -> None:
    late = a_hazard(product, cso, "Late", review_date=today - DAY)
    soon = a_hazard(product, cso, "Soon", review_date=today + 9 * DAY)
    a_hazard(product, cso, "Undated")
    assert [each.hazard_id for each in dues_of(product)][:2] == [late.pk, soon.pk]
    assert [each.hazard_id for each in reviews_due(product)] == [late.pk]
    assert len(reviews_due(product, today + 9 * DAY)) == 2


def test_the_quality_rule_goes_by_the_day_that_counts(
    product: Product, cso: User, executive: User, today: datetime.date
) -> None:
    hazard = a_live_hazard(product, cso, review_date=today + 300 * DAY)
    an_estimate(hazard, cso, "Major", "High")
    a_plan_in_force(product, cso, executive)
    last_day = months_after(today, 1)

    def found(day: datetime.date) -> list[str]:
        [[checked]] = check_hazards(ask_about(product, today=day))
        those = [each for each in checked.found if each.rule == "LC01"]
        assert all(each.level is FindingLevel.WARNS for each in those)
        return [each.message for each in those]

    assert found(last_day) == []
    [message] = found(last_day + DAY)
    assert f"was due on {last_day:%-d %B %Y}, since class 4 is looked at every month" in message
    [message] = found(today + 301 * DAY)
    assert "since" not in message, "one finding, that of the day that somebody set"


def test_the_page_says_why_it_is_due_earlier_and_narrows_to_a_month(
    product: Product, cso: User, client_of: ClientOf, today: datetime.date
) -> None:
    hazard = a_hazard(product, cso, "A dose is doubled", review_date=today + 700 * DAY)
    an_estimate(hazard, cso)
    a_hazard(product, cso, "A label is missing", review_date=today - DAY)
    page, browser = reverse("review_list", args=[product.slug]), client_of(cso)
    whole = browser.get(page)
    assertContains(whole, "Class 3 is looked at every 12 months")
    assertContains(whole, 'aria-label="Overdue: 1 review"')
    assertContains(whole, "?due=overdue")
    late = browser.get(page, {"due": "overdue"})
    assertContains(late, "A label is missing")
    assertNotContains(late, "A dose is doubled")
    assertContains(browser.get(page, {"due": "1999-01"}), "A dose is doubled")


def test_a_month_with_nothing_says_so(product: Product, cso: User, client_of: ClientOf) -> None:
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": timezone.localdate() - DAY})
    page = reverse("review_list", args=[product.slug])
    assertContains(client_of(cso).get(page, {"due": "none"}), "Nothing is due then.")
    assert review_calendar(product, None, "none").parts == []


@pytest.mark.parametrize("months", [1, 3, 12])
def test_how_long_ago_is_too_long(months: int) -> None:
    for today in (JUNE, datetime.date(2026, 3, 1), datetime.date(2028, 2, 29)):
        day = looked_long_ago(today, months)
        assert (review_due(None, day - DAY, months) or today) < today
        assert (review_due(None, day, months) or today) >= today


def test_the_log_and_the_page_say_the_day_that_counts_and_why(
    product: Product, cso: User, executive: User, client_of: ClientOf, today: datetime.date
) -> None:
    by_class = a_hazard(product, cso, review_date=today + 300 * DAY)
    an_estimate(by_class, cso, "Major", "High")
    by_hand = a_hazard(product, cso, "By hand", review_date=today + 20 * DAY)
    a_hazard(product, cso, "No day")
    reviewed = a_hazard(product, cso, "Looked at and never estimated", review_date=today)
    record_review(hazard=reviewed, by=cso, note="Fine", next_review=today + 200 * DAY)
    a_plan_in_force(product, cso, executive)
    due = months_after(today, 1)

    for day in (today, today + 21 * DAY, due, due + DAY, today + 201 * DAY, today + 400 * DAY):
        late = {each.hazard_id for each in dues_of(product) if each.is_late(day)}
        overdue = Asked(product, [], Wanted(marks=frozenset({"overdue"})), cso.pk, day).rows()
        assert set(overdue.values_list("pk", flat=True)) == late, day

    browser, log = client_of(cso), reverse("hazard_log", args=[product.slug])
    page = browser.get(reverse("hazard_detail", args=[product.slug, by_class.reference]))
    assertContains(page, f"{due:%-d %B %Y}")
    assertContains(page, f"Class 4 is looked at every month, last on {today:%-d %B %Y}.")
    assertContains(page, f"By hand it was set to {today + 300 * DAY:%-d %B %Y}.")
    rows = browser.get(log, {"sort": "review"}).context["rows"]
    assert [row.pk for row in rows][:3] == [by_hand.pk, by_class.pk, reviewed.pk]
    assert [bool(row.review_why) for row in rows] == [False, True, False, False]
