"""What stands around the list of hazards: columns, menus, what is there for whom."""

import pytest
from django.http import QueryDict

from accounts.models import User
from hazards.actions.saved_views import save_view
from hazards.log_columns import COLUMNS, USUAL, asked_in, columns_from, columns_in_address
from products.models import Product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

LOG = "/products/digital-pharmacy/hazards/"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", USUAL),
        ("columns=nonsense", USUAL),
        ("columns=owner,features", ("features", "owner")),
        ("columns=none", ()),
        ("columns=none&column=status&column=owner", ("owner", "status")),
        ("column=%27%3B--", USUAL),
    ],
)
def test_columns_are_read_from_the_address(asked: str, shown: tuple[str, ...]) -> None:
    columns = columns_from(asked_in(QueryDict(asked)))
    assert columns == shown
    assert columns_from({"columns": columns_in_address(columns)}) == shown


def test_every_column_has_its_heading_and_its_cells(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso, family="Medicines")
    browser = client_of(cso)
    for name, label in COLUMNS.items():
        text = browser.get(LOG, {"columns": name}).content.decode()
        assert f'data-label="{label}"' in text
        others = [each for other, each in COLUMNS.items() if other != name]
        assert not any(f'data-label="{other}"' in text for other in others)


def test_columns_stay_while_one_filters_sorts_and_pages(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso)
    text = client_of(cso).get(LOG, {"columns": "family,owner"}).content.decode()
    assert "sort=-reference&amp;columns=family%2Cowner" in text
    assert "?columns=family%2Cowner&amp;needs_estimate=1" in text
    assert '<input type="hidden" name="columns" value="family,owner" form="log-form">' in text


def test_the_view_that_is_on_is_marked(product: Product, cso: User, client_of: ClientOf) -> None:
    a_hazard(product, cso)
    save_view(product=product, by=cso, name="To estimate", query="needs_estimate=1")
    browser = client_of(cso)
    on = 'aria-current="true">To estimate'
    assert on in browser.get(LOG, {"needs_estimate": "1"}).content.decode()
    assert on not in browser.get(LOG).content.decode()


def test_what_is_kept_is_what_is_shown(product: Product, cso: User, client_of: ClientOf) -> None:
    a_hazard(product, cso)
    text = client_of(cso).get(LOG, {"needs_estimate": "1", "page": "1", "x": "y"}).content.decode()
    assert "/log/views/new/?needs_estimate=1" in text


def test_a_change_of_many_leads_to_its_undoing_once_it_is_one(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso)
    browser = client_of(cso)
    act = "6b4f0a0e-8a3e-4c52-9d7b-1f2a3b4c5d6e"
    assert f"/undo/{act}/" in browser.get(LOG, {"changed": act}).content.decode()
    for nonsense in ("x", "", "javascript:1", "../../"):
        assert "/undo/" not in browser.get(LOG, {"changed": nonsense}).content.decode()


def test_the_density_is_the_persons_own_and_rendered_by_the_server(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso)
    browser = client_of(cso)
    browser.cookies["density"] = "compact"
    assert 'data-density="compact"' in browser.get(LOG).content.decode()
