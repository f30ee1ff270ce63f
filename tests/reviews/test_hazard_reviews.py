"""Recording a review, and the calendar that it moves."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible, SideDoor
from audit.models import Entry
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.models import Product
from reviews.actions.hazard_reviews import record_review
from reviews.calendar import reading
from reviews.calendar.reading import review_calendar
from reviews.calendar.rules import Due, due, why_not_next_review
from reviews.models import HazardReview
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

TODAY = datetime.date(2026, 11, 22)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("review_date", "group"),
    [
        (None, Due.NO_DATE),
        (TODAY - DAY, Due.OVERDUE),
        (TODAY, Due.SOON),
        (TODAY + 30 * DAY, Due.SOON),
        (TODAY + 31 * DAY, Due.LATER),
    ],
)
def test_a_date_falls_into_one_group(review_date: datetime.date | None, group: Due) -> None:
    assert due(review_date, TODAY) is group


@pytest.mark.parametrize(
    ("days", "words"),
    [(-1, "after today"), (0, "after today"), (1, None), (366, None), (367, "once a year")],
)
def test_the_next_review_is_within_a_year(days: int, words: str | None) -> None:
    refusal = why_not_next_review(TODAY + days * DAY, TODAY)
    assert (refusal is None) if words is None else words in (refusal or "")


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A hazard whose review is overdue."""
    hazard = a_hazard(product, cso)
    return edit_hazard(
        hazard=hazard, by=cso, changes={"review_date": timezone.localdate() - 4 * DAY}
    )


def test_a_review_sets_the_next_date_and_is_in_the_record(hazard: Hazard, cso: User) -> None:
    next_review = timezone.localdate() + 90 * DAY
    review = record_review(
        hazard=hazard, by=cso, note="Read whole; nothing has changed", next_review=next_review
    )
    hazard.refresh_from_db()
    assert hazard.review_date == next_review
    entry = Entry.objects.get(model="reviews.hazardreview", object_id=review.pk)
    assert (entry.person, entry.reason) == (cso, "Reviewed the hazard")
    with pytest.raises(SideDoor):
        review.save()


@pytest.mark.parametrize("note", ["", "   "])
def test_a_review_without_a_note_is_refused_and_changes_nothing(
    hazard: Hazard, cso: User, note: str
) -> None:
    before = hazard.review_date
    with pytest.raises(NotPossible, match="Say in a sentence what you saw"):
        record_review(hazard=hazard, by=cso, note=note, next_review=timezone.localdate() + 90 * DAY)
    hazard.refresh_from_db()
    assert hazard.review_date == before
    assert not HazardReview.objects.exists()


def test_only_clinicians_record_reviews(
    hazard: Hazard,
    clinician: User,
    clinical_product_manager: User,
    engineer: User,
    product_manager: User,
    auditor: User,
    stranger: User,
) -> None:
    later = timezone.localdate() + 90 * DAY
    for person in (engineer, product_manager, auditor, stranger):
        with pytest.raises(NotAllowed):
            record_review(hazard=hazard, by=person, note="Read", next_review=later)
    for person in (clinician, clinical_product_manager):
        record_review(hazard=hazard, by=person, note="Read", next_review=later)
    assert HazardReview.objects.count() == 2


def test_the_calendar_has_every_hazard_once_the_most_urgent_first(
    product: Product, cso: User, hazard: Hazard
) -> None:
    undated = a_hazard(product, cso, "A value is shown without its unit")
    parts = review_calendar(product).parts
    assert [part.due for part in parts] == [Due.OVERDUE, Due.NO_DATE]
    assert [part.hazards for part in parts] == [[hazard], [undated]]
    assert [part.count for part in parts] == [1, 1]
    record_review(hazard=hazard, by=cso, note="Read", next_review=timezone.localdate() + 90 * DAY)
    assert [part.due for part in review_calendar(product).parts] == [Due.LATER, Due.NO_DATE]


def test_a_long_calendar_is_paged_and_every_group_says_how_many_it_has(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    days = (None, 31, 30, 1, 0, -1, -400, None)
    for number, ahead in enumerate(days):
        review_date = None if ahead is None else today + ahead * DAY
        a_hazard(product, cso, f"Hazard {number}", review_date=review_date)
    monkeypatch.setattr(reading, "ON_A_PAGE", 3)
    pages = [review_calendar(product, str(number)) for number in (1, 2, 3)]
    assert [
        [(part.due, part.count, [each.name[-1] for each in part.hazards]) for part in page.parts]
        for page in pages
    ] == [
        [(Due.OVERDUE, 2, ["6", "5"]), (Due.SOON, 3, ["4"])],
        [(Due.SOON, 3, ["3", "2"]), (Due.LATER, 1, ["1"])],
        [(Due.NO_DATE, 2, ["0", "7"])],
    ]
    assert pages[0].page.paginator.num_pages == 3


def test_what_was_changed_while_it_was_read_is_read_again(
    product: Product, cso: User, clinician: User, hazard: Hazard, client_of: ClientOf
) -> None:
    page, browser = reverse("review_record", args=[product.slug, "HAZ-001"]), client_of(clinician)
    said = {"note": "Read it", "next_review": timezone.localdate() + 90 * DAY}
    seen = browser.get(page).context["form"].initial["seen"]
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Another thing altogether"})
    refused = browser.post(page, said | {"seen": seen})
    text = refused.content.decode()
    assert "HAZ-001 was changed while you wrote" in text
    assert "Read it" in text
    assert not HazardReview.objects.exists()
    assert f'name="seen" value="{seen + 1}"' in text
    assert browser.post(page, said | {"seen": seen + 1}).status_code == 302
