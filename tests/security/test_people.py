"""Sign-in, roles and mail as an attacker, or two people at once, would try them."""

import datetime
import re
from unittest import mock

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import (
    accept_invitation,
    create_person,
    deactivate_person,
    edit_profile,
    give_password,
    invite_person,
    reactivate_person,
    system_person,
)
from accounts.forms import NewPersonForm
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from products.actions import add_member, change_membership, create_product, end_membership
from products.choices import Role
from products.models import Membership, Organisation, Product
from products.permissions import standing_of
from products.team_reading import may_change
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.people import ClientOf

PASSWORD = "a long enough password"
TODAY = timezone.localdate()


def sign_in(email: str, password: str = PASSWORD) -> int:
    answer = Client().post(reverse("account_login"), {"login": email, "password": password})
    return answer.status_code


# --- The address ----------------------------------------------------------------------------------


def test_somebody_invited_with_capitals_in_their_address_signs_in(administrator: User) -> None:
    """allauth looks for small letters only: with others stored, nobody of that name came in."""
    person = create_person(by=administrator, email="Jane.Doe@Example.ORG", name="Jane Doe")
    give_password(person=person, password=PASSWORD, by=system_person())
    assert sign_in("Jane.Doe@Example.ORG") == 302
    assert sign_in("jane.doe@example.org") == 302


def test_they_reset_their_password_too(administrator: User) -> None:
    person = create_person(by=administrator, email="Jane.Doe@Example.ORG", name="Jane Doe")
    give_password(person=person, password=PASSWORD, by=system_person())
    Client().post(reverse("account_reset_password"), {"email": "Jane.Doe@Example.ORG"})
    assert [letter.subject for letter in mail.outbox] == ["Choose a new password"]


# --- Deactivated ----------------------------------------------------------------------------------


def test_a_session_does_not_come_alive_again(
    engineer: User, administrator: User, auditor: User, client_of: ClientOf
) -> None:
    theirs, somebody_elses = client_of(engineer), client_of(auditor)
    deactivate_person(person=engineer, by=administrator, reason="Lost laptop")
    reactivate_person(person=engineer, by=administrator, reason="Found")
    assert theirs.get(reverse("my_work")).status_code == 302
    assert somebody_elses.get(reverse("my_work")).status_code == 200


def test_a_reset_from_before_sets_no_password(administrator: User) -> None:
    person = make_person("Jane Doe")
    give_password(person=person, password=PASSWORD, by=system_person())
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    found = re.search(r"https?://[^/]+(\S+)", str(mail.outbox[-1].body))
    assert found
    page = client.get(found[1])
    deactivate_person(person=person, by=administrator, reason="Left")
    new = {"password1": "another long password", "password2": "another long password"}
    answer = client.post(page.headers["Location"], new)
    assert answer.headers["Location"] == reverse("account_inactive")
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert not person.is_active


# --- Nobody gives themselves a role ---------------------------------------------------------------


def test_an_administrator_takes_no_clinical_authority(
    administrator: User, product: Product, client_of: ClientOf
) -> None:
    for role in Role:
        form = {
            "email": administrator.email.upper(),
            "role": role.value,
            "starts_on": TODAY.isoformat(),
            "reason": "I need it",
        }
        answer = client_of(administrator).post(reverse("team_add", args=[product.slug]), form)
        assert answer.status_code == 403, role
    assert not standing_of(administrator, product).is_on_team


@pytest.mark.parametrize("who", ["executive", "cso", "clinical_product_manager"])
def test_nobody_who_manages_the_team_gives_themselves_more(
    who: str, request: pytest.FixtureRequest, product: Product
) -> None:
    person: User = request.getfixturevalue(who)
    before = standing_of(person, product).roles
    for role in set(Role) - before:
        with pytest.raises(NotAllowed):
            add_member(
                product=product, person=person, role=role, by=person, starts_on=TODAY, reason="Me"
            )
    assert standing_of(person, product).roles == before


def test_nobody_makes_their_own_role_longer(
    clinical_product_manager: User, cso: User, product: Product
) -> None:
    person = clinical_product_manager
    own = Membership.objects.get(person=person)
    end_membership(membership=own, by=cso, ends_on=TODAY, reason="She moves on")
    with pytest.raises(NotAllowed, match="changes their own"):
        change_membership(membership=own, by=person, changes={"ends_on": None}, reason="I stay")
    assert not may_change(standing_of(person, product), own)
    assert may_change(standing_of(cso, product), own)


# --- Two at once ----------------------------------------------------------------------------------


def test_of_two_administrators_who_deactivate_each_other_one_stays(
    cloned_database: ClonedDatabase,
) -> None:
    one = make_person("One Admin", is_administrator=True)
    other = make_person("Other Admin", is_administrator=True)
    outcomes = cloned_database.at_once(
        lambda: deactivate_person(person=other, by=one, reason="Out"),
        lambda: deactivate_person(person=one, by=other, reason="Out"),
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [NotAllowed]
    assert User.objects.filter(profile__is_administrator=True, is_active=True).count() == 1


def test_of_two_who_unmake_each_other_one_stays(cloned_database: ClonedDatabase) -> None:
    one = make_person("One Admin", is_administrator=True)
    other = make_person("Other Admin", is_administrator=True)
    no_more = {"is_administrator": False}
    outcomes = cloned_database.at_once(
        lambda: edit_profile(profile=other.profile, by=one, changes=no_more, reason="Out"),
        lambda: edit_profile(profile=one.profile, by=other, changes=no_more, reason="Out"),
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [NotAllowed]
    assert User.objects.filter(profile__is_administrator=True).count() == 1


def test_the_same_person_or_product_added_twice_at_once_is_told(
    cloned_database: ClonedDatabase,
) -> None:
    by = make_person("One Admin", is_administrator=True)

    def person() -> User:
        return create_person(by=by, email="new@example.org", name="Nina")

    def product() -> Product:
        return create_product(by=by, name="New", slug="new-one", organisation_name="New Ltd")

    for add in (person, product):
        outcomes = cloned_database.at_once(add, add, add)
        problems = [each for each in outcomes if isinstance(each, Exception)]
        assert [type(each) for each in problems] == [NotPossible, NotPossible]
    assert Organisation.objects.filter(name="New Ltd").count() == 1


def test_an_invitation_is_good_for_one(cloned_database: ClonedDatabase) -> None:
    by = make_person("One Admin", is_administrator=True)
    person = make_person("Nina Newell")
    with mock.patch("secrets.token_urlsafe", return_value="the-token"):
        invite_person(person=person, by=by, site="http://testserver/")
    outcomes = cloned_database.at_once(
        lambda: accept_invitation(token="the-token", password="the first long password"),
        lambda: accept_invitation(token="the-token", password="the second long password"),
    )
    assert [type(each) for each in outcomes if isinstance(each, Exception)] == [NotPossible]


# --- Mail -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("between", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_no_name_breaks_or_adds_a_line_of_a_mails_head(
    administrator: User,
    engineer: User,
    client_of: ClientOf,
    between: str,
    django_capture_on_commit_callbacks: object,
) -> None:
    product = make_product(f"Night{between}Bcc: eve@example.org", "night")
    give_password(person=engineer, password=PASSWORD, by=system_person())
    form = {
        "email": engineer.email,
        "role": Role.CLINICIAN.value,
        "starts_on": TODAY.isoformat(),
        "reason": "He helps",
    }
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = client_of(administrator).post(reverse("team_add", args=[product.slug]), form)
    assert answer.status_code == 302
    [letter] = mail.outbox
    head = letter.message()
    assert head["Subject"] == "You are on the team of Night Bcc: eve@example.org"
    assert head["Bcc"] is None


def test_a_name_is_one_line(administrator: User, client_of: ClientOf) -> None:
    form = {"email": "nina@example.org", "name": "Nina\r\nNewell\x0bx"}
    client_of(administrator).post(reverse("person_new"), form)
    assert User.objects.get(email="nina@example.org").name == "Nina Newell x"
    assert NewPersonForm({"name": "Nina\nNewell", "email": "n@example.org"}).is_valid()


# --- Roles over time ------------------------------------------------------------------------------


def test_a_role_holds_from_its_first_day_to_its_last(product: Product, client_of: ClientOf) -> None:
    day = datetime.timedelta(days=1)
    periods = {
        "yesterday": (TODAY - 9 * day, TODAY - day, 404),
        "tomorrow": (TODAY + day, None, 404),
        "today": (TODAY, TODAY, 200),
    }
    for name, (starts_on, ends_on, status) in periods.items():
        person = make_person(f"Officer {name}")
        role = Role.CLINICAL_SAFETY_OFFICER
        join(product, person, role, starts_on=starts_on, ends_on=ends_on)
        log = reverse("hazard_log", args=[product.slug])
        assert client_of(person).get(log).status_code == status, name
