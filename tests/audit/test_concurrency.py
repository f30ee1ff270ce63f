"""Two people, one row: what does not collide is merged, what does is shown, nothing is lost."""

import datetime
from typing import Any

import pytest

from accounts.models import User
from audit.concurrency import merged_changes
from audit.errors import Conflict, FieldConflict
from products.models import Feature, Product, Release
from tests.audit.record import saved

NAMES = ("title", "for_product", "for_patients", "owner_id")


@pytest.fixture
def feature(product: Product, cso: User) -> Feature:
    return saved(
        Feature(
            product=product,
            reference="FEAT-1",
            number=1,
            title="base",
            for_product="base",
            for_patients="base",
        ),
        cso,
    )


def changed(feature: Feature, by: User, **values: Any) -> Feature:
    row = Feature.objects.get(pk=feature.pk)
    for name, value in values.items():
        setattr(row, name, value)
    return saved(row, by)


def test_with_nobody_in_between_what_differs_is_taken(feature: Feature) -> None:
    proposed = {"title": "mine", "for_product": "base"}
    assert merged_changes(feature, proposed, 1) == {"title": "mine"}


def test_without_a_version_what_differs_is_taken(feature: Feature, engineer: User) -> None:
    now = changed(feature, engineer, title="theirs")
    assert merged_changes(now, {"title": "mine", "for_product": "base"}, None) == {"title": "mine"}


@pytest.mark.parametrize(
    ("theirs", "mine", "expected"),
    [
        ("base", "base", {}),
        ("theirs", "base", {}),  # only they changed it: theirs stays
        ("base", "mine", {"title": "mine"}),  # only I changed it
        ("same", "same", {}),  # both wrote the same
        ("theirs", "mine", None),  # a conflict
        ("theirs", "", None),  # emptying is a change too
        ("", "mine", None),
        ("", "", {}),
    ],
)
def test_each_way_in_which_two_people_can_meet(
    feature: Feature, engineer: User, theirs: str, mine: str, expected: dict[str, str] | None
) -> None:
    # Their other change raises the version even where the title stays.
    now = changed(feature, engineer, title=theirs, for_patients="moved on")
    if expected is not None:
        assert merged_changes(now, {"title": mine}, 1) == expected
        return
    with pytest.raises(Conflict) as caught:
        merged_changes(now, {"title": mine}, 1)
    assert caught.value.fields == [FieldConflict("title", "title", "base", theirs, mine)]
    assert caught.value.current_version == 2


def test_changes_of_different_fields_are_merged(feature: Feature, engineer: User) -> None:
    now = changed(feature, engineer, title="theirs")
    proposed = {"title": "base", "for_product": "mine", "for_patients": "base"}
    assert merged_changes(now, proposed, 1) == {"for_product": "mine"}


def test_one_collision_holds_everything_back_and_names_every_field(
    feature: Feature, engineer: User
) -> None:
    now = changed(feature, engineer, title="theirs", for_product="theirs")
    proposed = {"title": "mine", "for_product": "mine", "for_patients": "mine"}
    with pytest.raises(Conflict) as caught:
        merged_changes(now, proposed, 1)
    assert [field.name for field in caught.value.fields] == ["title", "for_product"]
    sentence = caught.value.sentence
    assert "title, what it means for the product" in sentence
    assert "Nothing of yours is lost" in sentence


def test_the_base_is_the_version_that_the_person_saw(feature: Feature, engineer: User) -> None:
    changed(feature, engineer, title="second")
    now = changed(feature, engineer, title="third")
    assert merged_changes(now, {"title": "second"}, 2) == {}
    with pytest.raises(Conflict) as caught:
        merged_changes(now, {"title": "mine"}, 2)
    assert caught.value.fields[0].base == "second"
    with pytest.raises(Conflict):
        merged_changes(now, {"title": "second"}, 1)


def test_a_value_that_was_changed_there_and_back_is_no_collision(
    feature: Feature, engineer: User
) -> None:
    changed(feature, engineer, title="theirs")
    now = changed(feature, engineer, title="base")
    assert merged_changes(now, {"title": "mine"}, 1) == {"title": "mine"}


def test_people_and_dates_are_compared_too(
    feature: Feature, engineer: User, cso: User, auditor: User
) -> None:
    now = changed(feature, engineer, owner_id=cso.pk)
    assert merged_changes(now, {"owner_id": None}, 1) == {}
    assert merged_changes(now, {"owner_id": cso.pk}, 1) == {}
    with pytest.raises(Conflict) as caught:
        merged_changes(now, {"owner_id": auditor.pk}, 1)
    assert caught.value.fields == [FieldConflict("owner_id", "owner", None, cso.pk, auditor.pk)]


@pytest.mark.parametrize("version", [0, 99, -1])
def test_a_version_that_never_was_counts_as_the_one_that_stands(
    feature: Feature, engineer: User, version: int
) -> None:
    """Only a forged form names one, and it could as well name the newest."""
    now = changed(feature, engineer, title="theirs")
    assert merged_changes(now, {"title": "theirs", "for_product": "base"}, version) == {}
    assert merged_changes(now, {"title": "mine"}, version) == {"title": "mine"}


def test_saving_again_after_a_conflict_goes_through(feature: Feature, engineer: User) -> None:
    now = changed(feature, engineer, title="theirs")
    with pytest.raises(Conflict) as caught:
        merged_changes(now, {"title": "mine"}, 1)
    assert merged_changes(now, {"title": "mine"}, caught.value.current_version) == {"title": "mine"}


def test_a_conflict_is_asked_again_when_a_third_person_saved(
    feature: Feature, engineer: User, cso: User
) -> None:
    changed(feature, engineer, title="theirs")
    now = changed(feature, cso, title="a third person's")
    with pytest.raises(Conflict):
        merged_changes(now, {"title": "mine"}, 2)


def test_the_caller_gets_dates_as_they_are(product: Product, cso: User) -> None:
    release = saved(Release(product=product, label="3", position=30), cso)
    day = datetime.date(2026, 5, 3)
    assert merged_changes(release, {"planned_on": day}, 1) == {"planned_on": day}
    assert merged_changes(release, {"planned_on": None}, 1) == {}
