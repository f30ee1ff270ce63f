"""Adding, changing, withdrawing and restoring features."""

from typing import Any

import pytest

from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from products.actions import (
    carry_feature,
    create_feature,
    edit_feature,
    end_membership,
    restore_feature,
    withdraw_feature,
)
from products.choices import ReleaseState
from products.models import Feature, Membership, Product, ReleaseFeature
from tests.factories import LONG_AGO, make_feature, make_product, make_release


def test_references_follow_each_other_and_skip_what_is_taken(
    product_manager: User, product: Product
) -> None:
    def add(title: str, reference: str = "") -> str:
        return create_feature(
            product=product, by=product_manager, title=title, reference=reference
        ).reference

    assert [add("One"), add("Two", "feat-3"), add("Three"), add("Four", "PX-7"), add("Five")] == [
        "FEAT-1",
        "feat-3",
        "FEAT-4",
        "PX-7",
        "FEAT-5",
    ]


def test_those_who_bridge_manage_features(
    cso: User, clinical_product_manager: User, product_manager: User, product: Product
) -> None:
    for person in (cso, clinical_product_manager, product_manager):
        assert create_feature(product=product, by=person, title="Reminders").pk


def test_others_do_not(
    engineer: User,
    clinician: User,
    executive: User,
    auditor: User,
    administrator: User,
    stranger: User,
    product: Product,
) -> None:
    feature = make_feature(product)
    for person in (engineer, clinician, executive, auditor, administrator, stranger):
        with pytest.raises(NotAllowed):
            create_feature(product=product, by=person, title="Mine")
        with pytest.raises(NotAllowed):
            edit_feature(feature=feature, by=person, changes={"title": "Mine"})
        with pytest.raises(NotAllowed):
            withdraw_feature(feature=feature, by=person, reason="No")
        with pytest.raises(NotAllowed):
            restore_feature(feature=feature, by=person, reason="No")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "Title: it cannot be empty"),
        ({"title": "x" * 201}, "200 fit"),
        ({"title": "a\0"}, "cannot be stored"),
        ({"reference": "two words"}, "cannot stand in a page's address"),
        ({"reference": "x" * 41}, "40 fit"),
        ({"reference": "feat-1"}, "has the reference feat-1"),
        ({"tracker_url": "javascript:alert(1)"}, "Link to the tracker: enter a valid URL"),
        ({"tracker_url": "not a link"}, "Link to the tracker: enter a valid URL"),
        ({"for_patients": "x" * 5001}, "5,000 fit"),
    ],
)
def test_a_feature_that_cannot_stand_is_refused(
    product_manager: User, product: Product, values: dict[str, Any], sentence: str
) -> None:
    make_feature(product)
    asked = {"title": "Reminders"} | values
    with pytest.raises((NotPossible, BadText), match=sentence):
        create_feature(product=product, by=product_manager, **asked)
    assert Feature.objects.count() == 1


def test_the_owner_is_on_the_team(
    product_manager: User, engineer: User, stranger: User, product: Product
) -> None:
    feature = create_feature(product=product, by=product_manager, title="One", owner=engineer)
    assert feature.owner == engineer
    with pytest.raises(NotPossible, match="somebody on the team"):
        create_feature(product=product, by=product_manager, title="Two", owner=stranger)
    with pytest.raises(NotPossible, match="somebody on the team"):
        edit_feature(feature=feature, by=product_manager, changes={"owner_id": stranger.pk})


def test_an_owner_who_left_stays_until_somebody_changes_it(
    product_manager: User, executive: User, engineer: User, product: Product
) -> None:
    feature = make_feature(product, owner=engineer)
    membership = Membership.objects.get(person=engineer)
    end_membership(membership=membership, by=executive, ends_on=LONG_AGO, reason="Left")
    changed = edit_feature(
        feature=feature,
        by=product_manager,
        changes={"title": "Reminders", "owner_id": engineer.pk},
        base_version=1,
    )
    assert (changed.title, changed.owner) == ("Reminders", engineer)


def test_an_edit_keeps_its_reason(product_manager: User, product: Product) -> None:
    feature = make_feature(product)
    edit_feature(
        feature=feature,
        by=product_manager,
        changes={"for_patients": " Nobody runs out. "},
        reason="Agreed with Clara",
    )
    stored = Feature.objects.get(pk=feature.pk)
    assert stored.for_patients == "Nobody runs out."
    assert history_of(stored)[0].history_change_reason == "Agreed with Clara"


def test_the_reference_stays(product_manager: User, product: Product) -> None:
    with pytest.raises(ValueError, match="reference"):
        edit_feature(
            feature=make_feature(product), by=product_manager, changes={"reference": "X-1"}
        )


def test_two_people_in_different_fields_are_merged_and_in_one_are_told(
    product_manager: User, cso: User, product: Product
) -> None:
    feature = make_feature(product)
    edit_feature(feature=feature, by=cso, changes={"for_patients": "Theirs"}, base_version=1)
    merged = edit_feature(
        feature=feature,
        by=product_manager,
        changes={"for_patients": "", "for_product": "Mine"},
        base_version=1,
    )
    assert (merged.for_patients, merged.for_product) == ("Theirs", "Mine")
    with pytest.raises(Conflict):
        edit_feature(
            feature=feature, by=product_manager, changes={"for_patients": "Mine"}, base_version=1
        )


def test_withdrawing_takes_it_out_of_what_is_not_out_yet(
    product_manager: User, product: Product
) -> None:
    feature = make_feature(product)
    out = make_release(product, "1.0.0", state=ReleaseState.RELEASED, released_on=LONG_AGO)
    coming = make_release(product, "1.1.0")
    for release in (out, coming):
        carry_feature(release=release, feature=feature, by=product_manager)
    withdraw_feature(feature=feature, by=product_manager, reason="Not built after all")
    assert not Feature.objects.get(pk=feature.pk).is_active
    carried = ReleaseFeature.objects.filter(feature=feature, is_active=True)
    assert [link.release for link in carried] == [out]
    with pytest.raises(NotPossible, match="withdrawn already"):
        withdraw_feature(feature=feature, by=product_manager, reason="Again")
    restore_feature(feature=feature, by=product_manager, reason="Built after all")
    assert Feature.objects.get(pk=feature.pk).is_active
    with pytest.raises(NotPossible, match="is not withdrawn"):
        restore_feature(feature=feature, by=product_manager, reason="Again")


def test_withdrawing_needs_a_reason(product_manager: User, product: Product) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        withdraw_feature(feature=make_feature(product), by=product_manager, reason=" ")


def test_two_products_number_their_features_apart(product: Product) -> None:
    make_feature(product)
    assert make_feature(make_product("Night Ward", "night-ward")).reference == "FEAT-1"
