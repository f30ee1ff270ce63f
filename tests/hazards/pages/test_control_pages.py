"""The pages of the product's controls."""

import pytest
from django.urls import reverse

from accounts.models import User
from hazards.actions.sharing import share_control
from hazards.choices import ControlState, Stage
from hazards.models import Control, ControlLink, Hazard
from products.models import Product
from tests.hazards.factories import a_cause, a_control, a_hazard, an_estimate, some_evidence
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def control(product: Product, cso: User) -> Control:
    hazard = a_hazard(product, cso, "One")
    return a_control(hazard, cso, "Limit <the> dose", causes=[a_cause(hazard, cso)])


def url(name: str, control: Control) -> str:
    return reverse(name, args=[control.product.slug, control.reference])


def test_the_list_leads_to_what_leans_on_each(
    product: Product, control: Control, auditor: User, client_of: ClientOf
) -> None:
    text = client_of(auditor).get(reverse("control_list", args=[product.slug])).content.decode()
    assert url("control_detail", control) in text
    assert "Limit &lt;the&gt; dose" in text
    page = client_of(auditor).get(url("control_detail", control)).content.decode()
    assert "If CTL-001 fails, one hazard loses it. HAZ-001 has no other control." in page
    assert "Let it protect more" not in page


def test_nonsense_in_the_address_narrows_nothing(
    product: Product, control: Control, cso: User, client_of: ClientOf
) -> None:
    page = reverse("control_list", args=[product.slug])
    for query in ("state=x", "party=x", "reach=x", "page=x", "state=%00", "q=%00"):
        assert "Limit" in client_of(cso).get(f"{page}?{query}").content.decode(), query
    nothing = client_of(cso).get(f"{page}?q=unheard").content.decode()
    assert "No control fits" in nothing


def test_a_control_is_let_protect_more(
    product: Product, control: Control, cso: User, engineer: User, client_of: ClientOf
) -> None:
    two = a_hazard(product, cso, "Two")
    client, page = client_of(engineer), url("control_share", control)
    assert "HAZ-999" in client.post(page, {"hazards": "HAZ-999"}).content.decode()
    refused = client.post(page, {"hazards": "HAZ-001"})
    assert refused.status_code == 422
    assert "acts on HAZ-001 already" in refused.content.decode()
    assert client.post(page, {"hazards": "haz-002"}).status_code == 302
    assert ControlLink.objects.filter(control=control, hazard=two, is_active=True).exists()


def test_copies_are_merged(
    product: Product, control: Control, cso: User, client_of: ClientOf
) -> None:
    hazard = Hazard.objects.get()
    copy, other = a_control(hazard, cso, "Limit <the> dose"), a_control(hazard, cso, "Cap it")
    client, page = client_of(cso), url("control_merge", control)
    assert (
        "Another control says the same"
        in client.get(url("control_detail", control)).content.decode()
    )
    for problem, values in {
        "Tick a copy, or name one": {"reason": "x"},
        "this control itself": {"others": control.reference, "reason": "x"},
        "CTL-999": {"others": "CTL-999", "reason": "x"},
        "cannot be empty": {"copies": [copy.reference]},
    }.items():
        refused = client.post(page, values)
        assert refused.status_code == 422
        assert problem in refused.content.decode()
    sent = {"copies": [copy.reference], "others": other.reference, "reason": "The same"}
    assert client.post(page, sent).status_code == 302
    states = set(Control.objects.exclude(pk=control.pk).values_list("state", flat=True))
    assert states == {ControlState.WITHDRAWN}
    gone = client.get(url("control_detail", copy)).content.decode()
    assert "CTL-002 is withdrawn: nothing leans on it" in gone
    assert "Merge copies" not in gone


def test_the_pages_ask_as_much_for_many_as_for_few(
    product: Product, control: Control, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    client = client_of(cso)
    pages = [reverse("control_list", args=[product.slug]), url("control_detail", control)]
    counts = []
    for more in (3, 9):
        for number in range(more):
            hazard = a_hazard(product, cso, f"{more} {number}")
            a_control(hazard, cso, f"{more} {number}", causes=[a_cause(hazard, cso)])
            an_estimate(hazard, cso, stage=Stage.RESIDUAL)
            share_control(control=control, hazards=[hazard], by=cso)
            some_evidence(control, cso, f"{more} {number}")
        for page in pages:
            client.get(page)
        counts.append([queries_of(client, page) for page in pages])
    assert counts[0] == counts[1]
