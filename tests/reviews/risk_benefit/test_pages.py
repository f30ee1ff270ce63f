"""The pages of risk–benefit analyses, and what other pages say of them."""

import pytest
from django.urls import reverse

from accounts.models import User
from hazards.models import Hazard
from products.models import Product
from reviews.models import RiskBenefit
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import a_current_officer, a_residual_estimate
from tests.reviews.pages import signed_in, what_signs
from tests.reviews.risk_benefit.factories import (
    WRITTEN,
    a_hazard_to_weigh,
    an_analysis,
    concluded,
    reading_of,
)


@pytest.fixture(autouse=True)
def officer(product: Product, cso: User, executive: User) -> None:
    """The officer is current: appointed and registered."""
    a_current_officer(product, cso, executive)


@pytest.fixture
def weighed(product: Product, cso: User) -> Hazard:
    """A hazard whose residual risk of class 4 is to be weighed."""
    return a_hazard_to_weigh(product, cso)


def address(analysis: RiskBenefit, name: str = "risk_benefit", *more: str) -> str:
    return reverse(name, args=[analysis.product.slug, analysis.number, *more])


def page_of(hazard: Hazard) -> str:
    return reverse("hazard_detail", args=[hazard.product.slug, hazard.reference])


def test_an_empty_page_teaches(product: Product, auditor: User, client_of: ClientOf) -> None:
    html = client_of(auditor).get(reverse("risk_benefit_list", args=[product.slug])).content
    for words in ("No analysis yet, and that is good", "A worked example", "it knows no cost"):
        assert words in html.decode()


def test_it_is_begun_from_the_hazard_and_written(
    weighed: Hazard, product: Product, clinician: User, client_of: ClientOf
) -> None:
    client = client_of(clinician)
    page = client.get(page_of(weighed)).content.decode()
    begin = reverse("risk_benefit_draft", args=[product.slug, weighed.reference])
    assert f'action="{begin}"' in page
    [(edit, _)] = client.post(begin, follow=True).redirect_chain
    analysis = RiskBenefit.objects.get()
    assert edit == address(analysis, "risk_benefit_edit")
    texts = {name: str(value) for name, value in WRITTEN.items()}
    answer = client.post(edit, texts | {"base_version": 1, "benefit": "Revenue grows"}, follow=True)
    html = answer.content.decode()
    assert "speaks of “revenue”" in html
    assert "Clause 6.2 knows no cost" in html
    assert f'action="{begin}"' not in client.get(page_of(weighed)).content.decode()


def test_who_only_reads_is_offered_nothing(
    weighed: Hazard, product: Product, engineer: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    begin = reverse("risk_benefit_draft", args=[product.slug, weighed.reference])
    for url in (page_of(weighed), reverse("risk_benefit_list", args=[product.slug])):
        assert begin not in client.get(url).content.decode()


def test_what_both_wrote_is_shown_to_the_later_one(
    weighed: Hazard, cso: User, clinician: User, client_of: ClientOf
) -> None:
    analysis = an_analysis(weighed, cso)
    texts = {name: str(value) for name, value in WRITTEN.items()}
    edit = address(analysis, "risk_benefit_edit")
    sent = texts | {"base_version": analysis.version}
    assert client_of(cso).post(edit, sent | {"without": "Hers"}).status_code == 302
    answer = client_of(clinician).post(edit, sent | {"without": "His"})
    assert answer.status_code == 409
    for words in ("Hers", "His", "Nothing was overwritten"):
        assert words in answer.content.decode()


def test_both_sign_it_on_its_page(weighed: Hazard, cso: User, executive: User) -> None:
    analysis = an_analysis(weighed, cso)
    for person, meaning in ((cso, "approved"), (executive, "authorised")):
        client = signed_in(person)
        url = address(analysis, "risk_benefit_sign", meaning)
        assert url in client.get(address(analysis)).content.decode()
        answer = client.post(url, what_signs(client, url), follow=True)
        assert "Your signature is in the record" in answer.content.decode()
    assert reading_of(analysis).bears
    html = signed_in(cso).get(page_of(weighed)).content.decode()
    assert "Concluded: the benefit outweighs the risk" in html
    assert "Unacceptable: no signature helps" not in html
    signature = reading_of(analysis).signatures.readings[0].sign_off
    page = signed_in(cso).get(
        reverse("sign_off", args=[analysis.product.slug, signature.public_id])
    )
    assert "risk–benefit analysis 1" in page.content.decode()


def test_the_page_of_acceptances_shows_what_is_borne(
    weighed: Hazard, cso: User, executive: User, client_of: ClientOf
) -> None:
    url = reverse("acceptances", args=[weighed.product.slug])
    assert "1 unacceptable" in client_of(cso).get(url).content.decode()
    concluded(an_analysis(weighed, cso), cso, executive)
    html = client_of(cso).get(url).content.decode()
    assert "1 borne by a risk–benefit analysis" in html
    assert "No signature helps here" not in html


def test_the_highest_class_is_offered_no_analysis(
    weighed: Hazard, cso: User, client_of: ClientOf
) -> None:
    a_residual_estimate(weighed, cso, "Catastrophic", "High")
    client = client_of(cso)
    for url in (
        page_of(weighed),
        reverse("risk_benefit_list", args=[weighed.product.slug]),
    ):
        html = client.get(url).content.decode()
        assert reverse("risk_benefit_draft", args=[weighed.product.slug, "HAZ-001"]) not in html
        assert "highest class" in html


def test_the_list_reads_many_as_few(
    product: Product, cso: User, executive: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    url = reverse("risk_benefit_list", args=[product.slug])

    def more(count: int) -> int:
        for place in range(count):
            hazard = a_hazard_to_weigh(product, cso, name=f"Hazard {count}-{place}")
            if place % 2:
                concluded(an_analysis(hazard, cso), cso, executive)
        client = client_of(cso)
        client.get(url)
        return queries_of(client, url)

    assert more(3) == more(6)
