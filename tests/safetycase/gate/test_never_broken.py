"""What no glass and no waiver lets go: what they were not given for, and what nobody may break."""

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.quality import give_waiver, withdraw_waiver
from products.actions import carry_feature
from products.choices import ReleaseState
from products.models import Feature, Product, Release
from reviews.choices import Meaning, TriageOutcome
from safetycase.actions.versions import issue_version
from safetycase.choices import GateDecision
from safetycase.gate.reading import GateReading, read_gate
from safetycase.gate.whose import way_of
from tests.factories import make_feature
from tests.hazards.factories import an_estimate
from tests.reviews.factories import a_residual_estimate
from tests.reviews.rhythm.making import triaged
from tests.safetycase.factories import a_frozen_version, signed_version
from tests.safetycase.gate.factories import (
    a_breakable_release,
    a_passing_release,
    broken_glass,
    in_days,
    send_out,
    some_glass,
    something_unfinished,
)


@pytest.fixture
def passing(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_passing_release(product, cso, clinician, executive)


@pytest.fixture
def untriaged(passing: Release, product: Product, cso: User) -> Feature:
    feature = make_feature(product)
    carry_feature(release=passing, feature=feature, by=cso)
    return feature


def gate_of(release: Release) -> GateReading:
    return read_gate(release.product, release)


def stopped(feature: Feature, by: User) -> None:
    triaged(feature, by, TriageOutcome.STOP, touches=("medicines",), note="Not like this")


def test_a_glass_over_what_nobody_triaged_covers_no_stop(
    passing: Release, untriaged: Feature, cso: User, executive: User
) -> None:
    broken_glass(passing, cso, executive)
    assert gate_of(passing).decision is GateDecision.PASS_WITH_WAIVERS
    stopped(untriaged, cso)
    reading = gate_of(passing)
    assert [each.subject for each in reading.reasons] == [f"stopped-feature:{untriaged.reference}"]
    [step], without = way_of(reading)
    assert untriaged.reference in step.sentence
    assert without is not None
    assert [each.reference for each in without.features] == [untriaged.reference]


def test_a_waiver_of_what_nobody_triaged_covers_no_stop(
    passing: Release, untriaged: Feature, product: Product, cso: User
) -> None:
    [reason] = gate_of(passing).reasons
    give_waiver(
        product=product,
        by=cso,
        hazard=None,
        rule=reason.rule,
        subject=reason.subject,
        because="It changes a colour",
        interim_measures="Somebody looks at each order",
        expires_on=in_days(7),
    )
    assert gate_of(passing).decision is GateDecision.PASS_WITH_WAIVERS
    stopped(untriaged, cso)
    assert gate_of(passing).decision is GateDecision.BLOCKED


def test_never_over_an_unacceptable_risk_that_the_report_does_not_tell_of(
    product: Product, passing: Release, cso: User, clinician: User, executive: User
) -> None:
    """The report was frozen with a waiver, which ended; since then a risk became unacceptable."""
    hazard = something_unfinished(product, cso, passing)
    waiver = give_waiver(
        product=product,
        by=cso,
        hazard=hazard,
        rule="HZ06",
        subject=next(each.subject for each in gate_of(passing).reasons if each.rule == "HZ06"),
        because="The group meets on Monday",
        interim_measures="Dispatches are checked by hand",
        expires_on=in_days(7),
    )
    version = a_frozen_version(product, cso, passing.label)
    signed_version(version, clinician, Meaning.REVIEWED)
    signed_version(version, cso, Meaning.APPROVED)
    signed_version(version, executive, Meaning.AUTHORISED)
    issue_version(baseline=version, by=cso)
    withdraw_waiver(waiver=waiver, by=cso, reason="It took longer")
    broken_glass(passing, cso, executive)
    assert gate_of(passing).decision is GateDecision.PASS_WITH_WAIVERS
    an_estimate(hazard, cso, "Catastrophic", "Very high")
    a_residual_estimate(hazard, cso, "Catastrophic", "Very high")
    reading = gate_of(passing)
    assert {each.rule for each in reading.reasons} == {"HZ06", "SC07"}
    with pytest.raises(NotPossible, match="SC07 on HAZ-002 may not be broken by anybody"):
        some_glass(passing, cso)


def test_never_out_by_a_record_that_was_damaged_since(
    product: Product,
    cso: User,
    clinician: User,
    executive: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = a_breakable_release(product, cso, clinician, executive)
    broken_glass(release, cso, executive)
    monkeypatch.setattr("safetycase.gate.record.verify", lambda **_: iter(["a row was changed"]))
    with pytest.raises(NotPossible, match="only by a record that is whole"):
        send_out(release, cso)
    assert Release.objects.get(pk=release.pk).state == ReleaseState.IN_WORK
    monkeypatch.undo()
    assert send_out(release, cso).state == ReleaseState.RELEASED
