"""Taking back one's own change: what comes back, and what stands in the way."""

import uuid
from collections.abc import Callable

import pytest

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from hazards.actions.causes import add_cause, add_harm, edit_cause, withdraw_cause
from hazards.actions.controls import (
    add_control,
    edit_control,
    link_control,
    set_control_state,
    set_new_hazards,
    unlink_control,
)
from hazards.actions.estimates import add_assumption, edit_assumption
from hazards.actions.evidence import edit_evidence, link_evidence, withdraw_evidence
from hazards.actions.features import link_feature, unlink_feature
from hazards.actions.hazards import create_hazard, edit_hazard, make_live, set_status
from hazards.actions.merging import merge_hazards
from hazards.actions.undoing import last_change_of, undo_act, undo_last_change
from hazards.choices import ControlState, EvidenceOf, HazardStatus
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Evidence,
    Hazard,
    HazardFeature,
    HazardSummary,
)
from products.models import Product
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    bring_to,
    passed_evidence,
    some_evidence,
    verify,
)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


def newest_act() -> uuid.UUID:
    newest = Entry.objects.order_by("-pk").values_list("act", flat=True).first()
    assert newest is not None
    return newest


def standing(hazard: Hazard) -> list[tuple[object, ...]]:
    """What stands on a hazard, whatever the number of its versions."""
    now = Hazard.objects.get(pk=hazard.pk)
    links = ControlLink.objects.filter(hazard=hazard, is_active=True)
    return [
        (now.name, now.effect, now.family, now.status, now.state, now.worst_initial_id),
        *Cause.objects.filter(hazard=hazard, is_active=True).values_list("pk", "text", "kind"),
        *now.harms.filter(is_active=True).values_list("pk", "text"),
        *links.order_by("pk").values_list("control", "cause", "harm"),
        *Control.objects.exclude(state="withdrawn").values_list("pk", "text", "none_because"),
        *Evidence.objects.filter(is_active=True, control_links__is_active=True)
        .order_by("pk", "control_links__control")
        .values_list("pk", "title", "control_links__control"),
        *now.assumptions.exclude(state="withdrawn").values_list("pk", "text"),
        *HazardFeature.objects.filter(hazard=hazard, is_active=True)
        .order_by("feature")
        .values_list("feature"),
    ]


Change = Callable[[Hazard, User], object]


def _withdraw_a_cause(hazard: Hazard, by: User) -> object:
    cause = Cause.objects.get(hazard=hazard, text="The first")
    return withdraw_cause(cause=cause, by=by, reason="Said twice")


def _unlink_feature(hazard: Hazard, by: User) -> None:
    link = HazardFeature.objects.get(hazard=hazard)
    unlink_feature(hazard=hazard, feature=link.feature, by=by)


def _link_feature(hazard: Hazard, by: User) -> object:
    return link_feature(hazard=hazard, feature=make_feature(hazard.product, "Other"), by=by)


CHANGES: dict[str, Change] = {
    "words": lambda h, by: edit_hazard(hazard=h, by=by, changes={"name": "X", "family": "Y"}),
    "a cause added": lambda h, by: add_cause(hazard=h, by=by, text="Another"),
    "a cause edited": lambda h, by: edit_cause(
        cause=Cause.objects.filter(hazard=h)[0], by=by, changes={"text": "Y", "kind": "fault"}
    ),
    "a cause withdrawn, with its estimate and its links": _withdraw_a_cause,
    "a harm added": lambda h, by: add_harm(hazard=h, by=by, text="Another"),
    "a control added": lambda h, by: add_control(
        hazard=h, by=by, text="Y", causes=Cause.objects.filter(hazard=h)
    ),
    "a control edited": lambda _, by: edit_control(
        control=Control.objects.all()[0], by=by, changes={"text": "Y"}
    ),
    "a control unlinked": lambda h, by: unlink_control(
        control=Control.objects.all()[0], hazard=h, by=by, reason="Not here"
    ),
    "a control on the whole": lambda h, by: link_control(
        control=Control.objects.all()[0], hazard=h, by=by
    ),
    "no new hazards": lambda _, by: set_new_hazards(
        control=Control.objects.all()[0], by=by, none_because="It is only words"
    ),
    "evidence edited": lambda _, by: edit_evidence(
        evidence=Evidence.objects.all()[0], by=by, changes={"title": "Y"}
    ),
    "evidence added": lambda _, by: some_evidence(Control.objects.all()[0], by, "Another"),
    "evidence linked": lambda _, by: link_evidence(
        evidence=Evidence.objects.all()[0], control=Control.objects.all()[1], by=by
    ),
    "evidence withdrawn": lambda _, by: withdraw_evidence(
        evidence=Evidence.objects.all()[0], by=by, reason="Another release"
    ),
    "an assumption added": lambda h, by: add_assumption(
        product=h.product, hazard=h, by=by, text="Another"
    ),
    "an assumption edited": lambda h, by: edit_assumption(
        assumption=h.assumptions.all()[0], by=by, changes={"text": "Y"}
    ),
    "a feature linked": _link_feature,
    "a feature unlinked": _unlink_feature,
}


@pytest.fixture
def full(hazard: Hazard, product: Product, cso: User) -> Hazard:
    """A hazard with one of everything."""
    cause = a_cause(hazard, cso, "The first")
    a_harm(hazard, cso)
    a_cause(hazard, cso, "The second")
    some_evidence(a_control(hazard, cso, causes=[cause]), cso)
    a_control(hazard, cso, "The other")
    an_estimate(hazard, cso)
    an_estimate(hazard, cso, "Catastrophic", "High", cause=cause)
    an_assumption(product, cso, hazard=hazard)
    link_feature(hazard=hazard, feature=make_feature(product), by=cso)
    return hazard


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_stands_again_and_the_undo_can_be_undone(
    full: Hazard, cso: User, change: str
) -> None:
    before = standing(full)
    CHANGES[change](full, cso)
    changed = standing(full)
    assert changed != before
    version = Hazard.objects.get(pk=full.pk).content_version
    act = undo_last_change(hazard=full, by=cso)
    assert standing(full) == before
    assert Hazard.objects.get(pk=full.pk).content_version == version + 1
    entries = Entry.objects.filter(act=act)
    assert {entry.reason for entry in entries} != set()
    assert all(entry.reason.startswith("Undid: ") for entry in entries)
    if change != "a control added":  # its state would be moved
        undo_last_change(hazard=full, by=cso)
        assert standing(full) == changed


def test_only_who_did_it_takes_it_back(
    hazard: Hazard, product: Product, cso: User, engineer: User
) -> None:
    edit_hazard(hazard=hazard, by=cso, changes={"name": "X"})
    with pytest.raises(NotAllowed, match="Only who made a change"):
        undo_act(product=product, act=newest_act(), by=engineer)
    with pytest.raises(NotPossible, match="You have changed nothing"):
        undo_last_change(hazard=hazard, by=engineer)
    assert last_change_of(hazard, engineer) is None


def test_it_takes_back_ones_own_and_keeps_what_others_changed_beside_it(
    hazard: Hazard, cso: User, engineer: User
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"name": "Mine", "effect": "Late"})
    edit_hazard(hazard=hazard, by=cso, changes={"family": "Triage"})
    undo_last_change(hazard=hazard, by=engineer)
    hazard.refresh_from_db()
    assert (hazard.effect, hazard.family) == ("", "Triage")


def test_a_newer_change_of_the_same_field_stands_in_the_way(
    hazard: Hazard, cso: User, engineer: User
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"name": "Mine"})
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Hers"})
    found = last_change_of(hazard, engineer)
    assert found is not None
    assert not found.is_possible
    with pytest.raises(NotPossible, match=r"The name of hazard HAZ-001 was changed since\."):
        undo_last_change(hazard=hazard, by=engineer)
    hazard.refresh_from_db()
    assert hazard.name == "Hers"


def test_an_added_thing_on_which_others_built_stays(
    hazard: Hazard, product: Product, cso: User, engineer: User
) -> None:
    cause = add_cause(hazard=hazard, by=engineer, text="Mine")
    added = newest_act()
    a_control(hazard, cso, causes=[cause])
    with pytest.raises(NotPossible, match="A control was linked to the cause"):
        undo_act(product=product, act=added, by=engineer)
    control = add_control(hazard=hazard, by=engineer, text="Mine too")
    added = newest_act()
    some_evidence(control, cso)
    with pytest.raises(NotPossible, match="Evidence was linked with the control"):
        undo_act(product=product, act=added, by=engineer)


def test_decisions_and_records_are_never_taken_back(
    hazard: Hazard, product: Product, cso: User
) -> None:
    a_harm(hazard, cso)
    control = a_control(hazard, cso)
    decisions: dict[str, Callable[[], object]] = {
        "raised a hazard": lambda: create_hazard(product=product, by=cso, name="X"),
        "into or out of the log": lambda: make_live(hazard=hazard, by=cso),
        "Estimates are superseded": lambda: an_estimate(hazard, cso),
        "the state of a control": lambda: set_control_state(
            control=control, by=cso, state=ControlState.AGREED
        ),
    }
    for sentence, decide in decisions.items():
        decide()
        with pytest.raises(NotPossible, match=sentence):
            undo_act(product=product, act=newest_act(), by=cso)


def test_a_status_comes_back_only_where_the_hazard_may_have_it(product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    undo_last_change(hazard=hazard, by=cso)
    hazard.refresh_from_db()
    assert hazard.status == HazardStatus.OPEN
    set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    set_status(hazard=hazard, by=cso, status=HazardStatus.OPEN)
    reopened = newest_act()
    a_control(hazard, cso)
    with pytest.raises(NotPossible, match="cannot be closed again"):
        undo_act(product=product, act=reopened, by=cso)


def test_evidence_that_comes_back_is_heeded(product: Product, cso: User) -> None:
    hazard, release = a_hazard(product, cso), make_release(product)
    control = a_control(hazard, cso)
    failed = passed_evidence(control, cso, release, EvidenceOf.EFFECTIVENESS, result="fail")
    withdraw_evidence(evidence=failed, by=cso, reason="It was another build")
    withdrawn = newest_act()
    verify(control, cso, release)
    undo_act(product=product, act=withdrawn, by=cso)
    control.refresh_from_db()
    assert control.state == ControlState.IMPLEMENTED


def test_what_took_a_control_back_from_verified_is_not_undone(product: Product, cso: User) -> None:
    hazard, release = a_hazard(product, cso), make_release(product)
    control = a_control(hazard, cso)
    verify(control, cso, release)
    evidence = Evidence.objects.all()[0]
    edit_evidence(evidence=evidence, by=cso, changes={"result": "fail"})
    with pytest.raises(NotPossible, match="the state of a control"):
        undo_last_change(hazard=hazard, by=cso)


def test_an_act_of_another_product_is_not_there(
    hazard: Hazard, product: Product, other_product: Product, stranger: User, cso: User
) -> None:
    theirs = a_hazard(other_product, stranger)
    edit_hazard(hazard=theirs, by=stranger, changes={"name": "X"})
    with pytest.raises(NotPossible, match="not in the record of this product"):
        undo_act(product=product, act=newest_act(), by=cso)


def test_what_would_be_taken_back_is_said_in_words(hazard: Hazard, engineer: User) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"name": "Mine", "effect": "Late"})
    found = last_change_of(hazard, engineer)
    assert found is not None
    assert found.what == ["Name, effect of hazard HAZ-001"]
    add_cause(hazard=hazard, by=engineer, text="Mine")
    found = last_change_of(hazard, engineer)
    assert found is not None
    assert found.what == ["Cause “Mine” was added"]


# --- What others built on it since ----------------------------------------------------------------


def test_the_whole_and_a_part_never_stand_together(
    hazard: Hazard, product: Product, cso: User, engineer: User
) -> None:
    cause, control = a_cause(hazard, cso), a_control(hazard, cso)
    unlink_control(control=control, hazard=hazard, by=engineer, reason="Not here")
    act = newest_act()
    link_control(control=control, hazard=hazard, by=cso, causes=[cause])

    with pytest.raises(NotPossible, match="does not fit what others changed since"):
        undo_act(product=product, act=act, by=engineer)
    links = ControlLink.objects.filter(is_active=True)
    assert list(links.values_list("cause", flat=True)) == [cause.pk]


def test_a_hazard_that_left_the_log_is_not_named_as_brought_again(
    hazard: Hazard, product: Product, cso: User
) -> None:
    control, brought = a_control(hazard, cso), a_hazard(product, cso, "An alert is missed")
    set_new_hazards(control=control, by=cso, hazards=[brought])
    set_new_hazards(control=control, by=cso, none_because="It is only words")
    act = newest_act()
    merge_hazards(survivor=a_hazard(product, cso, "x"), merged=brought, by=cso, reason="Twice")

    with pytest.raises(NotPossible, match="does not fit what others changed since"):
        undo_act(product=product, act=act, by=cso)


def test_a_control_is_not_made_to_bring_hazards_and_none(
    hazard: Hazard, product: Product, cso: User, engineer: User
) -> None:
    control, one = a_control(hazard, cso), a_hazard(product, cso, "An alert is missed")
    set_new_hazards(control=control, by=cso, hazards=[one, hazard])
    set_new_hazards(control=control, by=engineer, hazards=[hazard])
    act = newest_act()
    set_new_hazards(control=control, by=cso, none_because="It is only words")

    with pytest.raises(NotPossible, match="does not fit what others changed since"):
        undo_act(product=product, act=act, by=engineer)


def test_every_hazard_that_the_control_protects_by_now_follows(
    hazard: Hazard, product: Product, cso: User
) -> None:
    """Evidence that is unlinked again takes a control back, for hazards that came to it since."""
    release, control = make_release(product), a_control(hazard, cso)
    shows = passed_evidence(control, cso, release, EvidenceOf.IMPLEMENTATION)
    passed_evidence(control, cso, release, EvidenceOf.EFFECTIVENESS)
    other = a_control(hazard, cso, "Another")
    passed_evidence(other, cso, release, EvidenceOf.EFFECTIVENESS)
    link_evidence(evidence=shows, control=other, by=cso)
    act = newest_act()
    bring_to(other, cso, ControlState.VERIFIED)
    later = a_hazard(product, cso, "Later")
    link_control(control=other, hazard=later, by=cso)
    before = Hazard.objects.get(pk=later.pk).content_version
    assert HazardSummary.objects.get(pk=later.pk).controls_verified == 1

    undo_act(product=product, act=act, by=cso)
    assert Control.objects.get(pk=other.pk).state == ControlState.IMPLEMENTED
    assert HazardSummary.objects.get(pk=later.pk).controls_verified == 0
    assert Hazard.objects.get(pk=later.pk).content_version == before + 1
