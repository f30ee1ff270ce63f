"""Changing many hazards at once: all or none, one history entry each, and the way back."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from audit.tracked import history_of
from hazards.actions.bulk import change_many
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.actions.undoing import undo_act
from hazards.changing_many import planned_changes
from hazards.choices import HazardStatus
from hazards.models import Hazard
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import a_hazard, a_live_hazard, an_estimate


@pytest.fixture
def three(product: Product, cso: User) -> list[Hazard]:
    return [a_hazard(product, cso, f"Hazard {number}") for number in range(3)]


def test_all_get_the_values_in_one_act_with_a_history_entry_each(
    product: Product, engineer: User, cso: User, three: list[Hazard]
) -> None:
    release, due = make_release(product), timezone.localdate() + datetime.timedelta(days=30)
    changes = {
        "owner_id": cso.pk,
        "owner_role": "Pharmacy lead",
        "family": "Medicines",
        "review_date": due,
        "first_release_id": release.pk,
    }
    act = change_many(
        product=product, hazards=three, changes=changes, by=engineer, reason="A new owner"
    )
    entries = Entry.objects.filter(act=act)
    assert [entry.model for entry in entries] == ["hazards.hazard"] * 3
    assert {entry.reason for entry in entries} == {"A new owner"}
    for hazard in Hazard.objects.all():
        assert {name: getattr(hazard, name) for name in changes} == changes
        assert hazard.content_version == 2
        assert history_of(hazard).count() == 2


def test_what_is_so_already_is_left_alone(
    product: Product, engineer: User, three: list[Hazard]
) -> None:
    edit_hazard(hazard=three[0], by=engineer, changes={"family": "Triage"})
    before = Hazard.objects.get(pk=three[0].pk).version
    change_many(product=product, hazards=three, changes={"family": "Triage"}, by=engineer)
    assert Hazard.objects.get(pk=three[0].pk).version == before
    with pytest.raises(NotPossible, match="have these values already"):
        change_many(product=product, hazards=three, changes={"family": "Triage"}, by=engineer)


def test_the_refusal_names_every_hazard_that_cannot_and_nothing_is_saved(
    product: Product, cso: User, three: list[Hazard]
) -> None:
    closable = a_live_hazard(product, cso)
    an_estimate(closable, cso, "Minor", "Low")
    withdraw_hazard(hazard=three[2], by=cso, reason="Raised twice")
    with pytest.raises(NotPossible) as refused:
        change_many(
            product=product,
            hazards=[closable, *three],
            changes={"status": HazardStatus.CLOSED, "family": "Triage"},
            by=cso,
        )
    sentence = refused.value.sentence
    assert "3 hazards cannot be changed so" in sentence
    for hazard in three:
        assert f"{hazard.reference}: " in sentence
    assert closable.reference not in sentence
    assert "initial risk is not estimated" in sentence
    assert "no longer in the log" in sentence
    assert set(Hazard.objects.values_list("family", "status")) == {("", "open")}


def test_a_status_is_the_safety_officers_to_say(
    product: Product, cso: User, engineer: User
) -> None:
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    changes = {"status": HazardStatus.CLOSED}
    with pytest.raises(NotAllowed):
        change_many(product=product, hazards=[hazard], changes=changes, by=engineer)
    change_many(product=product, hazards=[hazard], changes=changes, by=cso)
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.CLOSED


def test_what_somebody_else_changed_since_the_preview_stands_in_the_way(
    product: Product, cso: User, engineer: User, three: list[Hazard]
) -> None:
    seen = {hazard.pk: hazard.version for hazard in three}
    edit_hazard(hazard=three[1], by=cso, changes={"family": "Triage"})
    edit_hazard(hazard=three[2], by=cso, changes={"effect": "It is late"})
    with pytest.raises(NotPossible, match="Somebody else changed its family") as refused:
        change_many(
            product=product, hazards=three, changes={"family": "Medicines"}, by=engineer, seen=seen
        )
    assert re.findall(r"HAZ-\d+", refused.value.sentence) == [three[1].reference]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Nothing to change is chosen"),
        ({"status": "shut"}, "no status"),
        ({"owner_id": 987654}, "somebody who works on the product"),
        ({"first_release_id": 987654}, "not of this product"),
        ({"family": "x" * 101}, "101 characters; 100 fit"),
    ],
)
def test_what_makes_no_sense_is_refused(
    product: Product, cso: User, three: list[Hazard], changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(NotPossible, match=sentence):
        change_many(product=product, hazards=three, changes=changes, by=cso)


def test_hazards_of_another_product_are_refused(
    product: Product, other_product: Product, cso: User, stranger: User, three: list[Hazard]
) -> None:
    theirs = a_hazard(other_product, stranger)
    with pytest.raises(NotPossible, match="another product"):
        change_many(product=product, hazards=[*three, theirs], changes={"family": "x"}, by=cso)
    with pytest.raises(NotPossible, match="No hazard is chosen"):
        change_many(product=product, hazards=[], changes={"family": "x"}, by=cso)


def test_the_plan_says_in_words_what_would_happen(
    product: Product, cso: User, engineer: User, three: list[Hazard]
) -> None:
    edit_hazard(hazard=three[0], by=cso, changes={"owner_id": cso.pk})
    rows = Hazard.objects.all()
    planned = planned_changes(rows, {"owner_id": engineer.pk, "status": "closed"})
    first = planned[0].fields[0]
    assert (first.label, first.before, first.after) == ("Owner", "Clara Officer", "Ed Engineer")
    assert planned[1].fields[0].before == "nobody"
    assert (planned[0].fields[1].before, planned[0].fields[1].after) == ("Open", "Closed")
    assert planned[0].obstacles
    assert rows[0].owner_id == cso.pk


def test_it_can_be_undone_whole(
    product: Product, cso: User, engineer: User, three: list[Hazard]
) -> None:
    edit_hazard(hazard=three[0], by=cso, changes={"family": "Triage"})
    act = change_many(product=product, hazards=three, changes={"family": "Medicines"}, by=engineer)
    undo_act(product=product, act=act, by=engineer)
    families = Hazard.objects.order_by("number").values_list("family", flat=True)
    assert list(families) == ["Triage", "", ""]


def test_writing_many_takes_as_many_statements_as_writing_a_few(
    product: Product, cso: User
) -> None:
    counts = []
    for few in (3, 12):
        hazards = [a_hazard(product, cso, f"Hazard {number} of {few}") for number in range(few)]
        with CaptureQueriesContext(connection) as queries:
            change_many(product=product, hazards=hazards, changes={"family": "Alerts"}, by=cso)
        counts.append(len([each for each in queries if each["sql"].startswith(_WRITES)]))
        assert {each.version for each in Hazard.objects.filter(family="Alerts")} == {2}
    assert counts[0] == counts[1]


_WRITES = ("INSERT", "UPDATE", "SAVEPOINT")
