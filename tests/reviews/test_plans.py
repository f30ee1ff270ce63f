"""The clinical risk management plan: drafted, written, signed, in force, followed by the next."""

import datetime
import json
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, system_person
from accounts.models import User
from audit.acts import act
from audit.bulk import record_many
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.models import Entry
from hazards.actions.matrix_versions import approve_matrix
from hazards.choices import Acceptability, LifecyclePhase, MatrixState
from hazards.models import MatrixVersion, Plan, PlanClass, RiskClass
from hazards.queries import current_matrix
from products.actions import change_membership, end_membership
from products.choices import Role
from products.models import Membership, Product
from reviews.actions.plans import (
    EDITABLE,
    SaidOfClass,
    draft_plan,
    edit_plan,
    reject_plan,
    say_of_class,
    sign_plan,
    write_plan,
)
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SignatureState
from reviews.models import Rejection, SignOff
from reviews.plan.reading import classes_of, plan_in_force, plans_of, read_plan
from reviews.signing.subjects import plan_subject
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.reviews.factories import (
    a_current_officer,
    a_plan_in_force,
    a_signed_appointment,
    an_approved_matrix,
    appointment_of,
    check_registration,
    proof,
    put_in_force,
    signed,
)

SIGNED = (Meaning.APPROVED, Meaning.AUTHORISED)


@pytest.fixture
def draft(product: Product, cso: User) -> Plan:
    """The first version, as a draft."""
    return draft_plan(product=product, by=cso)


@pytest.fixture
def ready(draft: Plan, product: Product, cso: User, executive: User) -> Plan:
    """The same, with everything there that signing it takes."""
    a_current_officer(product, cso, executive)
    an_approved_matrix(product, cso)
    return draft


@pytest.fixture
def in_force(product: Product, cso: User, executive: User) -> Plan:
    """The first version, in force."""
    return a_plan_in_force(product, cso, executive)


def fresh(plan: Plan) -> Plan:
    """The plan as the database has it."""
    found: Plan = plans_of(plan.product).get(pk=plan.pk)
    return found


def said(plan: Plan) -> dict[int, tuple[list[Role], int]]:
    """Who may accept each class, and the months between its reviews."""
    return {
        each.risk_class.number: (each.accepting_roles, each.review_months)
        for each in classes_of(fresh(plan))
    }


def class_of(plan: Plan, number: int) -> PlanClass:
    found: PlanClass = classes_of(plan).get(risk_class__number=number)
    return found


def refusal(plan: Plan, by: User, meaning: Meaning, **more: Any) -> str:
    """Why somebody's signature is refused; asserts that nothing at all was written."""
    before = contents()
    with pytest.raises(NotPossible) as refused:
        signed(plan, by, meaning, **more)
    assert contents() == before
    assert "Nothing was signed." in refused.value.sentence
    return refused.value.sentence


# --- Begun ----------------------------------------------------------------------------------------


def test_the_first_plan_begins_with_what_is_usual(product: Product, cso: User) -> None:
    plan = draft_plan(product=product, by=cso)
    assert (plan.number, plan.matrix, plan.drafted_by) == (1, current_matrix(product), cso)
    assert plan.reporting_phases == [LifecyclePhase.FIRST_DEPLOYMENT, LifecyclePhase.MODIFICATION]
    assert plan.needs_authorisation
    both = [Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICAL_SAFETY_OFFICER]
    assert said(plan) == {1: ([], 12), 2: ([], 12), 3: (both, 3), 4: ([], 1), 5: ([], 1)}
    assert plan_in_force(product) is None, "a draft gives nobody authority"


def test_there_is_one_draft_at_a_time(draft: Plan, cso: User, product: Product) -> None:
    before = contents()
    with pytest.raises(NotPossible, match=r"Version 1 is not in force yet\. Nothing was made"):
        draft_plan(product=product, by=cso)
    assert contents() == before


def test_without_a_matrix_there_is_nothing_to_plan_with(product: Product, cso: User) -> None:
    bare = Product(name="Bare", slug="bare", organisation=product.organisation)
    with act(by=system_person(), reason="Set up for a test"):
        bare.save()
    with pytest.raises(NotPossible, match="no risk matrix to plan with"):
        draft_plan(product=bare, by=system_person())


def test_the_next_version_copies_the_one_in_force(
    in_force: Plan, product: Product, cso: User, clinical_product_manager: User
) -> None:
    second = draft_plan(product=product, by=clinical_product_manager)
    words = {
        "purpose": "Repeat prescriptions",
        "governance": "Clara chairs",
        "activities": "Workshops",
        "competence": "Trained",
        "process_review": "Yearly",
        "phases": LifecyclePhase.DECOMMISSIONING.value,
        "needs_authorisation": False,
    }
    edit_plan(plan=second, by=cso, changes=words)
    say_of_class(
        plan_class=class_of(second, 3), by=cso, accepted_by=[Role.CLINICIAN], review_months=2
    )
    say_of_class(plan_class=class_of(second, 1), by=cso, accepted_by=[], review_months=6)
    executive = Membership.objects.get(role=Role.ACCOUNTABLE_EXECUTIVE).person
    put_in_force(fresh(second), cso, executive)
    third = draft_plan(product=product, by=cso)
    assert (third.number, third.drafted_by) == (3, cso)
    for name in EDITABLE:
        assert getattr(third, name) == getattr(fresh(second), name), name
    assert said(third) == said(second)
    assert said(third)[3] == ([Role.CLINICIAN], 2)
    assert plan_subject(third).fingerprint != plan_subject(fresh(second)).fingerprint
    assert not read_plan(third).signatures.readings, "signatures are copied nowhere"


def test_a_number_is_given_once(product: Product, draft: Plan, cso: User) -> None:
    twin = Plan(
        product=product, number=1, matrix=draft.matrix, drafted_at=timezone.now(), drafted_by=cso
    )
    with pytest.raises(IntegrityError), act(by=cso, reason="Trying"):
        twin.save()


# --- Written --------------------------------------------------------------------------------------


def test_a_draft_is_written_and_what_nobody_edits_is_refused(draft: Plan, cso: User) -> None:
    plan = edit_plan(
        plan=draft, by=cso, changes={"purpose": "Repeats", "needs_authorisation": False}
    )
    assert (plan.purpose, plan.needs_authorisation) == ("Repeats", False)
    for name in ("number", "product_id", "drafted_by_id", "public_id", "version"):
        with pytest.raises(TypeError):
            edit_plan(plan=draft, by=cso, changes={name: 1})


def test_two_people_who_write_the_same_field_see_both(draft: Plan, cso: User) -> None:
    edit_plan(plan=draft, by=cso, changes={"purpose": "Hers"}, base_version=1)
    with pytest.raises(Conflict) as conflict:
        edit_plan(plan=draft, by=cso, changes={"purpose": "His"}, base_version=1)
    assert [each.theirs for each in conflict.value.fields] == ["Hers"]
    edit_plan(plan=draft, by=cso, changes={"governance": "His"}, base_version=1)
    assert (fresh(draft).purpose, fresh(draft).governance) == ("Hers", "His")


@pytest.mark.parametrize("phases", ["", "   ", "no_such_phase", "concept"])
def test_a_plan_names_a_phase_that_needs_a_report(draft: Plan, cso: User, phases: str) -> None:
    before = contents()
    with pytest.raises(NotPossible, match=r"at least one lifecycle phase.*\(clause 3\.5\.1\)"):
        edit_plan(plan=draft, by=cso, changes={"phases": phases})
    assert contents() == before


def test_phases_are_kept_once_each_in_their_order(draft: Plan, cso: User) -> None:
    edit_plan(
        plan=draft, by=cso, changes={"phases": "modification nonsense build_and_test modification"}
    )
    assert fresh(draft).phases == "build_and_test modification"


@pytest.mark.parametrize(
    ("field", "text"),
    [("purpose", "x" * 10_001), ("governance", "a\x00b"), ("activities", "\ud800")],
)
def test_text_that_cannot_be_kept_is_refused(draft: Plan, cso: User, field: str, text: str) -> None:
    before = contents()
    with pytest.raises((BadText, NotPossible)):
        edit_plan(plan=draft, by=cso, changes={field: text})
    assert contents() == before


def test_a_matrix_of_another_product_is_refused(
    draft: Plan, cso: User, other_product: Product
) -> None:
    matrix = current_matrix(other_product)
    assert matrix is not None
    before = contents()
    with pytest.raises(NotPossible, match="not of this product"):
        edit_plan(plan=draft, by=cso, changes={"matrix_id": matrix.pk})
    assert contents() == before


def another_matrix(product: Product, by: User) -> MatrixVersion:
    """A second version of the matrix, in which class 3 is acceptable and 2 is not without more."""
    with act(by=by, reason="Tailored the matrix", scope=product.scope):
        matrix = MatrixVersion(product=product, number=2, name="Ours")
        matrix.save()
        record_many(
            [
                RiskClass(matrix=matrix, number=number, acceptability=how, meaning="As it says")
                for number, how in enumerate(
                    (
                        Acceptability.ACCEPTABLE,
                        Acceptability.IF_JUSTIFIED,
                        Acceptability.ACCEPTABLE,
                    ),
                    start=1,
                )
            ]
        )
    return matrix


def test_authorities_follow_the_matrix_by_what_its_classes_mean(
    draft: Plan, product: Product, cso: User
) -> None:
    say_of_class(
        plan_class=class_of(draft, 3), by=cso, accepted_by=[Role.CLINICIAN], review_months=2
    )
    matrix = another_matrix(product, cso)
    edit_plan(plan=draft, by=cso, changes={"matrix_id": matrix.pk})
    now = said(draft)
    assert set(now) == {1, 2, 3}, "those of the matrix that it names, and no others"
    assert now[3][0] == [], "acceptable on this matrix: nobody's to accept"
    assert Role.ACCOUNTABLE_EXECUTIVE not in now[1][0]
    content = json.loads(plan_subject(fresh(draft)).content)
    assert [each["number"] for each in content["classes"]] == [1, 2, 3]


def test_back_on_the_first_matrix_what_was_said_of_it_stands(
    draft: Plan, product: Product, cso: User
) -> None:
    first, before = draft.matrix_id, said(draft)
    edit_plan(plan=draft, by=cso, changes={"matrix_id": another_matrix(product, cso).pk})
    edit_plan(plan=draft, by=cso, changes={"matrix_id": first})
    assert said(draft) == before


# --- What it says of each class -------------------------------------------------------------------


def test_who_accepts_a_class_is_kept_once_each_in_the_order_of_roles(
    draft: Plan, cso: User
) -> None:
    roles = [Role.CLINICIAN, Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICIAN]
    say_of_class(plan_class=class_of(draft, 3), by=cso, accepted_by=roles, review_months=1)
    assert said(draft)[3] == ([Role.ACCOUNTABLE_EXECUTIVE, Role.CLINICIAN], 1)


@pytest.mark.parametrize("role", [Role.PRODUCT_MANAGER, Role.CONTRIBUTOR, Role.AUDITOR])
def test_a_role_without_clinical_authority_accepts_nothing(
    draft: Plan, cso: User, role: Role
) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="holds no clinical authority"):
        say_of_class(
            plan_class=class_of(draft, 3),
            by=cso,
            accepted_by=[Role.CLINICAL_SAFETY_OFFICER, role],
            review_months=3,
        )
    assert contents() == before


@pytest.mark.parametrize("number", [4, 5])
def test_an_unacceptable_class_is_nobodys_to_accept(draft: Plan, cso: User, number: int) -> None:
    with pytest.raises(NotPossible, match=f"Class {number} is unacceptable: no signature helps"):
        say_of_class(
            plan_class=class_of(draft, number),
            by=cso,
            accepted_by=[Role.ACCOUNTABLE_EXECUTIVE],
            review_months=1,
        )


@pytest.mark.parametrize("months", [-1, 0, 13, 1_000])
def test_every_class_is_reviewed_once_a_year_at_least(draft: Plan, cso: User, months: int) -> None:
    with pytest.raises(NotPossible, match="once in one to twelve months"):
        say_of_class(plan_class=class_of(draft, 3), by=cso, accepted_by=[], review_months=months)


def test_the_database_keeps_reviews_yearly_too(draft: Plan, cso: User) -> None:
    row = class_of(draft, 3)
    row.review_months = 13
    with pytest.raises(IntegrityError), act(by=cso, reason="Trying"):
        row.save()


def test_a_whole_form_is_one_act_and_one_conflict(draft: Plan, cso: User) -> None:
    write_plan(
        plan=draft,
        by=cso,
        changes={"purpose": "Hers"},
        classes={3: SaidOfClass([Role.CLINICIAN], 2, base_version=1)},
        base_version=1,
    )
    last = Entry.objects.latest("pk")
    assert {entry.model for entry in Entry.objects.filter(act=last.act)} == {
        "hazards.plan",
        "hazards.planclass",
    }
    before = contents()
    with pytest.raises(Conflict) as conflict:
        write_plan(
            plan=draft,
            by=cso,
            changes={"purpose": "His"},
            classes={3: SaidOfClass([Role.CLINICIAN], 6, base_version=1)},
            base_version=1,
        )
    assert [each.name for each in conflict.value.fields] == ["purpose", "review_months_3"]
    assert contents() == before


# --- Signed ---------------------------------------------------------------------------------------


def test_a_plan_is_in_force_once_approved_and_authorised(
    ready: Plan, product: Product, cso: User, executive: User
) -> None:
    signed(ready, cso, Meaning.APPROVED)
    assert plan_in_force(product) is None, "approved is not authorised"
    signed(ready, executive, Meaning.AUTHORISED)
    assert plan_in_force(product) == ready
    roles = [each.sign_off.signer_role for each in read_plan(ready).signatures.readings]
    assert roles == ["Clinical safety officer", "Accountable executive"]


def test_each_meaning_is_one_roles(
    ready: Plan, cso: User, executive: User, clinical_product_manager: User,
    product_manager: User, clinician: User, engineer: User, auditor: User, administrator: User,
    stranger: User,
) -> None:  # fmt: skip
    others = [
        clinical_product_manager, product_manager, clinician, engineer, auditor, administrator,
        stranger, system_person(),
    ]  # fmt: skip
    before = contents()
    for meaning, refused, deed, role in (
        (Meaning.APPROVED, executive, "approve", "clinical safety officer"),
        (Meaning.AUTHORISED, cso, "authorise", "accountable executive"),
    ):
        for person in (refused, *others):
            with pytest.raises(NotAllowed, match=f"let you {deed} the plan.*Who may: {role}"):
                signed(ready, person, meaning)
    assert contents() == before


@pytest.mark.parametrize("meaning", [each for each in Meaning if each not in SIGNED])
def test_a_plan_is_signed_with_no_other_meaning(ready: Plan, cso: User, meaning: Meaning) -> None:
    assert "approved and authorised, nothing else" in refusal(ready, cso, meaning)


def test_the_executive_signs_what_the_officer_has_approved(ready: Plan, executive: User) -> None:
    assert "A clinical safety officer approves it before" in refusal(
        ready, executive, Meaning.AUTHORISED
    )


def test_one_person_with_both_roles_signs_once(
    ready: Plan, product: Product, cso: User, executive: User
) -> None:
    join(product, cso, Role.ACCOUNTABLE_EXECUTIVE)
    signed(ready, cso, Meaning.APPROVED)
    assert "One person cannot both approve and authorise" in refusal(ready, cso, Meaning.AUTHORISED)
    signed(ready, executive, Meaning.AUTHORISED)
    assert plan_in_force(product) == ready


def test_nor_the_other_way_about(ready: Plan, product: Product, cso: User, executive: User) -> None:
    """Authorised, then approved anew by the same person after the officer withdrew."""
    join(product, executive, Role.CLINICAL_SAFETY_OFFICER)
    other = make_person("Otto Other")
    join(product, other, Role.ACCOUNTABLE_EXECUTIVE)
    edit_profile(
        profile=executive.profile,
        by=system_person(),
        changes={"professional_body": "GMC", "registration_number": "1234567"},
    )
    a_current_officer(product, executive, other)
    put_in_force(ready, cso, executive)
    approval = SignOff.objects.get(signed_by=cso)
    withdraw_sign_off(sign_off=approval, by=cso, confirmed=proof(cso), reason="Too soon")
    assert "One person cannot both" in refusal(ready, executive, Meaning.APPROVED)


def test_what_is_signed_is_not_signed_again(ready: Plan, cso: User, executive: User) -> None:
    signed(ready, cso, Meaning.APPROVED)
    assert "It is approved already" in refusal(ready, cso, Meaning.APPROVED)
    signed(ready, executive, Meaning.AUTHORISED)
    assert "It is approved already" in refusal(ready, cso, Meaning.APPROVED)
    assert "It is authorised already" in refusal(ready, executive, Meaning.AUTHORISED)


def test_a_page_from_before_a_change_signs_nothing(ready: Plan, cso: User, executive: User) -> None:
    seen = plan_subject(ready).fingerprint
    say_of_class(
        plan_class=class_of(ready, 3), by=cso, accepted_by=[Role.CLINICIAN], review_months=3
    )
    for stale in (seen, "", "0" * 64):
        assert "It was changed while you read it" in refusal(
            ready, cso, Meaning.APPROVED, seen=stale
        )


def test_an_officer_without_a_signed_appointment_approves_nothing(
    draft: Plan, product: Product, cso: User, executive: User
) -> None:
    an_approved_matrix(product, cso)
    check_registration(cso)
    assert "has not signed the appointment of Clara Officer" in refusal(
        draft, cso, Meaning.APPROVED
    )
    a_signed_appointment(product, cso, executive)
    signed(draft, cso, Meaning.APPROVED)


def test_an_officer_whose_registration_was_not_checked_approves_nothing(
    draft: Plan, product: Product, cso: User, executive: User
) -> None:
    an_approved_matrix(product, cso)
    a_signed_appointment(product, cso, executive)
    assert "was not checked within twelve months" in refusal(draft, cso, Meaning.APPROVED)
    long_ago = timezone.localdate() - datetime.timedelta(days=367)
    edit_profile(
        profile=cso.profile, by=system_person(), changes={"registration_checked_on": long_ago}
    )
    assert "was not checked within twelve months" in refusal(draft, cso, Meaning.APPROVED)
    check_registration(cso)
    signed(draft, cso, Meaning.APPROVED)


def test_an_officer_whose_appointment_changed_approves_nothing(ready: Plan, cso: User) -> None:
    membership = appointment_of(ready.product, cso)
    change_membership(
        membership=membership,
        by=system_person(),
        changes={"starts_on": membership.starts_on + datetime.timedelta(days=1)},
        reason="It was the day after",
    )
    assert "has not signed the appointment" in refusal(ready, cso, Meaning.APPROVED)


def test_an_officer_whose_role_ended_approves_nothing(
    ready: Plan, cso: User, executive: User
) -> None:
    end_membership(
        membership=appointment_of(ready.product, cso),
        by=executive,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="She left",
    )
    with pytest.raises(NotAllowed, match="does not let you approve the plan"):
        signed(ready, cso, Meaning.APPROVED)


def test_a_deactivated_officer_approves_nothing(
    ready: Plan, cso: User, administrator: User
) -> None:
    held = User.objects.get(pk=cso.pk)
    deactivate_person(person=cso, by=administrator, reason="She left")
    assert "may not sign in" in refusal(ready, held, Meaning.APPROVED)
    with pytest.raises(NotAllowed):
        signed(ready, User.objects.get(pk=cso.pk), Meaning.APPROVED)


def test_a_plan_on_a_matrix_that_nobody_approved_is_not_approved(
    draft: Plan, product: Product, cso: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    matrix = current_matrix(product)
    assert matrix is not None
    assert matrix.state == MatrixState.DRAFT
    assert "Its risk matrix is not approved yet" in refusal(draft, cso, Meaning.APPROVED)
    approve_matrix(matrix=matrix, by=cso)
    signed(draft, cso, Meaning.APPROVED)


# --- Fingerprints ---------------------------------------------------------------------------------

EDITS: dict[str, dict[str, Any]] = {
    "purpose": {"purpose": "x"},
    "governance": {"governance": "x"},
    "activities": {"activities": "x"},
    "competence": {"competence": "x"},
    "process_review": {"process_review": "x"},
    "phases": {"phases": "decommissioning"},
    "needs_authorisation": {"needs_authorisation": False},
}


def test_the_table_of_edits_has_every_field() -> None:
    assert set(EDITS) == EDITABLE - {"matrix_id"}


@pytest.mark.parametrize("field", sorted(EDITS))
def test_every_edit_makes_the_approval_out_of_date(
    ready: Plan, product: Product, cso: User, executive: User, field: str
) -> None:
    signed(ready, cso, Meaning.APPROVED)
    edit_plan(plan=ready, by=cso, changes=EDITS[field])
    [reading] = read_plan(fresh(ready)).signatures.readings
    assert reading.state is SignatureState.OUT_OF_DATE
    assert "approves it before it is authorised" in refusal(
        fresh(ready), executive, Meaning.AUTHORISED
    )
    put_in_force(fresh(ready), cso, executive)
    assert plan_in_force(product) == ready


@pytest.mark.parametrize(
    ("roles", "months"), [([Role.CLINICIAN], 3), ([], 3), (None, 2)], ids=["who", "nobody", "when"]
)
def test_every_change_of_a_class_does_too(
    ready: Plan, cso: User, roles: list[Role] | None, months: int
) -> None:
    signed(ready, cso, Meaning.APPROVED)
    row = class_of(ready, 3)
    accepted_by = row.accepting_roles if roles is None else roles
    say_of_class(plan_class=row, by=cso, accepted_by=accepted_by, review_months=months)
    [reading] = read_plan(fresh(ready)).signatures.readings
    assert reading.state is SignatureState.OUT_OF_DATE


def test_another_matrix_does_too(ready: Plan, product: Product, cso: User) -> None:
    signed(ready, cso, Meaning.APPROVED)
    matrix = another_matrix(product, cso)
    edit_plan(plan=ready, by=cso, changes={"matrix_id": matrix.pk})
    [reading] = read_plan(fresh(ready)).signatures.readings
    assert reading.state is SignatureState.OUT_OF_DATE


def test_a_save_that_changes_nothing_leaves_the_approval(ready: Plan, cso: User) -> None:
    signed(ready, cso, Meaning.APPROVED)
    edit_plan(plan=ready, by=cso, changes={"purpose": ""})
    [reading] = read_plan(fresh(ready)).signatures.readings
    assert reading.is_current


def test_the_same_words_on_another_product_have_another_fingerprint(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    mine = draft_plan(product=product, by=cso)
    theirs = draft_plan(product=other_product, by=stranger)
    assert plan_subject(mine).fingerprint != plan_subject(theirs).fingerprint


# --- In force -------------------------------------------------------------------------------------


def refuses_every_change(plan: Plan, cso: User, executive: User, words: str) -> None:
    before = contents()
    seen = plan_subject(fresh(plan)).fingerprint
    row = class_of(plan, 3)
    for change in (
        lambda: edit_plan(plan=plan, by=cso, changes={"purpose": "x"}),
        lambda: edit_plan(plan=plan, by=cso, changes={}),
        lambda: say_of_class(plan_class=row, by=cso, accepted_by=[], review_months=3),
        lambda: write_plan(
            plan=plan, by=cso, changes={"purpose": "x"}, classes={3: SaidOfClass([], 1)}
        ),
    ):
        with pytest.raises(NotPossible, match=words):
            change()
    if "is in force" in words:
        with pytest.raises(NotPossible, match=words):
            reject_plan(plan=plan, by=executive, seen=seen, reason="Too late")
    assert contents() == before


def test_a_plan_in_force_stays_as_it_was_signed(in_force: Plan, cso: User, executive: User) -> None:
    refuses_every_change(
        in_force, cso, executive, "Version 1 is in force, so it stays as it was signed"
    )


def test_it_stays_so_after_the_next_one_took_its_place(
    in_force: Plan, product: Product, cso: User, executive: User
) -> None:
    second = draft_plan(product=product, by=cso)
    assert plan_in_force(product) == in_force, "until the next one is signed"
    put_in_force(second, cso, executive)
    assert plan_in_force(product) == second
    for sign_off in SignOff.objects.filter(subject_id=in_force.public_id):
        withdraw_sign_off(
            sign_off=sign_off,
            by=sign_off.signed_by,
            confirmed=proof(sign_off.signed_by),
            reason="It is history",
        )
    refuses_every_change(in_force, cso, executive, "Version 1 was in force, so it stays as it was")
    assert "Version 2 is in force: it has taken the place" in refusal(
        in_force, cso, Meaning.APPROVED
    )
    assert plan_in_force(product) == second


@pytest.mark.parametrize("meaning", SIGNED)
def test_a_withdrawn_signature_takes_it_out_of_force_and_changes_no_word(
    in_force: Plan, product: Product, cso: User, executive: User, meaning: Meaning
) -> None:
    sign_off = SignOff.objects.get(subject_id=in_force.public_id, meaning=meaning)
    by = sign_off.signed_by
    withdraw_sign_off(sign_off=sign_off, by=by, confirmed=proof(by), reason="A mistake in it")
    assert plan_in_force(product) is None
    refuses_every_change(in_force, cso, executive, "Version 1 was in force, so it stays as it was")
    second = draft_plan(product=product, by=cso)
    assert second.number == 2, "what is wrong is put right in the next version"


def test_a_withdrawn_signature_may_be_given_anew(
    in_force: Plan, product: Product, cso: User
) -> None:
    approval = SignOff.objects.get(subject_id=in_force.public_id, meaning=Meaning.APPROVED)
    withdraw_sign_off(sign_off=approval, by=cso, confirmed=proof(cso), reason="To read it again")
    signed(in_force, cso, Meaning.APPROVED)
    assert plan_in_force(product) == in_force


def test_an_officer_who_left_leaves_the_plan_in_force(
    in_force: Plan, product: Product, cso: User, executive: User
) -> None:
    end_membership(
        membership=appointment_of(product, cso),
        by=executive,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="She left",
    )
    assert plan_in_force(product) == in_force


# --- Rejected -------------------------------------------------------------------------------------


def test_rejecting_sends_it_back_until_it_is_changed(
    ready: Plan, product: Product, cso: User, executive: User
) -> None:
    signed(ready, cso, Meaning.APPROVED)
    seen = plan_subject(ready).fingerprint
    rejection = reject_plan(plan=ready, by=executive, seen=seen, reason="It names no deputy")
    entry = Entry.objects.get(model="reviews.rejection", object_id=rejection.pk)
    assert (entry.person, entry.reason) == (executive, "It names no deputy")
    assert "It was rejected as it stands" in refusal(ready, executive, Meaning.AUTHORISED)
    edit_plan(plan=ready, by=cso, changes={"governance": "Dana deputises"})
    put_in_force(fresh(ready), cso, executive)
    assert plan_in_force(product) == ready


@pytest.mark.parametrize("reason", ["", " \n "])
def test_rejecting_needs_a_reason(ready: Plan, executive: User, reason: str) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="Say why you reject it: its author has to know"):
        reject_plan(plan=ready, by=executive, seen=plan_subject(ready).fingerprint, reason=reason)
    assert contents() == before


def test_only_those_who_sign_it_reject_it(
    ready: Plan, cso: User, executive: User, clinical_product_manager: User, clinician: User,
    engineer: User, auditor: User, administrator: User, stranger: User,
) -> None:  # fmt: skip
    seen = plan_subject(ready).fingerprint
    others = (
        clinical_product_manager, clinician, engineer, auditor, administrator, stranger,
        system_person(),
    )  # fmt: skip
    for person in others:
        with pytest.raises(NotAllowed, match="does not let you reject the plan"):
            reject_plan(plan=ready, by=person, seen=seen, reason="No")
    for person in (cso, executive):
        reject_plan(plan=ready, by=person, seen=seen, reason="No")
    assert Rejection.objects.count() == 2


def test_what_changed_meanwhile_is_not_rejected(ready: Plan, cso: User, executive: User) -> None:
    seen = plan_subject(ready).fingerprint
    edit_plan(plan=ready, by=cso, changes={"purpose": "Now it says what it is for"})
    with pytest.raises(NotPossible, match="It was changed while you read it"):
        reject_plan(plan=ready, by=executive, seen=seen, reason="It does not say what it is for")


# --- At once --------------------------------------------------------------------------------------


def a_ready_plan(product: Product) -> tuple[Plan, list[User], list[User]]:
    """A plan that is ready to be signed, two current officers and two executives."""
    officers, executives = [], []
    for name in ("One", "Other"):
        executive = make_person(f"{name} Director")
        join(product, executive, Role.ACCOUNTABLE_EXECUTIVE)
        executives.append(executive)
    for name in ("One", "Other"):
        officer = make_person(
            f"{name} Officer", professional_body="GMC", registration_number=f"1234{name}"
        )
        join(product, officer, Role.CLINICAL_SAFETY_OFFICER)
        a_current_officer(product, officer, executives[0])
        officers.append(officer)
    an_approved_matrix(product, officers[0])
    return draft_plan(product=product, by=officers[0]), officers, executives


def test_two_who_sign_at_once_make_one_signature(cloned_database: ClonedDatabase) -> None:
    plan, officers, executives = a_ready_plan(make_product())
    for people, meaning in ((officers, Meaning.APPROVED), (executives, Meaning.AUTHORISED)):
        outcomes = cloned_database.at_once(
            *(lambda by=by, meaning=meaning: signed(plan, by, meaning) for by in people)
        )
        [refused] = [each for each in outcomes if isinstance(each, Exception)]
        assert isinstance(refused, NotPossible), refused
        assert f"It is {meaning.label.lower()} already. Nothing was signed." in refused.sentence
        assert SignOff.objects.filter(meaning=meaning, subject_id=plan.public_id).count() == 1


def test_whoever_signs_while_another_writes_signs_what_they_read_or_nothing(
    cloned_database: ClonedDatabase,
) -> None:
    plan, officers, _ = a_ready_plan(make_product())
    seen = plan_subject(plan).fingerprint
    outcomes = cloned_database.at_once(
        lambda: sign_plan(
            plan=plan,
            by=officers[0],
            meaning=Meaning.APPROVED,
            seen=seen,
            confirmed=proof(officers[0]),
        ),
        lambda: edit_plan(plan=plan, by=officers[1], changes={"purpose": "Changed meanwhile"}),
    )
    assert isinstance(outcomes[1], Plan), outcomes[1]
    approvals = SignOff.objects.filter(meaning=Meaning.APPROVED)
    if isinstance(outcomes[0], NotPossible):
        assert "It was changed while you read it" in outcomes[0].sentence
        assert not approvals.exists()
    else:
        assert approvals.get().fingerprint == seen
    assert not read_plan(fresh(plan)).signatures.current(Meaning.APPROVED)


def test_two_who_begin_the_next_version_at_once_begin_one(cloned_database: ClonedDatabase) -> None:
    product = make_product()
    plan, officers, executives = a_ready_plan(product)
    put_in_force(plan, officers[0], executives[0])
    outcomes = cloned_database.at_once(
        *(lambda by=by: draft_plan(product=product, by=by) for by in officers)
    )
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert "Version 2 is not in force yet" in refused.sentence
    assert [each.number for each in plans_of(product)] == [2, 1]
