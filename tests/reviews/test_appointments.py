"""The appointment of a clinical safety officer: signed by top management, and when it counts."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, reactivate_person, system_person
from accounts.models import User
from audit.canonical import sha256_of
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from products.actions import change_membership, end_membership
from products.choices import Role
from products.models import Membership, Product
from reviews.actions.appointments import sign_appointment
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.models import SignOff
from reviews.plan.reading import current_officer, officers_of, read_officers
from reviews.signing.subjects import appointment_subject
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import LONG_AGO, join, make_person, make_product
from tests.reviews.factories import (
    a_current_officer,
    a_signed_appointment,
    appointment_of,
    check_registration,
    proof,
)

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)

UNSIGNED = "The accountable executive has not signed the appointment of Clara Officer."
UNCHECKED = "The registration of Clara Officer was not checked within twelve months."


@pytest.fixture
def appointment(product: Product, cso: User) -> Membership:
    """The officer's role."""
    return appointment_of(product, cso)


def sign(membership: Membership, by: User, **more: Any) -> SignOff:
    found = Membership.objects.select_related("product", "person__profile").get(pk=membership.pk)
    values: dict[str, Any] = {
        "seen": appointment_subject(found).fingerprint,
        "confirmed": proof(by),
    }
    return sign_appointment(membership=found, by=by, **values | more)


def refusal(membership: Membership, by: User, **more: Any) -> str:
    """Why a signature is refused; asserts that nothing at all was written."""
    before = contents()
    with pytest.raises(NotPossible) as refused:
        sign(membership, by, **more)
    assert contents() == before
    assert "Nothing was signed." in refused.value.sentence
    return refused.value.sentence


def problems(product: Product, person: User) -> list[str]:
    officer = current_officer(person, product)
    assert officer is not None
    assert officer.is_current is (officer.problems == [])
    return officer.problems


# --- Signed ---------------------------------------------------------------------------------------


def test_top_management_signs_whom_it_appoints_from_which_day(
    appointment: Membership, product: Product, cso: User, executive: User
) -> None:
    sign_off = sign(appointment, executive)
    assert (sign_off.subject_kind, sign_off.meaning) == (
        SubjectKind.APPOINTMENT,
        Meaning.AUTHORISED,
    )
    assert (sign_off.subject_id, sign_off.product) == (appointment.public_id, product)
    assert sign_off.statement == (
        "As accountable executive I appoint for Digital Pharmacy: Clara Officer, clinical safety "
        "officer from 1 January 2024. They have the authority and the time that the role needs."
    )
    assert sha256_of(sign_off.content) == sign_off.fingerprint
    assert str(cso.profile.public_id) in sign_off.content
    entry = Entry.objects.get(model="reviews.signoff", object_id=sign_off.pk)
    assert (entry.person, entry.reason) == (executive, "Appointed Clara Officer")


def test_a_deputys_appointment_says_so(product: Product, executive: User) -> None:
    deputy = make_person("Dana Deputy")
    membership = join(product, deputy, Role.CLINICAL_SAFETY_OFFICER, is_deputy=True)
    assert "clinical safety officer (deputy) from" in sign(membership, executive).statement


def test_nobody_else_appoints(
    appointment: Membership, clinical_product_manager: User, product_manager: User,
    clinician: User, engineer: User, auditor: User, administrator: User, stranger: User,
) -> None:  # fmt: skip
    before = contents()
    for person in (
        appointment.person, clinical_product_manager, product_manager, clinician, engineer,
        auditor, administrator, stranger, system_person(),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match="Who may: accountable executive"):
            sign(appointment, person)
    assert contents() == before


def test_nobody_appoints_themselves(product: Product, executive: User) -> None:
    membership = join(product, executive, Role.CLINICAL_SAFETY_OFFICER)
    assert "Nobody appoints themselves" in refusal(membership, executive)


@pytest.mark.parametrize("role", [each for each in Role if each != Role.CLINICAL_SAFETY_OFFICER])
def test_only_an_officers_appointment_is_signed(
    product: Product, executive: User, role: Role
) -> None:
    membership = join(product, make_person("Olive Other"), role)
    assert "Only the appointment of a clinical safety officer" in refusal(membership, executive)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"), [(TODAY + DAY, None), (LONG_AGO, TODAY - DAY)], ids=["later", "over"]
)
def test_an_appointment_that_does_not_hold_today_is_not_signed(
    product: Product, executive: User, starts_on: datetime.date, ends_on: datetime.date | None
) -> None:
    person = make_person("Olive Other")
    membership = join(
        product, person, Role.CLINICAL_SAFETY_OFFICER, starts_on=starts_on, ends_on=ends_on
    )
    assert "does not hold today" in refusal(membership, executive)


def test_one_that_is_signed_is_not_signed_again(appointment: Membership, executive: User) -> None:
    sign(appointment, executive)
    assert "signed already" in refusal(appointment, executive)


def test_somebody_who_may_not_sign_in_is_not_appointed(
    appointment: Membership, cso: User, executive: User, administrator: User
) -> None:
    deactivate_person(person=cso, by=administrator, reason="She left")
    assert "Clara Officer may not sign in" in refusal(appointment, executive)


def test_a_page_from_before_a_change_signs_nothing(
    appointment: Membership, executive: User
) -> None:
    seen = appointment_subject(appointment).fingerprint
    change_membership(
        membership=appointment, by=executive, changes={"is_deputy": True}, reason="A deputy only"
    )
    assert "It was changed while you read it" in refusal(appointment, executive, seen=seen)


def test_the_executives_own_credential_signs(
    appointment: Membership, cso: User, executive: User
) -> None:
    before = contents()
    with pytest.raises(NotAllowed, match="Give your password again"):
        sign(appointment, executive, confirmed=proof(cso))
    assert contents() == before


def test_an_executive_whose_role_ended_appoints_nobody(
    appointment: Membership, executive: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=executive),
        by=system_person(),
        ends_on=TODAY - DAY,
        reason="He left",
    )
    with pytest.raises(NotAllowed):
        sign(appointment, executive)


# --- Current --------------------------------------------------------------------------------------


def test_an_officer_is_current_with_a_signed_appointment_and_a_checked_registration(
    product: Product, cso: User, executive: User
) -> None:
    assert problems(product, cso) == [UNSIGNED, UNCHECKED]
    a_signed_appointment(product, cso, executive)
    assert problems(product, cso) == [UNCHECKED]
    check_registration(cso)
    assert problems(product, cso) == []


def test_an_officer_without_a_registration_is_not_current(
    product: Product, executive: User
) -> None:
    person = make_person("Ursula Unregistered")
    membership = join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    sign(membership, executive)
    assert problems(product, person) == [
        "Ursula Unregistered has no professional registration on record."
    ]


def test_another_registration_has_to_be_checked_anew(
    product: Product, cso: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    edit_profile(profile=cso.profile, by=cso, changes={"registration_number": "1111111"})
    assert problems(product, cso) == [UNCHECKED]


def test_a_check_holds_for_a_year(product: Product, cso: User, executive: User) -> None:
    a_signed_appointment(product, cso, executive)
    for days_ago, expected in ((366, []), (367, [UNCHECKED])):
        edit_profile(
            profile=cso.profile,
            by=system_person(),
            changes={"registration_checked_on": TODAY - days_ago * DAY},
        )
        assert problems(product, cso) == expected


@pytest.mark.parametrize("changes", [{"is_deputy": True}, {"starts_on": LONG_AGO + DAY}])
def test_a_changed_appointment_has_to_be_signed_anew(
    product: Product, cso: User, executive: User, changes: dict[str, Any]
) -> None:
    a_current_officer(product, cso, executive)
    membership = appointment_of(product, cso)
    change_membership(membership=membership, by=executive, changes=changes, reason="Corrected")
    assert problems(product, cso) == [UNSIGNED]
    [officer] = officers_of(product)
    assert [each.state for each in officer.signatures.readings] == [SignatureState.OUT_OF_DATE]
    sign(membership, executive)
    assert problems(product, cso) == []


def test_a_withdrawn_signature_ends_it(product: Product, cso: User, executive: User) -> None:
    sign_off = a_current_officer(product, cso, executive)
    withdraw_sign_off(
        sign_off=sign_off, by=executive, confirmed=proof(executive), reason="Not competent"
    )
    assert problems(product, cso) == [UNSIGNED]
    a_signed_appointment(product, cso, executive)
    assert problems(product, cso) == []


def test_whose_role_ended_is_no_officer_and_the_signature_stays_what_it_was(
    product: Product, cso: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    membership = appointment_of(product, cso)
    end_membership(membership=membership, by=executive, ends_on=TODAY, reason="Her last day")
    assert problems(product, cso) == [], "to the last day"
    end_membership(membership=membership, by=executive, ends_on=TODAY - DAY, reason="She left")
    assert current_officer(cso, product) is None
    assert officers_of(product) == []
    [officer] = read_officers(
        list(Membership.objects.select_related("product", "person__profile").filter(person=cso))
    )
    assert [each.state for each in officer.signatures.readings] == [SignatureState.CURRENT]


def test_who_may_not_sign_in_is_not_current(
    product: Product, cso: User, executive: User, administrator: User
) -> None:
    a_current_officer(product, cso, executive)
    deactivate_person(person=cso, by=administrator, reason="She left")
    assert problems(product, cso) == [
        "Clara Officer may not sign in, so they cannot act as an officer."
    ]
    reactivate_person(person=User.objects.get(pk=cso.pk), by=administrator, reason="She came back")
    assert problems(product, cso) == []


def test_one_products_officer_is_not_anothers(
    product: Product, other_product: Product, cso: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    assert current_officer(cso, other_product) is None
    join(other_product, cso, Role.CLINICAL_SAFETY_OFFICER)
    assert problems(other_product, cso) == [UNSIGNED]


def test_officers_are_listed_deputies_last_in_one_number_of_queries(
    product: Product, cso: User, executive: User, django_assert_num_queries: Any
) -> None:
    for name, is_deputy in (("Dana Deputy", True), ("Otto Officer", False)):
        join(product, make_person(name), Role.CLINICAL_SAFETY_OFFICER, is_deputy=is_deputy)
    with django_assert_num_queries(3):
        officers = officers_of(product)
    names = [each.membership.person.name for each in officers]
    assert names == ["Clara Officer", "Otto Officer", "Dana Deputy"]


# --- At once --------------------------------------------------------------------------------------


def test_two_executives_who_sign_at_once_make_one_signature(
    cloned_database: ClonedDatabase,
) -> None:
    product = make_product()
    membership = join(product, make_person("Clara Officer"), Role.CLINICAL_SAFETY_OFFICER)
    executives = [make_person(f"{name} Director") for name in ("One", "Other")]
    for person in executives:
        join(product, person, Role.ACCOUNTABLE_EXECUTIVE)
    outcomes = cloned_database.at_once(*(lambda by=by: sign(membership, by) for by in executives))
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert refused.sentence == "This appointment is signed already. Nothing was signed."
    assert SignOff.objects.count() == 1
