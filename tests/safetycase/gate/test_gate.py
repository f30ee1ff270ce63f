"""The gate of a release, read from the record."""

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard
from hazards.actions.quality import give_waiver, withdraw_waiver
from hazards.models import Hazard
from hazards.quality.storing import evaluate
from products.actions import carry_feature, create_release, drop_feature, edit_release
from products.choices import ReleaseState
from products.models import Product, Release
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning
from reviews.models import SignOff
from safetycase.actions.versions import issue_version
from safetycase.choices import GateDecision
from safetycase.gate.effort import Effort
from safetycase.gate.outlook import one_line
from safetycase.gate.reading import as_json, gate_for_page, gate_in_brief, read_gate
from safetycase.gate.whose import way_of
from safetycase.models import Baseline, GateResult, Issue
from safetycase.versions.reading import PARTS
from tests.factories import LONG_AGO, make_feature, make_release
from tests.hazards.factories import a_live_hazard, an_estimate
from tests.reviews.factories import proof
from tests.safetycase.factories import (
    a_frozen_version,
    a_hazard_in_scope,
    a_ready_version,
    a_report_to_freeze,
    an_issued_version,
)
from tests.safetycase.gate.factories import (
    a_blocked_release,
    a_breakable_release,
    a_later_release,
    a_passing_release,
    an_approved_version,
    in_days,
    send_out,
    something_blocks,
)


@pytest.fixture
def passing(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_passing_release(product, cso, clinician, executive)


@pytest.fixture
def issued(product: Product, cso: User, clinician: User, executive: User) -> Issue:
    """The issued report of 1.0.0."""
    a_passing_release(product, cso, clinician, executive)
    return issue_version(baseline=Baseline.objects.get(), by=cso)


def rules(release: Release) -> list[str]:
    return sorted({each.rule for each in read_gate(release.product, release).reasons})


def withdrawn(by: User, meaning: Meaning) -> None:
    """Take back what somebody signed."""
    for signed in SignOff.objects.filter(signed_by=by, meaning=meaning, subject_kind__in=PARTS):
        withdraw_sign_off(sign_off=signed, by=by, confirmed=proof(by), reason="I read another log")


def decision(release: Release) -> GateDecision:
    return read_gate(release.product, release).decision


# --- By the rules ---------------------------------------------------------------------------------


def test_a_release_with_an_approved_version_and_nothing_against_it_passes(passing: Release) -> None:
    assert decision(passing) is GateDecision.PASS


def test_every_rule_has_its_say(passing: Release, product: Product, cso: User) -> None:
    something_blocks(product, cso, passing)
    assert rules(passing) == ["DO01", "SC02"], "it stands in no log that was approved"


def test_what_is_approved_is_the_log_as_it_goes_out(
    passing: Release, product: Product, cso: User, clinician: User, executive: User
) -> None:
    """Each version of the log is approved (3.3.2): a clean hazard that came after it too."""
    a_hazard_in_scope(product, cso, passing, name="A dose is given twice")
    [reason] = read_gate(product, passing).reasons
    assert (reason.rule, reason.subject) == ("DO01", "hazard_log")
    assert "HAZ-002" in reason.message
    with pytest.raises(NotPossible, match="is not the one that was approved"):
        send_out(passing, cso)
    an_approved_version(passing, cso, clinician, executive)
    assert decision(passing) is GateDecision.PASS


def test_the_executive_authorises_where_the_plan_asks_for_it(
    passing: Release, executive: User
) -> None:
    withdrawn(executive, Meaning.AUTHORISED)
    reading = read_gate(passing.product, passing)
    assert [(each.rule, each.subject) for each in reading.reasons] == [("DO01", "report")]
    [step], _ = way_of(reading)
    assert step.sentence == "Authorise the version of the release"
    assert step.who == "Dora Director (accountable executive)"


def test_an_officer_who_approves_is_not_who_reviewed(
    product: Product,
    clinical_product_manager: User,
    cso: User,
    clinician: User,
    executive: User,
) -> None:
    release = a_report_to_freeze(product, cso, executive)
    release.product = product
    a_ready_version(product, clinical_product_manager, clinician, cso, executive)
    assert decision(release) is GateDecision.PASS
    withdrawn(clinician, Meaning.REVIEWED)
    assert rules(release) == ["PE02"]


def test_a_hazard_of_a_later_release_does_not_count(
    passing: Release, product: Product, cso: User
) -> None:
    something_blocks(product, cso, a_later_release(product))
    assert decision(passing) is GateDecision.PASS


def test_a_waiver_lets_it_pass_until_its_day(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    passing = a_blocked_release(product, cso, clinician, executive)
    hazard = Hazard.objects.get(reference="HAZ-002")
    waiver = give_waiver(
        product=product,
        by=cso,
        hazard=hazard,
        rule="SC02",
        subject=read_gate(product, passing).reasons[0].subject,
        because="The group meets on Monday",
        interim_measures="Dispatches are checked by hand",
        expires_on=in_days(7),
    )
    reading = read_gate(product, passing)
    assert reading.decision is GateDecision.PASS_WITH_WAIVERS
    assert reading.content["let_stand"][0]["until"] == in_days(7).isoformat()
    withdraw_waiver(waiver=waiver, by=cso, reason="It took longer")
    assert decision(passing) is GateDecision.BLOCKED


def test_the_fingerprint_is_of_what_it_says(passing: Release, product: Product, cso: User) -> None:
    before = read_gate(product, passing).fingerprint
    assert read_gate(product, passing).fingerprint == before
    something_blocks(product, cso, passing)
    assert read_gate(product, passing).fingerprint != before


def test_the_ways_of_reading_say_the_same(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = a_blocked_release(product, cso, clinician, executive)
    whole = as_json(read_gate(product, release))
    for read in (gate_for_page, gate_in_brief):
        assert as_json(read(product, release))["fingerprint"] == whole["fingerprint"]
    evaluate(product)
    assert as_json(gate_in_brief(product, release))["fingerprint"] == whole["fingerprint"]
    assert set(whole) >= {"decision", "reasons", "fingerprint", "release", "product", "since"}


# --- By the report --------------------------------------------------------------------------------


def test_an_issued_report_judges_its_release(issued: Issue, product: Product, cso: User) -> None:
    release = issued.baseline.release
    something_blocks(product, cso, release)
    reading = read_gate(product, release)
    assert reading.decision is GateDecision.PASS
    assert reading.report == issued
    assert reading.since is not None
    assert [each.rule for each in reading.since.blocking_now] == ["SC02"]
    assert "HAZ-002" in reading.since.summary


def test_what_blocked_when_it_was_frozen_blocks_still(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = a_passing_release(product, cso, clinician, executive)
    hazard = a_live_hazard(product, cso, name="TBC", first_release_id=release.pk)
    an_estimate(hazard, cso, "Minor", "Very low")
    issue = an_issued_version(product, cso, clinician, cso, executive)
    reading = read_gate(product, release)
    assert [each.rule for each in reading.reasons] == ["HZ06"]
    edit_hazard(
        hazard=hazard,
        by=cso,
        changes={"name": "A dose is given to another patient"},
        reason="It had no name yet",
    )
    still = read_gate(product, release)
    assert not still.verdict.passes
    steps, without = way_of(still)
    assert [each.effort.words for each in steps] == ["when all else is done"]
    assert without is None
    again = an_issued_version(product, cso, clinician, cso, executive)
    assert again.number == issue.number + 1
    assert decision(release) is GateDecision.PASS


def test_the_way_of_a_report_that_blocks_leads_to_green(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    """What came since it was frozen would be frozen with the next one, and block that."""
    release = a_breakable_release(product, cso, clinician, executive)
    issue_version(baseline=Baseline.objects.get(), by=cso)
    since = something_blocks(product, cso, release, name="A dose goes to a neighbour")
    steps, _ = way_of(read_gate(product, release))
    assert [each.sentence for each in steps][:2] == [
        "Estimate the initial risk of HAZ-003",
        "Replace the placeholders in HAZ-002",
    ]
    assert [each.effort for each in steps][2:] == [Effort.AT_THE_END]
    an_estimate(since, cso, "Minor", "Very low")
    edit_hazard(
        hazard=Hazard.objects.get(reference="HAZ-002"),
        by=cso,
        changes={"description": ""},
        reason="Nothing more to say",
    )
    an_issued_version(product, cso, clinician, cso, executive)
    assert decision(release) is GateDecision.PASS


def test_a_newer_version_that_is_not_issued_changes_nothing(issued: Issue, cso: User) -> None:
    a_frozen_version(issued.product, cso)
    assert decision(issued.baseline.release) is GateDecision.PASS


def test_an_approval_that_was_withdrawn_approves_nothing(issued: Issue, cso: User) -> None:
    signed = SignOff.objects.filter(signed_by=cso, meaning=Meaning.APPROVED, subject_kind="report")
    withdraw_sign_off(
        sign_off=signed.get(), by=cso, confirmed=proof(cso), reason="I was shown another log"
    )
    assert rules(issued.baseline.release) == ["DO01"]


# --- Going out ------------------------------------------------------------------------------------


def test_a_release_goes_out_with_the_gates_answer(passing: Release, product_manager: User) -> None:
    send_out(passing, product_manager)
    result = GateResult.objects.get()
    assert result.decision == GateDecision.PASS
    assert result.frozen_by == product_manager
    assert result.fingerprint == read_gate(passing.product, passing).fingerprint


def test_a_blocked_release_stays_and_says_why(
    passing: Release, product: Product, cso: User, product_manager: User
) -> None:
    something_blocks(product, cso, passing)
    with pytest.raises(NotPossible, match=r"gate blocks release 1\.0\.0: .* HAZ-002: Estimate"):
        send_out(passing, product_manager)
    assert Release.objects.get().state == ReleaseState.IN_WORK
    assert not GateResult.objects.exists()


def test_other_changes_of_a_release_ask_nobody(product: Product, product_manager: User) -> None:
    release = make_release(product)
    edit_release(release=release, by=product_manager, changes={"summary": "A colour"})
    edit_release(release=release, by=product_manager, changes={"state": ReleaseState.WITHDRAWN})
    assert not GateResult.objects.exists()


def test_nobody_goes_round_the_gate_by_adding_a_release_as_out(
    product: Product, product_manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_three_days, day_of = in_days(3), timezone.localdate
    terms = {"product": product, "by": product_manager, "state": ReleaseState.RELEASED}
    create_release(label="0.9.0", released_on=LONG_AGO, **terms)  # type: ignore[arg-type]
    monkeypatch.setattr(
        "django.utils.timezone.localdate", lambda *at: day_of(*at) if at else in_three_days
    )
    with pytest.raises(NotPossible, match="asks the release gate"):
        create_release(label="1.0.0", released_on=in_three_days, **terms)  # type: ignore[arg-type]


# --- What to do about it --------------------------------------------------------------------------


def test_the_steps_lead_to_the_very_place_and_say_whose_move_it_is(
    product: Product, cso: User, clinician: User, executive: User, engineer: User
) -> None:
    release = a_blocked_release(product, cso, clinician, executive)
    [step], without = way_of(read_gate(product, release))
    assert step.sentence == "Estimate the initial risk of HAZ-002"
    assert step.url == f"/products/{product.slug}/hazards/HAZ-002/#hazard-risk"
    assert step.who == "Clara Officer (clinical safety officer)"
    assert without is not None
    assert without.why_not == "HAZ-002 stays: it was placed in release 1.0.0 by hand."


def test_drop_the_feature_and_it_passes(passing: Release, product: Product, cso: User) -> None:
    feature = make_feature(product)
    carry_feature(release=passing, feature=feature, by=cso)
    hazard = a_live_hazard(product, cso, name="A dose is given twice")
    link_feature(hazard=hazard, feature=feature, by=cso)
    reading = read_gate(product, passing)
    assert not reading.verdict.passes
    _, without = way_of(reading)
    assert without is not None
    assert without.sentence == "Drop FEAT-1 and it passes (HAZ-002 leaves with it)."
    drop_feature(release=passing, feature=feature, by=cso)
    assert decision(passing) is GateDecision.PASS


def test_what_the_approved_log_holds_leaves_with_new_signatures(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = a_report_to_freeze(product, cso, executive)
    release.product = product
    feature = make_feature(product)
    carry_feature(release=release, feature=feature, by=cso)
    hazard = a_live_hazard(product, cso, name="A dose is given twice")
    link_feature(hazard=hazard, feature=feature, by=cso)
    an_approved_version(release, cso, clinician, executive)
    reading = read_gate(product, release)
    assert not any(each.waits_for_version for each in reading.reasons)
    _, without = way_of(reading)
    assert without is not None
    assert without.sentence == (
        "Drop FEAT-1 and nothing of the log blocks, and only the version's signatures are left "
        "(HAZ-002 leaves with it)."
    )
    drop_feature(release=release, feature=feature, by=cso)
    assert decision(release) is GateDecision.BLOCKED
    assert all(each.waits_for_version for each in read_gate(product, release).reasons)


def test_a_hazard_that_nobody_placed_counts(passing: Release, product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso, name="A dose is given twice")
    assert decision(passing) is GateDecision.BLOCKED
    link_feature(hazard=hazard, feature=make_feature(product), by=cso)
    assert decision(passing) is GateDecision.BLOCKED, "nobody took that feature out of a release"


# --- In one line ----------------------------------------------------------------------------------


def test_no_release_no_line(product: Product) -> None:
    assert one_line(product) is None


def test_the_line_says_what_is_missing_and_whose_move_it_is(
    product: Product, cso: User, clinician: User, executive: User
) -> None:
    release = a_blocked_release(product, cso, clinician, executive)
    line = one_line(product)
    assert line is not None
    assert line.can_go is False
    assert line.sentence == "No: 1 thing blocks release 1.0.0."
    assert line.who == "Clara Officer (clinical safety officer)"
    assert line.url == f"/products/{product.slug}/releases/{release.label}/gate/"


def test_the_line_says_yes(passing: Release) -> None:
    line = one_line(passing.product)
    assert line is not None
    assert (line.can_go, line.first) == (True, None)


def test_the_line_never_says_yes_before_the_rules_have_looked(
    passing: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hazards.quality.freshness.AT_ONCE", 0)
    line = one_line(passing.product)
    assert line is not None
    assert line.can_go is None
    assert "Not known yet" in line.sentence
