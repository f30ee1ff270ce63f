"""Many changes at once leave the same record as one after the other."""

import pytest

from accounts.models import User
from audit.acts import act
from audit.bulk import record_changes
from audit.errors import NoAct, NotPossible, SideDoor
from audit.models import Entry
from audit.tracked import history_of
from audit.verifying import verify
from products.models import Feature, Product
from tests.factories import make_feature


def features_of(product: Product) -> list[Feature]:
    return list(Feature.objects.filter(product=product).order_by("pk"))


def test_each_changed_row_has_a_version_and_an_entry(product: Product, cso: User) -> None:
    for title in ("One", "Two", "Three"):
        make_feature(product, title)
    rows, before = features_of(product), Entry.objects.count()
    rows[0].title, rows[1].title = "First", "Second"
    with act(by=cso, reason="Clearer names", scope=product.scope):
        record_changes(rows)
    assert Entry.objects.count() == before + 2
    assert [each.title for each in features_of(product)] == ["First", "Second", "Three"]
    assert [each.version for each in features_of(product)] == [2, 2, 1]
    newest = history_of(rows[0]).first()
    assert newest is not None
    assert (newest.history_type, newest.title, newest.history_user) == ("~", "First", cso)
    assert newest.history_change_reason == "Clearer names"
    assert list(verify()) == []
    assert rows[0].changed_fields() == []


def test_a_row_that_somebody_saved_meanwhile_is_not_overwritten(
    product: Product, cso: User
) -> None:
    make_feature(product)
    [mine], [theirs] = features_of(product), features_of(product)
    with act(by=cso, reason="Theirs", scope=product.scope):
        theirs.title = "Theirs"
        theirs.save()
    mine.title = "Mine"
    with pytest.raises(NotPossible), act(by=cso, reason="Mine", scope=product.scope):
        record_changes([mine])
    assert features_of(product)[0].title == "Theirs"


def test_new_rows_and_rows_outside_an_act_are_refused(product: Product, cso: User) -> None:
    make_feature(product)
    [row] = features_of(product)
    row.title = "Changed"
    with pytest.raises(NoAct):
        record_changes([row])
    with pytest.raises(SideDoor), act(by=cso, reason="x", scope=product.scope):
        record_changes([Feature(product=product, title="New")])
