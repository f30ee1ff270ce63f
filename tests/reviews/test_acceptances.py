"""Acceptance of residual risk: what it records, of what, and of what never."""

import datetime
import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.actions import edit_profile, system_person
from accounts.credentials import HOLDS, PASSWORD, Confirmed
from accounts.models import User
from audit.acts import act
from audit.canonical import sha256_of
from audit.errors import BadText, NotAllowed, NotPossible, SideDoor
from audit.models import Entry
from hazards.actions.controls import edit_control, unlink_control
from hazards.actions.estimates import edit_assumption
from hazards.actions.evidence import edit_evidence
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.choices import AssumptionState, EvidenceOf, EvidenceResult
from hazards.models import Control, Estimate, Evidence, Hazard, Plan
from products.actions import end_membership
from products.choices import Role
from products.models import Membership, Product, Release
from reviews.actions.acceptances import Accepting, accept_risks
from reviews.choices import Meaning, SubjectKind
from reviews.models import Acceptance, SignOff
from reviews.signing.subjects import acceptance_subject
from tests.audit.record import contents
from tests.factories import join
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    an_assumption,
    an_estimate,
    verify,
)
from tests.reviews.acceptances import DAY, refusal, stands
from tests.reviews.factories import (
    WHY,
    a_hazard_to_accept,
    a_residual_estimate,
    accept,
    accepting,
    proof,
    risk_of,
)

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
