"""Adding and changing releases, their order and what they carry."""

import datetime
from itertools import product as every
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import BadText, Conflict, NotAllowed, NotPossible
from audit.tracked import history_of
from products.actions import (
    carry_feature,
    change_features,
    create_release,
    drop_feature,
    edit_release,
    place_release,
    withdraw_feature,
)
from products.choices import ReleaseState
from products.models import Product, Release, ReleaseFeature
from products.queries import features_in, newest_unreleased, releases_of, releases_up_to
from products.rules import why_release_may_not_move
from tests.factories import LONG_AGO, gate_open, make_feature, make_product, make_release

PLANNED, IN_WORK, RELEASED, WITHDRAWN = ReleaseState


def labels(product: Product) -> list[str]:
    return [release.label for release in releases_of(product).order_by("position")]


def release_in_state(product: Product, state: ReleaseState, by: User) -> Release:
    first = PLANNED if state is WITHDRAWN else state
    released_on = LONG_AGO if state is RELEASED else None
    release = make_release(product, "1.0.0", state=first, released_on=released_on)
    if state is WITHDRAWN:
        release = edit_release(release=release, by=by, changes={"state": WITHDRAWN.value})
    return release


@pytest.mark.parametrize(("now", "to"), list(every(ReleaseState, ReleaseState)))
def test_every_move_as_the_table_says(
    now: ReleaseState, to: ReleaseState, product_manager: User, product: Product
) -> None:
    release = release_in_state(product, now, product_manager)
    changes = {"state": to.value, "released_on": LONG_AGO if to is RELEASED else None}
    if now is RELEASED:
        changes["released_on"] = LONG_AGO
    problem = why_release_may_not_move(now, to, was_released=False)
    if problem is None:
        with gate_open():
            edit_release(release=release, by=product_manager, changes=changes)
        assert Release.objects.get(pk=release.pk).state == to
    else:
        with pytest.raises(NotPossible, match=f"is {now.label.lower()} can become"):
            edit_release(release=release, by=product_manager, changes=changes)
        assert Release.objects.get(pk=release.pk).state == now


def test_what_was_out_and_withdrawn_never_comes_back(
    product_manager: User, product: Product
) -> None:
    release = release_in_state(product, RELEASED, product_manager)
    edit_release(release=release, by=product_manager, changes={"state": WITHDRAWN.value})
    with pytest.raises(NotPossible, match="stays withdrawn"):
        edit_release(
            release=release,
            by=product_manager,
            changes={"state": PLANNED.value, "released_on": None},
        )


def test_nobody_makes_a_withdrawn_release_forget_that_it_was_out(
    product_manager: User, product: Product
) -> None:
    release = release_in_state(product, RELEASED, product_manager)
    edit_release(release=release, by=product_manager, changes={"state": WITHDRAWN.value})
    with pytest.raises(NotPossible, match="keeps the date of release"):
        edit_release(release=release, by=product_manager, changes={"released_on": None})


def test_what_was_out_before_is_not_moved_to_a_day_on_which_the_gate_would_have_been_asked(
    product_manager: User, product: Product
) -> None:
    """Added with an old day and then given today's, a release went out with no gate asked."""
    release = release_in_state(product, RELEASED, product_manager)
    earlier = LONG_AGO - datetime.timedelta(days=1)
    edit_release(release=release, by=product_manager, changes={"released_on": earlier})
    with (
        mock.patch("products.going_out._first_day", return_value=LONG_AGO),
        pytest.raises(NotPossible, match="its day stays before that"),
    ):
        edit_release(
            release=release, by=product_manager, changes={"released_on": timezone.localdate()}
        )


def test_what_went_out_carries_what_the_gate_was_asked_about(
    product_manager: User, product: Product
) -> None:
    release = release_in_state(product, RELEASED, product_manager)
    with_it = make_feature(product, "Out with it")
    carry_feature(release=release, feature=with_it, by=product_manager)
    after_it = make_feature(product, "Slipped in")
    day_before = LONG_AGO - datetime.timedelta(days=1)
    with mock.patch("products.going_out._first_day", return_value=day_before):
        with pytest.raises(NotPossible, match="Put it into the release that comes next"):
            carry_feature(release=release, feature=after_it, by=product_manager)
        with pytest.raises(NotPossible, match="what it carries stays as it was"):
            drop_feature(release=release, feature=with_it, by=product_manager)
    links = ReleaseFeature.objects.filter(release=release, is_active=True)
    assert [each.feature for each in links] == [with_it]


def test_released_needs_a_day_that_has_come(product_manager: User, product: Product) -> None:
    release = release_in_state(product, IN_WORK, product_manager)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    for released_on, sentence in ((None, "needs the date"), (tomorrow, "has not come yet")):
        with pytest.raises(NotPossible, match=sentence):
            edit_release(
                release=release,
                by=product_manager,
                changes={"state": RELEASED.value, "released_on": released_on},
            )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"label": ""}, "Version: it cannot be empty"),
        ({"label": "two words"}, "cannot stand in a page's address"),
        ({"label": "new"}, "cannot stand in a page's address"),
        ({"label": "x" * 41}, "40 fit"),
        ({"label": "1.0.0"}, "has a release 1.0.0 already"),
        ({"state": RELEASED}, "needs the date"),
        ({"released_on": LONG_AGO}, "has no date of release yet"),
        ({"summary": "a\0"}, "cannot be stored"),
    ],
)
def test_a_release_that_cannot_stand_is_refused(
    product_manager: User, product: Product, values: dict[str, Any], sentence: str
) -> None:
    make_release(product, "1.0.0")
    asked: dict[str, Any] = {"label": "1.1.0"} | values
    with pytest.raises((NotPossible, BadText), match=sentence):
        create_release(product=product, by=product_manager, **asked)
    assert Release.objects.count() == 1


def test_others_do_not_manage_releases(
    engineer: User,
    clinician: User,
    executive: User,
    auditor: User,
    administrator: User,
    stranger: User,
    product: Product,
) -> None:
    release, feature = make_release(product), make_feature(product)
    for person in (engineer, clinician, executive, auditor, administrator, stranger):
        with pytest.raises(NotAllowed):
            create_release(product=product, by=person, label="9.9.9")
        with pytest.raises(NotAllowed):
            edit_release(release=release, by=person, changes={"summary": "Mine"})
        with pytest.raises(NotAllowed):
            carry_feature(release=release, feature=feature, by=person)
        with pytest.raises(NotAllowed):
            drop_feature(release=release, feature=feature, by=person)
        with pytest.raises(NotAllowed):
            change_features(release=release, by=person, carry=[feature.pk], drop=[])
        with pytest.raises(NotAllowed):
            place_release(release=release, by=person, after=None, reason="No")


def test_the_version_stays(cso: User, product: Product) -> None:
    release = make_release(product)
    for name in ("label", "position", "product_id"):
        with pytest.raises(ValueError, match=name):
            edit_release(release=release, by=cso, changes={name: 1})


def test_two_people_changing_one_field_is_a_conflict(
    cso: User, product_manager: User, product: Product
) -> None:
    release = make_release(product)
    edit_release(release=release, by=cso, changes={"summary": "Theirs"}, base_version=1)
    with pytest.raises(Conflict):
        edit_release(
            release=release, by=product_manager, changes={"summary": "Mine"}, base_version=1
        )


# --- order ----------------------------------------------------------------------------------------


def test_a_release_is_put_after_any_other(cso: User, product: Product) -> None:
    one, two, three = (make_release(product, label) for label in ("1.0", "2.0", "3.0"))
    place_release(release=three, by=cso, after=one, reason="A patch of 1.0")
    assert labels(product) == ["1.0", "3.0", "2.0"]
    place_release(release=two, by=cso, after=None, reason="It came first")
    assert labels(product) == ["2.0", "1.0", "3.0"]
    place_release(release=one, by=cso, after=three, reason="It came last")
    assert labels(product) == ["2.0", "3.0", "1.0"]


def test_the_same_place_writes_nothing(cso: User, product: Product) -> None:
    one, two = make_release(product, "1.0"), make_release(product, "2.0")
    for after in (one, two):
        place_release(release=two, by=cso, after=after, reason="As it is")
    assert labels(product) == ["1.0", "2.0"]
    assert history_of(two).count() == 1


def test_another_products_release_is_no_neighbour(cso: User, product: Product) -> None:
    other = make_release(make_product("Night Ward", "night-ward"))
    with pytest.raises(NotPossible, match="another product"):
        place_release(release=make_release(product), by=cso, after=other, reason="No")


def test_the_newest_that_is_not_out_is_meant(product_manager: User, product: Product) -> None:
    assert newest_unreleased(product) is None
    make_release(product, "1.0", state=RELEASED, released_on=LONG_AGO)
    assert newest_unreleased(product) is None
    two, three = make_release(product, "2.0"), make_release(product, "3.0")
    assert newest_unreleased(product) == three
    edit_release(release=three, by=product_manager, changes={"state": WITHDRAWN.value})
    assert newest_unreleased(product) == two


def test_earlier_releases_that_were_not_withdrawn_count(
    product_manager: User, product: Product
) -> None:
    one, two, three = (make_release(product, label) for label in ("1.0", "2.0", "3.0"))
    make_release(product, "4.0")
    make_release(make_product("Night Ward", "night-ward"), "0.1")
    edit_release(release=two, by=product_manager, changes={"state": WITHDRAWN.value})
    assert list(releases_up_to(three)) == [one, three]
    two.refresh_from_db()
    assert list(releases_up_to(two)) == [one, two]


# --- what a release carries -----------------------------------------------------------------------


def test_carrying_and_dropping_is_tracked(product_manager: User, product: Product) -> None:
    release, feature = make_release(product), make_feature(product)
    carry_feature(release=release, feature=feature, by=product_manager)
    carry_feature(release=release, feature=feature, by=product_manager)
    drop_feature(release=release, feature=feature, by=product_manager, reason="Not ready")
    with pytest.raises(NotPossible, match="does not carry FEAT-1"):
        drop_feature(release=release, feature=feature, by=product_manager)
    link = ReleaseFeature.objects.get()
    assert [version.history_change_reason for version in history_of(link)] == [
        "Not ready",
        "Release 1.0.0 carries FEAT-1",
    ]
    carry_feature(release=release, feature=feature, by=product_manager)
    assert list(features_in(release)) == [feature]


def test_withdrawn_things_are_not_carried(product_manager: User, product: Product) -> None:
    release, feature = make_release(product), make_feature(product)
    withdraw_feature(feature=feature, by=product_manager, reason="Not built")
    with pytest.raises(NotPossible, match="FEAT-1 is withdrawn"):
        carry_feature(release=release, feature=feature, by=product_manager)
    edit_release(release=release, by=product_manager, changes={"state": WITHDRAWN.value})
    with pytest.raises(NotPossible, match="stays as it was"):
        carry_feature(release=release, feature=make_feature(product), by=product_manager)


def test_another_products_feature_is_not_carried(product_manager: User, product: Product) -> None:
    other = make_feature(make_product("Night Ward", "night-ward"))
    release = make_release(product)
    with pytest.raises(NotPossible, match="another product"):
        carry_feature(release=release, feature=other, by=product_manager)
    change_features(release=release, by=product_manager, carry=[other.pk], drop=[])
    assert not features_in(release).exists()


def test_several_at_once_leave_alone_what_others_did(
    product_manager: User, cso: User, product: Product
) -> None:
    release = make_release(product)
    one, two, three = (make_feature(product, title) for title in ("One", "Two", "Three"))
    carry_feature(release=release, feature=one, by=product_manager)
    carry_feature(release=release, feature=three, by=cso)
    change_features(
        release=release, by=product_manager, carry=[two.pk, three.pk], drop=[one.pk], reason="Plan"
    )
    assert list(features_in(release)) == [two, three]
    change_features(release=release, by=product_manager, carry=[], drop=[one.pk])
    assert list(features_in(release)) == [two, three]
