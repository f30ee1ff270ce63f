"""A snapshot is of one moment: what others save meanwhile is not in it, and nobody waits for it."""

import threading
from collections.abc import Callable

from django.db import connection

from accounts.models import User
from products.actions import edit_product
from products.models import Product
from safetycase.snapshot.consistent import one_moment
from tests.cloned_database import ClonedDatabase
from tests.factories import make_product
from tests.hazards.factories import a_hazard


def in_another_connection(do: Callable[[], object]) -> None:
    problems: list[BaseException] = []

    def run() -> None:
        try:
            do()
        except BaseException as problem:  # noqa: BLE001 - handed to the test
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive(), "the writer waits for the reader"
    assert problems == []


def test_readers_see_one_state_and_writers_do_not_wait(cloned_database: ClonedDatabase) -> None:
    product = make_product()
    by = User.objects.get(is_system=True)
    with one_moment():
        before = Product.objects.get(pk=product.pk).name
        in_another_connection(
            lambda: edit_product(product=product, by=by, changes={"name": "Renamed meanwhile"})
        )
        assert Product.objects.get(pk=product.pk).name == before
    assert Product.objects.get(pk=product.pk).name == "Renamed meanwhile"


def test_afterwards_writing_is_as_usual(cloned_database: ClonedDatabase) -> None:
    product = make_product()
    by = User.objects.get(is_system=True)
    with one_moment():
        Product.objects.count()
    assert a_hazard(product, by).pk


def test_inside_somebody_elses_transaction_theirs_holds(product: Product, cso: User) -> None:
    with one_moment():
        assert a_hazard(product, cso).pk  # the test's own transaction writes
