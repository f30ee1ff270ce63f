"""What people do with a hazard as a whole."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from audit.acts import act
from audit.errors import BadText, Conflict, NotPossible
from hazards import transitions
from hazards.actions.causes import withdraw_harm
from hazards.actions.hazards import (
    EDITABLE,
    create_hazard,
    edit_hazard,
    keep_imported_status,
    make_live,
    restore_hazard,
    set_status,
    withdraw_hazard,
)
from hazards.choices import ControlState, HazardState, HazardStatus, Stage
from hazards.models import Hazard, MatrixVersion
from products.actions import create_product, end_membership
from products.models import Membership, Product
from tests.audit.record import contents, entries_about
from tests.factories import make_release
from tests.hazards.factories import (
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_estimate,
    bring_to,
    verify,
)

# --- Raising and numbering ------------------------------------------------------------------------


def test_a_hazard_is_raised_as_an_open_draft(product: Product, engineer: User) -> None:
    hazard = create_hazard(
        product=product, by=engineer, name="  A dose from an old weight ", family="Medicines"
    )
    hazard.refresh_from_db()
    assert (hazard.reference, hazard.number, hazard.name) == (
        "HAZ-001",
        1,
        "A dose from an old weight",
    )
    assert (hazard.state, hazard.status) == (HazardState.DRAFT, HazardStatus.OPEN)
    assert (hazard.content_version, hazard.version, hazard.family) == (1, 1, "Medicines")
    [entry] = entries_about(hazard)
    assert (entry.person, entry.reason, entry.scope) == (engineer, "Raised a hazard", product.scope)


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_a_hazard_needs_a_name(product: Product, cso: User, name: str) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="name"):
        create_hazard(product=product, by=cso, name=name)
    hazard = a_hazard(product, cso)
    with pytest.raises(NotPossible, match="needs a name"):
        edit_hazard(hazard=hazard, by=cso, changes={"name": name})
    assert before != contents()
    assert Hazard.objects.get().name == hazard.name


def references(product: Product, by: User, *imported: str) -> list[tuple[str, str]]:
    made = [a_hazard(product, by, f"Hazard {ref}", imported_reference=ref) for ref in imported]
    return [(hazard.reference, hazard.display_reference) for hazard in made]


def test_references_count_up(product: Product, cso: User) -> None:
    assert references(product, cso, "", "", "") == [
        ("HAZ-001", "HAZ-001"), ("HAZ-002", "HAZ-002"), ("HAZ-003", "HAZ-003"),
    ]  # fmt: skip


def test_an_imported_reference_of_our_form_is_kept(product: Product, cso: User) -> None:
    assert references(product, cso, "HAZ-012", "", "HAZ-3", "") == [
        ("HAZ-012", "HAZ-012"), ("HAZ-013", "HAZ-013"),
        ("HAZ-003", "HAZ-3"), ("HAZ-014", "HAZ-014"),
    ]  # fmt: skip


def test_an_imported_reference_of_another_form_is_shown_beside_our_own(
    product: Product, cso: User
) -> None:
    assert references(product, cso, "1.02.03", "H/7", "HAZ-", "HAZ-0", "HAZ-1a", "HAZ-9999999") == [
        ("HAZ-001", "1.02.03"), ("HAZ-002", "H/7"), ("HAZ-003", "HAZ-"),
        ("HAZ-004", "HAZ-0"), ("HAZ-005", "HAZ-1a"), ("HAZ-006", "HAZ-9999999"),
    ]  # fmt: skip


def test_no_two_hazards_are_known_by_one_reference(product: Product, cso: User) -> None:
    """Whatever the order in which their own and imported references come."""
    references(product, cso, "A1", "HAZ-012", "HAZ-012a", "HAZ-013", "", "HAZ-014", "B", "", "")
    shown = [hazard.display_reference.lower() for hazard in Hazard.objects.all()]
    assert len(set(shown)) == 9
    assert {"haz-012", "haz-012a", "haz-013", "haz-014"} <= set(shown)


@pytest.mark.parametrize("again", ["HZ-7", "hz-7", " HZ-7 ", "HAZ-002", "haz-002"])
def test_a_reference_that_is_taken_is_refused(product: Product, cso: User, again: str) -> None:
    references(product, cso, "HZ-7", "")
    before = contents()
    with pytest.raises(NotPossible, match="in this log already"):
        a_hazard(product, cso, "Another", imported_reference=again)
    assert contents() == before


def test_another_product_has_references_of_its_own(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    a_hazard(product, cso, imported_reference="HZ-7")
    assert a_hazard(other_product, stranger, imported_reference="HZ-7").reference == "HAZ-001"


def test_a_product_has_its_own_prefix(product: Product, administrator: User, cso: User) -> None:
    other = create_product(
        by=administrator, name="X", slug="x", organisation_name="X Ltd", hazard_prefix="DPX"
    )
    assert a_hazard(other, system_person()).reference == "DPX-001"


def test_a_withdrawn_hazard_keeps_its_reference(product: Product, cso: User) -> None:
    first = a_hazard(product, cso)
    withdraw_hazard(hazard=first, by=cso, reason="Raised twice")
    assert a_hazard(product, cso).reference == "HAZ-002"


# --- Editing --------------------------------------------------------------------------------------


def test_a_hazard_is_edited(product: Product, engineer: User) -> None:
    hazard, release = a_hazard(product, engineer), make_release(product)
    changes = {
        "name": "Renamed",
        "description": "More of it",
        "effect": "The dose is late",
        "for_patients": "Somebody waits for a dose",
        "for_product": "A call to the pharmacy",
        "family": "Medicines",
        "action_summary": "Ask the ward",
        "justification": "It cannot be reduced further",
        "owner_role": "Ward sister",
        "owner_id": engineer.pk,
        "review_date": datetime.date(2027, 5, 3),
        "first_release_id": release.pk,
    }
    assert changes.keys() == EDITABLE
    edited = edit_hazard(hazard=hazard, by=engineer, changes=changes)
    stored = Hazard.objects.get(pk=hazard.pk)
    for name, value in changes.items():
        assert getattr(edited, name) == getattr(stored, name) == value
    assert stored.content_version == 2


@pytest.mark.parametrize(
    "name",
    ["state", "status", "merged_into_id", "reference", "number", "product_id", "version",
     "content_version", "worst_initial_id", "worst_residual_id", "imported_reference", "nonsense"],
)  # fmt: skip
def test_what_only_other_actions_write_is_no_edit(product: Product, cso: User, name: str) -> None:
    hazard = a_hazard(product, cso)
    value: dict[str, Any] = {name: 1}
    with pytest.raises(TypeError):
        edit_hazard(hazard=hazard, by=cso, changes=value)
    if name != "imported_reference":
        with pytest.raises(TypeError):
            create_hazard(product=product, by=cso, name="x", **value)


def test_an_edit_that_changes_nothing_writes_nothing(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, description="As it is")
    before = contents()
    same = {"name": hazard.name, "description": "As it is", "owner_id": None}
    edit_hazard(hazard=hazard, by=cso, changes=same, base_version=1)
    edit_hazard(hazard=hazard, by=cso, changes={})
    assert contents() == before


def test_two_people_edit_different_fields(product: Product, cso: User, engineer: User) -> None:
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=engineer, changes={"family": "theirs"}, base_version=1)
    edit_hazard(hazard=hazard, by=cso, changes={"name": "mine", "family": ""}, base_version=1)
    stored = Hazard.objects.get(pk=hazard.pk)
    assert (stored.name, stored.family, stored.content_version) == ("mine", "theirs", 3)


def test_two_people_edit_one_field(product: Product, cso: User, engineer: User) -> None:
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=engineer, changes={"name": "theirs"}, base_version=1)
    before = contents()
    with pytest.raises(Conflict) as caught:
        edit_hazard(hazard=hazard, by=cso, changes={"name": "mine"}, base_version=1)
    assert contents() == before
    [collision] = caught.value.fields
    assert (collision.theirs, collision.yours) == ("theirs", "mine")
    version = caught.value.current_version
    edit_hazard(hazard=hazard, by=cso, changes={"name": "mine"}, base_version=version)
    assert Hazard.objects.get(pk=hazard.pk).name == "mine"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"name": "x" * 301}, BadText),
        ({"name": "a\x00b"}, BadText),
        ({"description": "x" * 100_000}, BadText),
        ({"effect": "\ud800"}, BadText),
        ({"review_date": "the third of May"}, NotPossible),
    ],
    ids=["too long", "nul", "a cell full", "half a character", "no date"],
)
def test_what_cannot_be_stored_is_refused(
    product: Product, cso: User, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    hazard = a_hazard(product, cso)
    before = contents()
    with pytest.raises(refusal, match="Nothing was saved"):
        edit_hazard(hazard=hazard, by=cso, changes=changes)
    with pytest.raises(refusal, match="Nothing was saved"):
        create_hazard(product=product, by=cso, **({"name": "x"} | changes))
    assert contents() == before


def test_what_a_hazard_names_is_of_its_product(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    hazard, theirs = a_hazard(product, cso), make_release(other_product)
    before = contents()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"first_release_id": theirs.pk}, "of this product"),
        ({"first_release_id": 987_654}, "of this product"),
        ({"owner_id": stranger.pk}, "works on the product"),
        ({"owner_id": 987_654}, "works on the product"),
    ]
    for changes, word in wrong:
        with pytest.raises(NotPossible, match=word):
            edit_hazard(hazard=hazard, by=cso, changes=changes)
        with pytest.raises(NotPossible, match=word):
            create_hazard(product=product, by=cso, name="x", **changes)
    assert contents() == before


def test_an_owner_who_left_the_team_stays_until_somebody_changes_it(
    product: Product, cso: User, engineer: User
) -> None:
    hazard = a_hazard(product, cso, owner_id=engineer.pk)
    end_membership(
        membership=Membership.objects.get(person=engineer),
        by=cso,
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="Left",
    )
    changes = {"name": "Renamed", "owner_id": engineer.pk}
    assert edit_hazard(hazard=hazard, by=cso, changes=changes).owner_id == engineer.pk


# --- Draft, live, withdrawn -----------------------------------------------------------------------


def test_a_draft_with_a_harm_goes_live(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    before = contents()
    with pytest.raises(NotPossible, match="states no harm"):
        make_live(hazard=hazard, by=cso)
    assert contents() == before
    harm = a_harm(hazard, cso)
    withdraw_harm(harm=harm, by=cso, reason="Wrong")
    with pytest.raises(NotPossible, match="states no harm"):
        make_live(hazard=hazard, by=cso)
    a_harm(hazard, cso)
    assert make_live(hazard=hazard, by=cso).state == HazardState.LIVE


#: How a hazard comes into each state, and each way on from it.
WAYS: dict[HazardState, Callable[..., Hazard]] = {
    HazardState.LIVE: make_live,
    HazardState.WITHDRAWN: withdraw_hazard,
    HazardState.DRAFT: restore_hazard,
}
ALLOWED = {("draft", "live"), ("draft", "withdrawn"), ("live", "withdrawn"), ("withdrawn", "draft")}


@pytest.mark.parametrize("then", WAYS)
@pytest.mark.parametrize("now", HazardState)
def test_every_state_with_every_way_on(
    product: Product, cso: User, now: HazardState, then: HazardState
) -> None:
    hazard, other = a_hazard(product, cso), a_hazard(product, cso, "Other")
    a_harm(hazard, cso)
    hazard = Hazard.objects.get(pk=hazard.pk)
    hazard.state = now
    hazard.merged_into = other if now == HazardState.MERGED else None
    with act(by=cso, reason="Brought into a state for a test"):
        hazard.save()
    before = contents()
    if (now, then) in ALLOWED:
        WAYS[then](hazard=hazard, by=cso, reason="So it is")
        assert Hazard.objects.get(pk=hazard.pk).state == then
        return
    with pytest.raises(NotPossible, match="cannot become"):
        WAYS[then](hazard=hazard, by=cso, reason="So it is")
    assert contents() == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_hazard_is_withdrawn_with_a_reason(product: Product, cso: User, reason: str) -> None:
    hazard = a_hazard(product, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Say why"):
        withdraw_hazard(hazard=hazard, by=cso, reason=reason)
    assert contents() == before


# --- Status ---------------------------------------------------------------------------------------


def test_a_hazard_without_open_actions_is_closed_and_opened_again(
    product: Product, cso: User
) -> None:
    hazard = a_live_hazard(product, cso)
    with pytest.raises(NotPossible, match="initial risk is not estimated"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    an_estimate(hazard, cso)
    with pytest.raises(NotPossible, match="residual risk is not estimated"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    an_estimate(hazard, cso, "Minor", stage=Stage.RESIDUAL)
    control = a_control(hazard, cso)
    with pytest.raises(NotPossible, match="manufacturer is not verified"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    verify(control, cso, make_release(product))
    closed = set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    assert closed.status == HazardStatus.CLOSED
    opened = set_status(hazard=hazard, by=cso, status=HazardStatus.OPEN, reason="An incident")
    assert Hazard.objects.get(pk=hazard.pk).status == opened.status == HazardStatus.OPEN


def test_a_hazard_is_transferred_with_its_instructions(product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    with pytest.raises(NotPossible, match="No control of a deploying organisation"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.TRANSFERRED)
    control = a_control(
        hazard, cso, party="deployer", kind="existing", instruction="Train the ward by May"
    )
    set_status(hazard=hazard, by=cso, status=HazardStatus.TRANSFERRED)
    with pytest.raises(NotPossible, match="deploying organisation is not implemented"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    bring_to(control, cso, ControlState.IMPLEMENTED)
    set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    with pytest.raises(NotPossible, match="cannot become transferred"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.TRANSFERRED)


@pytest.mark.parametrize("then", HazardStatus)
@pytest.mark.parametrize("now", HazardStatus)
def test_every_status_with_every_next_one(
    product: Product, cso: User, now: HazardStatus, then: HazardStatus
) -> None:
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    control = a_control(hazard, cso, party="deployer", kind="existing", instruction="Do it")
    bring_to(control, cso, ControlState.IMPLEMENTED)
    hazard = Hazard.objects.get(pk=hazard.pk)
    hazard.status = now
    with act(by=cso, reason="Brought into a status for a test"):
        hazard.save()
    if f"{now} {then}" in {
        "open transferred", "open closed", "transferred open", "transferred closed", "closed open",
    }:  # fmt: skip
        assert set_status(hazard=hazard, by=cso, status=then).status == then
        return
    before = contents()
    with pytest.raises(NotPossible, match=f"cannot become {then.label.lower()}"):
        set_status(hazard=hazard, by=cso, status=then)
    assert contents() == before


def test_packages_above_may_ask_for_more(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Hazard, HazardStatus]] = []

    def nobody_accepted(hazard: Hazard, status: HazardStatus) -> list[str]:
        asked.append((hazard, status))
        return ["Nobody has accepted its risk."] if status == HazardStatus.CLOSED else []

    monkeypatch.setattr(transitions, "_conditions", [])
    transitions.register_status_condition(nobody_accepted)
    transitions.register_status_condition(nobody_accepted)
    hazard = a_live_hazard(product, cso)
    an_estimate(hazard, cso, "Minor", "Low")
    with pytest.raises(NotPossible, match=r"cannot be closed yet\. Nobody has accepted"):
        set_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    assert asked == [(hazard, HazardStatus.CLOSED)], "asked once, though registered twice"


# --- What a file said -----------------------------------------------------------------------------


def test_the_status_of_a_file_is_kept_and_what_does_not_fit_is_told(
    product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    a_harm(hazard, cso)
    a_control(hazard, cso)
    misfits = keep_imported_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    assert misfits == [
        "Its initial risk is not estimated.",
        "A control of the manufacturer is not verified yet.",
    ]
    stored = Hazard.objects.get(pk=hazard.pk)
    assert (stored.state, stored.status) == (HazardState.LIVE, HazardStatus.CLOSED)
    assert (hazard.state, hazard.status) == (stored.state, stored.status)


def test_a_hazard_of_a_file_without_harm_stays_a_draft(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    assert keep_imported_status(hazard=hazard, by=cso, status=HazardStatus.OPEN) == []
    assert Hazard.objects.get(pk=hazard.pk).state == HazardState.DRAFT


def test_a_product_starts_with_its_matrix_and_no_hazards(product: Product) -> None:
    assert MatrixVersion.objects.filter(product=product).count() == 1
    assert not Hazard.objects.filter(product=product).exists()
