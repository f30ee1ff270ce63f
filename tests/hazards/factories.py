"""Things of the hazard log for tests, made by the same actions as people use."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.controls import add_control, set_control_state
from hazards.actions.estimates import add_assumption, record_estimate
from hazards.actions.evidence import add_evidence
from hazards.actions.hazards import create_hazard, make_live
from hazards.actions.matrix_versions import edit_matrix
from hazards.choices import (
    ControlState,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    Stage,
)
from hazards.matrix_reading import MatrixReading
from hazards.models import (
    Assumption,
    Cause,
    Control,
    Estimate,
    Evidence,
    Harm,
    Hazard,
    LikelihoodLevel,
    SeverityLevel,
)
from hazards.queries import current_matrix
from products.models import Product, Release

#: The way to a state, one allowed step after the other.
WAY_TO = {
    ControlState.PROPOSED: (),
    ControlState.AGREED: (ControlState.AGREED,),
    ControlState.IMPLEMENTED: (ControlState.AGREED, ControlState.IMPLEMENTED),
    ControlState.VERIFIED: (ControlState.AGREED, ControlState.IMPLEMENTED, ControlState.VERIFIED),
    ControlState.WITHDRAWN: (ControlState.WITHDRAWN,),
}


def a_hazard(
    product: Product, by: User, name: str = "A repeat continues after its reason ended", **more: Any
) -> Hazard:
    """A draft hazard."""
    return create_hazard(product=product, by=by, name=name, **more)


def a_live_hazard(product: Product, by: User, **more: Any) -> Hazard:
    """A live hazard with one harm; ``by`` is a clinical safety officer."""
    hazard = a_hazard(product, by, **more)
    a_harm(hazard, by)
    return make_live(hazard=hazard, by=by)


def a_cause(
    hazard: Hazard, by: User, text: str = "Nobody reviews the prescription", **more: Any
) -> Cause:
    """A cause of a hazard."""
    return add_cause(hazard=hazard, by=by, text=text, **more)


def a_harm(hazard: Hazard, by: User, text: str = "The patient bleeds", **more: Any) -> Harm:
    """A harm of a hazard."""
    return add_harm(hazard=hazard, by=by, text=text, **more)


def a_control(
    hazard: Hazard,
    by: User,
    text: str = "A clinician reviews every prescription once a year",
    **more: Any,
) -> Control:
    """A proposed control on a hazard, the manufacturer's unless told otherwise."""
    return add_control(hazard=hazard, by=by, text=text, **({"party": "manufacturer"} | more))


def some_evidence(
    controls: Control | Iterable[Control], by: User, title: str = "Test run 12", **more: Any
) -> Evidence:
    """Planned evidence about a control or several."""
    about = [controls] if isinstance(controls, Control) else controls
    return add_evidence(controls=about, by=by, title=title, **more)


def passed_evidence(
    control: Control, by: User, release: Release, of: EvidenceOf, **more: Any
) -> Evidence:
    """Complete, passed evidence of a control's implementation or effectiveness."""
    complete: dict[str, Any] = {
        "state": EvidenceState.OBTAINED,
        "of": of,
        "result": EvidenceResult.PASS,
        "dated_on": timezone.localdate(),
        "release_id": release.pk,
        "verifier_id": by.pk,
    }
    return some_evidence(control, by, f"It passed: {of}", **(complete | more))


def bring_to(control: Control, by: User, state: ControlState) -> Control:
    """Take a proposed control step by step to a state that needs no evidence."""
    for step in WAY_TO[state]:
        control = set_control_state(control=control, by=by, state=step, reason="Moved it along")
    return control


def verify(control: Control, by: User, release: Release) -> Control:
    """Take a proposed control to *verified*, with passed evidence of both kinds."""
    for of in EvidenceOf:
        passed_evidence(control, by, release, of)
    return bring_to(control, by, ControlState.VERIFIED)


def levels(
    product: Product, severity: str, likelihood: str
) -> tuple[SeverityLevel, LikelihoodLevel]:
    """The levels with these words in the product's current matrix."""
    matrix = current_matrix(product)
    return (
        SeverityLevel.objects.get(matrix=matrix, word=severity),
        LikelihoodLevel.objects.get(matrix=matrix, word=likelihood),
    )


def an_estimate(
    hazard: Hazard,
    by: User,
    severity: str = "Major",
    likelihood: str = "Low",
    stage: Stage = Stage.INITIAL,
    **more: Any,
) -> Estimate:
    """An estimate of a hazard in the words of its matrix (Major and Low: class 3)."""
    how_bad, how_likely = levels(hazard.product, severity, likelihood)
    return record_estimate(
        hazard=hazard,
        by=by,
        stage=stage,
        severity=how_bad,
        likelihood=how_likely,
        **({"why_severity": "As in the review", "why_likelihood": "Seen once"} | more),
    )


def set_class(matrix: MatrixReading, by: User, severity: str, likelihood: str, number: int) -> None:
    """Give a square of a draft matrix another class."""
    [cell] = [
        each
        for each in matrix.cells
        if (each.severity.word, each.likelihood.word) == (severity, likelihood)
    ]
    assert cell.row is not None
    chosen = next(each for each in matrix.classes if each.number == number)
    edit_matrix(matrix=matrix.version, by=by, changes={cell.row: {"risk_class_id": chosen.pk}})


def an_assumption(product: Product, by: User, **more: Any) -> Assumption:
    """Something that must stay true."""
    return add_assumption(
        product=product, by=by, **({"text": "The formulary is updated every week"} | more)
    )
