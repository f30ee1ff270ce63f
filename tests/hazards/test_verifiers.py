"""What a verifier vouches for is said by the verifier, or by somebody with a clinical role."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.controls import set_control_state
from hazards.actions.evidence import edit_evidence, link_evidence, withdraw_evidence
from hazards.choices import ControlState, EvidenceOf, EvidenceResult, EvidenceState
from hazards.models import Control, Evidence
from products.models import Product, Release
from tests.factories import make_release
from tests.hazards.factories import a_control, a_hazard, bring_to, passed_evidence, some_evidence
from tests.people import ClientOf

BY_THE_VERIFIER = "What a verifier saw is recorded by the verifier"


@pytest.fixture
def control(product: Product, cso: User) -> Control:
    return a_control(a_hazard(product, cso), cso)


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


@pytest.fixture
def verified(control: Control, clinician: User, release: Release) -> Evidence:
    """Evidence that the clinician verified."""
    return passed_evidence(control, clinician, release, EvidenceOf.EFFECTIVENESS)


@pytest.mark.parametrize("who", ["engineer", "product_manager"])
def test_who_writes_the_log_records_what_they_saw_themselves(
    control: Control, release: Release, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    for of in EvidenceOf:
        passed_evidence(control, person, release, of)
    bring_to(control, person, ControlState.VERIFIED)
    assert Control.objects.get().state == ControlState.VERIFIED


@pytest.mark.parametrize("who", ["engineer", "product_manager"])
@pytest.mark.parametrize("state", EvidenceState)
def test_they_name_nobody_else(
    control: Control,
    release: Release,
    clinician: User,
    who: str,
    state: EvidenceState,
    request: pytest.FixtureRequest,
) -> None:
    person = request.getfixturevalue(who)
    obtained: dict[str, Any] = {"verifier_id": clinician.pk, "state": state}
    if state is EvidenceState.PLANNED:
        obtained |= {"result": "", "dated_on": None}
    with pytest.raises(NotAllowed, match=BY_THE_VERIFIER) as refused:
        passed_evidence(control, person, release, EvidenceOf.EFFECTIVENESS, **obtained)
    assert "Nothing was saved." in refused.value.sentence
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("who", ["cso", "clinical_product_manager", "clinician"])
def test_a_clinical_role_names_somebody_else(
    control: Control, release: Release, engineer: User, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    made = passed_evidence(
        control, person, release, EvidenceOf.EFFECTIVENESS, verifier_id=engineer.pk
    )
    assert made.verifier == engineer


def test_a_planned_test_with_a_named_verifier_is_not_passed_for_them(
    control: Control, clinician: User, engineer: User, release: Release
) -> None:
    planned = some_evidence(control, clinician, verifier_id=clinician.pk)
    edit_evidence(
        evidence=planned, by=engineer, changes={"title": "Run 13", "link": "https://x.example/y"}
    )
    passed: dict[str, Any] = {
        "state": EvidenceState.OBTAINED,
        "of": EvidenceOf.EFFECTIVENESS,
        "result": EvidenceResult.PASS,
        "dated_on": timezone.localdate(),
        "release_id": release.pk,
    }
    with pytest.raises(NotAllowed, match=BY_THE_VERIFIER):
        edit_evidence(evidence=planned, by=engineer, changes=passed)
    edit_evidence(evidence=planned, by=engineer, changes=passed | {"verifier_id": None})
    edit_evidence(evidence=planned, by=clinician, changes={"verifier_id": clinician.pk})
    assert Evidence.objects.get().verifier == clinician


@pytest.mark.parametrize(
    "changes",
    [
        {"of": EvidenceOf.IMPLEMENTATION},
        {"result": EvidenceResult.FAIL},
        {"link": "https://x.example/y"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_what_somebody_verified_is_not_reworded_for_them(
    verified: Evidence, engineer: User, clinician: User, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed, match=BY_THE_VERIFIER):
        edit_evidence(evidence=verified, by=engineer, changes=changes)
    edit_evidence(evidence=verified, by=clinician, changes=changes)


def test_it_does_not_speak_for_another_control_without_them(
    verified: Evidence, control: Control, cso: User, engineer: User
) -> None:
    other = a_control(control.links.get().hazard, cso, "Another control")
    with pytest.raises(NotAllowed, match=BY_THE_VERIFIER):
        link_evidence(evidence=verified, control=other, by=engineer)
    link_evidence(evidence=verified, control=other, by=cso)


def test_taking_back_needs_no_verifier(
    control: Control, cso: User, engineer: User, release: Release
) -> None:
    for of in EvidenceOf:
        evidence = passed_evidence(control, cso, release, of)
    bring_to(control, cso, ControlState.VERIFIED)
    withdraw_evidence(evidence=evidence, by=engineer, reason="The run was of another build")
    assert Control.objects.get().state == ControlState.IMPLEMENTED
    with pytest.raises(NotPossible, match="cannot be called verified"):
        set_control_state(control=Control.objects.get(), by=engineer, state=ControlState.VERIFIED)


def form_of(control: Control, verified: Evidence | None = None) -> str:
    hazard = control.links.get().hazard
    if verified is None:
        return reverse(
            "evidence_add", args=[control.product.slug, hazard.reference, control.reference]
        )
    return reverse("evidence_edit", args=[control.product.slug, hazard.reference, verified.pk])


def test_the_form_offers_whom_one_may_name(
    control: Control, cso: User, clinician: User, engineer: User, client_of: ClientOf
) -> None:
    page = client_of(engineer).get(form_of(control)).content.decode()
    assert "Ed Engineer</option>" in page
    assert "Clara Officer</option>" not in page
    assert "You, where you looked at it." in page
    page = client_of(clinician).get(form_of(control)).content.decode()
    assert "Clara Officer</option>" in page
    assert "You, where you looked at it." not in page


def test_a_refusal_stands_in_the_form_with_what_was_typed(
    verified: Evidence, control: Control, engineer: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    answer = client.post(
        form_of(control, verified),
        {
            "title": "Typed with care",
            "state": "obtained",
            "of": "effectiveness",
            "result": "fail",
            "verifier": verified.verifier_id,
            "dated_on": timezone.localdate().isoformat(),
            "release": verified.release_id,
            "base_version": verified.version,
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert BY_THE_VERIFIER in page
    assert "Typed with care" in page
