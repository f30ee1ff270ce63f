"""The statement of intended use, version by version."""

from typing import Any

import pytest

from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible, SideDoor
from products.actions import state_intended_use
from products.models import IntendedUse, Product
from products.queries import intended_use_of, reasons_of


def state(by: User, product: Product, purpose: str = "Repeat prescriptions", **more: Any) -> Any:
    values: dict[str, Any] = {"reason": "Stated"} | more
    return state_intended_use(product=product, by=by, purpose=purpose, **values)


def test_each_statement_is_a_version(cso: User, product_manager: User, product: Product) -> None:
    assert intended_use_of(product) is None
    first = state(cso, product)
    second = state(product_manager, product, users="Adults", reason="Users were missing")
    assert (first.number, second.number) == (1, 2)
    assert intended_use_of(product) == second
    assert second.stated_by == product_manager
    assert reasons_of(IntendedUse, [first.pk, second.pk]) == {
        first.pk: "Stated",
        second.pk: "Users were missing",
    }


def test_the_same_words_make_no_version(cso: User, product: Product) -> None:
    first = state(cso, product, users=" Adults\n")
    assert state(cso, product, users="Adults") == first
    assert IntendedUse.objects.count() == 1


def test_a_version_never_changes(cso: User, product: Product) -> None:
    statement = state(cso, product)
    statement.purpose = "Something else"
    with pytest.raises(SideDoor):
        statement.save()


def test_who_may_state_it(
    clinical_product_manager: User,
    engineer: User,
    clinician: User,
    executive: User,
    auditor: User,
    administrator: User,
    stranger: User,
    product: Product,
) -> None:
    state(clinical_product_manager, product)
    for person in (engineer, clinician, executive, auditor, administrator, stranger):
        with pytest.raises(NotAllowed):
            state(person, product, "Mine")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"purpose": " "}, "Purpose: it cannot be empty"),
        ({"purpose": "x" * 5001}, "5,000 fit"),
        ({"users": "a\0"}, "cannot be stored"),
        ({"reason": ""}, "Say why"),
    ],
)
def test_what_cannot_stand_is_refused(
    cso: User, product: Product, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises((NotPossible, BadText), match=sentence):
        state(cso, product, **values)
    assert intended_use_of(product) is None


def test_two_people_in_different_texts_are_merged(
    cso: User, product_manager: User, product: Product
) -> None:
    state(cso, product)
    state(cso, product, users="Theirs", base_number=1)
    merged = state(product_manager, product, exclusions="Mine", base_number=1)
    assert (merged.number, merged.users, merged.exclusions) == (3, "Theirs", "Mine")


def test_two_people_in_one_text_are_told(
    cso: User, product_manager: User, product: Product
) -> None:
    state(cso, product, "Before", base_number=0)
    state(cso, product, "Theirs", base_number=1)
    with pytest.raises(Conflict) as raised:
        state(product_manager, product, "Mine", base_number=1)
    (field,) = raised.value.fields
    assert (field.base, field.theirs, field.yours) == ("Before", "Theirs", "Mine")
    assert raised.value.current_version == 2


def test_two_people_stating_it_first_are_told(
    cso: User, product_manager: User, product: Product
) -> None:
    state(cso, product, "Theirs", base_number=0)
    with pytest.raises(Conflict):
        state(product_manager, product, "Mine", base_number=0)
