"""Adding a product and changing what it is called."""

from typing import Any

import pytest

from accounts.actions import system_person
from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.models import Entry
from audit.tracked import history_of
from products import hooks
from products.actions import create_product, edit_product
from products.models import Organisation, Product
from products.permissions import standing_of


def make(by: User, **values: Any) -> Product:
    asked = {"name": "Night Ward", "slug": "night-ward", "organisation_name": "Example Ltd"}
    return create_product(by=by, **(asked | values))


def test_an_administrator_adds_a_product_and_gets_no_role(administrator: User) -> None:
    product = make(administrator)
    assert product.organisation.name == "Example Ltd"
    assert not standing_of(administrator, product).is_on_team
    entries = Entry.objects.filter(scope=product.scope)
    assert set(entries.values_list("reason", flat=True)) == {"Added the product Night Ward"}


def test_commands_add_products_too(db: None) -> None:
    assert make(system_person()).pk


def test_nobody_else_adds_a_product(cso: User, executive: User) -> None:
    for person in (cso, executive):
        with pytest.raises(NotAllowed, match="Only administrators"):
            make(person)


def test_an_organisation_is_known_by_its_name_in_any_case(administrator: User) -> None:
    first = make(administrator)
    second = make(administrator, slug="day-ward", organisation_name=" EXAMPLE LTD ")
    assert second.organisation == first.organisation
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " "}, "Name: it cannot be empty"),
        ({"name": "x" * 201}, "201 characters; 200 fit"),
        ({"name": "a\0"}, "cannot be stored"),
        ({"slug": ""}, "Address: it cannot be empty"),
        ({"slug": "two words"}, "Address: enter a valid"),
        ({"slug": "new"}, "is taken already"),
        ({"slug": "Digital-Pharmacy"}, "is taken already"),
        ({"organisation_name": ""}, "Name: it cannot be empty"),
        ({"hazard_prefix": "H Z"}, "The prefix of hazard references"),
        ({"summary": "x" * 2001}, "2,000 fit"),
    ],
)
def test_a_product_that_cannot_stand_leaves_nothing(
    administrator: User, product: Product, values: dict[str, Any], sentence: str
) -> None:
    before = (Product.objects.count(), Organisation.objects.count())
    with pytest.raises((NotPossible, BadText), match=sentence):
        make(administrator, **values)
    assert (Product.objects.count(), Organisation.objects.count()) == before


def test_upper_packages_are_told_inside_the_act(
    administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(product: Product, by: User) -> None:
        raise NotPossible(f"{by.name} may not have {product.name}")

    monkeypatch.setattr(hooks, "_on_product_created", [refuse])
    with pytest.raises(NotPossible, match="Ada Administrator may not have Night Ward"):
        make(administrator)
    assert not Product.objects.filter(slug="night-ward").exists()


def test_those_who_lead_change_name_and_summary(
    cso: User, product_manager: User, product: Product
) -> None:
    edit_product(product=product, by=cso, changes={"summary": " Repeat prescriptions. "})
    changed = edit_product(
        product=product, by=product_manager, changes={"name": "Pharmacy"}, reason="Rebranded"
    )
    assert (changed.name, changed.summary) == ("Pharmacy", "Repeat prescriptions.")
    assert history_of(changed)[0].history_change_reason == "Rebranded"


def test_others_do_not(
    engineer: User, auditor: User, administrator: User, stranger: User, product: Product
) -> None:
    for person in (engineer, auditor, administrator, stranger):
        with pytest.raises(NotAllowed):
            edit_product(product=product, by=person, changes={"name": "Mine"})


def test_the_address_and_the_prefix_cannot_be_changed(cso: User, product: Product) -> None:
    for name in ("slug", "hazard_prefix", "organisation_id"):
        with pytest.raises(ValueError, match=name):
            edit_product(product=product, by=cso, changes={name: "x"})


def test_two_people_changing_the_name_is_a_conflict(
    cso: User, product_manager: User, product: Product
) -> None:
    before = product.version
    edit_product(product=product, by=cso, changes={"name": "One"})
    with pytest.raises(Conflict):
        edit_product(
            product=product, by=product_manager, changes={"name": "Two"}, base_version=before
        )
