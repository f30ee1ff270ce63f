"""Ways round the record that hostile testing found: in SQL, and by two people at once."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from hazards.actions.controls import add_control
from hazards.actions.estimates import add_assumption
from hazards.actions.evidence import add_evidence
from hazards.models import Cause, Control, ControlLink, Hazard
from products.choices import Role
from products.models import Membership, Product
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_cause, a_control, a_hazard

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has no such statement"
)


def refused(sql: str) -> bool:
    """Whether the database refuses this SQL as a change of the record."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as refusal:
        return "the record is kept" in str(refusal)
    return False


def replacing(row: Membership | ControlLink | Hazard, **values: str) -> str:
    """An INSERT that takes a row's place by a key that is unique among some rows only."""
    meta = row._meta
    columns = [field.column for field in meta.concrete_fields]
    new = {"id": "99999", "public_id": "'deadbeefdeadbeefdeadbeefdeadbeef'", **values}
    chosen = ", ".join(new.get(column, f'"{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    return (
        f'INSERT OR REPLACE INTO "{meta.db_table}" ({named}) '
        f'SELECT {chosen} FROM "{meta.db_table}" WHERE "id" = {row.pk}'
    )


@on_sqlite
def test_replace_takes_no_row_by_a_partly_unique_key(cso: User, product: Product) -> None:
    hazard = a_hazard(product, cso, imported_reference="H-7")
    control = a_control(hazard, cso, causes=[a_cause(hazard, cso)])
    assert refused(replacing(Membership.objects.get(person=cso)))
    assert refused(replacing(ControlLink.objects.get(control=control)))
    assert refused(replacing(hazard, number="7000", reference="'HAZ-7000'"))


@on_sqlite
def test_a_row_beside_the_condition_of_a_key_is_let_in(cso: User, product: Product) -> None:
    a_hazard(product, cso)
    a_hazard(product, cso)  # neither has an imported reference, so they are not each other's
    person = make_person("Come Again")
    first = join(product, person, Role.CLINICIAN, ends_on=date(2025, 1, 1))
    second = join(product, person, Role.CLINICIAN, starts_on=date(2025, 2, 1))
    assert first.pk != second.pk


@on_sqlite
def test_an_update_takes_no_other_row_with_it(cso: User, product: Product) -> None:
    hazard = a_hazard(product, cso)
    one, other = a_cause(hazard, cso), a_cause(hazard, cso, text="Another")
    table = Cause._meta.db_table
    assert refused(f'UPDATE OR REPLACE "{table}" SET "id" = {other.pk} WHERE "id" = {one.pk}')
    assert refused(
        f'UPDATE OR REPLACE "{table}" SET "public_id" = '
        f'(SELECT "public_id" FROM "{table}" WHERE "id" = {one.pk}) WHERE "id" = {other.pk}'
    )
    assert Cause.objects.filter(hazard=hazard).count() == 2


def test_people_who_work_on_one_hazard_do_not_lock_each_other_out(
    cloned_database: ClonedDatabase,
) -> None:
    """A stronger lock than needed made PostgreSQL end three of four saves with a deadlock."""
    product = make_product()
    cso = make_person("Clara Officer")
    join(product, cso, Role.CLINICAL_SAFETY_OFFICER)
    hazard = a_hazard(product, cso)
    control = a_control(hazard, cso)
    for _ in range(3):
        outcomes = cloned_database.at_once(
            lambda: add_evidence(controls=[control], by=cso, title="A test"),
            lambda: add_control(hazard=hazard, by=cso, text="Another control"),
            lambda: add_assumption(product=product, hazard=hazard, by=cso, text="It holds"),
            lambda: add_control(hazard=hazard, by=cso, text="A third control"),
        )
        assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert Control.objects.count() == 7


def test_locks_leave_keys_alone(product: Product) -> None:
    assert Product.objects.select_for_update().query.select_for_no_key_update
    assert not Product.objects.select_for_update(no_key=False).query.select_for_no_key_update
