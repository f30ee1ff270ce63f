"""The pages of the safety charter: reading, writing in place, comparing, signing."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from products.models import Product
from reviews.actions.charters import draft_charter
from reviews.models import Charter
from tests.people import ClientOf, QueriesOf
from tests.reviews.charter.factories import (
    OUTCOME,
    a_charter,
    an_outcome,
    fresh,
    in_force,
    reading_of,
)
from tests.reviews.factories import a_plan_in_force
from tests.reviews.pages import signed_in, what_signs


@pytest.fixture
def draft(product: Product, clinical_product_manager: User) -> Charter:
    """A charter that may be signed."""
    return a_charter(product, clinical_product_manager)


def address(charter: Charter, name: str = "charter_version", *more: str) -> str:
    return reverse(name, args=[charter.product.slug, charter.number, *more])


def html_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_an_empty_page_teaches_and_begins_the_first(
    product: Product, product_manager: User, auditor: User, client_of: ClientOf
) -> None:
    url = reverse("charter", args=[product.slug])
    assert "A worked example" in html_of(client_of(auditor), url)
    assert "Begin the charter" not in html_of(client_of(auditor), url)
    client = client_of(product_manager)
    assert "Begin the charter" in html_of(client, url)
    client.post(reverse("charter_draft", args=[product.slug]))
    assert "It names no clinical outcome" in html_of(client, url)


def test_the_plan_is_quoted_from_the_plan(
    draft: Charter, product: Product, cso: User, executive: User, client_of: ClientOf
) -> None:
    client = client_of(cso)
    assert "No plan is in force" in html_of(client, address(draft))
    a_plan_in_force(product, cso, executive)
    html = html_of(client, address(draft))
    assert "once the accountable executive or clinical safety officer has accepted it" in html
    assert "not up for agreement here" in html


def test_a_line_is_written_in_its_place(draft: Charter, cso: User, client_of: ClientOf) -> None:
    client, line = client_of(cso), reading_of(draft).lines.outcomes[0]
    url = address(draft, "charter_line_edit", "outcomes", str(line.public_id))
    slot = f"slot-line-{line.public_id}"
    in_slot = {"HX-Request": "true", "HX-Target": slot}
    form = client.get(url, headers=in_slot).content.decode()
    assert f'hx-target="#{slot}"' in form
    assert "<html" not in form
    sent = OUTCOME | {"outcome": "Nobody goes without", "base_version": 1}
    answer = client.post(url, sent, headers=in_slot)
    html = answer.content.decode()
    assert "Nobody goes without" in html
    assert 'hx-swap-oob="outerHTML:#charter-outcomes' in html
    empty = client.post(url, sent | {"outcome": ""}, headers=in_slot)
    assert empty.status_code == 422
    without_script = client.post(url, sent | {"base_version": 2, "target": "None"})
    assert without_script.status_code == 302
    assert reading_of(draft).lines.outcomes[0].target == "None"


def test_what_both_wrote_is_shown_to_the_later_one(
    draft: Charter, cso: User, product_manager: User, client_of: ClientOf
) -> None:
    url = address(draft, "charter_promise")
    sent = {"base_version": fresh(draft).version}
    assert client_of(cso).post(url, sent | {"promise": "Hers"}).status_code == 302
    answer = client_of(product_manager).post(url, sent | {"promise": "His"})
    assert answer.status_code == 409
    for words in ("Hers", "His", "Nothing was overwritten"):
        assert words in answer.content.decode()


def test_lines_are_moved_taken_out_and_put_back_by_buttons(
    draft: Charter, cso: User, client_of: ClientOf
) -> None:
    client, line = client_of(cso), an_outcome(draft, cso, outcome="A reaction is noticed")
    at = ("outcomes", str(line.public_id))
    move, take = (
        address(draft, name, *at) for name in ("charter_line_move", "charter_line_take_out")
    )
    client.post(move)
    assert reading_of(draft).lines.clinical[0].outcome == "A reaction is noticed"
    refused = client.post(move, headers={"HX-Request": "true"})
    assert refused.headers["HX-Redirect"].startswith(address(draft))
    assert "It stands first already" in html_of(client, address(draft))
    client.post(move, {"down": "1"})
    assert reading_of(draft).lines.clinical[1].outcome == "A reaction is noticed"
    client.post(take, headers={"HX-Request": "true"})
    assert "Taken out of this version (1)" in html_of(client, address(draft))
    client.post(take, {"back": "1"})
    assert "Taken out of this version" not in html_of(client, address(draft))


def test_who_only_reads_is_offered_nothing(
    draft: Charter, engineer: User, client_of: ClientOf
) -> None:
    html = html_of(client_of(engineer), address(draft))
    for name in ("edit/", "take-out/", "promise/", "Sign for", "Reject"):
        assert name not in html


def test_both_sides_sign_it_and_read_what_changed(
    draft: Charter, product: Product, cso: User, product_manager: User
) -> None:
    for person, side in ((cso, "for_clinical"), (product_manager, "for_product")):
        client = signed_in(person)
        url = address(draft, "charter_sign", side)
        assert url in html_of(client, address(draft))
        answer = client.post(url, what_signs(client, url), follow=True)
        assert "Your signature is in the record" in answer.content.decode()
    assert reading_of(draft).is_in_force
    second = draft_charter(product=product, by=cso)
    an_outcome(second, cso, outcome="A reaction is noticed")
    client = signed_in(cso)
    compared = html_of(client, address(second, "charter_compare") + "?with=1")
    assert "A reaction is noticed" in compared
    assert "Since you last signed" in html_of(
        client, address(second, "charter_sign", "for_clinical")
    )
    shown = html_of(client, reverse("charter", args=[product.slug]))
    assert "Version 2 is in work" in shown


def test_versions_cost_no_more_queries(
    draft: Charter,
    product: Product,
    cso: User,
    product_manager: User,
    client_of: ClientOf,
    queries_of: QueriesOf,
) -> None:
    url, client = reverse("charter", args=[product.slug]), client_of(cso)
    in_force(draft, cso, product_manager)
    client.get(url)
    few = queries_of(client, url)
    for _ in range(3):
        charter = draft_charter(product=product, by=cso)
        for place in range(4):
            an_outcome(charter, cso, outcome=f"Outcome {place}")
        in_force(charter, cso, product_manager)
    assert queries_of(client, url) == few
