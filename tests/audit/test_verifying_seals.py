"""The check of the record names every seal that was altered, and every entry under a wrong one."""

from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from audit.models import Seal
from audit.sealing import seal_pending
from products.models import Product
from tests.audit.tampering import found, tamper
from tests.audit.test_sealing import hash_of
from tests.hazards.factories import a_hazard

pytestmark = pytest.mark.usefixtures("after_tampering")


@pytest.fixture
def sealed(product: Product, cso: User) -> list[Seal]:
    """Four seals over a few entries each, the first one over none."""
    for number in range(3):
        a_hazard(product, cso, f"Hazard {number}")
        seal_pending()
    return list(Seal.objects.order_by("number"))


# --- Waiting and sealed ---------------------------------------------------------------------------


def test_a_sealed_entry_that_waits_again(sealed: list[Seal]) -> None:
    entry = sealed[2].entries.get(position=0).entry_id
    tamper("INSERT INTO audit_pendingentry (entry_id) VALUES (%s)", entry)
    assert found() == [f"audit_entry {entry}: a seal covers it and it waits for another one"]


def test_a_changed_leaf(sealed: list[Seal]) -> None:
    place = sealed[2].entries.get(position=0)
    tamper("UPDATE audit_sealedentry SET leaf = %s WHERE entry_id = %s", "0" * 64, place.pk)
    assert found() == [
        f"audit_entry {place.pk}: changed: it is not what its seal covers",
        "audit_seal 2: changed: its root is not that of its entries",
    ]


def test_leaves_that_changed_places(sealed: list[Seal]) -> None:
    first, second = sealed[1].entries.order_by("position")[:2]
    tamper("UPDATE audit_sealedentry SET position = 999 WHERE entry_id = %s", first.pk)
    tamper("UPDATE audit_sealedentry SET position = 0 WHERE entry_id = %s", second.pk)
    tamper("UPDATE audit_sealedentry SET position = 1 WHERE entry_id = %s", first.pk)
    assert found() == ["audit_seal 1: changed: its root is not that of its entries"]


def test_a_leaf_that_moved_to_another_seal(sealed: list[Seal]) -> None:
    place = sealed[2].entries.order_by("position").last()
    assert place is not None
    tamper(
        "UPDATE audit_sealedentry SET seal_id = %s, position = 999 WHERE entry_id = %s",
        sealed[3].pk,
        place.pk,
    )
    told = found()
    for number in (2, 3):
        assert f"audit_seal {number}: changed: its root is not that of its entries" in told
        assert any(f"audit_seal {number}: changed: it counts" in line for line in told)
    assert "audit_seal 3: changed: its entries are not in their places" in told


def test_a_leaf_that_is_no_leaf(sealed: list[Seal]) -> None:
    entry = sealed[2].entries.get(position=0).entry_id
    tamper("UPDATE audit_sealedentry SET leaf = 'no hexadecimal' WHERE entry_id = %s", entry)
    assert "audit_seal 2: changed: its root is not that of its entries" in found()


# --- Seals ----------------------------------------------------------------------------------------

NOT_ITS_HASH = "changed: its hash is not that of what it says"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("root", "0" * 64),
        ("previous", "0" * 64),
        ("count", 3_000),
        ("at", "2020-01-01 00:00:00"),
        ("sha256", "0" * 64),
    ],
)
def test_any_column_of_a_seal(sealed: list[Seal], column: str, value: Any) -> None:
    tamper(f'UPDATE audit_seal SET "{column}" = %s WHERE number = 2', value)
    told = found()
    assert f"audit_seal 2: {NOT_ITS_HASH}" in told
    if column == "sha256":
        assert "audit_seal 3: does not name the hash of the seal before it" in told


def test_the_first_seal_is_looked_at_like_the_others(sealed: list[Seal]) -> None:
    tamper("UPDATE audit_seal SET at = '2020-01-01 00:00:00' WHERE number = 0")
    assert found() == [f"audit_seal 0: {NOT_ITS_HASH}"]


def test_a_seal_rewritten_with_its_hash_shows_in_the_next(sealed: list[Seal]) -> None:
    seal = sealed[2]
    seal.at = sealed[1].at
    tamper(
        "UPDATE audit_seal SET at = %s, sha256 = %s WHERE number = 2", stored(seal), hash_of(seal)
    )
    assert found() == ["audit_seal 3: does not name the hash of the seal before it"]


def stored(seal: Seal) -> Any:
    field = Seal._meta.get_field("at")
    return field.get_db_prep_value(seal.at, connection)


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_deleted_seal(sealed: list[Seal], number: int) -> None:
    tamper("DELETE FROM audit_seal WHERE number = %s", number)
    told = found()
    if number < 3:
        assert f"audit_seal {number}: missing: no seal has this number" in told
    if number > 0:
        row = sealed[number].pk
        assert f"audit_seal (row {row}): missing: entries stand under it" in told


def test_all_seals_deleted(sealed: list[Seal]) -> None:
    tamper("DELETE FROM audit_seal")
    assert "audit_seal 0: missing: the first seal is gone" in found()


def test_a_seal_with_another_number(sealed: list[Seal]) -> None:
    tamper("UPDATE audit_seal SET number = 9 WHERE number = 3")
    assert "audit_seal 3: missing: no seal has this number" in found()


def test_an_inserted_seal(sealed: list[Seal]) -> None:
    tamper(
        "INSERT INTO audit_seal (number, previous, root, count, at, sha256) "
        "SELECT 4, 'x', '', 0, at, 'y' FROM audit_seal WHERE number = 3"
    )
    assert found() == [
        "audit_seal 4: does not name the hash of the seal before it",
        f"audit_seal 4: {NOT_ITS_HASH}",
    ]
