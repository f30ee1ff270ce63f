"""Links between hazards and features, made and undone from both sides."""

from typing import Any

import pytest

from accounts.models import User
from audit.errors import NotPossible, Refusal
from hazards.actions.features import link_feature, unlink_feature
from hazards.actions.hazards import withdraw_hazard
from hazards.actions.raising import link_hazards, raise_hazard
from hazards.models import Hazard, HazardFeature
from hazards.queries import features_of
from products.models import Product
from tests.audit.record import contents, entries_about
from tests.factories import make_feature
from tests.hazards.factories import a_hazard


def test_a_feature_is_linked_and_unlinked(product: Product, product_manager: User) -> None:
    hazard, feature = a_hazard(product, product_manager), make_feature(product)
    link = link_feature(hazard=hazard, feature=feature, by=product_manager)
    assert entries_about(link)[0].reason == "Linked FEAT-1 and HAZ-001"
    assert [each.feature for each in features_of(hazard)] == [feature]
    unlink_feature(hazard=hazard, feature=feature, by=product_manager)
    assert list(features_of(hazard)) == []
    assert entries_about(link)[-1].reason == "Unlinked FEAT-1 and HAZ-001"
    again = link_feature(hazard=hazard, feature=feature, by=product_manager)
    assert again == link, "the row is used again, with its history"
    assert HazardFeature.objects.count() == 1


def test_linking_twice_writes_nothing(product: Product, cso: User) -> None:
    hazard, feature = a_hazard(product, cso), make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso)
    before = contents()
    link_feature(hazard=hazard, feature=feature, by=cso)
    link_hazards(feature=feature, hazards=[hazard], by=cso)
    assert contents() == before


def test_what_is_not_linked_is_not_unlinked(product: Product, cso: User) -> None:
    hazard, feature = a_hazard(product, cso), make_feature(product)
    before = contents()
    with pytest.raises(NotPossible, match="not linked"):
        unlink_feature(hazard=hazard, feature=feature, by=cso)
    assert contents() == before


def test_a_feature_of_another_product_is_refused(
    product: Product, other_product: Product, cso: User
) -> None:
    hazard, theirs = a_hazard(product, cso), make_feature(other_product)
    before = contents()
    with pytest.raises(NotPossible, match="another product"):
        link_feature(hazard=hazard, feature=theirs, by=cso)
    with pytest.raises(NotPossible, match="another product"):
        raise_hazard(product=product, by=cso, name="x", harm="y", features=[theirs])
    assert contents() == before


def test_a_withdrawn_hazard_is_not_linked(product: Product, cso: User) -> None:
    hazard, other, feature = a_hazard(product, cso), a_hazard(product, cso), make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso)
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    before = contents()
    for linked in (feature, make_feature(product, "Another")):
        before = contents()
        with pytest.raises(NotPossible, match="no longer in the log"):
            link_feature(hazard=hazard, feature=linked, by=cso)
    with pytest.raises(NotPossible, match="no longer in the log"):
        unlink_feature(hazard=hazard, feature=feature, by=cso)
    with pytest.raises(NotPossible, match="no longer in the log"):
        link_hazards(feature=feature, hazards=[other, hazard], by=cso)
    assert contents() == before, "all of the links or none"


def test_a_hazard_is_raised_with_its_parts_as_one_act(product: Product, engineer: User) -> None:
    feature = make_feature(product)
    hazard = raise_hazard(
        product=product,
        by=engineer,
        name="A repeat continues",
        cause="Nobody looks",
        harm="The patient bleeds",
        features=[feature],
        family="Medicines",
    )
    stored = Hazard.objects.get(pk=hazard.pk)
    assert (stored.family, stored.content_version) == ("Medicines", 1)
    rows = [stored, stored.causes.get(), stored.harms.get(), stored.feature_links.get()]
    acts = {entry.act for row in rows for entry in entries_about(row)}
    reasons = {entry.reason for row in rows for entry in entries_about(row)}
    assert len(acts) == 1
    assert reasons == {"Raised a hazard"}


def test_a_hazard_that_cannot_be_raised_whole_is_not_raised(product: Product, cso: User) -> None:
    before = contents()
    wrong: list[dict[str, Any]] = [
        {"name": "x", "cause": "\x00"},
        {"name": "x", "cause": "y", "harm": "x" * 5_001},
        {"name": " "},
    ]
    for values in wrong:
        with pytest.raises(Refusal):
            raise_hazard(product=product, by=cso, **values)
    assert contents() == before
