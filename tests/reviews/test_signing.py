"""Signatures: what they copy, what they are bound to, who withdraws them, who proves what."""

import datetime
import json
from itertools import product as every
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, system_person
from accounts.credentials import HOLDS, PASSWORD, Confirmed
from accounts.models import User
from audit.acts import act
from audit.canonical import sha256_of
from audit.errors import BadText, NotAllowed, NotPossible, SideDoor
from audit.models import Entry
from hazards.models import Plan
from products.actions import end_membership
from products.choices import Role
from products.models import Membership, Product
from reviews.actions.plans import draft_plan, edit_plan, reject_plan, sign_plan
from reviews.actions.signing import Signing, role_among, withdraw_sign_off, write_sign_offs
from reviews.choices import Meaning, SignatureState, SubjectKind
from reviews.models import Rejection, SignOff
from reviews.plan.reading import read_plan
from reviews.signing.reading import last_signed_by, signatures_under
from reviews.signing.statements import can_be_signed, statement_of
from reviews.signing.subjects import PROJECTION, Subject, plan_subject
from tests.audit.record import contents
from tests.factories import join, make_person
from tests.reviews.factories import (
    a_current_officer,
    a_plan_in_force,
    an_approved_matrix,
    proof,
    signed,
)


@pytest.fixture
def plan(product: Product, cso: User, executive: User) -> Plan:
    """A draft that is ready to be signed."""
    a_current_officer(product, cso, executive)
    an_approved_matrix(product, cso)
    return draft_plan(product=product, by=cso)


@pytest.fixture
def approval(plan: Plan, cso: User) -> SignOff:
    """The officer's signature under it."""
    return signed(plan, cso, Meaning.APPROVED)


def states_under(plan: Plan) -> list[SignatureState]:
    return [each.state for each in read_plan(plan).signatures.readings]


# --- What a signature holds -----------------------------------------------------------------------


def test_a_signature_copies_the_person_as_they_are_and_what_they_signed(
    plan: Plan, cso: User
) -> None:
    before = timezone.now()
    subject = plan_subject(plan)
    approval = signed(plan, cso, Meaning.APPROVED, comment="  Read twice ")
    stored = SignOff.objects.get(pk=approval.pk)
    assert (stored.signer_name, stored.signer_role, stored.signer_job_title) == (
        "Clara Officer",
        "Clinical safety officer",
        "Clinical safety officer",
    )
    assert (stored.signer_body, stored.signer_registration) == ("GMC", "7654321")
    assert stored.registration == "GMC 7654321"
    assert (stored.signed_by, stored.method, stored.meaning) == (cso, PASSWORD, Meaning.APPROVED)
    assert before <= stored.signed_at <= timezone.now()
    assert (stored.product, stored.subject_kind) == (plan.product, SubjectKind.PLAN)
    assert (stored.subject_id, stored.subject_label) == (plan.public_id, subject.label)
    assert (stored.fingerprint, stored.projection) == (subject.fingerprint, PROJECTION)
    assert sha256_of(stored.content) == stored.fingerprint
    assert stored.statement == statement_of(subject, Meaning.APPROVED)
    assert stored.comment == "Read twice"


def test_a_later_change_of_the_profile_changes_no_signature(approval: SignOff, cso: User) -> None:
    edit_profile(
        profile=cso.profile,
        by=system_person(),
        changes={
            "name": "Clara Married",
            "job_title": "Chief medical officer",
            "professional_body": "NMC",
            "registration_number": "12A3456E",
        },
    )
    stored = SignOff.objects.get(pk=approval.pk)
    assert (stored.signer_name, stored.signer_job_title) == (
        "Clara Officer",
        "Clinical safety officer",
    )
    assert stored.registration == "GMC 7654321"
    assert states_under(Plan.objects.get(number=1)) == [SignatureState.CURRENT]


def test_the_end_of_a_role_changes_no_signature(
    approval: SignOff, plan: Plan, cso: User, executive: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=cso),
        by=executive,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="She left",
    )
    assert SignOff.objects.get(pk=approval.pk).signer_role == "Clinical safety officer"
    assert states_under(plan) == [SignatureState.CURRENT]


def test_what_is_copied_is_what_the_profile_says_now_whoever_holds_the_person(
    plan: Plan, executive: User, cso: User
) -> None:
    signed(plan, cso, Meaning.APPROVED)
    held = User.objects.select_related("profile").get(pk=executive.pk)
    edit_profile(
        profile=executive.profile,
        by=system_person(),
        changes={"name": "Dora Dame", "job_title": "CEO"},
    )
    assert held.profile.name == "Dora Director"
    sign_off = signed(plan, held, Meaning.AUTHORISED)
    assert (sign_off.signer_name, sign_off.signer_job_title) == ("Dora Dame", "CEO")


def test_a_signature_is_in_the_record_with_its_person_and_reason(plan: Plan, cso: User) -> None:
    plain = signed(plan, cso, Meaning.APPROVED)
    entry = Entry.objects.get(model="reviews.signoff", object_id=plain.pk)
    assert (entry.person, entry.reason, entry.scope) == (
        cso,
        "Approved the plan",
        plan.product.scope,
    )


def test_a_comment_is_the_reason_in_the_record(plan: Plan, cso: User) -> None:
    sign_off = signed(plan, cso, Meaning.APPROVED, comment="As agreed in the review")
    entry = Entry.objects.get(model="reviews.signoff", object_id=sign_off.pk)
    assert entry.reason == "As agreed in the review"


def test_a_comment_that_cannot_be_kept_is_refused_with_everything(plan: Plan, cso: User) -> None:
    before = contents()
    for comment in ("x" * 2_001, "a\x00b"):
        with pytest.raises(BadText):
            signed(plan, cso, Meaning.APPROVED, comment=comment)
    assert contents() == before


# --- A fact ---------------------------------------------------------------------------------------


def test_a_signature_never_changes(approval: SignOff, cso: User, plan: Plan) -> None:
    with act(by=cso, reason="Trying"), pytest.raises(SideDoor, match="a fact never changes"):
        approval.save()
    with pytest.raises(SideDoor):
        approval.delete()
    rejection = reject_plan(plan=plan, by=cso, seen=approval.fingerprint, reason="On reflection")
    for row in (approval, rejection):
        table = row._meta.db_table
        for sql in (f"UPDATE {table} SET signer_name = 'x'", f"DELETE FROM {table}"):
            with (
                pytest.raises(DatabaseError, match="the record is kept"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)


@pytest.mark.parametrize("meaning", [Meaning.WITHDRAWN, Meaning.APPROVED])
def test_a_withdrawal_names_what_it_withdraws_and_nothing_else_does(
    approval: SignOff, cso: User, meaning: Meaning
) -> None:
    values = {
        field.attname: getattr(approval, field.attname)
        for field in approval._meta.concrete_fields
        if field.attname not in {"id", "public_id"}
    }
    names = None if meaning is Meaning.WITHDRAWN else approval.pk
    wrong = SignOff(**values | {"meaning": meaning, "withdraws_id": names})
    with pytest.raises(IntegrityError), act(by=cso, reason="Trying"):
        wrong.save()


# --- The sentence ---------------------------------------------------------------------------------

#: The meanings that each kind of thing is signed with.
SIGNED_WITH = {
    SubjectKind.PLAN: {Meaning.APPROVED, Meaning.AUTHORISED},
    SubjectKind.APPOINTMENT: {Meaning.AUTHORISED},
    SubjectKind.ACCEPTANCE: {Meaning.AUTHORISED},
    SubjectKind.LEGACY_LIST: {Meaning.APPROVED},
    SubjectKind.HAZARD_LOG: {Meaning.AUTHORED, Meaning.REVIEWED, Meaning.APPROVED},
    SubjectKind.REPORT: {
        Meaning.AUTHORED,
        Meaning.REVIEWED,
        Meaning.APPROVED,
        Meaning.AUTHORISED,
    },
    SubjectKind.CHARTER: {Meaning.FOR_CLINICAL, Meaning.FOR_PRODUCT},
    SubjectKind.DECISION: {Meaning.FOR_CLINICAL, Meaning.FOR_PRODUCT},
    SubjectKind.RISK_BENEFIT: {Meaning.APPROVED, Meaning.AUTHORISED},
    SubjectKind.BREAK_GLASS: {Meaning.APPROVED, Meaning.AUTHORISED},
    SubjectKind.STATEMENT: {Meaning.APPROVED},
}


#: Each statement says first as what somebody signs.
SIGNED_AS = (
    *("I ", "As clinical safety officer I ", "As accountable executive"),
    *("For the clinical side I ", "For the product side I "),
)


@pytest.mark.parametrize(("kind", "meaning"), list(every(SubjectKind, Meaning)))
def test_each_kind_is_signed_with_its_meanings_only(
    product: Product, plan: Plan, kind: SubjectKind, meaning: Meaning
) -> None:
    subject = Subject(product, kind, plan.public_id, "thing {0} of “100%”", "0" * 64)
    exists = meaning in SIGNED_WITH[kind]
    assert can_be_signed(kind, meaning) is exists
    if not exists:
        with pytest.raises(KeyError):
            statement_of(subject, meaning)
        return
    statement = statement_of(subject, meaning)
    assert "thing {0} of “100%”" in statement, "the label is text, never a pattern"
    assert product.name in statement
    assert statement.startswith(SIGNED_AS)


# --- The credential -------------------------------------------------------------------------------


def test_a_proof_of_somebody_else_or_from_before_signs_nothing(
    plan: Plan, cso: User, executive: User
) -> None:
    old = Confirmed(cso.pk, PASSWORD, timezone.now() - HOLDS - datetime.timedelta(seconds=1))
    before = contents()
    for confirmed in (proof(executive), old):
        with pytest.raises(NotAllowed, match="Give your password again: nothing was signed"):
            sign_plan(
                plan=plan,
                by=cso,
                meaning=Meaning.APPROVED,
                seen=plan_subject(plan).fingerprint,
                confirmed=confirmed,
            )
    assert contents() == before


def test_one_credential_signs_everything_on_a_page(product: Product, cso: User, plan: Plan) -> None:
    subject = plan_subject(plan)
    signings = [Signing(subject, Meaning.APPROVED, Role.CLINICAL_SAFETY_OFFICER)] * 3
    with act(by=cso, reason="A page of three"):
        first = write_sign_offs(signings, by=cso, confirmed=proof(cso))
        [other] = write_sign_offs(signings[:1], by=cso, confirmed=proof(cso))
    assert len({each.batch for each in first}) == 1
    assert len({each.signed_at for each in first}) == 1
    assert other.batch != first[0].batch


def test_somebody_deactivated_meanwhile_signs_nothing(
    plan: Plan, cso: User, administrator: User
) -> None:
    held = User.objects.get(pk=cso.pk)
    deactivate_person(person=cso, by=administrator, reason="She left")
    with pytest.raises(NotAllowed, match="Clara Officer may not sign in"):
        write_in_an_act(plan, held)
    assert not SignOff.objects.filter(subject_kind=SubjectKind.PLAN).exists()


def write_in_an_act(plan: Plan, by: User) -> None:
    signing = Signing(plan_subject(plan), Meaning.APPROVED, Role.CLINICAL_SAFETY_OFFICER)
    with act(by=by, reason="Trying"):
        write_sign_offs([signing], by=by, confirmed=proof(by))


def test_the_system_person_signs_nothing(plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        write_in_an_act(plan, system_person())


# --- In which role --------------------------------------------------------------------------------


def test_the_first_role_that_fits_is_the_one_that_signs(product: Product) -> None:
    both = make_person("Bo Both")
    for role in (Role.CLINICAL_SAFETY_OFFICER, Role.ACCOUNTABLE_EXECUTIVE):
        join(product, both, role)
    roles = [Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICAL_SAFETY_OFFICER]
    assert role_among(both, product, roles, to="x") is Role.ACCOUNTABLE_EXECUTIVE
    assert role_among(both, product, roles[::-1], to="x") is Role.CLINICAL_SAFETY_OFFICER


def test_a_refusal_names_the_roles_that_may(product: Product, engineer: User) -> None:
    with pytest.raises(NotAllowed) as refused:
        role_among(
            engineer, product, [Role.CLINICIAN, Role.CLINICAL_SAFETY_OFFICER], to="review it"
        )
    assert refused.value.sentence == (
        "Your role on Digital Pharmacy does not let you review it. Nothing was changed. "
        "Who may: clinician or clinical safety officer."
    )


# --- Withdrawing ----------------------------------------------------------------------------------


def withdraw(sign_off: SignOff, by: User, **more: Any) -> SignOff:
    values: dict[str, Any] = {"confirmed": proof(by), "reason": "I had read another draft"}
    values |= more
    return withdraw_sign_off(sign_off=sign_off, by=by, **values)


def test_withdrawing_is_a_new_event_and_the_signature_stays(
    approval: SignOff, plan: Plan, cso: User
) -> None:
    before = SignOff.objects.filter(pk=approval.pk).values().get()
    withdrawal = withdraw(approval, cso, reason=" I had read another draft ")
    assert SignOff.objects.filter(pk=approval.pk).values().get() == before
    assert (withdrawal.meaning, withdrawal.withdraws) == (Meaning.WITHDRAWN, approval)
    assert withdrawal.comment == "I had read another draft"
    day = timezone.localdate()
    assert withdrawal.statement == (
        f"I withdraw my signature of {day:%-d %B %Y} (approved) under "
        "version 1 of the clinical risk management plan."
    )
    same = ("subject_kind", "subject_id", "subject_label", "fingerprint", "projection", "product")
    for name in same:
        assert getattr(withdrawal, name) == getattr(approval, name), name
    assert (withdrawal.signer_name, withdrawal.signer_role) == (
        "Clara Officer",
        "Clinical safety officer",
    )
    assert withdrawal.registration == "GMC 7654321"
    assert withdrawal.method == PASSWORD
    [reading] = read_plan(plan).signatures.readings
    assert (reading.state, reading.withdrawal) == (SignatureState.WITHDRAWN, withdrawal)


def test_a_withdrawn_signature_may_be_given_anew(approval: SignOff, plan: Plan, cso: User) -> None:
    withdraw(approval, cso)
    signed(plan, cso, Meaning.APPROVED)
    assert states_under(plan) == [SignatureState.WITHDRAWN, SignatureState.CURRENT]


def test_only_the_signer_withdraws(
    approval: SignOff, executive: User, clinician: User, administrator: User, stranger: User
) -> None:
    before = contents()
    for person in (executive, clinician, administrator, stranger, system_person()):
        with pytest.raises(NotAllowed):
            withdraw(approval, person)
    with pytest.raises(NotAllowed, match="Only Clara Officer can withdraw this signature"):
        withdraw(approval, executive)
    assert contents() == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_withdrawing_needs_a_reason(approval: SignOff, cso: User, reason: str) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="Say why you withdraw it"):
        withdraw(approval, cso, reason=reason)
    assert contents() == before


def test_withdrawing_needs_the_signers_own_credential(
    approval: SignOff, cso: User, executive: User
) -> None:
    before = contents()
    with pytest.raises(NotAllowed, match="Give your password again"):
        withdraw(approval, cso, confirmed=proof(executive))
    assert contents() == before


def test_a_signature_is_withdrawn_once(approval: SignOff, cso: User) -> None:
    withdrawal = withdraw(approval, cso)
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw(approval, cso)
    with pytest.raises(NotPossible, match="A withdrawal cannot be withdrawn: sign anew"):
        withdraw(withdrawal, cso)
    assert SignOff.objects.filter(meaning=Meaning.WITHDRAWN).count() == 1


def test_who_left_the_team_withdraws_nothing_any_more(
    approval: SignOff, cso: User, executive: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=cso),
        by=executive,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="She left",
    )
    with pytest.raises(NotAllowed, match="does not let you read this product"):
        withdraw(approval, cso)


def test_who_has_another_role_now_withdraws_in_that_one(
    approval: SignOff, product: Product, cso: User, executive: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=cso),
        by=executive,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="She is a clinician again",
    )
    join(product, cso, Role.CLINICIAN)
    assert withdraw(approval, cso).signer_role == "Clinician"


# --- Read together --------------------------------------------------------------------------------


def test_a_refusal_counts_while_what_was_refused_is_as_it_was(
    plan: Plan, cso: User, executive: User
) -> None:
    seen = plan_subject(plan).fingerprint
    rejection = reject_plan(plan=plan, by=executive, seen=seen, reason="Nobody is named")
    assert (rejection.signer_name, rejection.signer_role) == (
        "Dora Director",
        "Accountable executive",
    )
    assert (rejection.fingerprint, rejection.why) == (seen, "Nobody is named")
    assert read_plan(plan).signatures.is_rejected
    edit_plan(plan=plan, by=cso, changes={"governance": "Clara Officer chairs"})
    assert not read_plan(Plan.objects.get(pk=plan.pk)).signatures.is_rejected
    assert Rejection.objects.count() == 1, "it stays in the record"


def test_signatures_are_read_in_two_queries_however_many(
    product: Product, cso: User, executive: User, django_assert_num_queries: Any
) -> None:
    first = a_plan_in_force(product, cso, executive)
    second = draft_plan(product=product, by=cso)
    signed(second, cso, Meaning.APPROVED)
    subjects = [plan_subject(plan) for plan in (first, second)]
    for some in (subjects[:1], subjects):
        with django_assert_num_queries(2):
            found = signatures_under(some)
            for signatures in found.values():
                assert [each.sign_off.signed_by.pk for each in signatures.readings]
    assert [each.meaning for each in found[first.public_id].readings] == [
        Meaning.APPROVED,
        Meaning.AUTHORISED,
    ]
    assert found[first.public_id].current_by(cso.pk, Meaning.APPROVED)
    assert not found[first.public_id].current_by(cso.pk, Meaning.AUTHORISED)
    assert not found[second.public_id].current(Meaning.AUTHORISED)
    assert signatures_under([]) == {}


def test_what_a_person_signed_last_is_found_of_its_kind_and_product(
    product: Product, other_product: Product, cso: User, executive: User
) -> None:
    plan = a_plan_in_force(product, cso, executive)
    found = last_signed_by(cso.pk, product, SubjectKind.PLAN)
    assert found is not None
    assert json.loads(found.content)["version"] == plan.number
    withdraw(found, cso)
    assert last_signed_by(cso.pk, product, SubjectKind.PLAN) == found, "withdrawals aside"
    assert last_signed_by(cso.pk, product, SubjectKind.REPORT) is None
    assert last_signed_by(cso.pk, other_product, SubjectKind.PLAN) is None
    appointment = last_signed_by(executive.pk, product, SubjectKind.APPOINTMENT)
    assert appointment is not None
    assert appointment.subject_kind == SubjectKind.APPOINTMENT
