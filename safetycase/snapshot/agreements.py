"""What a snapshot says of the safety charter and of risk–benefit analyses."""

from collections.abc import Iterable

from hazards.models import Estimate
from products.models import Product
from reviews.acceptance.reading import AcceptedRisk
from reviews.charter.reading import charter_in_force
from reviews.models import CharterOutcome
from reviews.risk_benefit.reading import TEXTS, AnalysisReading, label_of
from reviews.signing.reading import SignatureReading
from safetycase.snapshot.agreement_shapes import (
    CharterOutcomeShape,
    CharterShape,
    DecisionRightShape,
    RiskBenefitShape,
    SaidShape,
    SignedShape,
)
from safetycase.snapshot.words import moment


def charter_shape(product: Product) -> CharterShape | None:
    """The charter in force; None without one."""
    reading = charter_in_force(product)
    if reading is None:
        return None
    lines = reading.lines
    return CharterShape(
        number=reading.charter.number,
        promise=reading.charter.promise,
        clinical=_outcomes(lines.clinical),
        of_product=_outcomes(lines.of_product),
        never=[each.text for each in lines.never],
        may=[each.text for each in lines.may],
        rights=[
            DecisionRightShape(what=each.what, decides=each.decides, consulted=each.consulted)
            for each in lines.rights
        ],
        signatures=_signed(reading.signatures.readings),
    )


def risk_benefit_shape(risk: AcceptedRisk, estimate: Estimate) -> RiskBenefitShape | None:
    """The concluded, current analysis of an unacceptable residual estimate; None without one."""
    for reading in reversed(risk.analyses):
        if reading.analysis.estimate_id == estimate.pk and (reading.bears or reading.re_appraises):
            return _analysis(reading)
    return None


def _analysis(reading: AnalysisReading) -> RiskBenefitShape:
    analysis = reading.analysis
    return RiskBenefitShape(
        number=analysis.number,
        bears=reading.bears,
        conclusion_words=analysis.get_balance_display(),
        conclusion=analysis.conclusion,
        texts=[
            SaidShape(label=label_of(name), text=getattr(analysis, name))
            for name in TEXTS
            if name != "conclusion"
        ],
        signatures=_signed(reading.signatures.readings),
    )


def _outcomes(outcomes: Iterable[CharterOutcome]) -> list[CharterOutcomeShape]:
    return [
        CharterOutcomeShape(outcome=each.outcome, measure=each.measure, target=each.target)
        for each in outcomes
    ]


def _signed(signatures: Iterable[SignatureReading]) -> list[SignedShape]:
    """Those that still speak, in the order in which they were given."""
    return [
        SignedShape(
            meaning_words=each.sign_off.get_meaning_display(),
            name=each.sign_off.signer_name,
            role_words=each.sign_off.signer_role,
            registration=each.sign_off.registration,
            at=moment(each.sign_off.signed_at),
        )
        for each in signatures
        if each.is_current
    ]
