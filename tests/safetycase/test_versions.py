"""Freezing, signing, rejecting and issuing a version: who may, in which order, and what refuses."""

import datetime
import hashlib
import json
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import deactivate_person, edit_profile, system_person
from accounts.credentials import HOLDS, Confirmed
from accounts.models import User
from audit.errors import NotAllowed, NotPossible, SideDoor
from audit.models import Entry, Seal
from hazards.actions.causes import add_cause
from hazards.actions.hazards import edit_hazard
from hazards.choices import Stage
from hazards.models import Hazard
from products.actions import edit_release
from products.choices import ReleaseState, Role
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SubjectKind
from reviews.models import SignOff
from reviews.signing.reading import last_signed_by
from safetycase.actions.sections import write_section
from safetycase.actions.versions import freeze_version, issue_version
from safetycase.choices import SectionKey
from safetycase.issuing_rules import VersionState
from safetycase.models import Baseline, Issue
from safetycase.projections import fingerprints_of
from safetycase.since import changes_since, read_since
from safetycase.versions.reading import newest_of, next_version, snapshot_of
from safetycase.versions.signing import new_to
from tests.factories import join, make_person, make_release
from tests.hazards.factories import a_live_hazard, an_estimate
from tests.reviews.factories import a_residual_estimate, accept, proof
from tests.safetycase.version_factories import PHASE, SUMMARY, Ready, ready

__all__ = ["ready"]


# --- Freezing -------------------------------------------------------------------------------------


def test_freezing_keeps_everything_and_signs_as_author(ready: Ready) -> None:
    baseline = ready.freeze()
    assert (baseline.number, baseline.attempt, baseline.replaces) == (1, 1, None)
    assert baseline.sha256 == hashlib.sha256(baseline.content.encode()).hexdigest()
    snapshot = snapshot_of(baseline)
    prints = fingerprints_of(snapshot, baseline.projection)
    assert (prints.log, prints.report) == (baseline.log_fingerprint, baseline.report_fingerprint)
    assert snapshot["document"]["kind"] == "version"
    assert snapshot["document"]["made_by"] == ready.author.name
    assert snapshot["document"]["summary"] == SUMMARY
    assert snapshot["lifecycle_phase"] == PHASE
    assert [each["name"] for each in snapshot["hazards"]] == [
        ready.accepted.name,
        ready.small.name,
    ]
    signed = SignOff.objects.filter(subject_id=baseline.public_id).order_by("pk")
    assert [(each.subject_kind, each.meaning) for each in signed] == [
        (SubjectKind.HAZARD_LOG, Meaning.AUTHORED),
        (SubjectKind.REPORT, Meaning.AUTHORED),
    ]
    assert {each.signed_by_id for each in signed} == {ready.author.pk}
    assert len({each.batch for each in signed}) == 1
    assert [each.fingerprint for each in signed] == [prints.log, prints.report]


def test_a_frozen_version_says_what_is_in_its_text_and_nothing_else(ready: Ready) -> None:
    baseline = ready.freeze()
    assert json.loads(baseline.content) == snapshot_of(baseline)
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"name": "Renamed"}, reason="Clearer")
    assert "Renamed" not in Baseline.objects.get(pk=baseline.pk).content


@pytest.mark.parametrize("person", ["executive", "clinician", "product_manager", "engineer"])
def test_only_the_bridge_and_the_officer_freeze(
    ready: Ready, person: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotAllowed, match="does not let you"):
        ready.freeze(by=request.getfixturevalue(person))
    assert not Baseline.objects.exists()


def test_auditors_and_strangers_freeze_nothing(
    ready: Ready, auditor: User, stranger: User, administrator: User
) -> None:
    for person in (auditor, stranger, administrator):
        with pytest.raises(NotAllowed):
            ready.freeze(by=person)


def test_freezing_asks_for_a_summary_and_a_release_that_there_is(ready: Ready) -> None:
    with pytest.raises(NotPossible, match=r"Say what changed.*Nothing was frozen\."):
        ready.freeze(summary=" \n")
    with pytest.raises(NotPossible, match=r"has no release 9\.9"):
        ready.freeze(release_label="9.9")
    withdrawn = make_release(ready.product, "0.9")
    edit_release(
        release=withdrawn,
        by=ready.cso,
        changes={"state": ReleaseState.WITHDRAWN},
        reason="Never built",
    )
    with pytest.raises(NotPossible, match="was not withdrawn"):
        ready.freeze(release_label="0.9")
    assert not Baseline.objects.exists()


def test_freezing_asks_for_ones_own_fresh_proof(ready: Ready) -> None:
    with pytest.raises(NotAllowed):
        ready_with(ready, proof(ready.cso))
    old = Confirmed(ready.author.pk, "password", timezone.now() - 2 * HOLDS)
    with pytest.raises(NotAllowed):
        ready_with(ready, old)
    assert not Baseline.objects.exists()


def ready_with(ready: Ready, confirmed: Confirmed) -> None:
    freeze_version(
        product=ready.product,
        by=ready.author,
        release_label=ready.release.label,
        phase=PHASE,
        summary=SUMMARY,
        confirmed=confirmed,
    )


def test_freezing_again_overtakes_what_was_frozen_towards_the_same_version(ready: Ready) -> None:
    first, second = ready.freeze(), ready.freeze(summary="Better words")
    assert (second.number, second.attempt) == (1, 2)
    assert ready.read(first).state is VersionState.OVERTAKEN
    assert ready.read(second).state is VersionState.IN_REVIEW
    with pytest.raises(NotPossible, match=r"is overtaken.*Nothing was signed\."):
        ready.sign(first, ready.reviewer, Meaning.REVIEWED)
    found = newest_of(ready.product, 1)
    assert found == second


def test_the_next_version_replaces_the_newest_of_its_release_only(ready: Ready) -> None:
    ready.issue()
    coming = next_version(ready.product, ready.release)
    assert (coming.number, coming.attempt) == (2, 1)
    assert coming.replaces is not None
    assert coming.replaces.number == 1
    other = next_version(ready.product, make_release(ready.product, "2.0.0"))
    assert (other.number, other.attempt, other.replaces) == (2, 1, None)


# --- Four eyes ------------------------------------------------------------------------------------


def test_the_whole_way_by_four_people(ready: Ready) -> None:
    baseline = ready.freeze()
    reading = ready.read(baseline)
    assert reading.state is VersionState.IN_REVIEW
    assert reading.missing == [
        "A second competent person, who is not its author, has not reviewed it.",
        "The hazard log is not approved by a current clinical safety officer.",
        "The report is not approved by a current clinical safety officer.",
        "The accountable executive has not authorised the release.",
    ]
    reviewed = ready.sign(
        baseline, ready.reviewer, Meaning.REVIEWED, comment="Read against the SOP"
    )
    assert [each.subject_kind for each in reviewed] == [SubjectKind.HAZARD_LOG, SubjectKind.REPORT]
    approved = ready.sign(baseline, ready.cso, Meaning.APPROVED)
    assert {each.meaning for each in approved} == {Meaning.APPROVED}
    [authorised] = ready.sign(baseline, ready.executive, Meaning.AUTHORISED)
    assert authorised.subject_kind == SubjectKind.REPORT
    assert ready.read(baseline).state is VersionState.READY
    issue = ready.issue(baseline)
    assert issue.number == 1
    assert ready.read(baseline).state is VersionState.ISSUED


def test_a_signature_copies_who_signed_as_they_were(ready: Ready) -> None:
    baseline = ready.freeze()
    [log, report] = ready.sign(baseline, ready.reviewer, Meaning.REVIEWED, comment=" Well done ")
    for signed in (log, report):
        assert signed.signer_name == "Farah Pharmacist"
        assert signed.signer_role == "Clinician"
        assert signed.registration == "GPhC 2087654"
        assert signed.comment == "Well done"
        assert "I am not its author" in signed.statement
        assert "version 1 of the" in signed.statement
        assert "of Digital Pharmacy" in signed.statement
    edit_profile(
        profile=ready.reviewer.profile, by=system_person(), changes={"name": "Farah Married"}
    )
    again = SignOff.objects.get(pk=report.pk)
    assert again.signer_name == "Farah Pharmacist"


def test_nobody_reviews_their_own_version(ready: Ready) -> None:
    baseline = ready.freeze()
    with pytest.raises(NotPossible, match=r"You froze this version.*Nothing was signed\."):
        ready.sign(baseline, ready.author, Meaning.REVIEWED)


def test_nothing_is_approved_before_its_review_or_authorised_before_its_approval(
    ready: Ready,
) -> None:
    baseline = ready.freeze()
    with pytest.raises(NotPossible, match="reviews this version before"):
        ready.sign(baseline, ready.cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="approves this version before"):
        ready.sign(baseline, ready.executive, Meaning.AUTHORISED)


def test_a_company_with_one_officer_can_issue(ready: Ready) -> None:
    """The officer froze it; a second named person has reviewed the same thing."""
    baseline = ready.freeze(by=ready.cso)
    with pytest.raises(NotPossible, match="A second competent person"):
        ready.sign(baseline, ready.cso, Meaning.APPROVED)
    ready.sign_all(baseline)
    assert ready.issue(baseline).number == 1


def test_the_officers_own_review_is_no_second_pair_of_eyes(ready: Ready) -> None:
    baseline = ready.freeze()
    ready.sign(baseline, ready.cso, Meaning.REVIEWED)
    with pytest.raises(NotPossible, match="before you approve it somebody else"):
        ready.sign(baseline, ready.cso, Meaning.APPROVED)
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    ready.sign(baseline, ready.cso, Meaning.APPROVED)
    assert not any("not approved" in each for each in ready.read(baseline).missing)


def test_who_approved_does_not_authorise(ready: Ready) -> None:
    join(ready.product, ready.cso, Role.ACCOUNTABLE_EXECUTIVE)
    baseline = ready.freeze()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    ready.sign(baseline, ready.cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="somebody else has to authorise"):
        ready.sign(baseline, ready.cso, Meaning.AUTHORISED)


def test_nobody_signs_the_same_twice(ready: Ready) -> None:
    baseline = ready.freeze()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    with pytest.raises(NotPossible, match="already"):
        ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)


@pytest.mark.parametrize(
    ("meaning", "people"),
    [
        (Meaning.REVIEWED, ["executive", "product_manager", "engineer", "auditor", "stranger"]),
        (Meaning.APPROVED, ["executive", "clinician", "engineer", "auditor", "stranger"]),
        (Meaning.AUTHORISED, ["cso", "clinician", "engineer", "auditor", "stranger"]),
        (Meaning.AUTHORED, ["cso", "clinical_product_manager", "auditor"]),
        (Meaning.WITHDRAWN, ["cso", "clinical_product_manager", "auditor"]),
    ],
)
def test_each_signature_asks_for_its_role(
    ready: Ready, meaning: Meaning, people: list[str], request: pytest.FixtureRequest
) -> None:
    baseline = ready.freeze()
    before = SignOff.objects.count()
    for person in people:
        with pytest.raises(NotAllowed, match="does not let you sign"):
            ready.sign(baseline, request.getfixturevalue(person), meaning)
    assert SignOff.objects.count() == before


def test_who_may_not_sign_in_signs_nothing(ready: Ready, administrator: User) -> None:
    baseline = ready.freeze()
    deactivate_person(person=ready.reviewer, by=administrator, reason="Left")
    with pytest.raises(NotAllowed):
        ready.sign(baseline, User.objects.get(pk=ready.reviewer.pk), Meaning.REVIEWED)


def test_somebody_elses_proof_signs_nothing(ready: Ready) -> None:
    baseline = ready.freeze()
    with pytest.raises(NotAllowed, match="Give your password again"):
        ready.sign(baseline, ready.reviewer, Meaning.REVIEWED, confirmed=proof(ready.cso))


def test_only_what_was_on_screen_is_signed(ready: Ready) -> None:
    first, second = ready.freeze(), ready.freeze(summary="Better words")
    # The same content has the same fingerprint; another attempt is another subject all the same.
    assert first.report_fingerprint == second.report_fingerprint
    with pytest.raises(NotPossible, match=r"another version than the one on this page.*"):
        ready.sign(second, ready.reviewer, Meaning.REVIEWED, seen="0" * 64)
    assert not SignOff.objects.filter(meaning=Meaning.REVIEWED).exists()


def test_an_officer_whose_registration_is_old_does_not_approve(ready: Ready) -> None:
    baseline = ready.freeze()
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    long_ago = timezone.localdate() - datetime.timedelta(days=400)
    check = {"registration_checked_on": long_ago}
    edit_profile(profile=ready.cso.profile, by=system_person(), changes=check)
    with pytest.raises(NotPossible, match=r"not checked within twelve months\. Nothing was signed"):
        ready.sign(baseline, ready.cso, Meaning.APPROVED)


def test_an_approval_counts_only_while_its_officer_is_current(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    long_ago = timezone.localdate() - datetime.timedelta(days=400)
    check = {"registration_checked_on": long_ago}
    edit_profile(profile=ready.cso.profile, by=system_person(), changes=check)
    assert ready.read(baseline).state is VersionState.IN_REVIEW
    with pytest.raises(NotPossible, match="not approved by a current clinical safety officer"):
        ready.issue(baseline)


def test_a_withdrawn_signature_counts_no_more(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    review = SignOff.objects.get(
        subject_id=baseline.public_id, meaning=Meaning.REVIEWED, subject_kind=SubjectKind.REPORT
    )
    withdraw_sign_off(
        sign_off=review,
        by=ready.reviewer,
        confirmed=proof(ready.reviewer),
        reason="I missed a hazard",
    )
    reading = ready.read(baseline)
    assert reading.state is VersionState.IN_REVIEW
    with pytest.raises(NotPossible, match="has not reviewed it"):
        ready.issue(baseline)
    [again] = ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    assert again.subject_kind == SubjectKind.REPORT  # that of the hazard log stands
    assert ready.issue(baseline).number == 1


# --- Rejecting ------------------------------------------------------------------------------------


def test_a_rejected_version_is_signed_and_issued_no_more(ready: Ready) -> None:
    baseline = ready.freeze()
    rejection = ready.reject(baseline, ready.reviewer, "HAZ-002 lacks a cause")
    assert rejection.why == "HAZ-002 lacks a cause"
    assert ready.read(baseline).state is VersionState.REJECTED
    with pytest.raises(NotPossible, match="is rejected"):
        ready.sign(baseline, ready.cso, Meaning.REVIEWED)
    with pytest.raises(NotPossible, match="is rejected already"):
        ready.reject(baseline, ready.cso)
    with pytest.raises(NotPossible, match=r"is rejected already\. Nothing was issued\."):
        ready.issue(baseline)
    again = ready.freeze()
    assert again.attempt == 2
    assert ready.read(again).state is VersionState.IN_REVIEW


def test_rejecting_asks_for_a_reason_and_a_role(
    ready: Ready, engineer: User, auditor: User, stranger: User
) -> None:
    baseline = ready.freeze()
    with pytest.raises(NotPossible, match="Say why you reject it"):
        ready.reject(baseline, ready.reviewer, "  ")
    for person in (engineer, auditor, stranger):
        with pytest.raises(NotAllowed):
            ready.reject(baseline, person)
    assert ready.read(baseline).state is VersionState.IN_REVIEW


def test_an_issued_version_is_not_rejected(ready: Ready) -> None:
    issue = ready.issue()
    with pytest.raises(NotPossible, match=r"is issued already\. Nothing was changed\."):
        ready.reject(issue.baseline, ready.reviewer)


# --- Issuing --------------------------------------------------------------------------------------


def test_issuing_seals_the_record_and_names_the_seal(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    newest_signature = Entry.objects.order_by("-pk").first()
    issue = ready.issue(baseline)
    seal = Seal.objects.get(number=issue.seal_number)
    assert seal.sha256 == issue.seal_sha256
    assert newest_signature is not None
    assert seal.entries.filter(entry=newest_signature).exists()
    assert issue.changed_since == ""


def test_what_is_not_signed_by_all_is_not_issued(ready: Ready) -> None:
    baseline = ready.freeze()
    with pytest.raises(NotPossible, match=r"cannot be issued\..*has not reviewed it"):
        ready.issue(baseline)
    ready.sign(baseline, ready.reviewer, Meaning.REVIEWED)
    ready.sign(baseline, ready.cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="executive has not authorised"):
        ready.issue(baseline)
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    "person", ["clinician", "product_manager", "engineer", "auditor", "stranger"]
)
def test_only_who_may_issues(ready: Ready, person: str, request: pytest.FixtureRequest) -> None:
    baseline = ready.sign_all(ready.freeze())
    with pytest.raises(NotAllowed):
        issue_version(baseline=baseline, by=request.getfixturevalue(person))


def test_a_version_is_issued_once(ready: Ready) -> None:
    issue = ready.issue()
    with pytest.raises(NotPossible, match=r"is issued already"):
        ready.issue(issue.baseline)
    assert Issue.objects.count() == 1


def test_an_empty_section_keeps_a_version_from_being_issued(ready: Ready) -> None:
    write_section(
        product=ready.product, key=SectionKey.TEST_ISSUES, by=ready.cso, narrative="  ", reason="x"
    )
    baseline = ready.sign_all(ready.freeze())
    assert ready.read(baseline).state is VersionState.IN_REVIEW
    with pytest.raises(NotPossible, match=r"Sections without a word: 8 Test issues\."):
        ready.issue(baseline)


def test_a_hazard_without_its_estimate_keeps_a_version_from_being_issued(ready: Ready) -> None:
    silent = a_live_hazard(ready.product, ready.cso, name="Nobody estimated this")
    edit_hazard(
        hazard=silent, by=ready.cso, changes={"first_release_id": ready.release.pk}, reason="x"
    )
    baseline = ready.sign_all(ready.freeze())
    with pytest.raises(NotPossible, match=f"{silent.reference}: the initial risk is not estimated"):
        ready.issue(baseline)


def test_a_lapsed_acceptance_keeps_a_version_from_being_issued(ready: Ready) -> None:
    a_residual_estimate(ready.accepted, ready.cso, "Major", "Very low", why_likelihood="Newer")
    a_residual_estimate(ready.accepted, ready.cso, why_likelihood="Newest")
    baseline = ready.sign_all(ready.freeze())
    with pytest.raises(NotPossible, match="the residual risk waits for acceptance"):
        ready.issue(baseline)


def test_an_acceptance_that_lapses_after_freezing_keeps_it_from_being_issued(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    a_residual_estimate(ready.accepted, ready.cso, why_likelihood="A pharmacy reported it")
    with pytest.raises(NotPossible, match=r"As the record is now.*waits for acceptance") as refused:
        ready.issue(baseline, despite_changes=True)
    assert "freeze again" in refused.value.sentence
    assert not Issue.objects.exists()


def test_an_unacceptable_risk_keeps_a_version_from_being_issued(ready: Ready) -> None:
    a_residual_estimate(ready.accepted, ready.cso, "Catastrophic", "Very high")
    baseline = ready.sign_all(ready.freeze())
    with pytest.raises(NotPossible, match="the residual risk is unacceptable"):
        ready.issue(baseline)


def test_what_changed_since_has_to_be_seen(ready: Ready) -> None:
    baseline = ready.sign_all(ready.freeze())
    edit_hazard(
        hazard=ready.small, by=ready.cso, changes={"effect": "The patient waits"}, reason="Clearer"
    )
    with pytest.raises(NotPossible, match=r"has changed since.*1 hazard differs"):
        ready.issue(baseline)
    issue = ready.issue(baseline, despite_changes=True)
    assert issue.changed_since.startswith(f"1 hazard differs ({ready.small.display_reference})")


def test_what_does_not_matter_for_safety_changes_nothing_since(ready: Ready) -> None:
    baseline = ready.freeze()
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    edit_hazard(
        hazard=ready.small,
        by=ready.cso,
        changes={"family": "Access", "review_date": tomorrow, "owner_id": ready.cso.pk},
        reason="Tidied up",
    )
    assert changes_since(baseline, ready.product).is_empty


def test_a_correction_is_a_new_version_that_names_the_old(ready: Ready) -> None:
    first = ready.issue()
    write_section(
        product=ready.product,
        key=SectionKey.INTRODUCTION,
        by=ready.cso,
        narrative="Corrected.",
        reason="A wrong word",
    )
    second = ready.issue()
    assert second.number == 2
    assert second.baseline.replaces == first.baseline
    assert ready.read(first.baseline).state is VersionState.REPLACED
    assert [each["version"] for each in snapshot_of(second.baseline)["revisions"]] == [1]


def test_frozen_and_issued_rows_never_change(ready: Ready) -> None:
    issue = ready.issue()
    for row in (issue, issue.baseline):
        row.number = 7
        with pytest.raises(SideDoor):
            row.save()
        with pytest.raises(SideDoor):
            row.delete()


# --- What is new ----------------------------------------------------------------------------------


def test_changes_since_are_remembered_until_the_record_changes(
    ready: Ready, django_assert_max_num_queries: Any
) -> None:
    baseline = ready.read(ready.freeze()).baseline
    changes_since(baseline, ready.product)
    with django_assert_max_num_queries(6):
        assert changes_since(baseline, ready.product).is_empty
    add_cause(hazard=ready.small, by=ready.cso, text="The letter is sent to an old address")
    [change] = changes_since(baseline, ready.product).hazards
    assert [each.label for each in change.fields] == ["Cause 1"]


def test_gaps_now_are_about_the_release_of_the_version(ready: Ready) -> None:
    baseline = ready.read(ready.freeze()).baseline
    later = make_release(ready.product, "2.0.0")
    silent = a_live_hazard(ready.product, ready.cso, name="Of a later release")
    edit_hazard(hazard=silent, by=ready.cso, changes={"first_release_id": later.pk}, reason="x")
    assert read_since(baseline, ready.product).gaps == []


def test_what_is_new_to_a_signer(ready: Ready) -> None:
    first = ready.freeze()
    reading = ready.read(first)
    assert new_to(ready.reviewer, reading, ready.product).changes is None
    ready.issue(ready.sign_all(first))
    edit_hazard(hazard=ready.small, by=ready.cso, changes={"effect": "x"}, reason="Clearer")
    second = ready.read(ready.freeze())
    signed_before = new_to(ready.reviewer, second, ready.product)
    assert signed_before.you_signed_it
    assert signed_before.sentence == (
        "Since you last signed (version 1), 1 of 2 hazards changed; here it is."
    )
    newcomer = make_person("Nina New")
    seen = new_to(newcomer, second, ready.product)
    assert seen.sentence.startswith("You have not signed a version of this product before.")
    assert last_signed_by(ready.reviewer.pk, ready.product, SubjectKind.REPORT) is not None


def test_an_older_attempt_that_one_signed_is_what_is_compared(ready: Ready) -> None:
    first = ready.freeze()
    ready.sign(first, ready.reviewer, Meaning.REVIEWED)
    hazard = Hazard.objects.get(pk=ready.accepted.pk)
    edit_hazard(hazard=hazard, by=ready.cso, changes={"description": "Longer"}, reason="More")
    second = ready.read(ready.freeze())
    new = new_to(ready.reviewer, second, ready.product)
    assert new.before == first
    assert new.changes is not None
    assert [each.reference for each in new.changes.hazards] == [hazard.display_reference]


def test_an_accepted_risk_stays_accepted_in_the_version(ready: Ready) -> None:
    hazard = a_live_hazard(ready.product, ready.cso, name="Another to accept")
    edit_hazard(
        hazard=hazard, by=ready.cso, changes={"first_release_id": ready.release.pk}, reason="x"
    )
    an_estimate(hazard, ready.cso, stage=Stage.INITIAL)
    a_residual_estimate(hazard, ready.cso)
    accept(hazard, ready.executive)
    [first, *_] = [
        each
        for each in snapshot_of(ready.freeze())["hazards"]
        if each["name"] == "Another to accept"
    ]
    [estimate] = first["residual"]["current"]
    assert estimate["acceptance"] is not None
    assert estimate["acceptance"]["by"] == ready.executive.name
