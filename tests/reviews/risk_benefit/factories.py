"""Clinical risk–benefit analyses for tests, made by the same actions as people use."""

from typing import Any

from accounts.models import User
from hazards.models import Hazard
from products.models import Product
from reviews.actions.risk_benefits import (
    draft_risk_benefit,
    edit_risk_benefit,
    sign_risk_benefit,
)
from reviews.choices import Balance, Meaning
from reviews.models import RiskBenefit, SignOff
from reviews.risk_benefit.now import read_analysis
from reviews.risk_benefit.reading import AnalysisReading
from tests.hazards.factories import a_live_hazard
from tests.reviews.factories import a_residual_estimate, proof

WRITTEN = {
    "why_impracticable": "A second check was tried and delayed urgent doses",
    "benefit": "Fewer thromboses: in the trial 12 in 1,000 a year against 31",
    "who_benefits": "Adults with a mechanical heart valve",
    "who_bears": "The same people, those over 80 most",
    "without": "A paper book that is lost twice a year",
    "evidence": "Trial of 2024; audit of two clinics",
    "balance": Balance.OUTWEIGHS,
    "conclusion": "The thromboses prevented are more, and worse, than the bleeds added",
}


def a_hazard_to_weigh(product: Product, by: User, **more: Any) -> Hazard:
    """A live hazard whose residual risk is unacceptable, and not of the highest class."""
    hazard = a_live_hazard(product, by, **more)
    a_residual_estimate(hazard, by, "Major", "High")
    return hazard


def an_analysis(hazard: Hazard, by: User, **more: Any) -> RiskBenefit:
    """An analysis that may be signed."""
    return edit_risk_benefit(
        analysis=draft_risk_benefit(hazard=hazard, by=by), by=by, changes=WRITTEN | more
    )


def reading_of(analysis: RiskBenefit) -> AnalysisReading:
    """The analysis with its signatures, read anew."""
    reading, _ = read_analysis(analysis)
    return reading


def signed(analysis: RiskBenefit, by: User, meaning: Meaning, **more: Any) -> SignOff:
    """Somebody's signature under an analysis as it stands."""
    return sign_risk_benefit(
        analysis=analysis,
        by=by,
        meaning=meaning,
        confirmed=proof(by),
        **({"seen": reading_of(analysis).subject.fingerprint} | more),
    )


def concluded(analysis: RiskBenefit, cso: User, executive: User) -> RiskBenefit:
    """Have an analysis approved and accepted."""
    signed(analysis, cso, Meaning.APPROVED)
    signed(analysis, executive, Meaning.AUTHORISED)
    return analysis
