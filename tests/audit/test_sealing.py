"""Every entry comes under exactly one seal, whoever seals and however writers commit."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import User
from audit import sealing
from audit.acts import act
from audit.canonical import canonical_json, sha256_of
from audit.leaves import LEAF_COLUMNS, leaf_of
from audit.merkle import merkle_root
from audit.models import Entry, PendingEntry, Seal, SealedEntry
from audit.sealing import latest_seal, seal_everything, seal_pending
from products.models import Organisation, Product
from tests.audit.record import saved
from tests.audit.tampering import found
from tests.cloned_database import ClonedDatabase
from tests.factories import make_product


def some_organisations(by: User, count: int, name: str = "Hospital") -> list[Organisation]:
    return [saved(Organisation(name=f"{name} {number}"), by) for number in range(count)]


def pending() -> list[int]:
    return list(PendingEntry.objects.order_by("pk").values_list("pk", flat=True))


def entries_under(seal: Seal) -> list[int]:
    return list(seal.entries.order_by("position").values_list("entry_id", flat=True))


def test_the_record_begins_with_a_seal_over_nothing(db: None) -> None:
    seal = Seal.objects.get(number=0)
    assert (seal.previous, seal.root, seal.count) == ("", "", 0)
    assert seal.sha256 == hash_of(seal)


def hash_of(seal: Seal) -> str:
    names = ("number", "previous", "root", "count", "at")
    return sha256_of(canonical_json({name: getattr(seal, name) for name in names}))


def test_a_seal_covers_what_is_pending_in_the_order_of_entries(cso: User) -> None:
    some_organisations(cso, 3)
    waiting = pending()
    assert waiting == sorted(Entry.objects.values_list("pk", flat=True))
    seal = seal_pending()
    assert seal is not None
    assert seal.count == len(waiting)
    assert entries_under(seal) == waiting
    assert list(seal.entries.order_by("position").values_list("position", flat=True)) == list(
        range(len(waiting))
    )
    assert pending() == []


def test_a_seal_is_made_as_the_manual_says(cso: User) -> None:
    some_organisations(cso, 3)
    before = latest_seal()
    seal = seal_pending()
    assert seal is not None
    leaves = []
    for place in seal.entries.order_by("position").select_related("entry"):
        assert place.leaf == leaf_of(tuple(getattr(place.entry, name) for name in LEAF_COLUMNS))
        leaves.append(bytes.fromhex(place.leaf))
    assert seal.root == merkle_root(leaves).hex()
    assert (seal.number, seal.previous) == (before.number + 1, before.sha256)
    stored = Seal.objects.get(pk=seal.pk)
    assert stored.sha256 == seal.sha256 == hash_of(stored)
    assert latest_seal() == stored


def test_nothing_pending_makes_no_seal(cso: User) -> None:
    seal_everything()
    count = Seal.objects.count()
    assert seal_pending() is None
    assert seal_everything() == 0
    assert Seal.objects.count() == count


def test_a_seal_covers_so_many_at_most_and_the_oldest_first(cso: User) -> None:
    some_organisations(cso, 4)
    waiting = pending()
    seal = seal_pending(most=3)
    assert seal is not None
    assert entries_under(seal) == waiting[:3]
    assert pending() == waiting[3:]


def test_everything_is_sealed_in_seals_of_limited_size(
    cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST", 4)
    monkeypatch.setattr(sealing, "seal_pending", lambda: seal_pending(most=4))
    some_organisations(cso, 10)
    waiting = pending()
    assert seal_everything() == len(waiting)
    seals = Seal.objects.exclude(number=0).order_by("number")
    assert [pk for seal in seals for pk in entries_under(seal)] == waiting
    assert all(seal.count <= 4 for seal in seals)
    assert found() == []


def test_sealing_runs_as_many_queries_for_many_entries_as_for_few(
    cso: User, django_assert_num_queries: Any
) -> None:
    few = 8  # savepoint, lock, read, newest seal, seal, places, pending rows, release
    seal_everything()
    for count in (2, 40):
        some_organisations(cso, count, f"Hospital of {count}")
        with django_assert_num_queries(few):
            assert seal_pending() is not None


# --- Transactions ---------------------------------------------------------------------------------


def test_sealing_inside_an_act_covers_what_the_act_wrote(product: Product, cso: User) -> None:
    with act(by=cso, reason="Issues a report", scope=product.scope) as under_way:
        Organisation(name="Customer").save()
        assert seal_everything() > 0
        seal = latest_seal()
    [entry] = Entry.objects.filter(act=under_way.id)
    assert SealedEntry.objects.get(entry=entry).seal == seal
    assert found() == []


def test_a_seal_of_a_transaction_that_fails_was_never_made(cso: User) -> None:
    some_organisations(cso, 2)
    waiting, newest = pending(), latest_seal()
    with transaction.atomic():
        assert seal_everything() > 0
        transaction.set_rollback(True)
    assert (pending(), latest_seal()) == (waiting, newest)
    assert found() == []


def test_sealers_at_the_same_time_make_one_chain(cloned_database: ClonedDatabase) -> None:
    make_product()
    by = User.objects.get(is_system=True)
    some_organisations(by, 30)

    def seal_in_small_pieces() -> int:
        sealed = 0
        while seal := seal_pending(most=5):
            sealed += seal.count
        return sealed

    waiting = pending()
    outcomes = cloned_database.at_once(*[seal_in_small_pieces] * 4)
    assert sum(outcomes) == len(waiting)
    assert pending() == []
    assert SealedEntry.objects.count() == Entry.objects.count()
    numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(len(numbers)))
    assert found() == []


def test_writers_and_sealers_at_the_same_time_lose_no_entry(
    cloned_database: ClonedDatabase,
) -> None:
    make_product()
    by = User.objects.get(is_system=True)

    def write(name: str) -> None:
        some_organisations(by, 15, name)

    def seal_again_and_again() -> None:
        for _ in range(10):
            seal_pending(most=4)

    outcomes = cloned_database.at_once(
        lambda: write("First"), seal_again_and_again, lambda: write("Second"), seal_again_and_again
    )
    assert outcomes == [None] * 4
    seal_everything()
    assert SealedEntry.objects.count() == Entry.objects.count()
    assert found() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_an_entry_that_is_committed_late_is_sealed_late(cloned_database: ClonedDatabase) -> None:
    """Two writers commit in the other order than they numbered their entries."""
    make_product()
    by = User.objects.get(is_system=True)
    seal_everything()
    numbered, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with act(by=by, reason="Numbered first, committed last"):
            Organisation(name="Slow").save()
            numbered.set()
            assert may_commit.wait(30)

    def quick_writer_and_sealer() -> tuple[list[int], list[int]]:
        try:
            assert numbered.wait(30)
            saved(Organisation(name="Quick"), by)
            seal = seal_pending()
            assert seal is not None
            return entries_under(seal), pending()
        finally:
            may_commit.set()

    _, (sealed, waiting) = cloned_database.at_once(slow_writer, quick_writer_and_sealer)
    slow = Entry.objects.get(label="Slow").pk
    quick = Entry.objects.get(label="Quick").pk
    assert slow < quick
    assert (sealed, waiting) == ([quick], [])
    assert pending() == [slow]
    last = seal_pending()
    assert last is not None
    assert entries_under(last) == [slow]
    assert found() == []
