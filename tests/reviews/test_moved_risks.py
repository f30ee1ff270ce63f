"""Residual risks that were estimated with a matrix that is not in use any more."""

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.hazards import set_status
from hazards.actions.matrix_versions import approve_matrix, draft_matrix
from hazards.choices import HazardStatus, Stage
from hazards.matrix_reading import read_matrix
from hazards.models import Hazard, MatrixVersion, Plan
from products.models import Product
from reviews.choices import AcceptanceState
from reviews.models import Acceptance
from tests.hazards.factories import a_cause, a_control, a_live_hazard, an_estimate, set_class
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_residual_estimate,
    accept,
    risk_of,
)

WITH = "estimated with version 1 of the matrix; version 2 is in use since"


def another_matrix(product: Product, cso: User, severity: str, number: int) -> MatrixVersion:
    """Version 2, approved: this severity with the likelihood Low has the class of this number."""
    draft = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    set_class(read_matrix(draft), cso, severity, "Low", number)
    return approve_matrix(matrix=MatrixVersion.objects.get(pk=draft.pk), by=cso)


@pytest.mark.parametrize("number", [2, 4, 5])
def test_an_acceptance_lapses_where_the_matrix_in_use_has_another_class(
    accepted: Acceptance, product: Product, cso: User, number: int
) -> None:
    another_matrix(product, cso, "Major", number)
    risk = risk_of(accepted.hazard)
    [lapsed] = risk.lapsed
    assert lapsed.state is AcceptanceState.LAPSED
    [reason] = lapsed.reasons
    assert reason.startswith("The risk that was accepted was " + WITH)
    assert reason.endswith(f"(class 3 becomes class {number}).")
    assert risk.waiting == risk.needing == [accepted.estimate]


def test_it_stands_where_its_square_is_carried(
    accepted: Acceptance, product: Product, cso: User
) -> None:
    another_matrix(product, cso, "Minor", 5)
    [acceptance] = risk_of(accepted.hazard).acceptances
    assert (acceptance.stands, acceptance.reasons) == (True, [])


def test_a_draft_of_another_matrix_changes_nothing(
    accepted: Acceptance, product: Product, cso: User
) -> None:
    draft = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    set_class(read_matrix(draft), cso, "Major", "Low", 5)
    [acceptance] = risk_of(accepted.hazard).acceptances
    assert acceptance.stands


def test_nobody_accepts_a_risk_that_moved_before_it_is_estimated_again(
    product: Product, plan: Plan, cso: User, clinician: User, executive: User
) -> None:
    hazard = a_hazard_to_accept(product, clinician)
    another_matrix(product, cso, "Major", 4)
    with pytest.raises(NotPossible, match=f"HAZ-001 was {WITH}.* Estimate it again") as refused:
        accept(hazard, executive)
    assert refused.value.sentence.endswith("Nothing was signed.")


def test_estimated_again_it_is_told_by_its_newer_estimate(
    accepted: Acceptance, product: Product, cso: User, clinician: User
) -> None:
    another_matrix(product, cso, "Major", 5)
    a_residual_estimate(accepted.hazard, clinician)
    risk = risk_of(accepted.hazard)
    [acceptance] = risk.acceptances
    assert acceptance.reasons == [
        "A newer estimate has taken the place of the one that was accepted."
    ]
    assert risk.is_unacceptable


def test_a_hazard_whose_risk_moved_is_not_transferred(
    product: Product, plan: Plan, cso: User, clinician: User, executive: User
) -> None:
    hazard = a_live_hazard(product, cso)
    a_control(hazard, cso, party="deployer", instruction="Check the list each day")
    for stage in Stage:
        an_estimate(hazard, clinician, "Minor", "Low", stage=stage)
    another_matrix(product, cso, "Minor", 4)
    with pytest.raises(NotPossible, match=r"Version 2 of the matrix gives .* estimate it again"):
        set_status(hazard=Hazard.objects.get(pk=hazard.pk), by=cso, status=HazardStatus.TRANSFERRED)
    for stage in Stage:
        an_estimate(hazard, clinician, "Significant", "Very low", stage=stage)
    found = Hazard.objects.get(pk=hazard.pk)
    moved = set_status(hazard=found, by=cso, status=HazardStatus.TRANSFERRED)
    assert moved.status == HazardStatus.TRANSFERRED


def test_nor_one_whose_risk_by_a_lesser_cause_moved(
    product: Product, plan: Plan, cso: User, clinician: User, executive: User
) -> None:
    """The worst of its risks stayed where it was; that of a cause is unacceptable by now."""
    hazard = a_live_hazard(product, cso)
    causes = [a_cause(hazard, cso, text) for text in ("The worst", "A lesser one")]
    a_control(hazard, cso, party="deployer", instruction="Check the list each day")
    for stage in Stage:
        an_estimate(hazard, clinician, "Significant", "Low", stage=stage, cause=causes[0])
        an_estimate(hazard, clinician, "Minor", "Low", stage=stage, cause=causes[1])
    another_matrix(product, cso, "Minor", 5)
    found = Hazard.objects.get(pk=hazard.pk)
    with pytest.raises(NotPossible, match="another class than it was estimated with"):
        set_status(hazard=found, by=cso, status=HazardStatus.TRANSFERRED)


def test_nor_one_whose_initial_risk_moved(
    product: Product, plan: Plan, cso: User, clinician: User, executive: User
) -> None:
    """It was acceptable, so nothing asked for a residual risk."""
    hazard = a_live_hazard(product, cso)
    a_control(hazard, cso, party="deployer", kind="existing", instruction="Check it")
    an_estimate(hazard, clinician, "Minor", "Low", stage=Stage.INITIAL)
    another_matrix(product, cso, "Minor", 5)
    found = Hazard.objects.get(pk=hazard.pk)
    with pytest.raises(NotPossible, match="another class than it was estimated with"):
        set_status(hazard=found, by=cso, status=HazardStatus.TRANSFERRED)


def test_it_is_said_where_people_work(
    accepted: Acceptance, product: Product, cso: User, executive: User, client_of: ClientOf
) -> None:
    another_matrix(product, cso, "Major", 4)
    hazard = f"/products/{product.slug}/hazards/{accepted.hazard.reference}/"
    acceptances = f"/products/{product.slug}/acceptances/"
    # The executive has nothing to do before it is estimated again: their first page is silent.
    for person, page in ((executive, acceptances), (executive, hazard), (cso, "/")):
        text = " ".join(client_of(person).get(page).content.decode().split())
        assert WITH in text, page


def test_it_costs_the_same_queries_for_more_hazards(
    accepted: Acceptance, product: Product, cso: User, clinician: User, executive: User,
    client_of: ClientOf, queries_of: QueriesOf,
) -> None:  # fmt: skip
    another = [a_hazard_to_accept(product, clinician, name=f"Hazard {n}") for n in range(6)]
    for hazard in another[:3]:
        accept(hazard, executive)
    another_matrix(product, cso, "Major", 4)
    for number in range(3):
        a_hazard_to_accept(product, clinician, name=f"One that waits {number}")
    browser, url = client_of(executive), f"/products/{product.slug}/acceptances/"
    few = queries_of(browser, url)
    for number in range(6):
        a_hazard_to_accept(product, clinician, name=f"Another {number}")
    assert queries_of(browser, url) == few
