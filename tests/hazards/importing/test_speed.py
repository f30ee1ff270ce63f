"""How the cost of an import grows: by rows written together, never by questions asked for each."""

import gc
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from hazards.importing.collecting import without_collecting
from hazards.models import Hazard
from products.models import Product
from tests.hazards.importing.imports import bring_in, entries
from tests.hazards.importing.workbooks import a_row, template

pytestmark = pytest.mark.django_db


def log_of(hazards: int, start: int = 0) -> bytes:
    """A log with two causes, three controls, a test and two estimates for each hazard."""
    rows = []
    for number in range(start, start + hazards):
        rows += [
            a_row(
                ref=f"S-{number:05d}",
                name=f"A repeat is dispensed against an old record, {number}",
                existing="Nightly reconciliation",
                design="Warn of an old record\nBlock after a week",
                test="The warning appears",
                severity2="Major",
                likelihood2="Low",
                rating2=3,
            ),
            {"cause": f"The synchronisation has stopped, {number}"},
        ]
    return template(*rows)


def queries_to_bring_in(product: Product, by: User, content: bytes) -> int:
    """How many queries an import asks."""
    with CaptureQueriesContext(connection) as asked:
        assert bring_in(product, by, content).changed
    return len(asked)


def test_more_hazards_ask_no_more_queries(product: Product, cso: User) -> None:
    bring_in(product, cso, log_of(2, start=900))
    few = queries_to_bring_in(product, cso, log_of(5))
    # SQLite takes some 37 rows in a statement, so the controls of more hazards need another one.
    many = queries_to_bring_in(product, cso, log_of(12, start=100))
    assert many == few


def test_the_same_file_again_asks_few_queries(product: Product, cso: User) -> None:
    bring_in(product, cso, log_of(20))
    before = entries()
    with CaptureQueriesContext(connection) as asked:
        assert not bring_in(product, cso, log_of(20)).changed
    assert entries() == before
    assert len(asked) < 40


def test_two_hundred_hazards_take_a_few_seconds(product: Product, cso: User) -> None:
    """1,000 take some 8 s of processor time (docs/performance.md); here a fifth, and some slack."""
    content = log_of(200)
    started = time.process_time()
    bring_in(product, cso, content)
    assert time.process_time() - started < 6
    assert Hazard.objects.count() == 200


def test_the_collector_is_on_again_afterwards_whatever_happens() -> None:
    def fail() -> None:
        with without_collecting():
            assert not gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert gc.isenabled()
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled(), "who had switched it off finds it off"
    finally:
        gc.enable()
