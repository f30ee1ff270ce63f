"""Which signatures the charter and the analyses wait for."""

from accounts.models import User
from products.choices import Role
from products.models import Product
from reviews.choices import Meaning
from reviews.sides import SIGNS_FOR
from reviews.signing.agreements_waiting import charter_waiting, risk_benefits_waiting
from tests.reviews.charter import factories as charters
from tests.reviews.factories import a_current_officer
from tests.reviews.risk_benefit import factories as analyses


def test_a_charter_waits_for_the_other_side_once_one_has_signed(
    product: Product, cso: User, product_manager: User
) -> None:
    assert charter_waiting(product) == []
    draft = charters.a_charter(product, cso)
    assert charter_waiting(product) == []
    signature = charters.signed(draft, cso, Meaning.FOR_CLINICAL)
    [waiting] = charter_waiting(product)
    assert waiting.roles == SIGNS_FOR[Meaning.FOR_PRODUCT]
    assert waiting.since == signature.signed_at
    assert waiting.signed_by == {cso.pk}
    charters.signed(draft, product_manager, Meaning.FOR_PRODUCT)
    assert charter_waiting(product) == []


def test_an_analysis_waits_for_the_officer_then_for_the_executive(
    product: Product, cso: User, executive: User
) -> None:
    a_current_officer(product, cso, executive)
    analysis = analyses.an_analysis(analyses.a_hazard_to_weigh(product, cso), cso)
    assert [each.roles for each in risk_benefits_waiting(product)] == [
        [Role.CLINICAL_SAFETY_OFFICER]
    ]
    analyses.signed(analysis, cso, Meaning.APPROVED)
    [waiting] = risk_benefits_waiting(product)
    assert waiting.roles == [Role.ACCOUNTABLE_EXECUTIVE]
    assert waiting.signed_by == {cso.pk}
    analyses.signed(analysis, executive, Meaning.AUTHORISED)
    assert risk_benefits_waiting(product) == []
