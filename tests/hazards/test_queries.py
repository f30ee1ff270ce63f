"""What the database says agrees with what the rules say."""

import itertools
from typing import Any

import pytest

from accounts.models import User
from audit.acts import act
from hazards.actions.controls import link_control, set_control_state, unlink_control
from hazards.actions.features import link_feature, unlink_feature
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.choices import ControlState, Party
from hazards.facts import control_facts
from hazards.models import Control, Hazard
from hazards.queries import (
    controls_of,
    features_of,
    hazards_of,
    hazards_protected_by,
    in_scope_of,
    with_confirmation,
    with_scope,
)
from hazards.rules import control_stands, residual_is_confirmed
from products.actions import carry_feature, drop_feature, edit_release, place_release
from products.models import Product, Release
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_control, a_hazard, an_estimate

PARTIES = ["", *Party]
SPACES = [character for character in map(chr, range(1, 0x3100)) if character.isspace()]
INSTRUCTIONS = ["", *SPACES, " \n\t \u00a0\u3000", "Train", " Train ", "\nx\n"]


def is_provisional(hazard: Hazard) -> bool:
    found: bool = with_confirmation(Hazard.objects.filter(pk=hazard.pk)).get().is_provisional
    return found


def stored_as(control: Control, by: User, **values: Any) -> Control:
    """The control with any values, also those that no way through the actions leads to."""
    row = Control.objects.get(pk=control.pk)
    for name, value in values.items():
        setattr(row, name, value)
    with act(by=by, reason="Brought into a state for a test"):
        row.save()
    return row


def test_the_database_and_the_rule_agree_on_which_controls_stand(
    product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    control = a_control(hazard, cso)
    for state, party, instruction in itertools.product(ControlState, PARTIES, INSTRUCTIONS):
        row = stored_as(control, cso, state=state, party=party, instruction=instruction)
        expected = not residual_is_confirmed([control_facts(row)])
        assert is_provisional(hazard) is expected, (state, party, instruction)


def test_one_shaky_control_among_good_ones_makes_a_hazard_provisional(
    product: Product, cso: User
) -> None:
    hazard, other = a_hazard(product, cso), a_hazard(product, cso, "Another")
    good = stored_as(a_control(hazard, cso), cso, state=ControlState.VERIFIED)
    assert control_stands(control_facts(good))
    assert not is_provisional(hazard)
    shaky = a_control(hazard, cso)
    assert is_provisional(hazard)
    assert not is_provisional(other), "it is another hazard's control"
    link_control(control=shaky, hazard=other, by=cso)
    assert is_provisional(other)
    unlink_control(control=shaky, hazard=hazard, by=cso, reason="Not here")
    assert not is_provisional(hazard)
    assert is_provisional(other)


def test_a_hazard_without_controls_is_not_provisional(product: Product, cso: User) -> None:
    assert not is_provisional(a_hazard(product, cso))


# --- Scope ----------------------------------------------------------------------------------------


@pytest.fixture
def releases(product: Product) -> list[Release]:
    return [make_release(product, label) for label in ("1.0.0", "1.1.0", "1.2.0")]


def scope_of(hazard: Hazard) -> int | None:
    found: int | None = with_scope(Hazard.objects.filter(pk=hazard.pk)).get().scope_position
    return found


def in_scope(product: Product, release: Release) -> set[str]:
    return {hazard.name for hazard in in_scope_of(hazards_of(product), release)}


def test_a_hazard_is_in_scope_from_the_first_release_among_its_features(
    product: Product, cso: User, releases: list[Release]
) -> None:
    first, second, third = releases
    early, late = make_feature(product, "Early"), make_feature(product, "Late")
    carry_feature(release=second, feature=early, by=cso)
    carry_feature(release=third, feature=early, by=cso)
    carry_feature(release=third, feature=late, by=cso)
    hazard = a_hazard(product, cso, "Both")
    only_late = a_hazard(product, cso, "Late only")
    nowhere = a_hazard(product, cso, "Nowhere")
    link_feature(hazard=hazard, feature=late, by=cso)
    link_feature(hazard=hazard, feature=early, by=cso)
    link_feature(hazard=only_late, feature=late, by=cso)
    assert scope_of(hazard) == second.position
    assert scope_of(only_late) == third.position
    assert scope_of(nowhere) is None
    assert in_scope(product, first) == set()
    assert in_scope(product, second) == {"Both"}
    assert in_scope(product, third) == {"Both", "Late only"}


def test_a_later_release_contains_what_an_earlier_one_has(
    product: Product, cso: User, releases: list[Release]
) -> None:
    feature = make_feature(product)
    carry_feature(release=releases[0], feature=feature, by=cso)
    hazard = a_hazard(product, cso, "From the start")
    link_feature(hazard=hazard, feature=feature, by=cso)
    for release in releases:
        assert in_scope(product, release) == {"From the start"}


def test_a_person_may_set_another_release(
    product: Product, cso: User, releases: list[Release]
) -> None:
    first, second, third = releases
    feature = make_feature(product)
    carry_feature(release=second, feature=feature, by=cso)
    hazard = a_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    for release in (first, third):
        hazard = edit_hazard(hazard=hazard, by=cso, changes={"first_release_id": release.pk})
        assert scope_of(hazard) == release.position
    edit_hazard(hazard=hazard, by=cso, changes={"first_release_id": None})
    assert scope_of(hazard) == second.position


def test_links_that_were_undone_do_not_count(
    product: Product, cso: User, releases: list[Release]
) -> None:
    feature, other = make_feature(product, "One"), make_feature(product, "Other")
    carry_feature(release=releases[0], feature=feature, by=cso)
    carry_feature(release=releases[2], feature=other, by=cso)
    hazard, neighbour = a_hazard(product, cso), a_hazard(product, cso, "Neighbour")
    for each in (feature, other):
        link_feature(hazard=hazard, feature=each, by=cso)
    link_feature(hazard=neighbour, feature=feature, by=cso)
    unlink_feature(hazard=hazard, feature=feature, by=cso)
    assert scope_of(hazard) == releases[2].position, "though a neighbour's link to it stands"
    assert scope_of(neighbour) == releases[0].position
    drop_feature(release=releases[2], feature=other, by=cso)
    assert scope_of(hazard) is None


def test_a_release_that_was_withdrawn_does_not_count(
    product: Product, cso: User, releases: list[Release]
) -> None:
    feature = make_feature(product)
    for release in (releases[0], releases[1]):
        carry_feature(release=release, feature=feature, by=cso)
    hazard = a_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    edit_release(release=releases[0], by=cso, changes={"state": "withdrawn"})
    assert scope_of(hazard) == releases[1].position


def test_scope_follows_the_order_of_releases(
    product: Product, cso: User, releases: list[Release]
) -> None:
    feature = make_feature(product)
    carry_feature(release=releases[0], feature=feature, by=cso)
    hazard = a_hazard(product, cso, "It")
    link_feature(hazard=hazard, feature=feature, by=cso)
    assert in_scope(product, releases[1]) == {"It"}
    place_release(release=releases[0], by=cso, after=releases[1], reason="Renamed")
    assert in_scope(product, Release.objects.get(pk=releases[1].pk)) == set()


def test_another_products_release_has_none_of_it(
    product: Product, other_product: Product, cso: User
) -> None:
    theirs = make_release(other_product)
    a_hazard(product, cso)
    assert in_scope(other_product, theirs) == set()


# --- What is in the log ---------------------------------------------------------------------------


def test_the_log_has_drafts_and_live_hazards_in_their_order(product: Product, cso: User) -> None:
    names = [a_hazard(product, cso, f"Hazard {number}").name for number in range(3)]
    gone = a_hazard(product, cso, "Gone")
    withdraw_hazard(hazard=gone, by=cso, reason="Raised twice")
    assert [hazard.name for hazard in hazards_of(product)] == names


def test_the_log_is_read_in_one_query(
    product: Product, cso: User, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        an_estimate(a_hazard(product, cso, owner_id=cso.pk), cso)
    with django_assert_num_queries(1):
        for hazard in hazards_of(product):
            assert hazard.owner_in_words == "Clara Officer"
            assert hazard.worst_initial is not None
            assert hazard.worst_initial.severity.word
            assert hazard.worst_initial.likelihood.word
            assert hazard.worst_residual is None


def test_controls_are_those_in_use_each_once(product: Product, cso: User) -> None:
    hazard, other = a_hazard(product, cso), a_hazard(product, cso, "Other")
    shared, gone = a_control(hazard, cso), a_control(hazard, cso)
    link_control(control=shared, hazard=other, by=cso)
    set_control_state(control=gone, by=cso, state=ControlState.WITHDRAWN, reason="Useless")
    assert list(controls_of([hazard, other])) == [shared]
    assert list(hazards_protected_by(shared)) == [hazard, other]
    unlink_control(control=shared, hazard=hazard, by=cso, reason="Not here")
    assert list(controls_of([hazard])) == []
    assert list(hazards_protected_by(shared)) == [other]


def test_features_of_a_hazard_are_those_linked_now(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    one, other = make_feature(product, "One"), make_feature(product, "Other")
    for feature in (other, one):
        link_feature(hazard=hazard, feature=feature, by=cso)
    assert [link.feature for link in features_of(hazard)] == [one, other]
    unlink_feature(hazard=hazard, feature=one, by=cso)
    assert [link.feature for link in features_of(hazard)] == [other]
