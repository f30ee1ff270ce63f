"""One analysis against its hazard as it is now, and what keeps somebody from signing it."""

from accounts.models import User
from hazards.models import Hazard
from reviews.acceptance.reading import AcceptedRisk, read_acceptances
from reviews.choices import Meaning
from reviews.models import RiskBenefit
from reviews.plan.reading import current_officer
from reviews.risk_benefit.reading import AnalysisReading, analyses_of, read_analyses
from reviews.risk_benefit.rules import AnalysisState


def read_analysis(analysis: RiskBenefit) -> tuple[AnalysisReading, AcceptedRisk]:
    """An analysis as it is now, with its signatures, and its hazard read whole."""
    row = analyses_of(analysis.product).get(pk=analysis.pk)
    row.product = analysis.product
    [risk] = read_acceptances([Hazard.objects.get(pk=row.hazard_id)])
    [reading] = read_analyses([row], {row.hazard_id: risk.reading}, risk.why_moved)
    return reading, risk


def against_signing_analysis(reading: AnalysisReading, by: User, meaning: Meaning) -> list[str]:
    """Why a person whose role signs analyses cannot sign this one now; empty when they can."""
    signed, row = reading.signatures, reading.analysis
    other = Meaning.AUTHORISED if meaning is Meaning.APPROVED else Meaning.APPROVED
    if reading.state is AnalysisState.DROPPED:
        return ["It was dropped: another one has to be begun."]
    if signed.current(meaning):
        return ["It is approved already." if meaning is Meaning.APPROVED else "It is accepted."]
    found = [
        f"{reason} Write the analysis anew for the risk as it is." for reason in reading.reasons
    ]
    if signed.is_rejected:
        found.append("It was rejected as it stands: it has to be changed first.")
    if signed.current_by(by.pk, other):
        found.append("One person cannot both approve and accept it: somebody else has to.")
    if meaning is Meaning.APPROVED:
        officer = current_officer(by, row.product)
        found += officer.problems if officer else ["You are no current clinical safety officer."]
        found += reading.missing
    elif not signed.current(Meaning.APPROVED):
        found.append("A clinical safety officer approves it before it is accepted.")
    return found
