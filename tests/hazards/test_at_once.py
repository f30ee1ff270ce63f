"""Two people at the same moment: they queue, and neither loses or sees half of the other's work."""

from typing import Any

import pytest

from accounts.models import User
from audit.acts import act
from audit.bulk import record_many
from audit.errors import Conflict
from audit.models import Entry
from audit.tracked import history_of
from hazards.actions.controls import add_control, edit_control, link_control
from hazards.actions.estimates import record_estimate
from hazards.actions.hazards import create_hazard, edit_hazard
from hazards.choices import Stage
from hazards.models import Control, ControlLink, Estimate, Hazard
from products.choices import Role
from products.models import Organisation, Product
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_control, a_hazard, levels

pytestmark = pytest.mark.usefixtures("cloned_database")


@pytest.fixture
def ward(cloned_database: ClonedDatabase) -> Product:
    return make_product()


def somebody(product: Product, name: str) -> User:
    person = make_person(name)
    join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    return person


@pytest.fixture
def two(ward: Product) -> tuple[User, User]:
    return somebody(ward, "One Officer"), somebody(ward, "Other Officer")


def all_well(outcomes: list[Any]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def test_hazards_raised_at_once_have_numbers_of_their_own(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    calls = [lambda by=by: create_hazard(product=ward, by=by, name="x") for by in (*two, *two)]
    all_well(cloned_database.at_once(*calls))
    numbers = sorted(Hazard.objects.values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4]


def test_controls_added_at_once_have_numbers_of_their_own(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    hazards = [a_hazard(ward, two[0]), a_hazard(ward, two[0], "Another")]
    calls = [
        lambda by=by, hazard=hazard: add_control(hazard=hazard, by=by, text="x")
        for by in two
        for hazard in hazards
    ]
    all_well(cloned_database.at_once(*calls))
    assert sorted(Control.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    versions = Hazard.objects.order_by("pk").values_list("content_version", flat=True)
    assert list(versions) == [3, 3], "each of its two controls is a change of its own"


def test_one_field_changed_at_once_is_shown_to_the_later(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    hazard = a_hazard(ward, two[0])
    calls = [
        lambda by=by: edit_hazard(hazard=hazard, by=by, changes={"name": by.name}, base_version=1)
        for by in two
    ]
    outcomes = cloned_database.at_once(*calls)
    [conflict] = [each for each in outcomes if isinstance(each, Conflict)]
    [saved] = [each for each in outcomes if isinstance(each, Hazard)]
    stored = Hazard.objects.get(pk=hazard.pk)
    assert stored.name == saved.name == conflict.fields[0].theirs
    assert [each.version for each in history_of(stored).order_by("version")] == [1, 2]


def test_different_fields_changed_at_once_are_both_kept(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    hazard, control = (made := a_hazard(ward, two[0])), a_control(made, two[0])
    one, other = two
    all_well(
        cloned_database.at_once(
            lambda: edit_hazard(hazard=hazard, by=one, changes={"family": "x"}, base_version=1),
            lambda: edit_hazard(hazard=hazard, by=other, changes={"effect": "y"}, base_version=1),
            lambda: edit_control(control=control, by=one, changes={"type": "design"}),
            lambda: edit_control(control=control, by=other, changes={"strength": "training"}),
        )
    )
    stored = Hazard.objects.get(pk=hazard.pk)
    assert (stored.family, stored.effect) == ("x", "y")
    control.refresh_from_db()
    assert (control.type, control.strength) == ("design", "training")
    assert stored.content_version == 6, "raised, one control, and four changes"


def test_estimates_at_once_leave_the_newest_shown(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    hazard = a_hazard(ward, two[0])
    words = [levels(ward, "Minor", "Low"), levels(ward, "Catastrophic", "High")]
    calls = [
        lambda by=by, level=level: record_estimate(
            hazard=hazard,
            by=by,
            stage=Stage.INITIAL,
            severity=level[0],
            likelihood=level[1],
            why_severity="x",
            why_likelihood="x",
        )
        for by, level in zip(two, words, strict=True)
    ]
    all_well(cloned_database.at_once(*calls))
    newest = Estimate.objects.order_by("-pk").first()
    assert Hazard.objects.get(pk=hazard.pk).worst_initial == newest


def test_people_who_change_the_same_things_the_other_way_round_do_not_wait_for_ever(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    """One numbers a control (the product first), one holds the product and then the hazards."""
    hazards = [a_hazard(ward, two[0], str(number)) for number in range(3)]
    control = a_control(hazards[0], two[0])

    def link_all(by: User, order: list[Hazard]) -> None:
        for hazard in order:
            link_control(control=control, hazard=hazard, by=by)
            edit_control(control=control, by=by, changes={"text": f"{by} {hazard.pk}"})
            add_control(hazard=hazard, by=by, text="x")

    one, other = two
    all_well(
        cloned_database.at_once(
            lambda: link_all(one, hazards),
            lambda: link_all(other, hazards[::-1]),
        )
    )
    assert ControlLink.objects.filter(control=control, is_active=True).count() == 3


def test_every_version_has_its_entry_however_many_write_at_once(
    cloned_database: ClonedDatabase, ward: Product, two: tuple[User, User]
) -> None:
    def import_some(by: User) -> None:
        with act(by=by, reason="Imported"):
            record_many([Organisation(name=f"{by} {number}") for number in range(50)])

    all_well(cloned_database.at_once(*(lambda by=by: import_some(by) for by in two)))
    rows = Organisation.objects.filter(name__contains="Officer")
    assert rows.count() == 100
    entries = Entry.objects.filter(model="products.organisation", object_id__in=rows.values("pk"))
    assert entries.count() == 100
    for entry in entries.select_related("person__profile"):
        assert entry.label.startswith(str(entry.person))
