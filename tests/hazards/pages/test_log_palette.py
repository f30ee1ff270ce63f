"""The command palette: anywhere in a product by a few letters, as a page too."""

import html
import re

import pytest

from accounts.models import User
from hazards.actions.saved_views import save_view
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import a_hazard
from tests.people import ClientOf, QueriesOf

GO = "/products/digital-pharmacy/go/"


@pytest.fixture
def found(cso: User, client_of: ClientOf) -> "Found":
    return Found(client_of, cso)


class Found:
    """What the palette finds for a person, as they read it."""

    def __init__(self, client_of: ClientOf, person: User) -> None:
        self.browser = client_of(person)

    def __call__(self, text: str) -> list[str]:
        answer = self.browser.get(GO, {"q": text}, headers={"HX-Target": "palette-found"})
        assert answer.status_code == 200
        content = answer.content.decode()
        assert "<html" not in content
        places = re.findall(r'role="option"[^>]*>(.*?)</a>', content, re.DOTALL)
        return [html.unescape(re.sub(r"<[^>]+>", "", each)).strip() for each in places]


def test_without_a_word_it_lists_the_pages(product: Product, found: Found) -> None:
    places = found("")
    for place in ("New hazard", "Hazard log", "Safety case", "Traceability", "History"):
        assert place in places


def test_hazards_are_found_by_reference_and_by_words(
    product: Product, cso: User, found: Found
) -> None:
    a_hazard(product, cso, "A repeat continues")
    a_hazard(product, cso, "An alert is hidden", imported_reference="7.02")
    assert found("HAZ-001") == ["HAZ-001 A repeat continues"]
    assert found("7.02") == ["7.02 An alert is hidden"]
    assert found("aler hid") == ["7.02 An alert is hidden"]


def test_hazards_of_a_reference_come_first_and_in_its_order(
    product: Product, cso: User, found: Found
) -> None:
    a_hazard(product, cso, "A repeat prescription continues although the patient has changed much")
    for name in ("An alert", "Silence", "The 3 day limit"):
        a_hazard(product, cso, name)
    assert [each[:7] for each in found("haz-00")] == ["HAZ-001", "HAZ-002", "HAZ-003", "HAZ-004"]
    assert found("3") == ["HAZ-003 Silence", "HAZ-004 The 3 day limit"]
    assert found("9" * 30) == []


def test_features_and_views_are_found(product: Product, cso: User, found: Found) -> None:
    feature = make_feature(product)
    save_view(product=product, by=cso, name="Waiting for evidence", query="unverified=1")
    assert f"{feature.reference} {feature.title}" in found(feature.title[:5])
    assert found("wait") == ["Waiting for evidence"]


def test_what_is_found_is_marked_and_escaped(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso, "<script>alert</script> continues")
    text = client_of(cso).get(GO, {"q": "alert"}).content.decode()
    assert "<mark>alert</mark>" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("text", ["zzz", "' OR 1=1 --", '"', "*", "\x00", "%", "a" * 5_000])
def test_any_text_may_be_asked_for(product: Product, found: Found, text: str) -> None:
    assert found(text) == [] or text == "\x00"


def test_it_offers_what_the_person_may_do(
    product: Product, auditor: User, engineer: User, stranger: User, client_of: ClientOf
) -> None:
    assert "New hazard" not in Found(client_of, auditor)("new")
    assert Found(client_of, engineer)("new") == ["New hazard"]
    assert client_of(stranger).get(GO).status_code == 404


def test_it_is_a_page_without_script(product: Product, found: Found) -> None:
    text = found.browser.get(GO, {"q": "hazard log"}).content.decode()
    assert "<h1>" in text
    assert "Import a " in text
    none = found.browser.get(GO, {"q": "<b>zzz</b>"}).content.decode()
    assert "Nothing here is called “&lt;b&gt;zzz&lt;/b&gt;”" in none


def test_every_page_of_the_product_leads_to_it(
    product: Product, cso: User, administrator: User, client_of: ClientOf
) -> None:
    assert GO in client_of(cso).get("/products/digital-pharmacy/features/").content.decode()
    # An administrator without a role sees the team, and nothing to search.
    assert (
        GO not in client_of(administrator).get("/products/digital-pharmacy/team/").content.decode()
    )


def test_more_hazards_cost_no_more_queries(
    product: Product, cso: User, found: Found, queries_of: QueriesOf
) -> None:
    for number in range(2):
        a_hazard(product, cso, f"An alert is hidden {number}")
    few = queries_of(found.browser, f"{GO}?q=alert")
    for number in range(12):
        a_hazard(product, cso, f"An alert is hidden again {number}")
    assert queries_of(found.browser, f"{GO}?q=alert") == few
