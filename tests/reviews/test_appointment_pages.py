"""The appointment of a clinical safety officer: on the team's page, to sign, and as a record."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from products.actions import change_membership
from products.choices import Role
from products.models import Membership, Product
from reviews.models import SignOff
from tests.factories import LONG_AGO, join, make_person
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import appointment_of, check_registration
from tests.reviews.pages import PASSWORD, signed_in, what_signs

TEAM = "/products/digital-pharmacy/team/"


@pytest.fixture
def url(product: Product, cso: User) -> str:
    """The address of the officer's appointment."""
    return f"{TEAM}{appointment_of(product, cso).public_id}/appointment/"


def test_an_officer_becomes_current_by_the_executives_signature(
    product: Product, cso: User, executive: User, url: str
) -> None:
    director = signed_in(executive)
    team = director.get(TEAM)
    assertContains(team, "not current")
    assertContains(team, "has not signed the appointment of Clara Officer")
    assertContains(team, url)
    page = director.get(url)
    assertContains(page, "As accountable executive I appoint for Digital Pharmacy: Clara Officer")
    assertContains(page, "What is missing")
    assertRedirects(director.post(url, what_signs(director, url)), url)
    check_registration(cso)
    record = director.get(url)
    assertContains(record, "Appointment of Clara Officer")
    assertContains(record, "Dora Director")
    assertContains(record, "by their password, given anew at signing")
    assertNotContains(record, 'type="password"')
    after = director.get(TEAM)
    assertNotContains(after, "not current")
    assertContains(after, "The signed appointment")


def test_others_read_it_and_sign_nothing(
    url: str, cso: User, executive: User, auditor: User, engineer: User, stranger: User
) -> None:
    for person in (cso, auditor, engineer):
        client = signed_in(person)
        page = client.get(url)
        assertContains(page, "Only the accountable executive signs this.")
        assertNotContains(page, 'type="password"')
        refused = client.post(url, {"seen": "x", "has_read": "on", "password": PASSWORD})
        assertContains(refused, "does not let you sign an appointment", status_code=403)
    assert signed_in(stranger).get(url).status_code == 404
    assert not SignOff.objects.exists()


def test_nobody_appoints_themselves(product: Product, executive: User) -> None:
    own = join(product, executive, Role.CLINICAL_SAFETY_OFFICER)
    client = signed_in(executive)
    page = client.get(f"{TEAM}{own.public_id}/appointment/")
    assertContains(page, "Nobody appoints themselves.")
    assertNotContains(page, 'type="password"')


def test_an_appointment_whose_dates_change_goes_out_of_date(
    product: Product, cso: User, executive: User, url: str
) -> None:
    director = signed_in(executive)
    director.post(url, what_signs(director, url))
    change_membership(
        membership=Membership.objects.get(person=cso),
        by=executive,
        changes={"starts_on": LONG_AGO.replace(year=2025)},
        reason="She began later",
    )
    page = director.get(url)
    assertContains(page, "Out of date")
    assertContains(page, "What you sign")
    assertRedirects(director.post(url, what_signs(director, url)), url)
    assert SignOff.objects.count() == 2


def test_other_roles_have_no_appointment(product: Product, executive: User, cso: User) -> None:
    role = Membership.objects.get(person=executive)
    assert signed_in(cso).get(f"{TEAM}{role.public_id}/appointment/").status_code == 404


def test_a_wrong_password_appoints_nobody(url: str, executive: User) -> None:
    client = signed_in(executive)
    answer = client.post(url, what_signs(client, url, password="no", comment="Welcome"))
    assertContains(answer, "That is not your password.", status_code=422)
    assertContains(answer, "Welcome", status_code=422)
    assert not SignOff.objects.exists()


def test_the_team_runs_the_same_queries_for_two_officers_and_for_six(
    product: Product, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    def add(number: int, first: int) -> None:
        for each in range(first, first + number):
            person = make_person(f"Deputy {each}")
            join(product, person, Role.CLINICAL_SAFETY_OFFICER, is_deputy=True)

    add(1, 0)
    client = client_of(cso)
    few = queries_of(client, TEAM)
    add(4, 1)
    assert queries_of(client, TEAM) == few


def test_an_administrator_sees_the_state_and_no_link(
    url: str, administrator: User, client_of: ClientOf
) -> None:
    page = client_of(administrator).get(TEAM)
    assertContains(page, "not current")
    assertNotContains(page, url)
