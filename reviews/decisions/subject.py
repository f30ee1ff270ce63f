"""What a signature under a decision is bound to: everything that was on the page.

What it says of the log (names, risks of the day, texts of adopted controls) and the dissents that
stood are part of it. They are the log's of today while the decision is open, and stay what was
signed once it is agreed.
"""

from typing import Any

from reviews.choices import FourQuestions, SubjectKind
from reviews.decisions.shapes import DecisionReading, HazardRow, OptionReading, SafeguardReading
from reviews.models import Dissent
from reviews.signing.subjects import Subject, subject_with

_WORDS = (
    "title",
    "question",
    "for_patients",
    "for_product",
    "clinical_view",
    "clinical_would_change",
    "product_view",
    "product_would_change",
    "views_differ",
    *FourQuestions.values,
    "why",
    "review_on",
)
_OF_OPTION = (
    "name",
    "description",
    "evidence",
    "for_patients",
    "for_business",
    "cost",
    "side",
    "is_third",
)
_OF_SAFEGUARD = (
    "answers",
    "kind",
    "text",
    "tier",
    "months",
    "threshold",
    "type",
    "strength",
    "function",
    "party",
)


def decision_subject(reading: DecisionReading) -> Subject:
    """A decision as it is signed. No query where the reading brought everything along."""
    decision = reading.decision
    return subject_with(
        decision.product,
        SubjectKind.DECISION,
        decision.public_id,
        f"decision {decision.reference} “{decision.title}”",
        decision_content(reading),
    )


def decision_content(reading: DecisionReading) -> dict[str, Any]:
    """Everything that a decision says, as plain values (projection 1)."""
    decision, chosen = reading.decision, reading.chosen
    return {
        "product": str(decision.product.public_id),
        "reference": decision.reference,
        **{name: getattr(decision, name) for name in _WORDS},
        "feature": decision.feature.reference if decision.feature else "",
        "release": decision.release.label if decision.release else "",
        "supersedes": decision.supersedes.reference if decision.supersedes else "",
        "chosen": str(chosen.option.public_id) if chosen else "",
        "options": [_option(each) for each in reading.options],
        "triggers": [each.text for each in reading.triggers],
        "dissents": _dissents(reading),
        "log": _log(reading),
    }


def _option(reading: OptionReading) -> dict[str, Any]:
    option = reading.option
    return {
        "id": str(option.public_id),
        **{name: getattr(option, name) for name in _OF_OPTION},
        "hazards": [
            {
                "row": str(cell.row.row.public_id),
                "risk": cell.then.plain() if cell.then else None,
                "why": cell.estimate.why,
            }
            for cell in reading.cells
            if cell.estimate is not None
        ],
        "safeguards": [_safeguard(each) for each in reading.safeguards],
    }


def _safeguard(reading: SafeguardReading) -> dict[str, Any]:
    safeguard = reading.safeguard
    control = safeguard.control if reading.adopts else None
    return {
        **{name: getattr(safeguard, name) for name in _OF_SAFEGUARD},
        "hazards": [str(each.row.public_id) for each in reading.rows],
        "adopts": str(control.public_id) if control else "",
    }


def _dissents(reading: DecisionReading) -> list[dict[str, Any]]:
    """Those that stood when it was signed; whoever disagrees later does not undo a signature."""
    counted = {each["id"] for each in reading.frozen["dissents"]} if reading.frozen else None
    return [
        _dissent(each)
        for each in reading.dissents
        if counted is None or str(each.public_id) in counted
    ]


def _dissent(dissent: Dissent) -> dict[str, Any]:
    return {
        "id": str(dissent.public_id),
        "side": dissent.side,
        "text": dissent.text,
        "by": dissent.recorded_by.name,
    }


def _log(reading: DecisionReading) -> Any:
    if reading.frozen is not None:
        return reading.frozen["log"]
    adopted = [
        each.safeguard.control
        for option in reading.options
        for each in option.safeguards
        if each.adopts and each.safeguard.control is not None
    ]
    return {
        "limit": reading.limit.plain(),
        "hazards": {str(each.row.public_id): _hazard(each) for each in reading.rows},
        "controls": {
            str(control.public_id): {"reference": control.reference, "text": control.text}
            for control in adopted
        },
    }


def _hazard(row: HazardRow) -> dict[str, Any]:
    said = {
        "reference": row.reference,
        "name": row.name,
        "today": row.today.plain() if row.today else None,
    }
    return said if row.is_provisional is None else said | {"is_provisional": row.is_provisional}
