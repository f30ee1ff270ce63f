"""How often a hazard is reviewed: by the class of its risk, as the plan in force says."""

import datetime

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts.models import User
from audit.errors import NotPossible
from hazards.models import Hazard, Plan
from products.models import Product
from reviews.actions.hazard_reviews import record_review
from reviews.actions.plans import draft_plan, say_of_class
from reviews.calendar.reading import review_interval_of
from reviews.calendar.rules import (
    ReviewInterval,
    months_after,
    months_in_words,
    why_not_next_review,
)
from reviews.models import HazardReview
from reviews.plan.reading import classes_of
from tests.hazards.factories import a_hazard, an_estimate
from tests.people import ClientOf
from tests.reviews.factories import a_plan_in_force, a_residual_estimate

TODAY = datetime.date(2026, 11, 30)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-22", 1, "2026-12-22"),
        ("2026-11-22", 2, "2027-01-22"),
        ("2026-11-22", 12, "2027-11-22"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_so_many_months_later(day: str, months: int, then: str) -> None:
    day_then = months_after(datetime.date.fromisoformat(day), months)
    assert day_then == datetime.date.fromisoformat(then)


@pytest.mark.parametrize(
    ("next_review", "words"),
    [
        ("2026-11-30", "after today"),
        ("2026-12-01", None),
        ("2027-02-28", None),
        ("2027-03-01", "class 3 at least every 3 months. Nothing was saved; choose a date up to"),
        ("2028-03-01", "class 3 at least every 3 months"),
    ],
)
def test_the_plan_shortens_the_interval(next_review: str, words: str | None) -> None:
    longest = ReviewInterval(months=3, class_number=3, plan_number=1)
    refusal = why_not_next_review(datetime.date.fromisoformat(next_review), TODAY, longest)
    assert (refusal is None) if words is None else words in (refusal or "")


def test_months_are_said_in_words() -> None:
    assert [months_in_words(1), months_in_words(3)] == ["every month", "every 3 months"]


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A hazard without an estimate."""
    return a_hazard(product, cso)


def test_the_residual_risk_decides_and_the_initial_one_before_it(
    product: Product, cso: User, executive: User, hazard: Hazard
) -> None:
    assert review_interval_of(hazard) is None
    an_estimate(hazard, cso, "Major", "High")
    hazard.refresh_from_db()
    assert review_interval_of(hazard) is None, "no plan is in force"
    a_plan_in_force(product, cso, executive)
    assert review_interval_of(hazard) == ReviewInterval(1, 4, 1)
    a_residual_estimate(hazard, cso)
    hazard.refresh_from_db()
    assert review_interval_of(hazard) == ReviewInterval(3, 3, 1)


def test_a_review_keeps_to_the_plan(
    product: Product, cso: User, executive: User, hazard: Hazard
) -> None:
    a_residual_estimate(hazard, cso)
    hazard.refresh_from_db()
    a_plan_in_force(product, cso, executive)
    latest = months_after(timezone.localdate(), 3)
    with pytest.raises(NotPossible, match="Version 1 of the plan asks for a review of class 3"):
        record_review(
            hazard=hazard, by=cso, note="Read", next_review=latest + datetime.timedelta(days=1)
        )
    assert not HazardReview.objects.exists()
    record_review(hazard=hazard, by=cso, note="Read", next_review=latest)
    hazard.refresh_from_db()
    assert hazard.review_date == latest


def test_what_a_draft_of_the_plan_says_counts_for_nothing_yet(
    product: Product, cso: User, executive: User, hazard: Hazard
) -> None:
    a_residual_estimate(hazard, cso)
    hazard.refresh_from_db()
    a_plan_in_force(product, cso, executive)
    draft: Plan = draft_plan(product=product, by=cso)
    [third] = classes_of(draft).filter(risk_class__number=3)
    say_of_class(plan_class=third, by=cso, accepted_by=third.accepting_roles, review_months=1)
    assert review_interval_of(hazard) == ReviewInterval(3, 3, 1)


def test_the_form_says_how_late_the_next_review_may_be(
    product: Product, cso: User, executive: User, hazard: Hazard, client_of: ClientOf
) -> None:
    a_residual_estimate(hazard, cso)
    a_plan_in_force(product, cso, executive)
    url = f"/products/{product.slug}/hazards/{hazard.reference}/review/"
    latest = months_after(timezone.localdate(), 3)
    page = client_of(cso).get(url)
    assertContains(
        page,
        f"Up to {latest:%-d %B %Y}: version 1 of the plan has class 3 reviewed at least every 3 "
        "months.",
    )
    late = str(latest + datetime.timedelta(days=1))
    answer = client_of(cso).post(url, {"note": "I looked at the causes", "next_review": late})
    assertContains(answer, "at least every 3 months. Nothing was saved")
    assertContains(answer, "I looked at the causes")
