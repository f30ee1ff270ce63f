"""The pages of reviews."""

import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from hazards.models import Hazard
from products.models import Product
from reviews.models import HazardReview
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

CALENDAR = "/products/digital-pharmacy/reviews/"


def test_a_clinical_safety_officer_records_a_review_from_the_calendar(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    client = client_of(cso)
    record = f"/products/digital-pharmacy/hazards/{hazard.reference}/review/"
    assertContains(client.get(CALENDAR), record)
    later = timezone.localdate() + datetime.timedelta(days=90)
    answer = client.post(record, {"note": "Nothing has changed", "next_review": str(later)})
    assertRedirects(answer, CALENDAR)
    assert Hazard.objects.get().review_date == later
    assertContains(client.get(record), "Nothing has changed")


def test_a_refused_review_keeps_what_was_written(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    record = f"/products/digital-pharmacy/hazards/{hazard.reference}/review/"
    answer = client_of(cso).post(
        record, {"note": "I looked at the causes", "next_review": str(timezone.localdate())}
    )
    assertContains(answer, "The next review is after today")
    assertContains(answer, "I looked at the causes")
    assert not HazardReview.objects.exists()


def test_an_auditor_reads_the_calendar_and_records_nothing(
    product: Product, cso: User, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    record = f"/products/digital-pharmacy/hazards/{hazard.reference}/review/"
    assertNotContains(client_of(auditor).get(CALENDAR), record)
    assert client_of(auditor).get(record).status_code == 403
    assert client_of(auditor).post(record).status_code == 403
    assert client_of(stranger).get(CALENDAR).status_code == 404
    assert client_of(stranger).post(record).status_code == 404


def test_the_calendar_asks_as_many_questions_for_forty_hazards_as_for_ten(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    client = client_of(cso)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(CALENDAR).status_code == 200
        return len(counted)

    for number in range(10):
        a_hazard(product, cso, f"Hazard number {number}")
    client.get(CALENDAR)
    few = queries()
    for number in range(30):
        a_hazard(product, cso, f"Hazard number {number + 10}")
    assert queries() == few
