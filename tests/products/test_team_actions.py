"""Who may give whom which role, and when."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import deactivate_person, give_password, system_person
from accounts.models import Invitation, User
from audit.errors import Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from products.actions import (
    add_member,
    change_membership,
    end_membership,
    invite_to_team,
    resend_invitation,
    withdraw_team_invitation,
)
from products.choices import Role
from products.models import Membership, Product
from products.permissions import NOMINATED_ROLES, standing_of
from products.queries import current_team_of, team_of
from tests.factories import join, make_person

TODAY = datetime.date(2026, 5, 3)
SITE = "https://safety.example.org/"
NOMINATED = sorted(NOMINATED_ROLES)
OTHERS = [role for role in Role if role not in NOMINATED_ROLES]


def give(by: User, product: Product, person: User, role: Role, **more: Any) -> Membership:
    values: dict[str, Any] = {"starts_on": TODAY, "reason": "Needed"} | more
    return add_member(product=product, person=person, role=role, by=by, **values)


@pytest.fixture
def newcomer(db: None) -> User:
    return make_person("Nina Newell", "nina@example.org")


@pytest.mark.parametrize("role", OTHERS)
def test_those_who_lead_add_people(role: Role, cso: User, product: Product, newcomer: User) -> None:
    membership = give(cso, product, newcomer, role)
    assert membership.nominated_by == cso
    assert history_of(membership)[0].history_change_reason == "Needed"
    assert role in standing_of(newcomer, product).roles


@pytest.mark.parametrize("role", NOMINATED)
def test_the_executive_and_administrators_nominate(
    role: Role, executive: User, administrator: User, product: Product, newcomer: User
) -> None:
    give(executive, product, newcomer, role)
    give(administrator, product, make_person("Olga Other"), role)
    assert current_team_of(product, TODAY).filter(role=role).count() >= 2


@pytest.mark.parametrize("role", NOMINATED)
def test_nobody_else_nominates(
    role: Role,
    cso: User,
    clinical_product_manager: User,
    product_manager: User,
    product: Product,
    newcomer: User,
) -> None:
    for person in (cso, clinical_product_manager, product_manager):
        with pytest.raises(NotAllowed, match="nominate the clinical safety officer"):
            give(person, product, newcomer, role)


@pytest.mark.parametrize("role", NOMINATED)
def test_nobody_nominates_themselves(
    role: Role, executive: User, administrator: User, product: Product
) -> None:
    for person in (executive, administrator):
        with pytest.raises(NotAllowed, match="Nobody nominates themselves"):
            give(person, product, person, role)


@pytest.mark.parametrize("role", list(Role))
def test_the_rest_of_the_team_and_strangers_add_nobody(
    role: Role,
    engineer: User,
    clinician: User,
    product_manager: User,
    auditor: User,
    stranger: User,
    product: Product,
    newcomer: User,
) -> None:
    for person in (engineer, clinician, product_manager, auditor, stranger):
        with pytest.raises(NotAllowed):
            give(person, product, newcomer, role)
    assert not team_of(product).filter(person=newcomer).exists()


def test_a_role_needs_a_reason(cso: User, product: Product, newcomer: User) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        give(cso, product, newcomer, Role.CLINICIAN, reason="")


def test_somebody_who_may_not_sign_in_holds_no_role(
    cso: User, administrator: User, product: Product, newcomer: User
) -> None:
    deactivate_person(person=newcomer, by=administrator, reason="Left")
    newcomer.refresh_from_db()
    with pytest.raises(NotPossible, match="reactivate them first"):
        give(cso, product, newcomer, Role.CLINICIAN)
    with pytest.raises(NotPossible):
        give(cso, product, system_person(), Role.CLINICIAN)


def test_one_person_holds_several_roles_but_each_once_at_a_time(
    cso: User, product: Product, newcomer: User
) -> None:
    give(cso, product, newcomer, Role.CLINICIAN, ends_on=datetime.date(2026, 6, 30))
    give(cso, product, newcomer, Role.CONTRIBUTOR)
    with pytest.raises(NotPossible, match="in that time already"):
        give(cso, product, newcomer, Role.CLINICIAN, starts_on=datetime.date(2026, 6, 30))
    give(cso, product, newcomer, Role.CLINICIAN, starts_on=datetime.date(2026, 7, 1))


def test_a_role_ends_after_it_begins(cso: User, product: Product, newcomer: User) -> None:
    with pytest.raises(NotPossible, match="before it begins"):
        give(cso, product, newcomer, Role.CLINICIAN, ends_on=datetime.date(2026, 5, 2))
    membership = give(cso, product, newcomer, Role.CLINICIAN, ends_on=TODAY)
    assert membership.ends_on == TODAY


def test_deputies_are_of_nominated_roles(executive: User, product: Product, newcomer: User) -> None:
    deputy = give(executive, product, newcomer, Role.CLINICAL_SAFETY_OFFICER, is_deputy=True)
    assert str(deputy) == "Clinical safety officer (deputy): Nina Newell"
    with pytest.raises(NotPossible, match="has no deputies"):
        give(executive, product, newcomer, Role.CLINICIAN, is_deputy=True)


def test_a_role_that_ended_gives_no_standing(cso: User, product: Product, newcomer: User) -> None:
    membership = give(cso, product, newcomer, Role.CLINICIAN)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    end_membership(membership=membership, by=cso, ends_on=yesterday, reason="Moved on")
    assert not standing_of(newcomer, product).is_on_team
    assert team_of(product).filter(person=newcomer).exists()


def test_a_nomination_is_ended_by_those_who_nominate(
    cso: User,
    executive: User,
    administrator: User,
    clinical_product_manager: User,
    product: Product,
) -> None:
    nomination = Membership.objects.get(person=cso)
    today = timezone.localdate()
    for person in (clinical_product_manager, cso):
        with pytest.raises(NotAllowed):
            end_membership(membership=nomination, by=person, ends_on=today, reason="No")
    end_membership(membership=nomination, by=executive, ends_on=today, reason="New officer")
    own = Membership.objects.get(person=executive)
    with pytest.raises(NotAllowed, match="Nobody nominates themselves"):
        change_membership(membership=own, by=executive, changes={"ends_on": None}, reason="Longer")
    end_membership(membership=own, by=administrator, ends_on=today, reason="New executive")


def test_dates_are_changed_and_never_overlap(cso: User, product: Product, newcomer: User) -> None:
    first = give(cso, product, newcomer, Role.CLINICIAN, ends_on=datetime.date(2026, 5, 31))
    second = give(cso, product, newcomer, Role.CLINICIAN, starts_on=datetime.date(2026, 6, 1))
    with pytest.raises(NotPossible, match="in that time already"):
        change_membership(membership=first, by=cso, changes={"ends_on": None}, reason="Longer")
    with pytest.raises(NotPossible, match="before it begins"):
        end_membership(membership=second, by=cso, ends_on=TODAY, reason="Sooner")
    changed = change_membership(
        membership=second,
        by=cso,
        changes={"starts_on": datetime.date(2026, 7, 1)},
        reason="Later",
    )
    assert changed.starts_on == datetime.date(2026, 7, 1)


def test_a_role_itself_is_never_changed_into_another(
    cso: User, product: Product, newcomer: User
) -> None:
    membership = give(cso, product, newcomer, Role.CLINICIAN)
    for name in ("role", "person_id", "nominated_by_id"):
        with pytest.raises(ValueError, match=name):
            change_membership(membership=membership, by=cso, changes={name: 1}, reason="No")


def test_two_people_changing_one_date_is_a_conflict(
    cso: User, clinical_product_manager: User, product: Product, newcomer: User
) -> None:
    membership = give(cso, product, newcomer, Role.CLINICIAN)
    end_membership(
        membership=membership, by=cso, ends_on=datetime.date(2026, 6, 30), reason="Moves on"
    )
    with pytest.raises(Conflict):
        change_membership(
            membership=membership,
            by=clinical_product_manager,
            changes={"ends_on": datetime.date(2026, 7, 31)},
            base_version=1,
            reason="Moves on later",
        )


# --- inviting -------------------------------------------------------------------------------------


def invite(by: User, product: Product, **more: Any) -> Membership:
    values: dict[str, Any] = {
        "email": "nina@example.org",
        "name": "Nina Newell",
        "role": Role.CONTRIBUTOR,
        "starts_on": TODAY,
        "site": SITE,
        "reason": "Joins for testing",
    }
    return invite_to_team(product=product, by=by, **(values | more))


def test_somebody_new_gets_a_role_and_an_invitation(
    cso: User, product: Product, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        membership = invite(cso, product, job_title="Tester")
    person = membership.person
    assert (person.name, person.profile.job_title) == ("Nina Newell", "Tester")
    assert history_of(person.profile)[0].history_change_reason == "Joins for testing"
    (message,) = mail.outbox
    assert "Digital Pharmacy, as contributor" in message.body
    assert f"{SITE}invitation/" in message.body


def test_somebody_who_can_sign_in_gets_a_notice(
    cso: User,
    product: Product,
    newcomer: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    give_password(person=newcomer, password="a-long-and-fine-password", by=system_person())
    with django_capture_on_commit_callbacks(execute=True):
        membership = invite(cso, product, email="NINA@example.org", name="Somebody else")
    assert membership.person == newcomer
    assert membership.person.name == "Nina Newell"
    (message,) = mail.outbox
    assert "/invitation/" not in message.body
    assert "as contributor, from 3 May 2026" in message.body
    assert not Invitation.objects.exists()


def test_an_invitation_that_is_refused_leaves_nothing(
    cso: User, stranger: User, product: Product, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(NotAllowed):
            invite(stranger, product)
        with pytest.raises(NotAllowed):
            invite(cso, product, role=Role.ACCOUNTABLE_EXECUTIVE)
        with pytest.raises(NotPossible, match="Name: it cannot be empty"):
            invite(cso, product, name="")
        with pytest.raises(NotPossible, match="before it begins"):
            invite(cso, product, ends_on=datetime.date(2020, 1, 1))
    assert mail.outbox == []
    assert not User.objects.filter(email="nina@example.org").exists()


def test_nobody_nominates_themselves_by_inviting_their_own_address(
    executive: User, product: Product
) -> None:
    with pytest.raises(NotAllowed, match="Nobody nominates themselves"):
        invite(executive, product, email=executive.email, role=Role.CLINICAL_SAFETY_OFFICER)


def test_the_team_resends_and_withdraws(cso: User, engineer: User, product: Product) -> None:
    membership = invite(cso, product)
    resend_invitation(membership=membership, by=cso, site=SITE)
    assert Invitation.objects.filter(withdrawn_at__isnull=True).count() == 1
    for person in (engineer, membership.person):
        with pytest.raises(NotAllowed):
            resend_invitation(membership=membership, by=person, site=SITE)
        with pytest.raises(NotAllowed):
            withdraw_team_invitation(membership=membership, by=person)
    withdraw_team_invitation(membership=membership, by=cso)
    assert not Invitation.objects.filter(withdrawn_at__isnull=True).exists()
    with pytest.raises(NotPossible, match="no open invitation"):
        withdraw_team_invitation(membership=membership, by=cso)


def test_a_deputy_counts_as_the_role(product: Product, newcomer: User) -> None:
    join(product, newcomer, Role.CLINICAL_SAFETY_OFFICER, is_deputy=True)
    assert standing_of(newcomer, product).roles == {Role.CLINICAL_SAFETY_OFFICER}
