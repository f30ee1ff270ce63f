"""What happened to a thing, as people read it."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Max
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.models import Entry
from audit.timeline import Change, FieldChange, Objects, _raw_changes, timeline_of
from audit.words import Segment
from products.models import Feature, IntendedUse, Organisation, Product, Release, ReleaseFeature
from tests.audit.record import saved
from tests.factories import make_person


@pytest.fixture
def feature(product: Product, cso: User) -> Feature:
    return saved(
        Feature(product=product, reference="FEAT-9", number=9, title="Monthly reissue", owner=cso),
        cso,
        reason="Planned for 1.0.0",
    )


def change(row: Any, by: User, reason: str, **values: Any) -> Any:
    for name, value in values.items():
        setattr(row, name, value)
    return saved(row, by, reason)


def field_changes(change: Change) -> dict[str, tuple[str, str]]:
    return {field.label: (field.old, field.new) for field in change.fields}


def newest_change(row: Any) -> Change:
    [found] = timeline_of({type(row): [row.pk]}, most=1)[0].changes
    return found


def test_something_new_is_shown_by_what_it_says(feature: Feature, cso: User) -> None:
    [added] = timeline_of({Feature: [feature.pk]})
    assert (added.person, added.reason) == (cso, "Planned for 1.0.0")
    assert abs(added.when - timezone.now()) < datetime.timedelta(minutes=1)
    [what] = added.changes
    assert (what.subject, what.kind) == ("FEAT-9 Monthly reissue", "added")
    assert field_changes(what) == {
        "Product": ("", "Digital Pharmacy"),
        "Reference": ("", "FEAT-9"),
        "Title": ("", "Monthly reissue"),
        "Owner": ("", "Clara Officer"),
        "State": ("", "Planned"),
    }


def test_a_change_shows_old_and_new_words(feature: Feature, engineer: User) -> None:
    change(feature, engineer, "One review a year", title="Yearly reissue")
    newest, added = timeline_of({Feature: [feature.pk]})
    assert (newest.person, newest.reason) == (engineer, "One review a year")
    assert newest.changes == [
        Change(
            "FEAT-9 Yearly reissue",
            "changed",
            [FieldChange("Title", "Monthly reissue", "Yearly reissue")],
        )
    ]
    assert newest.changes[0].fields[0].segments == [
        Segment("gone", "Monthly"),
        Segment("new", "Yearly"),
        Segment("same", " reissue"),
    ]
    assert added.changes[0].subject == "FEAT-9 Monthly reissue", "as it was called then"


def test_each_change_is_compared_with_the_one_before(feature: Feature, cso: User) -> None:
    for title in ("Second", "Third"):
        change(feature, cso, title, title=title)
    shown = [
        field_changes(each.changes[0])["Title"] for each in timeline_of({Feature: [feature.pk]})
    ]
    assert shown == [("Second", "Third"), ("Monthly reissue", "Second"), ("", "Monthly reissue")]


def test_people_are_shown_by_name(feature: Feature, cso: User, engineer: User) -> None:
    change(feature, cso, "Ed takes over", owner_id=engineer.pk)
    assert field_changes(newest_change(feature)) == {"Owner": ("Clara Officer", "Ed Engineer")}
    change(feature, cso, "Nobody", owner_id=None)
    assert field_changes(newest_change(feature)) == {"Owner": ("Ed Engineer", "")}


def test_choices_and_dates_are_shown_in_words(product: Product, cso: User) -> None:
    release = saved(Release(product=product, label="3", position=30), cso)
    change(
        release,
        cso,
        "It is out",
        state="released",
        released_on=datetime.date(2026, 5, 3),
    )
    assert field_changes(newest_change(release)) == {
        "State": ("Planned", "Released"),
        "Released on": ("", "3 May 2026"),
    }


def test_times_are_shown_as_the_clock_on_the_wall_says(product: Product, cso: User) -> None:
    summer_morning = datetime.datetime(2026, 5, 3, 8, 5, tzinfo=datetime.UTC)
    statement = saved(
        IntendedUse(
            product=product, number=7, purpose="x", stated_by=cso, stated_at=summer_morning
        ),
        cso,
    )
    assert field_changes(newest_change(statement))["Stated at"] == ("", "3 May 2026, 09:05")


def test_yes_and_no(feature: Feature, cso: User, engineer: User) -> None:
    change(feature, cso, "Dropped", is_active=False)
    gone = newest_change(feature)
    assert (gone.kind, field_changes(gone)) == ("withdrawn", {"In the product": ("yes", "no")})
    change(feature, cso, "Back again", is_active=True)
    back = newest_change(feature)
    assert (back.kind, field_changes(back)) == ("changed", {"In the product": ("no", "yes")})


def test_what_means_nothing_to_people_is_not_shown(feature: Feature, cso: User) -> None:
    before = timeline_of({Feature: [feature.pk]})
    change(feature, cso, "Moved", number=12)
    assert timeline_of({Feature: [feature.pk]}) == before
    for each in before:
        for what in each.changes:
            assert not {"Id", "Public id", "Version", "Order"} & field_changes(what).keys()


def test_an_act_is_one_thing_with_its_changes_in_their_order(product: Product, cso: User) -> None:
    feature = Feature(product=product, reference="FEAT-9", number=9, title="Reissue")
    release = Release(product=product, label="3", position=30)
    link = ReleaseFeature(release=release, feature=feature)
    with act(by=cso, reason="Planned it all"):
        feature.save()
        release.save()
        link.release, link.feature = release, feature
        link.save()
    [planned] = timeline_of(
        {Feature: [feature.pk], Release: [release.pk], ReleaseFeature: [link.pk]}
    )
    assert [each.subject for each in planned.changes] == [
        "FEAT-9 Reissue",
        "Release 3",
        "FEAT-9 Reissue in Release 3",
    ]
    assert field_changes(planned.changes[2]) == {
        "Release": ("", "Release 3"),
        "Feature": ("", "FEAT-9 Reissue"),
    }


def test_only_what_was_asked_for_is_told(feature: Feature, product: Product, cso: User) -> None:
    other = saved(Feature(product=product, reference="FEAT-10", number=10, title="Other"), cso)
    same_key = saved(Organisation(name="Another table"), cso)
    assert Organisation.objects.filter(pk=same_key.pk).exists()
    change(other, cso, "Not this one", title="Renamed")
    [only] = timeline_of({Feature: [feature.pk]})
    assert only.reason == "Planned for 1.0.0"
    assert timeline_of({}) == []
    assert timeline_of({Feature: []}) == []


def test_the_newest_come_first_and_older_ones_on_the_next_page(feature: Feature, cso: User) -> None:
    for number in range(1, 6):
        change(feature, cso, f"Change {number}", title=f"Title {number}")
    about: Objects = {Feature: [feature.pk]}
    first = timeline_of(about, most=4)
    assert [each.reason for each in first] == [f"Change {number}" for number in (5, 4, 3, 2)]
    last = Entry.objects.filter(reason="Change 2").aggregate(key=Max("pk"))["key"]
    second = timeline_of(about, most=4, before=last)
    assert [each.reason for each in second] == ["Change 1", "Planned for 1.0.0"]
    assert field_changes(second[0].changes[0])["Title"] == ("Monthly reissue", "Title 1")


def queries_of_a_timeline(feature: Feature) -> int:
    with CaptureQueriesContext(connection) as queries:
        for each in timeline_of({Feature: [feature.pk]}, most=100):
            assert each.person.get_username()
            assert str(each.person)
    return len(queries)


def test_fifty_entries_take_as_many_queries_as_five(feature: Feature, cso: User) -> None:
    def give_to_somebody(number: int) -> None:
        somebody = make_person(f"Owner {number}")
        change(feature, somebody, f"Given to {number}", owner_id=somebody.pk)

    for number in range(5):
        give_to_somebody(number)
    few = queries_of_a_timeline(feature)
    for number in range(5, 50):
        give_to_somebody(number)
    assert queries_of_a_timeline(feature) == few
    assert few <= 5


def test_a_column_that_an_upgrade_added_is_no_change(feature: Feature) -> None:
    """The row was written last before there was such a column, and says nothing in it now."""
    row = '{"title": "Now", "for_patients": "", "owner_id": null}'
    entry = Entry(model="products.feature", row=row)
    told = _raw_changes(entry, '{"title": "Before"}')
    assert [(field.name, was, now) for field, was, now in told] == [("title", "Before", "Now")]
