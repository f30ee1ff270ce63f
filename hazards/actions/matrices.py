"""The default risk matrix of a new product."""

from accounts.models import User
from audit.acts import act
from audit.bulk import record_many
from hazards import default_matrix
from hazards.models import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from products.models import Product


def create_default_matrix(
    product: Product, by: User, *, reason: str = "Started from the default risk matrix"
) -> MatrixVersion:
    """Give a new product its copy of the default matrix, as a draft that a CSO approves.

    Called inside the act that creates the product.
    """
    with act(by=by, reason=reason, scope=product.scope):
        matrix = MatrixVersion(product=product, number=1, name=default_matrix.NAME)
        matrix.save()
        severities = [
            SeverityLevel(matrix=matrix, position=position, **level._asdict())
            for position, level in enumerate(default_matrix.SEVERITIES, start=1)
        ]
        likelihoods = [
            LikelihoodLevel(matrix=matrix, position=position, **level._asdict())
            for position, level in enumerate(default_matrix.LIKELIHOODS, start=1)
        ]
        classes = [RiskClass(matrix=matrix, **words._asdict()) for words in default_matrix.CLASSES]
        record_many(severities)
        record_many(likelihoods)
        record_many(classes)
        record_many(_cells(matrix, severities, likelihoods, classes))
        record_many(_outcomes(matrix, severities))
    return matrix


def _cells(
    matrix: MatrixVersion,
    severities: list[SeverityLevel],
    likelihoods: list[LikelihoodLevel],
    classes: list[RiskClass],
) -> list[Cell]:
    by_number = {risk_class.number: risk_class for risk_class in classes}
    return [
        Cell(
            matrix=matrix,
            severity=severity,
            likelihood=likelihood,
            risk_class=by_number[number],
        )
        for likelihood in likelihoods
        for severity, number in zip(severities, default_matrix.CELLS[likelihood.word], strict=True)
    ]


def _outcomes(matrix: MatrixVersion, severities: list[SeverityLevel]) -> list[HarmOutcome]:
    by_word = {severity.word: severity for severity in severities}
    return [
        HarmOutcome(
            matrix=matrix,
            position=position,
            words=outcome.words,
            for_one=by_word.get(outcome.for_one),
            for_several=by_word.get(outcome.for_several),
        )
        for position, outcome in enumerate(default_matrix.OUTCOMES, start=1)
    ]
