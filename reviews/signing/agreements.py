"""What both sides sign, made known to what finds signatures and judges residual risk."""

from reviews.charter.source import register_charters
from reviews.decisions.sources import register_decisions
from reviews.risk_benefit.answer import register_risk_benefit_answer
from reviews.risk_benefit.source import register_risk_benefits


def register_agreements() -> None:
    """Charters, decisions and clinical risk–benefit analyses."""
    register_charters()
    register_decisions()
    register_risk_benefits()
    register_risk_benefit_answer()
