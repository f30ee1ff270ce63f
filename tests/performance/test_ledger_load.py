"""The large record that is measured is one that the check accepts, and so is worth measuring."""

from audit.models import Entry, PendingEntry
from audit.sealing import seal_everything
from audit.verifying import Tally, verify
from products.models import Product
from tests.audit.tampering import tamper
from tests.performance.ledger_load import enlarge


def test_a_record_many_times_over_is_one_record(
    one_of_each: None, record_alone: None, after_tampering: None, product: Product
) -> None:
    before = Entry.objects.count()
    *_, there = enlarge(before * 4)
    assert Entry.objects.count() == there >= before * 4
    assert Product.objects.filter(slug__startswith=f"{product.slug}-").count() >= 3
    tally = Tally()
    assert list(verify(tally=tally)) == []
    assert tally.rows == there
    waiting = PendingEntry.objects.count()
    assert seal_everything() == waiting
    assert list(verify()) == []
    key = Entry.objects.filter(table="hazards_historicalcause").latest("pk").key
    tamper("UPDATE hazards_historicalcause SET text = 'x' WHERE history_id = %s", int(key))
    first, *_ = verify()
    assert str(first).startswith(f"hazards_historicalcause {key}: changed: ")
