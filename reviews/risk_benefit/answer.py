"""What the quality rules say of an unacceptable risk once a risk–benefit analysis is known.

SC07 finds the risk, in the package that knows risks; what was concluded about it is known here.
"""

from collections.abc import Mapping, Sequence

from hazards.quality.registry import Asked, register_answer
from hazards.quality.rule import Found
from hazards.reading import HazardReading
from reviews.acceptance.reading import AcceptedRisk, with_acceptances
from reviews.risk_benefit.reading import weighable

RULE, SUBJECT = "SC07", "unacceptable"


def register_risk_benefit_answer() -> None:
    """Let concluded analyses answer SC07's finding about an unacceptable risk."""
    register_answer(RULE, SUBJECT, about_unacceptable_risks)


def about_unacceptable_risks(
    asked: Asked, readings: Sequence[HazardReading]
) -> Mapping[int, Found | None]:
    """Lift what every unacceptable risk of a hazard has a current analysis for; else say what an
    analysis concluded, or that one is the only other way, where the class may be weighed."""
    risks = with_acceptances(readings)
    may = {each.pk for each in weighable([each for risk in risks for each in risk.unacceptable])}
    return {risk.hazard.pk: _answer(risk, may) for risk in risks if _has_one(risk, may)}


def _has_one(risk: AcceptedRisk, may: set[int]) -> bool:
    left = [each for each in risk.unacceptable if each.pk not in risk.borne]
    return not left or all(each.pk in may for each in left)


def _answer(risk: AcceptedRisk, may: set[int]) -> Found | None:
    if not risk.is_unacceptable:
        return None
    numbers = ", ".join(str(each.analysis.number) for each in risk.re_appraised)
    if numbers:
        return Found(
            f"Risk–benefit analysis {numbers} concluded that the clinical benefit does not "
            "outweigh its residual risk: the project is re-appraised. Change the scope, or add "
            "controls and estimate again.",
            "residual",
            SUBJECT,
        )
    worst = max(each.class_number for each in risk.unacceptable if each.pk in may)
    return Found(
        f"Its residual risk (class {worst}) is unacceptable: add controls or change the scope. "
        "Where further control is impracticable, only a concluded clinical risk–benefit analysis "
        "bears it (clause 6.2).",
        "residual",
        SUBJECT,
    )
