"""Going out in spite of the gate: by officer and executive together, and never in spite of all."""

import datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains, assertNotContains

from accounts.actions import edit_profile, system_person
from accounts.models import Notification, User
from audit.errors import NotAllowed, NotPossible
from audit.timeline import timeline_of
from products.actions.jobs import finish_job, request_job, start_job
from products.choices import ReleaseState, Role
from products.models import Product, Release
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning
from reviews.models import Rejection
from safetycase.actions.gate import reject_break_glass
from safetycase.checking import CHECK_JOB
from safetycase.choices import GateDecision
from safetycase.gate.reading import read_gate
from safetycase.gate.signing import glass_subject, glasses_waiting, read_glasses
from safetycase.models import BreakGlass, GateResult
from safetycase.snapshot.gate import gate_shape
from tests.factories import join
from tests.hazards.factories import an_estimate
from tests.people import ClientOf
from tests.reviews.factories import a_residual_estimate, proof
from tests.safetycase.gate.factories import (
    a_breakable_release,
    a_passing_release,
    broken_glass,
    in_days,
    send_out,
    signed_glass,
    some_glass,
    something_blocks,
    something_unfinished,
)


@pytest.fixture
def blocked(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_breakable_release(product, cso, clinician, executive)


def decision(release: Release) -> GateDecision:
    return read_gate(release.product, release).decision


def test_both_sign_and_it_goes_out(blocked: Release, cso: User, executive: User) -> None:
    glass = some_glass(blocked, executive)
    assert decision(blocked) is GateDecision.BLOCKED
    [told] = Notification.objects.all()
    assert told.person == cso
    assert "Dora Director asks for your signature" in told.text
    [waiting] = glasses_waiting(blocked.product)
    assert waiting.missing == [Meaning.APPROVED, Meaning.AUTHORISED]
    signed_glass(glass, executive, Meaning.AUTHORISED)
    assert decision(blocked) is GateDecision.BLOCKED, "one alone is not enough"
    signed_glass(glass, cso, Meaning.APPROVED)
    reading = read_gate(blocked.product, blocked)
    assert reading.decision is GateDecision.PASS_WITH_WAIVERS
    assert not glasses_waiting(blocked.product)
    assert reading.content["broken"]["break_glass"] == str(glass.public_id)
    assert [each["rule"] for each in reading.content["broken"]["reasons"]] == ["HZ06"]
    send_out(blocked, cso)
    assert GateResult.objects.get().decision == GateDecision.PASS_WITH_WAIVERS


def test_it_ends_with_its_day(
    blocked: Release, cso: User, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_glass(blocked, cso, executive, expires_on=timezone.localdate())
    assert decision(blocked) is GateDecision.PASS_WITH_WAIVERS
    tomorrow = in_days(1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: tomorrow)
    assert decision(blocked) is GateDecision.BLOCKED


def test_a_withdrawn_signature_closes_it(blocked: Release, cso: User, executive: User) -> None:
    glass = some_glass(blocked, cso)
    signed_glass(glass, cso, Meaning.APPROVED)
    signed = signed_glass(glass, executive, Meaning.AUTHORISED)
    withdraw_sign_off(
        sign_off=signed, by=executive, confirmed=proof(executive), reason="The old release is back"
    )
    assert decision(blocked) is GateDecision.BLOCKED


def test_what_comes_after_it_blocks_and_cannot_be_signed(
    blocked: Release, cso: User, executive: User
) -> None:
    glass = some_glass(blocked, cso)
    signed_glass(glass, cso, Meaning.APPROVED)
    something_unfinished(blocked.product, cso, blocked, name="A dose goes to a neighbour")
    with pytest.raises(NotPossible, match="2 more block the release"):
        signed_glass(glass, executive, Meaning.AUTHORISED)
    assert decision(blocked) is GateDecision.BLOCKED


def test_one_person_never_signs_for_both(blocked: Release, cso: User) -> None:
    join(blocked.product, cso, Role.ACCOUNTABLE_EXECUTIVE)
    glass = some_glass(blocked, cso)
    signed_glass(glass, cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="somebody else signs it"):
        signed_glass(glass, cso, Meaning.AUTHORISED)


def test_nobody_signs_twice_or_as_something_else(blocked: Release, cso: User) -> None:
    glass = some_glass(blocked, cso)
    signed_glass(glass, cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="approved already"):
        signed_glass(glass, cso, Meaning.APPROVED)
    with pytest.raises(NotAllowed):
        signed_glass(glass, cso, Meaning.AUTHORISED)
    with pytest.raises(NotAllowed):
        signed_glass(glass, cso, Meaning.REVIEWED)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"why": "  "}, "Say why the release cannot wait"),
        ({"interim_measures": "n/a"}, "Say what protects patients"),
        ({"expires_on": timezone.localdate() - datetime.timedelta(days=1)}, "30 days at most"),
        ({"expires_on": timezone.localdate() + datetime.timedelta(days=31)}, "30 days at most"),
    ],
)
def test_the_terms_have_to_do(
    blocked: Release, cso: User, terms: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotPossible, match=sentence):
        some_glass(blocked, cso, **terms)
    assert not BreakGlass.objects.exists()


def test_the_last_day_that_is_possible(blocked: Release, cso: User) -> None:
    assert some_glass(blocked, cso, expires_on=in_days(30)).expires_on == in_days(30)


def test_only_officer_and_executive_ask(
    blocked: Release, product_manager: User, clinical_product_manager: User
) -> None:
    for person in (product_manager, clinical_product_manager):
        with pytest.raises(NotAllowed):
            some_glass(blocked, person)


def test_nothing_to_break(product: Product, cso: User, clinician: User, executive: User) -> None:
    release = a_passing_release(product, cso, clinician, executive)
    with pytest.raises(NotPossible, match="nothing to break"):
        some_glass(release, cso)


# --- Never ----------------------------------------------------------------------------------------


def test_never_over_an_unacceptable_residual_risk(blocked: Release, cso: User) -> None:
    hazard = something_blocks(blocked.product, cso, blocked, name="A dose goes to a neighbour")
    an_estimate(hazard, cso, "Catastrophic", "Very high")
    a_residual_estimate(hazard, cso, "Catastrophic", "Very high")
    with pytest.raises(NotPossible, match="SC07 on HAZ-003 may not be broken by anybody"):
        some_glass(blocked, cso)


def test_never_over_a_risk_that_nobody_has_estimated(blocked: Release, cso: User) -> None:
    """It may be the one that nobody may accept, and to estimate it takes minutes."""
    something_blocks(blocked.product, cso, blocked, name="A dose goes to a neighbour")
    with pytest.raises(NotPossible, match="Estimate its initial risk"):
        some_glass(blocked, cso)


def test_never_over_a_log_that_is_not_approved(
    blocked: Release, cso: User, clinician: User
) -> None:
    from reviews.models import SignOff

    for kind in ("hazard_log", "report"):
        signed = SignOff.objects.get(signed_by=cso, meaning=Meaning.APPROVED, subject_kind=kind)
        withdraw_sign_off(
            sign_off=signed, by=cso, confirmed=proof(cso), reason="I was shown another log"
        )
    with pytest.raises(NotPossible, match="DO01 may not be broken by anybody"):
        some_glass(blocked, cso)


def test_never_without_a_current_officer(blocked: Release, cso: User, executive: User) -> None:
    glass = some_glass(blocked, executive)
    signed_glass(glass, executive, Meaning.AUTHORISED)
    signed_glass(glass, cso, Meaning.APPROVED)
    edit_profile(profile=cso.profile, by=system_person(), changes={"registration_checked_on": None})
    assert decision(blocked) is GateDecision.BLOCKED
    with pytest.raises(NotPossible, match="PE01 may not be broken by anybody"):
        some_glass(blocked, executive)


def test_never_over_a_damaged_record(
    blocked: Release, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safetycase.gate.record.verify", lambda **_: iter(["a row was changed"]))
    with pytest.raises(NotPossible, match="1 finding: the record is not as it was written"):
        some_glass(blocked, executive)


def a_check(product: Product, by: User, findings: list[str]) -> None:
    job = request_job(product=product, by=by, kind=CHECK_JOB)
    start_job(job=job)
    finish_job(job=job, result={"findings": findings, "checked": {}})


def test_a_long_record_is_checked_in_the_background_first(
    blocked: Release, cso: User, executive: User, settings: Any
) -> None:
    settings.CHECK_AT_ONCE = 1
    with pytest.raises(NotPossible, match="ask for a check"):
        some_glass(blocked, cso)
    a_check(blocked.product, cso, ["hazards_hazard 1: changed"])
    with pytest.raises(NotPossible, match="found it damaged"):
        some_glass(blocked, cso)
    a_check(blocked.product, cso, [])
    broken_glass(blocked, cso, executive)
    assert decision(blocked) is GateDecision.PASS_WITH_WAIVERS
    a_check(blocked.product, cso, ["hazards_hazard 1: changed"])
    assert decision(blocked) is GateDecision.BLOCKED, "what was found later counts too"


def test_never_for_a_release_that_is_out(blocked: Release, cso: User, executive: User) -> None:
    broken_glass(blocked, cso, executive)
    out = send_out(blocked, cso)
    out.product = blocked.product
    assert out.state == ReleaseState.RELEASED
    with pytest.raises(NotPossible, match="released already"):
        some_glass(out, cso)


def test_what_it_says_is_what_is_signed(blocked: Release, cso: User) -> None:
    glass = some_glass(blocked, cso)
    [reading] = read_glasses([glass])
    assert reading.state == "Waits for signatures"
    assert [each.told_by for each in read_gate(blocked.product, blocked).reasons] == list(
        reading.breaks
    )
    assert "in spite of the gate, until" in reading.subject.label


# --- Refused --------------------------------------------------------------------------------------


def rejected_glass(glass: BreakGlass, by: User) -> Rejection:
    seen = glass_subject(glass).fingerprint
    return reject_break_glass(glass=glass, by=by, seen=seen, reason="Monday is soon enough")


def test_the_second_person_rejects_it_with_a_reason(
    blocked: Release, cso: User, executive: User, client_of: ClientOf
) -> None:
    glass = some_glass(blocked, cso)
    signed_glass(glass, cso, Meaning.APPROVED)
    page = reverse("break_glass", args=[blocked.product.slug, blocked.label, glass.public_id])
    browser = client_of(executive)
    assertContains(browser.get(page), f"{page}reject/")
    assertNotContains(client_of(cso).get(page), f"{page}reject/")
    sent = {"reason": "Monday is soon enough", "seen": glass_subject(glass).fingerprint}
    assert browser.post(f"{page}reject/", sent)["Location"] == page

    shown = browser.get(page)
    for words in ("Rejected", "nobody can sign it", "Monday is soon enough", "Dora Director"):
        assertContains(shown, words)
    assertNotContains(shown, "Authorise it")
    assert Notification.objects.filter(person=cso, text__contains="Dora Director rejected").exists()
    [reading] = read_glasses([glass])
    assert (reading.state, reading.holds) == ("Rejected", False)
    assert not glasses_waiting(blocked.product)
    with pytest.raises(NotPossible, match="ask for another"):
        signed_glass(glass, executive, Meaning.AUTHORISED)
    with pytest.raises(NotPossible, match="rejected already"):
        rejected_glass(glass, cso)
    assert timeline_of({Rejection: list(Rejection.objects.values_list("pk", flat=True))})
    broken_glass(blocked, cso, executive)
    assert decision(blocked) is GateDecision.PASS_WITH_WAIVERS, "another one may be asked for"


def test_who_signed_it_withdraws_and_what_is_in_force_is_not_rejected(
    blocked: Release, cso: User, executive: User, engineer: User
) -> None:
    glass = some_glass(blocked, executive)
    signed_glass(glass, cso, Meaning.APPROVED)
    with pytest.raises(NotPossible, match="withdraw your signature instead"):
        rejected_glass(glass, cso)
    with pytest.raises(NotAllowed):
        rejected_glass(glass, engineer)
    signed_glass(glass, executive, Meaning.AUTHORISED)
    with pytest.raises(NotPossible, match="it is in force"):
        rejected_glass(glass, executive)


# --- Printed --------------------------------------------------------------------------------------


def printed(release: Release) -> str:
    """The gate's part of a report on the release, as plain words."""
    shape = gate_shape(release.product, release)
    report = {"snapshot": {"gate": shape, "document": {"kind": "version"}}, "anchors": {}}
    html = render_to_string("pdf/parts/gate.html", {"report": report})
    return " ".join(strip_tags(html).split())


def test_a_report_prints_the_glass_while_it_holds_and_after(
    blocked: Release, cso: User, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = some_glass(blocked, cso)
    assert "In spite of the gate" not in printed(blocked), "nobody has signed it"
    rejected_glass(waits, executive)
    glass = broken_glass(blocked, cso, executive)
    shape = gate_shape(blocked.product, blocked)
    assert shape["decision"] == GateDecision.PASS_WITH_WAIVERS
    assert [each["rule"] for each in shape["reasons"]] == ["HZ06"], "judged by it, it counts again"
    until = f"until {glass.expires_on:%-d %B %Y}"
    told = [until, glass.why, glass.interim_measures, "HZ06", "Clara Officer", "Dora Director"]
    page = printed(blocked)
    assert not [each for each in [*told, "may go out: the glass is broken"] if each not in page]

    send_out(blocked, cso)
    later = in_days(8)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: later)
    page = printed(blocked)
    assert not [each for each in [*told, "the release went out under it"] if each not in page]
    assert "Over" in page
    assert gate_shape(blocked.product, blocked)["decision"] == GateDecision.BLOCKED
