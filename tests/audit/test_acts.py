"""Who did what and why: nothing is written without it, and all of an act or none of it."""

import threading
from typing import Any

import pytest

from accounts.models import User
from audit.acts import REASON_LIMIT, act, current_act
from audit.bulk import record_many
from audit.errors import BadText, NoAct, NotPossible, SideDoor
from products.models import IntendedUse, Organisation, Product
from tests.audit.record import contents, entries_about, saved, versions_of


def an_organisation(name: str = "Riverside Hospital") -> Organisation:
    return Organisation(name=name)


def an_intended_use(product: Product, by: User, number: int = 7) -> IntendedUse:
    with act(by=by, reason="For its time") as under_way:
        return IntendedUse(
            product=product,
            number=number,
            purpose="Repeat prescriptions",
            stated_at=under_way.at,
            stated_by=by,
        )


def test_no_row_is_saved_outside_an_act(product: Product, cso: User) -> None:
    statement = an_intended_use(product, cso)
    before = contents()
    with pytest.raises(NoAct):
        an_organisation().save()
    with pytest.raises(NoAct):
        statement.save()
    with pytest.raises(NoAct):
        record_many([an_organisation()])
    product.name = "Another name"
    with pytest.raises(NoAct):
        product.save()
    with pytest.raises(NoAct):
        Organisation.objects.create(name="Riverside Hospital")
    assert contents() == before


@pytest.mark.parametrize("reason", ["", " ", "\n\t \u00a0"])
def test_an_act_needs_a_reason(cso: User, reason: str) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="Say why"):
        saved(an_organisation(), cso, reason=reason)
    assert contents() == before


@pytest.mark.parametrize("reason", ["a\x00b", "half \ud83d of a pair", "x" * (REASON_LIMIT + 1)])
def test_a_reason_that_cannot_be_stored_is_refused(cso: User, reason: str) -> None:
    before = contents()
    with pytest.raises(BadText, match="Reason"):
        saved(an_organisation(), cso, reason=reason)
    assert contents() == before


def test_a_reason_is_kept_to_its_last_character_and_without_spaces_around(cso: User) -> None:
    reason = "y" * REASON_LIMIT
    organisation = saved(an_organisation(), cso, reason=f"  {reason}\n")
    [entry] = entries_about(organisation)
    assert entry.reason == reason
    [version] = versions_of(organisation)
    assert version.history_change_reason == reason


def test_an_act_within_an_act_is_a_part_of_it(cso: User) -> None:
    with act(by=cso, reason="Imported the log", scope="outer") as outer:
        saved(an_organisation(), cso, reason="Raised a hazard", scope="inner")
        with act(by=cso, reason="Something else") as inner:
            assert inner is outer
            assert current_act() is outer
    organisation = Organisation.objects.get(name="Riverside Hospital")
    [entry] = entries_about(organisation)
    assert (entry.act, entry.reason, entry.scope) == (outer.id, "Imported the log", "outer")
    assert entry.person == cso


def test_nobody_acts_within_the_act_of_somebody_else(cso: User, engineer: User) -> None:
    before = contents()

    def both_act() -> None:
        with act(by=cso, reason="Mine"):
            an_organisation().save()
            saved(an_organisation("Another"), engineer)

    with pytest.raises(SideDoor):
        both_act()
    assert contents() == before


def test_what_goes_wrong_at_the_end_takes_everything_back(cso: User) -> None:
    before = contents()

    def nearly_done() -> None:
        with act(by=cso, reason="Nearly"):
            an_organisation().save()
            saved(an_organisation("Another"), cso)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nearly_done()
    assert contents() == before


def test_an_inner_act_that_fails_takes_back_only_itself(cso: User) -> None:

    def one_row() -> None:
        with act(by=cso, reason="One row of it"):
            an_organisation("Lost").save()
            raise ZeroDivisionError

    with act(by=cso, reason="Import"):
        kept = an_organisation()
        kept.save()
        with pytest.raises(ZeroDivisionError):
            one_row()
        also_kept = an_organisation("Also kept")
        also_kept.save()
    assert not Organisation.objects.filter(name="Lost").exists()
    assert len(entries_about(kept)) == len(entries_about(also_kept)) == 1


def test_what_an_inner_act_noted_is_forgotten_when_it_fails(cso: User) -> None:

    def one_row() -> None:
        with act(by=cso, reason="One row of it") as under_way:
            assert under_way.is_first("mark")
            raise ZeroDivisionError

    with act(by=cso, reason="Import") as outer:
        with pytest.raises(ZeroDivisionError):
            one_row()
        assert outer.is_first("mark"), "its effect was rolled back, so it has not happened"
        assert not outer.is_first("mark")


def test_an_act_that_ended_is_over(cso: User) -> None:
    with act(by=cso, reason="One"):
        pass
    with pytest.raises(NoAct):
        current_act()
    with pytest.raises(ZeroDivisionError), act(by=cso, reason="Two"):
        raise ZeroDivisionError
    with pytest.raises(NoAct):
        current_act()


def test_an_act_belongs_to_its_thread(cso: User) -> None:
    found: list[Any] = []

    def look() -> None:
        try:
            found.append(current_act())
        except NoAct as refused:
            found.append(refused)

    with act(by=cso, reason="Mine"):
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert isinstance(found[0], NoAct)


def test_records_of_one_row_in_one_act_have_an_order_in_time(cso: User) -> None:
    with act(by=cso, reason="Thrice") as once:
        organisation = an_organisation("First")
        organisation.save()
        for name in ("Second", "Third"):
            organisation.name = name
            organisation.save()
    versions = versions_of(organisation)
    assert [each.name for each in versions] == ["First", "Second", "Third"]
    times = [each.history_date for each in versions]
    assert times == sorted(set(times))
    assert times[0] == once.at
    assert [entry.at for entry in entries_about(organisation)] == times


def test_two_acts_are_told_apart(cso: User) -> None:
    first = saved(an_organisation("First"), cso)
    second = saved(an_organisation("Second"), cso)
    assert entries_about(first)[0].act != entries_about(second)[0].act
