"""One signature, as everybody reads it, and taking one's own back."""

import datetime

import pytest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.actions import edit_profile
from accounts.models import User
from hazards.models import Hazard
from products.models import Product
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import plan_in_force, read_plan
from reviews.templatetags.signatures import both_zones, short_fingerprint
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_plan_in_force,
    a_residual_estimate,
    accept,
)
from tests.reviews.pages import PASSWORD, signed_in

AT = "/products/digital-pharmacy/sign-offs/"


@pytest.fixture
def approval(product: Product, cso: User, executive: User) -> SignOff:
    """The officer's signature under the plan in force."""
    a_plan_in_force(product, cso, executive)
    found: SignOff = SignOff.objects.get(subject_kind="plan", meaning=Meaning.APPROVED)
    return found


def test_a_signature_shows_everything_as_it_was_at_signing(
    approval: SignOff, cso: User, auditor: User
) -> None:
    edit_profile(profile=cso.profile, by=cso, changes={"name": "Clara Married"})
    page = signed_in(auditor).get(f"{AT}{approval.public_id}/")
    for words in (
        "Clara Officer",
        "Clinical safety officer",
        "GMC 7654321",
        escape(approval.statement),
        approval.fingerprint,
        "by their password, given anew at signing",
        "UTC (",
        "Current",
        "/products/digital-pharmacy/plan/1/",
    ):
        assertContains(page, words)
    assertNotContains(page, "Clara Married")
    assertNotContains(page, "/withdraw/")
    assertContains(page, "What was signed")


def test_somebody_withdraws_their_own_signature(
    approval: SignOff, product: Product, cso: User, executive: User
) -> None:
    client, url = signed_in(cso), f"{AT}{approval.public_id}/"
    assertContains(client.get(url), f"{url}withdraw/")
    page = client.get(f"{url}withdraw/")
    assertContains(page, "I withdraw my signature of")
    wrong = client.post(f"{url}withdraw/", {"reason": "A mistake", "password": "no"})
    assertContains(wrong, "That is not your password.", status_code=422)
    assertContains(wrong, "A mistake", status_code=422)
    empty = client.post(f"{url}withdraw/", {"reason": " ", "password": PASSWORD})
    assertContains(empty, "This cannot be empty.", status_code=422)
    assert plan_in_force(product) is not None
    done = client.post(f"{url}withdraw/", {"reason": "A mistake", "password": PASSWORD})
    assertRedirects(done, url)
    after = signed_in(executive).get(url)
    assertContains(after, "Withdrawn by Clara Officer on")
    assertContains(after, "“A mistake”")
    assertNotContains(client.get(url), f"{url}withdraw/")
    assert plan_in_force(product) is None
    again = client.get(f"{url}withdraw/")
    assertContains(again, "This signature is withdrawn already.")
    assertNotContains(again, 'type="password"')
    plan = client.get("/products/digital-pharmacy/plan/")
    assertContains(plan, "No longer in force")
    assertContains(plan, "withdrew their signature (approved)")


def test_nobody_withdraws_anothers(
    approval: SignOff, executive: User, auditor: User, stranger: User
) -> None:
    url = f"{AT}{approval.public_id}/withdraw/"
    for person in (executive, auditor):
        client = signed_in(person)
        refused = client.post(url, {"reason": "x", "password": PASSWORD})
        assertContains(refused, "Only Clara Officer can withdraw this", status_code=403)
        assert client.get(url).status_code == 403
    assert signed_in(stranger).get(f"{AT}{approval.public_id}/").status_code == 404
    assert not SignOff.objects.filter(meaning=Meaning.WITHDRAWN).exists()


def test_the_signature_of_a_lapsed_acceptance_says_why_it_is_out_of_date(
    product: Product, clinician: User, cso: User, executive: User
) -> None:
    a_plan_in_force(product, cso, executive)
    hazard: Hazard = a_hazard_to_accept(product, clinician)
    [acceptance] = accept(hazard, executive)
    signed = SignOff.objects.get(subject_id=acceptance.public_id)
    client, url = signed_in(cso), f"{AT}{signed.public_id}/"
    page = client.get(url)
    assertContains(page, acceptance.why)
    assertContains(page, "Accountable executive, by version 1 of the plan")
    assertContains(page, "Current")
    a_residual_estimate(hazard, clinician)
    lapsed = client.get(url)
    assertContains(lapsed, "Out of date")
    assertContains(lapsed, "A newer estimate has taken the place of the one that was accepted.")


def test_a_withdrawal_has_no_page_of_its_own(approval: SignOff, cso: User) -> None:
    client = signed_in(cso)
    client.post(
        f"{AT}{approval.public_id}/withdraw/", {"reason": "A mistake", "password": PASSWORD}
    )
    withdrawal = SignOff.objects.get(meaning=Meaning.WITHDRAWN)
    assert client.get(f"{AT}{withdrawal.public_id}/").status_code == 404


def test_what_people_wrote_is_escaped(product: Product, cso: User, executive: User) -> None:
    edit_profile(profile=cso.profile, by=cso, changes={"job_title": "<b>Officer</b>"})
    cso.profile.refresh_from_db()
    plan = a_plan_in_force(product, cso, executive)
    for signature in read_plan(plan).signatures.readings:
        html = render_to_string("components/signature.html", {"signature": signature})
        assert "<b>" not in html


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (
            datetime.datetime(2026, 1, 3, 9, 42, 10, tzinfo=datetime.UTC),
            "3 January 2026, 09:42:10 UTC (09:42 GMT, Europe/London)",
        ),
        (
            datetime.datetime(2026, 5, 3, 9, 42, 10, tzinfo=datetime.UTC),
            "3 May 2026, 09:42:10 UTC (10:42 BST, Europe/London)",
        ),
        (
            datetime.datetime(2026, 5, 3, 23, 42, 10, tzinfo=datetime.UTC),
            "3 May 2026, 23:42:10 UTC (4 May 2026, 00:42 BST, Europe/London)",
        ),
    ],
)
def test_a_moment_is_in_utc_with_the_local_zone_beside_it(
    moment: datetime.datetime, words: str
) -> None:
    with timezone.override("Europe/London"):
        assert both_zones(moment) == words


def test_a_fingerprint_is_short_at_a_glance() -> None:
    assert short_fingerprint("0123456789abcdef" * 4) == "0123 4567 89ab"
