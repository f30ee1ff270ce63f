"""Risk matrices: the default one of a new product, and approval."""

from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from hazards import default_matrix
from hazards.choices import MatrixState
from hazards.models import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from products.models import Product
from products.permissions import Ability, check_can


def create_default_matrix(
    product: Product, by: User, *, reason: str = "Started from the default risk matrix"
) -> MatrixVersion:
    """Give a new product its copy of the default matrix, as a draft that a CSO approves.

    Called inside the act that creates the product.
    """
    with act(by=by, reason=reason, scope=product.scope):
        matrix = MatrixVersion(product=product, number=1, name=default_matrix.NAME)
        matrix.save()
        severities = {}
        for position, level in enumerate(default_matrix.SEVERITIES, start=1):
            severity = SeverityLevel(
                matrix=matrix, position=position, word=level.word, meaning=level.meaning
            )
            severity.save()
            severities[level.word] = severity
        classes = {}
        for words in default_matrix.CLASSES:
            risk_class = RiskClass(matrix=matrix, **words._asdict())
            risk_class.save()
            classes[words.number] = risk_class
        _save_likelihoods_and_cells(matrix, severities, classes)
        _save_outcomes(matrix, severities)
    return matrix


def _save_likelihoods_and_cells(
    matrix: MatrixVersion, severities: dict[str, SeverityLevel], classes: dict[int, RiskClass]
) -> None:
    for position, level in enumerate(default_matrix.LIKELIHOODS, start=1):
        likelihood = LikelihoodLevel(
            matrix=matrix, position=position, word=level.word, meaning=level.meaning
        )
        likelihood.save()
        numbers = default_matrix.CELLS[level.word]
        for severity, number in zip(severities.values(), numbers, strict=True):
            Cell(
                matrix=matrix,
                severity=severity,
                likelihood=likelihood,
                risk_class=classes[number],
            ).save()


def _save_outcomes(matrix: MatrixVersion, severities: dict[str, SeverityLevel]) -> None:
    for position, outcome in enumerate(default_matrix.OUTCOMES, start=1):
        HarmOutcome(
            matrix=matrix,
            position=position,
            words=outcome.words,
            for_one=severities.get(outcome.for_one),
            for_several=severities.get(outcome.for_several),
        ).save()


def approve_matrix(*, matrix: MatrixVersion, by: User, reason: str = "") -> MatrixVersion:
    """A clinical safety officer approves a matrix version (clause 3.2.2).

    Raises ``NotAllowed``; ``NotPossible`` when it is approved already.
    """
    check_can(by, Ability.GOVERN_LOG, matrix.product)
    with act(by=by, reason=reason or "Approved the risk matrix", scope=matrix.product.scope):
        locked = MatrixVersion.objects.select_for_update().get(pk=matrix.pk)
        if locked.state == MatrixState.APPROVED:
            raise NotPossible("This version of the matrix is approved already. Nothing changed.")
        locked.state = MatrixState.APPROVED
        locked.approved_at = timezone.now()
        locked.approved_by = by
        locked.save()
    return locked
