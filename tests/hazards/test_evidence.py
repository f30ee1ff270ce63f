"""Evidence: planned, obtained, withdrawn, and what it does to the controls it is about."""

import datetime
import hashlib
from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import BadText, Conflict, NotPossible
from hazards import locks
from hazards.actions.controls import link_control
from hazards.actions.evidence import (
    EDITABLE,
    add_evidence,
    controls_with,
    edit_evidence,
    keep_evidence_file,
    link_evidence,
    unlink_evidence,
    withdraw_evidence,
)
from hazards.choices import ControlState, EvidenceOf, EvidenceState
from hazards.models import Control, Evidence, EvidenceFile, EvidenceLink, Hazard
from products.models import Product, Release
from tests.audit.record import contents, entries_about
from tests.factories import make_release
from tests.hazards.factories import (
    a_control,
    a_hazard,
    passed_evidence,
    some_evidence,
    verify,
)

TOMORROW = timezone.localdate() + datetime.timedelta(days=1)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


@pytest.fixture
def control(hazard: Hazard, cso: User) -> Control:
    return a_control(hazard, cso)


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


def state_of(control: Control) -> str:
    return Control.objects.get(pk=control.pk).state


# --- Adding and editing ---------------------------------------------------------------------------


def test_evidence_is_planned_for_several_controls(
    hazard: Hazard, control: Control, engineer: User
) -> None:
    other = a_control(hazard, engineer)
    evidence = some_evidence(iter([control, other]), engineer, "  Unit test 7 ")
    evidence.refresh_from_db()
    assert (evidence.title, evidence.state, evidence.result) == ("Unit test 7", "planned", "")
    assert set(controls_with(evidence)) == {control, other}
    assert entries_about(evidence)[0].reason == "Added evidence"


def test_every_field_is_edited(control: Control, cso: User, release: Release) -> None:
    evidence = some_evidence(control, cso)
    file = keep_evidence_file(
        product=control.product, by=cso, name="run.txt", content=b"It passed.\n"
    )
    today = timezone.localdate()
    changes = {
        "title": "Test run 13",
        "state": "obtained",
        "of": "effectiveness",
        "link": "https://ci.example/runs/13",
        "file_id": file.pk,
        "result": "pass",
        "dated_on": today,
        "release_id": release.pk,
        "verifier_id": cso.pk,
        "valid_until": TOMORROW,
    }
    assert changes.keys() == EDITABLE
    edit_evidence(evidence=evidence, by=cso, changes=changes)
    stored = Evidence.objects.get(pk=evidence.pk)
    assert {name: getattr(stored, name) for name in changes} == changes


WRONG: dict[str, dict[str, Any]] = {
    "no title": {"title": " "},
    "a result before it is there": {"result": "pass"},
    "there without a result": {"state": "obtained"},
    "a date to come": {"state": "obtained", "result": "pass", "dated_on": TOMORROW},
    "an unknown state": {"state": "lost"},
    "an unknown kind": {"of": "usability"},
    "an unknown result": {"state": "obtained", "result": "maybe"},
    "a link that is a script": {"link": "javascript:alert(1)"},
    "a link that is data": {"link": "data:text/html,<script>alert(1)</script>"},
    "a link that is no link": {"link": "on the shared drive"},
    "no date": {"valid_until": "next year"},
}


@pytest.mark.parametrize("what", WRONG)
def test_evidence_that_does_not_hang_together_is_refused(
    control: Control, cso: User, what: str
) -> None:
    evidence = some_evidence(control, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Nothing was saved"):
        edit_evidence(evidence=evidence, by=cso, changes=WRONG[what])
    with pytest.raises(NotPossible, match="Nothing was saved"):
        add_evidence(controls=[control], by=cso, **({"title": "x"} | WRONG[what]))
    assert contents() == before


def test_text_that_cannot_be_stored_is_refused(control: Control, cso: User) -> None:
    evidence = some_evidence(control, cso)
    before = contents()
    for title in ("x" * 2_001, "\x00", "\ud800"):
        with pytest.raises(BadText):
            edit_evidence(evidence=evidence, by=cso, changes={"title": title})
        with pytest.raises(BadText):
            some_evidence(control, cso, title)
    assert contents() == before


def test_evidence_is_about_controls_of_one_product(
    control: Control, cso: User, other_product: Product, stranger: User
) -> None:
    theirs = a_control(a_hazard(other_product, stranger), stranger)
    evidence = some_evidence(control, cso)
    before = contents()
    with pytest.raises(NotPossible, match="at least one control"):
        some_evidence([], cso)
    with pytest.raises(NotPossible, match="one product"):
        some_evidence([control, theirs], cso)
    with pytest.raises(NotPossible, match="another product"):
        link_evidence(evidence=evidence, control=theirs, by=cso)
    assert contents() == before


def test_what_evidence_names_is_of_its_product(
    control: Control, cso: User, other_product: Product, stranger: User
) -> None:
    """Above all its file: naming another product's would show it to this one's team."""
    evidence = some_evidence(control, cso)
    theirs = keep_evidence_file(
        product=other_product, by=stranger, name="secret.txt", content=b"Theirs alone\n"
    )
    before = contents()
    wrong: list[dict[str, Any]] = [
        {"file_id": theirs.pk},
        {"release_id": make_release(other_product).pk},
        {"verifier_id": stranger.pk},
        {"file_id": 987_654},
    ]
    before = contents()
    for changes in wrong:
        with pytest.raises(NotPossible, match="Nothing was saved"):
            edit_evidence(evidence=evidence, by=cso, changes=changes)
        with pytest.raises(NotPossible, match="Nothing was saved"):
            some_evidence(control, cso, **changes)
    assert contents() == before


@pytest.mark.parametrize("name", ["product_id", "is_active", "version", "nonsense"])
def test_what_only_other_actions_write_is_no_edit(control: Control, cso: User, name: str) -> None:
    value: dict[str, Any] = {name: 1}
    with pytest.raises(TypeError):
        edit_evidence(evidence=some_evidence(control, cso), by=cso, changes=value)
    with pytest.raises(TypeError):
        some_evidence(control, cso, **value)


def test_two_people_edit_evidence(control: Control, cso: User, engineer: User) -> None:
    evidence = some_evidence(control, cso)
    edit_evidence(evidence=evidence, by=engineer, changes={"title": "theirs"}, base_version=1)
    with pytest.raises(Conflict):
        edit_evidence(evidence=evidence, by=cso, changes={"title": "mine"}, base_version=1)
    edit_evidence(evidence=evidence, by=cso, changes={"of": "effectiveness"}, base_version=1)
    stored = Evidence.objects.get(pk=evidence.pk)
    assert (stored.title, stored.of) == ("theirs", "effectiveness")


def test_linking_twice_writes_nothing(hazard: Hazard, control: Control, cso: User) -> None:
    other = a_control(hazard, cso)
    evidence = some_evidence(control, cso)
    link_evidence(evidence=evidence, control=other, by=cso)
    before = contents()
    link_evidence(evidence=evidence, control=other, by=cso)
    assert contents() == before
    assert EvidenceLink.objects.filter(evidence=evidence).count() == 2


def test_evidence_is_unlinked_from_all_controls_but_the_last(
    hazard: Hazard, control: Control, cso: User
) -> None:
    other = a_control(hazard, cso)
    evidence = some_evidence([control, other], cso)
    unlink_evidence(evidence=evidence, control=other, by=cso)
    assert controls_with(evidence) == [control]
    before = contents()
    with pytest.raises(NotPossible, match="not evidence of this control any more"):
        unlink_evidence(evidence=evidence, control=other, by=cso)
    with pytest.raises(NotPossible, match="of this control only"):
        unlink_evidence(evidence=evidence, control=control, by=cso)
    assert contents() == before
    link_evidence(evidence=evidence, control=other, by=cso)
    assert EvidenceLink.objects.filter(evidence=evidence).count() == 2


def test_a_control_without_its_evidence_is_no_longer_verified(
    hazard: Hazard, control: Control, cso: User, product: Product
) -> None:
    release = make_release(product)
    verified = verify(control, cso, release)
    other = a_control(hazard, cso)
    shown = Evidence.objects.filter(of=EvidenceOf.EFFECTIVENESS).get()
    link_evidence(evidence=shown, control=other, by=cso)
    unlink_evidence(evidence=shown, control=verified, by=cso)
    verified.refresh_from_db()
    assert verified.state == ControlState.IMPLEMENTED


def test_evidence_is_withdrawn_once_with_a_reason(control: Control, cso: User) -> None:
    evidence = some_evidence(control, cso)
    with pytest.raises(NotPossible, match="Say why"):
        withdraw_evidence(evidence=evidence, by=cso, reason="")
    withdraw_evidence(evidence=evidence, by=cso, reason="The wrong build")
    assert not Evidence.objects.get(pk=evidence.pk).is_active
    before = contents()
    with pytest.raises(NotPossible, match="already"):
        withdraw_evidence(evidence=evidence, by=cso, reason="Again")
    assert contents() == before


# --- What it does to a verified control -----------------------------------------------------------


@pytest.fixture
def verified(control: Control, cso: User, release: Release) -> Control:
    return verify(control, cso, release)


def evidence_of(control: Control, of: EvidenceOf) -> Evidence:
    return Evidence.objects.get(control_links__control=control, of=of)


FAILED: dict[str, Any] = {"state": EvidenceState.OBTAINED, "result": "fail"}


def test_new_evidence_that_failed_takes_a_control_back(verified: Control, cso: User) -> None:
    some_evidence(verified, cso, "Test run 13", **FAILED)
    assert state_of(verified) == ControlState.IMPLEMENTED


def test_evidence_that_is_linked_and_failed_takes_a_control_back(
    hazard: Hazard, verified: Control, cso: User
) -> None:
    other = a_control(hazard, cso)
    failed = some_evidence(other, cso, "Test run 13", **FAILED)
    assert state_of(verified) == ControlState.VERIFIED
    link_evidence(evidence=failed, control=verified, by=cso)
    assert state_of(verified) == ControlState.IMPLEMENTED


@pytest.mark.parametrize("of", EvidenceOf)
@pytest.mark.parametrize(
    "changes",
    [
        {"result": "fail"},
        {"result": "inconclusive"},
        {"state": "planned", "result": ""},
        {"verifier_id": None},
        {"release_id": None},
        {"dated_on": None},
        {"of": ""},
        {"valid_until": timezone.localdate() - datetime.timedelta(days=1)},
    ],
    ids=str,
)
def test_evidence_that_no_longer_verifies_takes_its_control_back(
    verified: Control, cso: User, of: EvidenceOf, changes: dict[str, Any]
) -> None:
    evidence = evidence_of(verified, of)
    edit_evidence(evidence=evidence, by=cso, changes=changes, reason="Looked at again")
    assert state_of(verified) == ControlState.IMPLEMENTED
    assert entries_about(verified)[-1].reason == "Looked at again"


@pytest.mark.parametrize(
    "changes", [{"title": "Renamed"}, {"link": "https://ci.example/7"}], ids=str
)
def test_an_edit_that_takes_nothing_away_leaves_a_control_verified(
    verified: Control, cso: User, changes: dict[str, Any]
) -> None:
    evidence = evidence_of(verified, EvidenceOf.EFFECTIVENESS)
    edit_evidence(evidence=evidence, by=cso, changes=changes)
    some_evidence(verified, cso, "Planned for the next release")
    assert state_of(verified) == ControlState.VERIFIED


def test_withdrawing_what_verified_it_takes_a_control_back(verified: Control, cso: User) -> None:
    evidence = evidence_of(verified, EvidenceOf.EFFECTIVENESS)
    withdraw_evidence(evidence=evidence, by=cso, reason="The wrong build")
    assert state_of(verified) == ControlState.IMPLEMENTED


def test_withdrawing_one_of_two_leaves_a_control_verified(
    verified: Control, cso: User, release: Release
) -> None:
    first = evidence_of(verified, EvidenceOf.EFFECTIVENESS)
    passed_evidence(verified, cso, release, EvidenceOf.EFFECTIVENESS)
    withdraw_evidence(evidence=first, by=cso, reason="The wrong build")
    assert state_of(verified) == ControlState.VERIFIED


def test_every_verified_control_that_it_is_about_is_taken_back(
    product: Product, hazard: Hazard, cso: User, release: Release
) -> None:
    other_hazard = a_hazard(product, cso, "Other")
    one, other, unfinished = (
        a_control(hazard, cso),
        a_control(other_hazard, cso),
        a_control(hazard, cso),
    )
    link_control(control=one, hazard=other_hazard, by=cso)
    for control in (one, other):
        verify(control, cso, release)
    some_evidence([one, other, unfinished], cso, "Test run 13", **FAILED)
    assert [state_of(each) for each in (one, other, unfinished)] == [
        ControlState.IMPLEMENTED, ControlState.IMPLEMENTED, ControlState.PROPOSED,
    ]  # fmt: skip


# --- Files ----------------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_is(product: Product, engineer: User) -> None:
    content = "Ergebnis: bestanden ✓\n".encode()
    kept = keep_evidence_file(
        product=product, by=engineer, name="../../etc/Prüf protokoll.txt", content=content
    )
    stored = EvidenceFile.objects.get(pk=kept.pk)
    assert (stored.name, stored.kind, stored.size) == ("Prüf protokoll.txt", "txt", len(content))
    assert stored.uploaded_by == engineer
    with stored.file.open() as file:
        assert file.read() == content
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.file.name.rsplit("/", 1)[1].startswith(stored.sha256)
    assert ".." not in stored.file.name
    assert entries_about(kept)[0].reason == "Added the file Prüf protokoll.txt"


def test_the_same_file_twice_is_kept_twice(product: Product, cso: User) -> None:
    files = [
        keep_evidence_file(product=product, by=cso, name="a.txt", content=b"It passed.\n")
        for _ in range(2)
    ]
    assert files[0].file.name != files[1].file.name
    assert files[0].sha256 == files[1].sha256


def test_evidence_that_speaks_for_another_control_by_now_is_not_changed_without_it(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazard = a_hazard(product, cso)
    control, other = a_control(hazard, cso), a_control(hazard, cso, "Another")
    shows = some_evidence(control, cso)
    lock, coming = locks.lock_hazards, [other]

    def lock_late(hazards: Iterable[Hazard]) -> list[Hazard]:
        locked = lock(hazards)
        if coming:
            link_evidence(evidence=shows, control=coming.pop(), by=cso)
        return locked

    monkeypatch.setattr(locks, "lock_hazards", lock_late)
    with pytest.raises(NotPossible, match="speak for another control a moment ago"):
        edit_evidence(evidence=shows, by=cso, changes={"title": "Other words"})
    assert edit_evidence(evidence=shows, by=cso, changes={"title": "Other words"}).pk
