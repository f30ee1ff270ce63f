"""A query written once finds what the query written anew finds."""

from collections.abc import Collection
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from hazards import summaries
from hazards.choices import ControlState
from hazards.compiled import Compiled
from hazards.models import Hazard
from hazards.search import documents
from products.models import Product
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    bring_to,
    some_evidence,
)

EVERY = [
    each
    for module in (summaries, documents)
    for each in vars(module).values()
    if isinstance(each, Compiled)
]


def of_hazards(keys: Collection[int]) -> QuerySet[Any, Any]:
    """Identifiers and dates are converted; the order is by what is not selected."""
    rows = Hazard.objects.filter(pk__in=keys).order_by("number")
    return rows.values_list("pk", "public_id", "review_date", "harms__public_id").distinct()


@pytest.fixture
def full(product: Product, cso: User) -> Hazard:
    hazard = a_live_hazard(product, cso)
    for text in ("Nobody reads it", "Nobody can read it"):
        a_cause(hazard, cso, text)
    control = a_control(hazard, cso)
    bring_to(control, cso, ControlState.AGREED)
    some_evidence(control, cso)
    an_estimate(hazard, cso)
    an_assumption(product, cso, hazard=hazard)
    return hazard


@pytest.mark.parametrize("compiled", [*EVERY, Compiled(of_hazards)])
def test_the_same_rows_are_found(compiled: Compiled, full: Hazard, cso: User) -> None:
    bare = a_hazard(full.product, cso, name="Nothing is known of it")
    anew = compiled._query
    for keys in ([full.pk], [bare.pk], [full.product_id], [full.pk, bare.pk], [full.pk + 90], []):
        assert list(compiled.rows(keys)) == list(anew(keys)), keys


def test_something_is_found(full: Hazard) -> None:
    assert len(EVERY) > 10
    silent = [compiled for compiled in EVERY if not list(compiled.rows([full.pk]))]
    # Its product has one version of its matrix, and nothing is merged into it.
    assert silent == [summaries._CARRYING, documents._MERGED]


def test_the_sql_is_written_once(full: Hazard, cso: User) -> None:
    other = a_hazard(full.product, cso, name="Another")
    written: list[int] = []

    def query(keys: Collection[int]) -> QuerySet[Any, Any]:
        written.append(len(keys))
        return of_hazards(keys)

    compiled = Compiled(query)
    for hazard in (full, other, full):
        with CaptureQueriesContext(connection) as queries:
            [first, *_] = compiled.rows([hazard.pk])
        assert first[:2] == (hazard.pk, hazard.public_id)
        assert len(queries) == 1
    assert written == [1]
