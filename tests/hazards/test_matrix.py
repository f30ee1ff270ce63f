"""The default matrix, cell by cell: as shipped, as a product has it, as an estimate uses it."""

import itertools

import pytest
from django.db import IntegrityError

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards import default_matrix
from hazards.actions.estimates import record_estimate
from hazards.actions.matrices import create_default_matrix
from hazards.actions.matrix_versions import approve_matrix, draft_matrix
from hazards.choices import Acceptability, MatrixState, Stage
from hazards.models import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.queries import current_matrix
from products.models import Product
from tests.hazards.factories import a_hazard, an_estimate

SEVERITIES = ["Minor", "Significant", "Considerable", "Major", "Catastrophic"]
LIKELIHOODS = ["Very low", "Low", "Medium", "High", "Very high"]

#: As DCB0129's implementation guidance prints it, the highest likelihood first.
PRINTED = """
    Very high  3 4 4 5 5
    High       2 3 3 4 5
    Medium     2 2 3 3 4
    Low        1 2 2 3 4
    Very low   1 1 2 2 3
"""
CLASSES = {
    (severity, line[:14].strip()): int(number)
    for line in PRINTED.strip("\n").splitlines()
    for severity, number in zip(SEVERITIES, line[14:].split(), strict=True)
}

ACCEPTABILITY = {
    1: "acceptable",
    2: "acceptable",
    3: "if_justified",
    4: "unacceptable",
    5: "unacceptable",
}

each_cell = pytest.mark.parametrize(
    ("severity", "likelihood"), list(itertools.product(SEVERITIES, LIKELIHOODS))
)


def test_all_twenty_five_cells_are_told_here() -> None:
    assert len(CLASSES) == 25


@each_cell
def test_a_shipped_cell(severity: str, likelihood: str) -> None:
    place = [level.word for level in default_matrix.SEVERITIES].index(severity)
    assert default_matrix.CELLS[likelihood][place] == CLASSES[severity, likelihood]


@each_cell
def test_an_estimate_looks_its_class_up(
    product: Product, cso: User, severity: str, likelihood: str
) -> None:
    estimate = an_estimate(a_hazard(product, cso), cso, severity, likelihood)
    expected = CLASSES[severity, likelihood]
    estimate.refresh_from_db()
    assert estimate.class_number == estimate.risk_class.number == expected
    assert estimate.acceptability == estimate.risk_class.acceptability == ACCEPTABILITY[expected]
    assert (estimate.severity.word, estimate.likelihood.word) == (severity, likelihood)


def test_a_product_has_the_whole_matrix(product: Product) -> None:
    matrix = current_matrix(product)
    assert matrix is not None
    assert (matrix.number, matrix.state) == (1, MatrixState.DRAFT)
    found = {
        (cell.severity.word, cell.likelihood.word): cell.risk_class.number
        for cell in Cell.objects.filter(matrix=matrix)
    }
    assert found == CLASSES


def test_words_stand_in_their_order_with_their_meaning(product: Product) -> None:
    matrix = current_matrix(product)
    for model, words, shipped in (
        (SeverityLevel, SEVERITIES, default_matrix.SEVERITIES),
        (LikelihoodLevel, LIKELIHOODS, default_matrix.LIKELIHOODS),
    ):
        levels = list(model.objects.filter(matrix=matrix).order_by("position"))
        assert [level.word for level in levels] == words
        assert [level.position for level in levels] == [1, 2, 3, 4, 5]
        assert [level.meaning for level in levels] == [each.meaning for each in shipped]
        assert all(level.meaning for level in levels)


def test_a_class_says_what_it_means_and_who_may_accept_it(product: Product) -> None:
    classes = list(RiskClass.objects.filter(matrix=current_matrix(product)).order_by("number"))
    assert {each.number: each.acceptability for each in classes} == ACCEPTABILITY
    assert [each.accepted_by_role for each in classes] == [
        "", "", "clinical_safety_officer", "accountable_executive", "",
    ]  # fmt: skip
    assert all(each.meaning for each in classes)
    assert {each.acceptability for each in classes} == set(Acceptability)


def test_an_outcome_proposes_a_word_for_one_patient_and_for_several(product: Product) -> None:
    outcomes = HarmOutcome.objects.filter(matrix=current_matrix(product)).order_by("position")
    proposed = [
        (
            each.for_one.word if each.for_one else "",
            each.for_several.word if each.for_several else "",
        )
        for each in outcomes
    ]
    assert proposed == [
        ("Major", "Catastrophic"),
        ("Considerable", "Major"),
        ("Significant", "Considerable"),
        ("Minor", "Significant"),
        ("Minor", ""),  # the matrix places no negligible consequence for several
    ]


@pytest.mark.parametrize("outcome", default_matrix.OUTCOMES, ids=lambda each: each.words[:20])
def test_several_patients_are_one_step_worse_than_one(
    outcome: default_matrix.OutcomeWords,
) -> None:
    if outcome.for_several:
        one, several = SEVERITIES.index(outcome.for_one), SEVERITIES.index(outcome.for_several)
        assert several == one + 1


# --- Approval, and which matrix is current --------------------------------------------------------


def test_a_safety_officer_approves_the_matrix(product: Product, cso: User) -> None:
    matrix = current_matrix(product)
    assert matrix is not None
    approved = approve_matrix(matrix=matrix, by=cso)
    assert approved.state == MatrixState.APPROVED
    assert approved.approved_by == cso
    assert approved.approved_at is not None
    with pytest.raises(NotPossible, match="approved already"):
        approve_matrix(matrix=matrix, by=cso)


def test_nobody_else_approves_it(product: Product, clinical_product_manager: User) -> None:
    matrix = current_matrix(product)
    assert matrix is not None
    with pytest.raises(NotAllowed):
        approve_matrix(matrix=matrix, by=clinical_product_manager)
    assert MatrixVersion.objects.get(pk=matrix.pk).state == MatrixState.DRAFT


def test_each_product_has_its_own(product: Product, other_product: Product, cso: User) -> None:
    mine, other = current_matrix(product), current_matrix(other_product)
    assert mine != other
    assert other is not None
    theirs = Cell.objects.filter(matrix=other).first()
    assert theirs is not None
    with pytest.raises(NotPossible, match="not of the risk matrix"):
        record_estimate(
            hazard=a_hazard(product, cso),
            by=cso,
            stage=Stage.INITIAL,
            severity=theirs.severity,
            likelihood=theirs.likelihood,
            why_severity="x",
            why_likelihood="x",
        )


def test_the_newest_approved_matrix_is_current_else_the_newest_draft(
    product: Product, cso: User
) -> None:
    first = current_matrix(product)
    assert first is not None
    approve_matrix(matrix=first, by=cso)
    second = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    assert current_matrix(product) == first, "a draft does not replace an approved one"
    approve_matrix(matrix=second, by=cso)
    assert current_matrix(product) == second
    draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    assert current_matrix(product) == second


def test_an_estimate_keeps_the_class_that_its_matrix_gave(product: Product, cso: User) -> None:
    estimate = an_estimate(a_hazard(product, cso), cso)
    before = current_matrix(product)
    assert before is not None
    _another_in_use(product, cso)
    estimate.refresh_from_db()
    assert estimate.matrix == before
    assert estimate.class_number == 3


def _another_in_use(product: Product, cso: User) -> MatrixVersion:
    first = current_matrix(product)
    assert first is not None
    approve_matrix(matrix=first, by=cso)
    second = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    return approve_matrix(matrix=second, by=cso)


def test_words_of_a_replaced_matrix_are_none_of_the_one_in_use(product: Product, cso: User) -> None:
    _another_in_use(product, cso)
    first = MatrixVersion.objects.get(product=product, number=1)
    severity = SeverityLevel.objects.get(matrix=first, word="Major")
    likelihood = LikelihoodLevel.objects.get(matrix=first, word="Low")
    with pytest.raises(NotPossible, match="not of the risk matrix"):
        record_estimate(
            hazard=a_hazard(product, cso),
            by=cso,
            stage=Stage.INITIAL,
            severity=severity,
            likelihood=likelihood,
            why_severity="x",
            why_likelihood="x",
        )


def test_a_second_default_matrix_is_not_made(product: Product, cso: User) -> None:
    with pytest.raises(IntegrityError):
        create_default_matrix(product, cso)
