"""Acceptance of residual risk: who may, under which authority, of what, and when it lapses."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, system_person
from accounts.credentials import HOLDS, PASSWORD, Confirmed
from accounts.models import User
from audit.acts import act
from audit.canonical import sha256_of
from audit.errors import BadText, NotAllowed, NotPossible, SideDoor
from audit.models import Entry
from hazards.actions.causes import withdraw_cause
from hazards.actions.controls import (
    edit_control,
    link_control,
    set_control_state,
    unlink_control,
)
from hazards.actions.estimates import edit_assumption
from hazards.actions.evidence import edit_evidence, withdraw_evidence
from hazards.actions.hazards import edit_hazard, set_status, withdraw_hazard
from hazards.actions.matrix_versions import approve_matrix, draft_matrix
from hazards.choices import (
    AssumptionState,
    ControlState,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardStatus,
    Stage,
)
from hazards.models import Assumption, Control, Estimate, Evidence, Hazard, Plan
from products.actions import end_membership
from products.choices import Role
from products.models import Membership, Product, Release
from reviews.acceptance_reading import read_acceptances
from reviews.actions.acceptances import Accepting, accept_risks
from reviews.actions.plans import draft_plan, say_of_class
from reviews.actions.signing import withdraw_sign_off
from reviews.authority import against_accepting, against_any_acceptance, authority_of
from reviews.choices import AcceptanceState, Meaning, SubjectKind
from reviews.models import Acceptance, SignOff
from reviews.plan_reading import classes_of
from reviews.subjects import acceptance_subject
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    passed_evidence,
    verify,
)
from tests.reviews.factories import (
    WHY,
    a_hazard_to_accept,
    a_plan_in_force,
    a_residual_estimate,
    accept,
    accepting,
    proof,
    put_in_force,
    risk_of,
)

DAY = datetime.timedelta(days=1)


@pytest.fixture
def plan(product: Product, cso: User, executive: User) -> Plan:
    """The plan in force: class 3 is the executive's and the officer's to accept."""
    return a_plan_in_force(product, cso, executive)


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


@pytest.fixture
def hazard(product: Product, clinician: User, plan: Plan) -> Hazard:
    """A hazard whose residual risk of class 3, estimated by the clinician, waits."""
    return a_hazard_to_accept(product, clinician)


@pytest.fixture
def accepted(hazard: Hazard, executive: User) -> Acceptance:
    """Its acceptance, by the executive."""
    [acceptance] = accept(hazard, executive)
    return acceptance


def refusal(
    hazard: Hazard,
    by: User,
    why: str = WHY,
    *,
    risks: list[Accepting] | None = None,
    ends: str = "signed",
) -> str:
    """Why an acceptance is refused; asserts that nothing at all was written."""
    before = contents()
    chosen = risks or [accepting(hazard, why)]
    with pytest.raises(NotPossible) as refused:
        accept_risks(product=hazard.product, by=by, risks=chosen, confirmed=proof(by))
    assert contents() == before
    assert f"Nothing was {ends}." in refused.value.sentence
    return refused.value.sentence


def state_of(acceptance: Acceptance) -> tuple[AcceptanceState, list[str]]:
    """Whether an acceptance stands today, and why not."""
    [reading] = [
        each for each in risk_of(acceptance.hazard).acceptances if each.acceptance == acceptance
    ]
    assert reading.stands is (reading.state is AcceptanceState.STANDS)
    return reading.state, reading.reasons


def stands(acceptance: Acceptance) -> bool:
    return state_of(acceptance) == (AcceptanceState.STANDS, [])


# --- What it records ------------------------------------------------------------------------------


def test_an_acceptance_says_what_by_whom_under_which_authority_and_why(
    hazard: Hazard, plan: Plan, executive: User
) -> None:
    before = timezone.now()
    [acceptance] = accept(hazard, executive, f"  {WHY} ")
    stored = Acceptance.objects.get(pk=acceptance.pk)
    assert (stored.hazard, stored.estimate) == (hazard, Estimate.objects.get())
    assert (stored.plan, stored.authority) == (plan, Role.ACCOUNTABLE_EXECUTIVE)
    assert (stored.accepted_by, stored.why) == (executive, WHY)
    assert before <= stored.accepted_at <= timezone.now()
    assert not stored.was_provisional
    assert risk_of(hazard).waiting == []
    assert stands(acceptance)


def test_it_is_signed_with_the_exact_sentence_and_bound_to_its_record(
    accepted: Acceptance, executive: User
) -> None:
    sign_off = SignOff.objects.get(subject_id=accepted.public_id)
    assert (sign_off.subject_kind, sign_off.meaning, sign_off.method) == (
        SubjectKind.ACCEPTANCE,
        Meaning.AUTHORISED,
        PASSWORD,
    )
    assert sign_off.statement == (
        "I accept for Digital Pharmacy: the residual risk of HAZ-001 (class 3, Major · Low). "
        "Its further reduction is impractical for the reason that I give."
    )
    assert (sign_off.signed_by, sign_off.signer_role) == (executive, "Accountable executive")
    assert sha256_of(sign_off.content) == sign_off.fingerprint
    assert json.loads(sign_off.content)["why"] == WHY
    rows = Acceptance.objects.select_related(
        "hazard__product", "plan", "estimate__severity", "estimate__likelihood", "estimate__cause"
    )
    assert acceptance_subject(rows.get(pk=accepted.pk)).fingerprint == sign_off.fingerprint


def test_it_is_in_the_record_as_one_act(accepted: Acceptance, executive: User) -> None:
    entry = Entry.objects.get(model="reviews.acceptance", object_id=accepted.pk)
    assert (entry.person, entry.reason) == (executive, "Accepted a residual risk")
    models = set(Entry.objects.filter(act=entry.act).values_list("model", flat=True))
    assert models == {"reviews.acceptance", "reviews.signoff", "hazards.hazard"}


def test_it_never_changes(accepted: Acceptance, executive: User) -> None:
    with act(by=executive, reason="Trying"), pytest.raises(SideDoor, match="never changes"):
        accepted.save()
    with pytest.raises(SideDoor):
        accepted.delete()
    for sql in ("UPDATE reviews_acceptance SET why = 'x'", "DELETE FROM reviews_acceptance"):
        with (
            pytest.raises(DatabaseError, match="the record is kept"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_a_later_name_or_role_changes_nothing_of_it(accepted: Acceptance, executive: User) -> None:
    edit_profile(profile=executive.profile, by=system_person(), changes={"name": "Dora Dame"})
    end_membership(
        membership=Membership.objects.get(person=executive),
        by=system_person(),
        ends_on=timezone.localdate() - DAY,
        reason="She left",
    )
    [reading] = risk_of(accepted.hazard).acceptances
    assert reading.stands, "it was hers to give when she gave it"
    assert reading.sign_off.signer_name == "Dora Director"


def test_a_provisional_risk_is_accepted_as_provisional(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    control = a_control(hazard, clinician)
    a_residual_estimate(hazard, clinician)
    [acceptance] = accept(hazard, executive)
    assert acceptance.was_provisional
    assert json.loads(acceptance.relied_on) == [
        {"id": control.pk, "reference": "CTL-001", "stood": False, "had_failed": False}
    ]
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id)
    assert "(class 3, Major · Low, provisional)" in sign_off.statement


def test_each_cause_that_needs_it_is_accepted_and_signed_for_itself(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    causes = [a_cause(hazard, clinician, text) for text in ("The clock is wrong", "It is lost")]
    for cause in causes:
        a_residual_estimate(hazard, clinician, cause=cause)
    acceptances = accept(hazard, executive)
    assert [each.estimate.cause for each in acceptances] == causes
    statements = SignOff.objects.filter(
        subject_kind=SubjectKind.ACCEPTANCE, meaning=Meaning.AUTHORISED
    ).order_by("pk")
    assert "by the cause “The clock is wrong”" in statements[0].statement
    assert "by the cause “It is lost”" in statements[1].statement


def test_a_cause_as_long_as_a_cause_may_be_is_cut_in_the_sentence_only(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    a_residual_estimate(hazard, clinician, cause=a_cause(hazard, clinician, "x" * 2_000))
    [acceptance] = accept(hazard, executive)
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id)
    assert len(sign_off.subject_label) == 300
    assert sign_off.subject_label.endswith("…")


@pytest.mark.parametrize(("length", "is_kept"), [(5_000, True), (5_001, False)])
def test_a_reason_is_kept_whole_or_refused(
    hazard: Hazard, executive: User, length: int, is_kept: bool
) -> None:
    why = "x" * length
    if is_kept:
        [acceptance] = accept(hazard, executive, why)
        sign_off = SignOff.objects.get(subject_id=acceptance.public_id)
        assert acceptance.why == json.loads(sign_off.content)["why"] == why
        return
    before = contents()
    with pytest.raises(BadText):
        accept(hazard, executive, why)
    assert contents() == before


# --- One page, one credential ---------------------------------------------------------------------


def test_one_credential_accepts_a_page(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazards = [a_hazard_to_accept(product, clinician, name=f"Hazard {n}") for n in range(3)]
    why = [f"Reason {n}" for n in range(3)]
    written = accept_risks(
        product=product,
        by=executive,
        risks=[accepting(each, words) for each, words in zip(hazards, why, strict=True)],
        confirmed=proof(executive),
    )
    assert [each.hazard for each in written] == hazards
    assert [each.why for each in written] == why
    batches = SignOff.objects.filter(subject_kind=SubjectKind.ACCEPTANCE).values_list("batch")
    assert len(batches) == 3
    assert len(set(batches)) == 1
    entries = Entry.objects.filter(model="reviews.acceptance")
    assert len(set(entries.values_list("act", flat=True))) == 1


def test_all_of_a_page_or_none_of_it(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    good, own = a_hazard_to_accept(product, clinician), a_hazard(product, clinician, "Another")
    join(product, executive, Role.CLINICIAN)
    a_residual_estimate(own, executive)
    said = refusal(good, executive, risks=[accepting(good), accepting(own)])
    assert "You estimated the residual risk of HAZ-002 yourself" in said


def test_nothing_chosen_is_nothing_signed(product: Product, plan: Plan, executive: User) -> None:
    with pytest.raises(NotPossible, match="Choose at least one risk to accept"):
        accept_risks(product=product, by=executive, risks=[], confirmed=proof(executive))


def test_somebody_elses_or_an_old_proof_accepts_nothing(
    hazard: Hazard, cso: User, executive: User
) -> None:
    old = Confirmed(executive.pk, PASSWORD, timezone.now() - HOLDS - datetime.timedelta(seconds=1))
    before = contents()
    for confirmed in (proof(cso), old):
        with pytest.raises(NotAllowed, match="Give your password again"):
            accept_risks(
                product=hazard.product,
                by=executive,
                risks=[accepting(hazard)],
                confirmed=confirmed,
            )
    assert contents() == before


# --- What cannot be accepted ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "likelihood", "number"),
    [("Major", "Very high", 5), ("Catastrophic", "Medium", 4), ("Considerable", "Very high", 4)],
)
def test_no_signature_makes_an_unacceptable_risk_acceptable(
    product: Product, plan: Plan, clinician: User, executive: User,
    severity: str, likelihood: str, number: int,
) -> None:  # fmt: skip
    hazard = a_hazard(product, clinician)
    estimate = a_residual_estimate(hazard, clinician, severity, likelihood)
    assert estimate.class_number == number
    assert "is unacceptable, and no signature helps" in refusal(hazard, executive)


def test_nor_where_one_cause_alone_is_unacceptable(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    a_residual_estimate(hazard, clinician, cause=a_cause(hazard, clinician))
    worse = a_cause(hazard, clinician, "Another cause")
    a_residual_estimate(hazard, clinician, "Catastrophic", "Very high", cause=worse)
    assert "is unacceptable" in refusal(hazard, executive)


@pytest.mark.parametrize(("severity", "likelihood"), [("Minor", "Very low"), ("Minor", "High")])
def test_an_acceptable_risk_asks_for_no_acceptance(
    product: Product, plan: Plan, clinician: User, executive: User, severity: str, likelihood: str
) -> None:
    hazard = a_hazard(product, clinician)
    a_residual_estimate(hazard, clinician, severity, likelihood)
    assert "has no residual risk that waits for acceptance" in refusal(hazard, executive)


def test_an_initial_risk_is_not_accepted(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    an_estimate(hazard, clinician)
    assert "has no residual risk that waits" in refusal(hazard, executive)


def test_what_is_accepted_is_not_accepted_again(accepted: Acceptance, cso: User) -> None:
    assert "has no residual risk that waits" in refusal(accepted.hazard, cso)


@pytest.mark.parametrize("why", ["", "  \n "])
def test_every_acceptance_has_its_why(hazard: Hazard, executive: User, why: str) -> None:
    assert "Say for HAZ-001 why further reduction is impractical" in refusal(hazard, executive, why)


def test_a_hazard_that_is_out_of_the_log_is_not_accepted(
    hazard: Hazard, cso: User, executive: User
) -> None:
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    assert "is no longer in the log" in refusal(hazard, executive, ends="changed")


def test_a_hazard_of_another_product_is_not_accepted_under_this_ones_plan(
    hazard: Hazard, other_product: Product, stranger: User, executive: User
) -> None:
    """Authority on one product is none on another, whatever the page that asks."""
    theirs = a_hazard_to_accept(other_product, stranger)
    before = contents()
    for risks in ([accepting(theirs)], [accepting(hazard), accepting(theirs)]):
        with pytest.raises(NotPossible, match="not of this product"):
            accept_risks(
                product=hazard.product, by=executive, risks=risks, confirmed=proof(executive)
            )
    assert contents() == before


def test_a_risk_on_a_broken_assumption_is_not_accepted(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    assumption = an_assumption(product, clinician)
    a_residual_estimate(hazard, clinician, assumption=assumption)
    edit_assumption(assumption=assumption, by=clinician, changes={"state": AssumptionState.BROKEN})
    assert "stands on an assumption that does not hold: “The formulary is updated" in refusal(
        hazard, executive
    )
    a_residual_estimate(hazard, clinician)
    accept(hazard, executive)


# --- Who may --------------------------------------------------------------------------------------


def test_nobody_accepts_what_they_estimated(
    product: Product, plan: Plan, cso: User, executive: User
) -> None:
    hazard = a_hazard_to_accept(product, cso)
    assert "You estimated the residual risk of HAZ-001 yourself" in refusal(hazard, cso)
    accept(hazard, executive)


def test_nor_where_one_cause_alone_is_their_own(
    product: Product, plan: Plan, clinician: User, cso: User
) -> None:
    hazard = a_hazard(product, clinician)
    for by, words in ((clinician, "One cause"), (cso, "Another")):
        a_residual_estimate(hazard, by, cause=a_cause(hazard, by, words))
    assert "You estimated" in refusal(hazard, cso)


def test_an_estimate_of_their_own_that_is_superseded_bars_nobody(
    product: Product, plan: Plan, clinician: User, cso: User
) -> None:
    hazard = a_hazard_to_accept(product, cso)
    a_residual_estimate(hazard, clinician)
    accept(hazard, cso)


def test_without_a_plan_in_force_nobody_accepts(
    product: Product, clinician: User, cso: User, executive: User
) -> None:
    hazard = a_hazard_to_accept(product, clinician)
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)
    draft_plan(product=product, by=cso)
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)


@pytest.mark.parametrize("meaning", [Meaning.APPROVED, Meaning.AUTHORISED])
def test_nor_once_a_signature_under_the_plan_is_withdrawn(
    hazard: Hazard, plan: Plan, executive: User, meaning: Meaning
) -> None:
    sign_off = SignOff.objects.get(subject_id=plan.public_id, meaning=meaning)
    by = sign_off.signed_by
    withdraw_sign_off(sign_off=sign_off, by=by, confirmed=proof(by), reason="A mistake")
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)


def test_a_role_that_the_plan_does_not_name_accepts_nothing(
    hazard: Hazard, clinical_product_manager: User, product: Product
) -> None:
    pharmacist = make_person("Paula Pharmacist")
    join(product, pharmacist, Role.CLINICIAN)
    for person in (clinical_product_manager, pharmacist):
        assert refusal(hazard, person) == (
            "The plan gives class 3 to accountable executive or clinical safety officer: your "
            "role on the product does not let you accept HAZ-001. Nothing was signed."
        )


def test_roles_that_never_sign_are_not_asked(
    hazard: Hazard, product_manager: User, engineer: User, auditor: User, administrator: User,
    stranger: User,
) -> None:  # fmt: skip
    before = contents()
    for person in (product_manager, engineer, auditor, administrator, stranger):
        with pytest.raises(NotAllowed, match="does not let you sign or reject"):
            accept(hazard, person)
    assert contents() == before


def test_the_system_person_accepts_nothing(hazard: Hazard) -> None:
    assert "your role on the product does not let you" in refusal(hazard, system_person())


def test_a_role_that_ended_and_a_person_who_may_not_sign_in_accept_nothing(
    hazard: Hazard, cso: User, executive: User, administrator: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=executive),
        by=system_person(),
        ends_on=timezone.localdate() - DAY,
        reason="She left",
    )
    held = User.objects.get(pk=cso.pk)
    deactivate_person(person=cso, by=administrator, reason="She left")
    before = contents()
    for person in (executive, User.objects.get(pk=cso.pk)):
        with pytest.raises(NotAllowed):
            accept(hazard, person)
    with pytest.raises(NotPossible, match="may not sign in, so they cannot act as an officer"):
        accept(hazard, held)
    assert contents() == before


def next_plan(product: Product, cso: User, executive: User, roles: list[Role]) -> Plan:
    """The next version, in force, in which these roles accept class 3."""
    plan = draft_plan(product=product, by=cso)
    row = classes_of(plan).get(risk_class__number=3)
    say_of_class(plan_class=row, by=cso, accepted_by=roles, review_months=3)
    return put_in_force(Plan.objects.get(pk=plan.pk), cso, executive)


def test_the_plan_in_force_decides_not_the_one_before(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User,
    clinical_product_manager: User,
) -> None:  # fmt: skip
    second = next_plan(product, cso, executive, [Role.CLINICAL_PRODUCT_MANAGER])
    for person in (cso, executive):
        assert "The plan gives class 3 to clinical product manager" in refusal(hazard, person)
    [acceptance] = accept(hazard, clinical_product_manager)
    assert (acceptance.plan, acceptance.authority) == (second, Role.CLINICAL_PRODUCT_MANAGER)


def test_a_plan_may_let_nobody_accept(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User
) -> None:
    next_plan(product, cso, executive, [])
    assert "Version 2 of the plan lets nobody accept a risk of the class of HAZ-001" in refusal(
        hazard, executive
    )


def test_what_was_estimated_with_another_matrix_than_the_plan_names_is_estimated_again(
    hazard: Hazard, plan: Plan, product: Product, clinician: User, cso: User, executive: User
) -> None:
    draft = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    approve_matrix(matrix=draft, by=cso)
    next_plan(product, cso, executive, [Role.ACCOUNTABLE_EXECUTIVE])
    said = "estimated with another version of the risk matrix than version 2 of the plan names"
    assert said in refusal(hazard, executive)
    an_estimate(hazard, clinician, "Major", "Low", Stage.RESIDUAL)
    [acceptance] = accept(Hazard.objects.get(pk=hazard.pk), executive)
    assert acceptance.authority == Role.ACCOUNTABLE_EXECUTIVE


def test_who_has_two_roles_accepts_in_the_one_that_the_plan_names(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User, auditor: User
) -> None:
    next_plan(product, cso, executive, [Role.CLINICIAN])
    join(product, executive, Role.CLINICIAN)
    [acceptance] = accept(hazard, executive)
    assert acceptance.authority == Role.CLINICIAN
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id)
    assert sign_off.signer_role == "Clinician"


def test_an_acceptance_outlives_the_plan_that_it_was_given_under(
    accepted: Acceptance, plan: Plan, product: Product, cso: User, executive: User
) -> None:
    next_plan(product, cso, executive, [Role.CLINICIAN])
    assert stands(accepted)
    assert accepted.plan == plan


def test_the_page_and_the_action_say_the_same(
    hazard: Hazard, product: Product, cso: User, executive: User, clinician: User
) -> None:
    for person in (cso, executive, clinician):
        risk = risk_of(hazard)
        against = against_any_acceptance(risk) or against_accepting(
            risk, authority_of(person, product), person
        )
        if against:
            assert refusal(hazard, person) == f"{against} Nothing was signed."
    accept(hazard, executive)
    assert against_any_acceptance(risk_of(hazard)).endswith("waits for acceptance.")


# --- What was on screen ---------------------------------------------------------------------------


CHANGES: dict[str, Callable[[Hazard, Control, Evidence, User], object]] = {
    "a newer estimate": lambda hazard, _control, _evidence, by: a_residual_estimate(hazard, by),
    "another cause": lambda hazard, _control, _evidence, by: a_cause(hazard, by),
    "other words": lambda hazard, _control, _evidence, by: edit_hazard(
        hazard=hazard, by=by, changes={"name": "Worse than it was thought to be"}
    ),
    "a weaker control": lambda _hazard, control, _evidence, by: edit_control(
        control=control, by=by, changes={"text": "Somebody may look at some of them"}
    ),
    "a failed test": lambda _hazard, _control, evidence, by: edit_evidence(
        evidence=evidence, by=by, changes={"result": EvidenceResult.FAIL}
    ),
    "a control less": lambda hazard, control, _evidence, by: unlink_control(
        control=control, hazard=hazard, by=by, reason="It does nothing here"
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_nobody_accepts_what_they_have_not_read(
    product: Product, plan: Plan, clinician: User, executive: User, release: Release,
    change: Callable[[Hazard, Control, Evidence, User], object],
) -> None:  # fmt: skip
    hazard = a_hazard(product, clinician)
    control = a_control(hazard, clinician)
    verify(control, clinician, release)
    evidence = Evidence.objects.filter(of=EvidenceOf.EFFECTIVENESS).get()
    a_residual_estimate(hazard, clinician)
    on_screen = accepting(hazard)
    change(Hazard.objects.get(pk=hazard.pk), control, evidence, clinician)
    said = refusal(hazard, executive, risks=[on_screen])
    assert said.startswith("HAZ-001 was changed while you read it. Nothing was signed. Read it")
    accept(hazard, executive)


def test_a_version_that_never_was_accepts_nothing(hazard: Hazard, executive: User) -> None:
    for version in (0, -1, 99):
        assert "was changed while you read it" in refusal(
            hazard, executive, risks=[Accepting(hazard, WHY, version)]
        )


# --- Lapsing --------------------------------------------------------------------------------------


@pytest.fixture
def control(hazard: Hazard, clinician: User, release: Release) -> Control:
    """A verified control on the hazard."""
    return verify(a_control(hazard, clinician), clinician, release)


@pytest.fixture
def relying(hazard: Hazard, control: Control, executive: User) -> Acceptance:
    """The acceptance of a risk that relies on the control."""
    [acceptance] = accept(hazard, executive)
    assert not acceptance.was_provisional
    return acceptance


def check_lapsed(acceptance: Acceptance, *reasons: str) -> None:
    """It lapsed for these reasons, it shows, and the risk waits again."""
    assert state_of(acceptance) == (AcceptanceState.LAPSED, list(reasons))
    risk = risk_of(acceptance.hazard)
    assert [each.acceptance for each in risk.lapsed] == [acceptance]
    assert risk.waiting == risk.needing != []


def test_a_newer_estimate_makes_it_lapse(accepted: Acceptance, clinician: User) -> None:
    newer = a_residual_estimate(accepted.hazard, clinician, "Considerable", "Medium")
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")
    assert risk_of(accepted.hazard).waiting == [newer]


def test_so_does_the_same_estimate_made_again(accepted: Acceptance, clinician: User) -> None:
    a_residual_estimate(accepted.hazard, clinician)
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")


def test_so_does_one_of_a_cause_beside_it(accepted: Acceptance, clinician: User) -> None:
    """What was accepted was the hazard's residual risk, and there is more to it now."""
    cause = a_cause(accepted.hazard, clinician)
    a_cause(accepted.hazard, clinician, "Another, without an estimate of its own")
    a_residual_estimate(accepted.hazard, clinician, "Minor", "Low", cause=cause)
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")


def test_a_newer_initial_estimate_does_not(accepted: Acceptance, clinician: User) -> None:
    an_estimate(accepted.hazard, clinician, "Catastrophic", "Very high")
    assert stands(accepted)


def test_words_dates_and_owners_do_not(accepted: Acceptance, cso: User) -> None:
    edit_hazard(hazard=accepted.hazard, by=cso, changes={"name": "Better words", "family": "x"})
    assert stands(accepted)


def test_a_failed_test_of_a_control_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    check_lapsed(relying, "CTL-001 was found ineffective: evidence of it failed.")


def test_so_does_a_test_that_turns_out_to_have_failed(relying: Acceptance, clinician: User) -> None:
    evidence = Evidence.objects.get(of=EvidenceOf.EFFECTIVENESS)
    edit_evidence(evidence=evidence, by=clinician, changes={"result": EvidenceResult.FAIL})
    check_lapsed(relying, "CTL-001 was found ineffective: evidence of it failed.")


def test_a_failed_test_that_is_withdrawn_lets_it_stand_again_once_verified(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    failed = passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    withdraw_evidence(evidence=failed, by=clinician, reason="Of another build")
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")
    set_control_state(
        control=Control.objects.get(pk=control.pk), by=clinician, state=ControlState.VERIFIED
    )
    assert stands(relying)


def test_withdrawn_evidence_makes_it_lapse(relying: Acceptance, clinician: User) -> None:
    evidence = Evidence.objects.get(of=EvidenceOf.IMPLEMENTATION)
    withdraw_evidence(evidence=evidence, by=clinician, reason="Of another build")
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")


def test_a_control_that_goes_back_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User
) -> None:
    set_control_state(
        control=Control.objects.get(pk=control.pk),
        by=clinician,
        state=ControlState.IMPLEMENTED,
        reason="To be tested again",
    )
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")


def test_a_withdrawn_control_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User
) -> None:
    set_control_state(
        control=Control.objects.get(pk=control.pk),
        by=clinician,
        state=ControlState.WITHDRAWN,
        reason="Too costly",
    )
    check_lapsed(relying, "CTL-001 no longer protects this hazard.")


def test_an_unlinked_control_makes_it_lapse_here_and_nowhere_else(
    relying: Acceptance, control: Control, product: Product, clinician: User, executive: User
) -> None:
    other = a_hazard(product, clinician, "Another")
    link_control(control=control, hazard=other, by=clinician)
    a_residual_estimate(other, clinician)
    [elsewhere] = accept(other, executive)
    unlink_control(control=control, hazard=relying.hazard, by=clinician, reason="Not here")
    check_lapsed(relying, "CTL-001 no longer protects this hazard.")
    assert stands(elsewhere)


def test_an_instruction_that_is_taken_away_makes_it_lapse(
    hazard: Hazard, clinician: User, executive: User
) -> None:
    control = a_control(hazard, clinician, party="deployer", instruction="Check each day")
    [acceptance] = accept(hazard, executive)
    edit_control(control=control, by=clinician, changes={"instruction": ""})
    check_lapsed(acceptance, "CTL-001 was relied on and no longer stands.")


def test_a_control_that_never_stood_may_go_on_not_standing(
    hazard: Hazard, clinician: User, executive: User
) -> None:
    control = a_control(hazard, clinician)
    [acceptance] = accept(hazard, executive)
    set_control_state(control=control, by=clinician, state=ControlState.AGREED)
    assert stands(acceptance)


def test_but_a_failed_test_of_it_is_news(
    hazard: Hazard, clinician: User, executive: User, release: Release
) -> None:
    control = a_control(hazard, clinician)
    [acceptance] = accept(hazard, executive)
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    check_lapsed(acceptance, "CTL-001 was found ineffective: evidence of it failed.")


def test_a_failure_that_was_known_is_accepted_with_it(
    hazard: Hazard, clinician: User, executive: User, release: Release
) -> None:
    control = a_control(hazard, clinician)
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    [acceptance] = accept(hazard, executive)
    assert acceptance.was_provisional
    assert stands(acceptance)


def test_planned_and_inconclusive_tests_find_nothing_ineffective(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS,
        result=EvidenceResult.INCONCLUSIVE,
    )  # fmt: skip
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS,
        state=EvidenceState.PLANNED, result="", dated_on=None,
    )  # fmt: skip
    assert stands(relying)


def test_a_control_that_is_added_lets_it_stand(relying: Acceptance, clinician: User) -> None:
    a_control(relying.hazard, clinician, "Another control")
    assert stands(relying)


@pytest.fixture
def assumed(product: Product, plan: Plan, clinician: User, executive: User) -> Assumption:
    """An assumption that an accepted estimate stands on."""
    hazard = a_hazard(product, clinician)
    assumption = an_assumption(product, clinician, valid_until=timezone.localdate())
    a_residual_estimate(hazard, clinician, assumption=assumption)
    [acceptance] = accept(hazard, executive)
    assert stands(acceptance), "valid to the end of its last day"
    return assumption


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AssumptionState.BROKEN},
        {"state": AssumptionState.WITHDRAWN},
        {"valid_until": timezone.localdate() - DAY},
    ],
    ids=["broken", "withdrawn", "expired"],
)
def test_an_assumption_that_holds_no_longer_makes_it_lapse(
    assumed: Assumption, clinician: User, changes: dict[str, Any]
) -> None:
    edit_assumption(assumption=assumed, by=clinician, changes=changes)
    [acceptance] = Acceptance.objects.all()
    check_lapsed(acceptance, "An assumption no longer holds: The formulary is updated every week")


def test_so_does_one_of_the_hazard(accepted: Acceptance, product: Product, clinician: User) -> None:
    of_hazard = {"hazard": accepted.hazard, "text": "The ward is staffed"}
    assumption = an_assumption(product, clinician, **of_hazard)
    assert stands(accepted)
    edit_assumption(assumption=assumption, by=clinician, changes={"state": AssumptionState.BROKEN})
    check_lapsed(accepted, "An assumption no longer holds: The ward is staffed")


def test_one_that_it_does_not_stand_on_does_not(
    accepted: Acceptance, product: Product, clinician: User
) -> None:
    assumption = an_assumption(product, clinician)
    edit_assumption(assumption=assumption, by=clinician, changes={"state": AssumptionState.BROKEN})
    assert stands(accepted)


def test_a_lapsed_risk_is_accepted_anew_and_the_old_record_stays(
    accepted: Acceptance, clinician: User, cso: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician)
    [again] = accept(accepted.hazard, cso)
    risk = risk_of(accepted.hazard)
    assert [each.state for each in risk.acceptances] == [
        AcceptanceState.LAPSED,
        AcceptanceState.STANDS,
    ]
    assert (risk.waiting, risk.lapsed) == ([], [])
    standing = risk.standing_for(risk.needing[0])
    assert standing is not None
    assert standing.acceptance == again


def test_what_became_unacceptable_shows_what_lapsed_with_it(
    accepted: Acceptance, clinician: User, executive: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician, "Catastrophic", "High")
    risk = risk_of(accepted.hazard)
    assert (risk.waiting, risk.is_unacceptable) == ([], True)
    assert [each.acceptance for each in risk.lapsed] == [accepted]


def test_what_became_acceptable_needs_nothing_any_more(
    accepted: Acceptance, clinician: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician, "Minor", "Low")
    risk = risk_of(accepted.hazard)
    assert (risk.needing, risk.waiting, risk.lapsed) == ([], [], [])
    assert state_of(accepted)[0] is AcceptanceState.LAPSED


def test_what_lapsed_is_shown_once_for_each_cause_and_only_the_last(
    product: Product, plan: Plan, clinician: User, cso: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    causes = [a_cause(hazard, clinician, words) for words in ("One cause", "Another")]
    rounds = []
    for by in (executive, cso):
        for cause in causes:
            a_residual_estimate(hazard, clinician, cause=cause)
        rounds.append(accept(hazard, by))
    assert risk_of(hazard).lapsed == []
    a_residual_estimate(hazard, clinician, cause=causes[0])
    assert [each.acceptance for each in risk_of(hazard).lapsed] == rounds[1]


def test_a_cause_that_is_withdrawn_takes_its_estimate_along(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    cause = a_cause(hazard, clinician)
    a_residual_estimate(hazard, clinician, cause=cause)
    [acceptance] = accept(hazard, executive)
    withdraw_cause(cause=cause, by=clinician, reason="Written twice")
    assert state_of(acceptance) == (
        AcceptanceState.LAPSED,
        ["The cause whose risk was accepted is no longer in the log."],
    )
    assert risk_of(hazard).waiting == []


# --- Withdrawn ------------------------------------------------------------------------------------


def withdraw(acceptance: Acceptance, by: User) -> SignOff:
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id, meaning=Meaning.AUTHORISED)
    return withdraw_sign_off(
        sign_off=sign_off, by=by, confirmed=proof(by), reason="I had not seen the incident"
    )


def test_who_accepted_may_withdraw_and_the_risk_waits_again(
    accepted: Acceptance, executive: User, cso: User
) -> None:
    version = Hazard.objects.get(pk=accepted.hazard_id).content_version
    withdraw(accepted, executive)
    assert state_of(accepted) == (AcceptanceState.WITHDRAWN, ["Dora Director withdrew it."])
    risk = risk_of(accepted.hazard)
    assert risk.waiting == risk.needing != []
    assert [each.acceptance for each in risk.lapsed] == [accepted]
    assert risk.hazard.content_version == version + 1, "the hazard is not what it was"
    accept(accepted.hazard, cso)


def test_nobody_else_withdraws_it(accepted: Acceptance, cso: User) -> None:
    with pytest.raises(NotAllowed, match="Only Dora Director can withdraw"):
        withdraw(accepted, cso)
    assert stands(accepted)


def test_one_withdrawn_and_lapsed_says_that_it_was_withdrawn(
    accepted: Acceptance, executive: User, clinician: User
) -> None:
    withdraw(accepted, executive)
    a_residual_estimate(accepted.hazard, clinician)
    assert state_of(accepted)[0] is AcceptanceState.WITHDRAWN


# --- Before a hazard is transferred or closed -----------------------------------------------------


@pytest.fixture
def transferable(product: Product, plan: Plan, cso: User, clinician: User) -> Hazard:
    """A live hazard that waits for nothing but the acceptance of its risk."""
    hazard = a_live_hazard(product, cso)
    a_control(hazard, cso, party="deployer", instruction="Check the list each day")
    for stage in Stage:
        an_estimate(hazard, clinician, stage=stage)
    return hazard


def transfer(hazard: Hazard, by: User) -> Hazard:
    found = Hazard.objects.get(pk=hazard.pk)
    return set_status(hazard=found, by=by, status=HazardStatus.TRANSFERRED)


def test_a_hazard_is_transferred_once_its_risk_is_accepted(
    transferable: Hazard, cso: User, executive: User
) -> None:
    before = contents()
    with pytest.raises(NotPossible, match=r"yet\. Its residual risk waits for acceptance\.$"):
        transfer(transferable, cso)
    assert contents() == before
    accept(transferable, executive)
    assert transfer(transferable, cso).status == HazardStatus.TRANSFERRED


def test_not_once_the_acceptance_has_lapsed(
    transferable: Hazard, cso: User, clinician: User, executive: User
) -> None:
    accept(transferable, executive)
    a_residual_estimate(transferable, clinician)
    with pytest.raises(NotPossible, match="Its residual risk waits for acceptance"):
        transfer(transferable, cso)


def test_never_with_an_unacceptable_risk(
    transferable: Hazard, cso: User, clinician: User, executive: User
) -> None:
    accept(transferable, executive)
    a_residual_estimate(transferable, clinician, "Catastrophic", "Medium")
    with pytest.raises(NotPossible, match="Its residual risk is unacceptable"):
        transfer(transferable, cso)


def test_opening_asks_for_nothing(transferable: Hazard, cso: User, clinician: User) -> None:
    executive = Membership.objects.get(role=Role.ACCOUNTABLE_EXECUTIVE).person
    accept(transferable, executive)
    hazard = transfer(transferable, cso)
    a_residual_estimate(hazard, clinician)
    opened = set_status(hazard=hazard, by=cso, status=HazardStatus.OPEN, reason="It changed")
    assert opened.status == HazardStatus.OPEN


# --- Read together --------------------------------------------------------------------------------


def test_acceptances_are_read_in_one_number_of_queries_however_many(
    product: Product,
    plan: Plan,
    clinician: User,
    executive: User,
    django_assert_max_num_queries: Any,
) -> None:
    def some(count: int) -> list[Hazard]:
        return [
            hazard
            for n in range(count)
            for hazard in [a_hazard_to_accept(product, clinician, name=f"Hazard {n}")]
            if accept(hazard, executive)
        ]

    few, many = some(2), some(8)
    for hazards in (few, many):
        with django_assert_max_num_queries(12):
            for risk in read_acceptances(hazards):
                [reading] = risk.acceptances
                assert reading.stands
                assert (reading.acceptance.plan.number, reading.sign_off.signer_name) == (
                    1,
                    "Dora Director",
                )


# --- At once --------------------------------------------------------------------------------------


@pytest.fixture
def ward(cloned_database: ClonedDatabase) -> tuple[Hazard, User, list[User]]:
    """A hazard whose risk waits, its clinician, and two executives who may accept it."""
    product = make_product()
    people = {}
    for name, role in (
        ("Clara Officer", Role.CLINICAL_SAFETY_OFFICER),
        ("One Director", Role.ACCOUNTABLE_EXECUTIVE),
        ("Other Director", Role.ACCOUNTABLE_EXECUTIVE),
        ("Farah Pharmacist", Role.CLINICIAN),
    ):
        people[name] = make_person(name, professional_body="GMC", registration_number="1234567")
        join(product, people[name], role)
    executives = [people["One Director"], people["Other Director"]]
    a_plan_in_force(product, people["Clara Officer"], executives[0])
    clinician = people["Farah Pharmacist"]
    return a_hazard_to_accept(product, clinician), clinician, executives


def test_two_who_accept_at_once_accept_once(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, executives = ward
    outcomes = cloned_database.at_once(*(lambda by=by: accept(hazard, by) for by in executives))
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert "Nothing was signed." in refused.sentence
    acceptance = Acceptance.objects.get()
    assert SignOff.objects.filter(subject_kind=SubjectKind.ACCEPTANCE).count() == 1
    assert stands(acceptance)
    assert Hazard.objects.get().content_version == 3, "raised, estimated, accepted"


def test_an_estimate_and_an_acceptance_at_once_never_leave_an_unread_risk_accepted(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, clinician, [executive, _] = ward
    on_screen = accepting(hazard)
    outcomes = cloned_database.at_once(
        lambda: accept_risks(
            product=hazard.product, by=executive, risks=[on_screen], confirmed=proof(executive)
        ),
        lambda: a_residual_estimate(hazard, clinician, "Considerable", "Medium"),
    )
    assert isinstance(outcomes[1], Estimate), outcomes[1]
    if isinstance(outcomes[0], Exception):
        assert "was changed while you read it" in str(outcomes[0])
        assert not Acceptance.objects.exists()
    assert risk_of(hazard).waiting == [outcomes[1]]


def test_two_withdrawals_at_once_are_one(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, [executive, _] = ward
    [acceptance] = accept(hazard, executive)
    outcomes = cloned_database.at_once(*[lambda: withdraw(acceptance, executive)] * 2)
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert "withdrawn already" in refused.sentence
    assert SignOff.objects.filter(meaning=Meaning.WITHDRAWN).count() == 1


def test_a_plan_that_falls_at_once_accepts_before_or_not_at_all(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, executives = ward
    signature = SignOff.objects.get(subject_kind=SubjectKind.PLAN, meaning=Meaning.AUTHORISED)
    outcomes = cloned_database.at_once(
        lambda: accept(hazard, executives[1]),
        lambda: withdraw_sign_off(
            sign_off=signature,
            by=executives[0],
            confirmed=proof(executives[0]),
            reason="A mistake in it",
        ),
    )
    assert isinstance(outcomes[1], SignOff), outcomes[1]
    if isinstance(outcomes[0], Exception):
        assert "No clinical risk management plan is in force" in str(outcomes[0])
    else:
        [acceptance] = outcomes[0]
        signed = SignOff.objects.get(subject_id=acceptance.public_id)
        assert signed.pk < outcomes[1].pk, "accepted while the plan was in force"
