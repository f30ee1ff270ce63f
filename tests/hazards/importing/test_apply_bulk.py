"""New hazards are written table by table, and come out as the actions would have written them."""

import datetime
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.models import Entry
from audit.tracked import Tracked, history_of
from hazards.importing import bulk
from hazards.importing.apply import apply_import
from hazards.importing.bulk import record_new
from hazards.importing.numbering import Numbering
from hazards.importing.plan import plan_import
from hazards.importing.planned import Plan
from hazards.models import (
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
)
from products.actions import end_membership
from products.choices import Role
from products.models import Product
from products.permissions import standing_of
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_hazard
from tests.hazards.importing.imports import bring_in, entries
from tests.hazards.importing.one_by_one import write_one_by_one
from tests.hazards.importing.workbooks import SAMPLE, a_row, read, template

pytestmark = pytest.mark.django_db

TABLES: tuple[type[models.Model], ...] = (
    *(Hazard, Harm, Cause, Control, ControlLink, Evidence, EvidenceLink, Estimate),
)
#: What two copies of one log cannot share, or what counts saves.
OWN = {"id", "public_id", "version", "content_version", "product_id", "estimated_at", "matrix_id"}

LAYOUT = template(
    a_row(ref="PH/7.02", existing="A\nB", design="Stops it", test="Is tested\nTwice", tag="Dose"),
    {"cause": "Second", "design": "Warns", "severity": "Catastrophic", "likelihood": "High"},
    a_row(ref="", name="No number", status="Closed", severity2="Minor", likelihood2="Low"),
    a_row(ref="HAZ-9", name="Of our own form", harm="TBC"),
    a_row(ref="HAZ-012", name="Takes its number", owner="Nurse"),
    a_row(ref="haz-7", name="Only like our own", training="Is taught", process="Is changed"),
    merge=["A3:A4", "B3:B4"],
)


def said_of(product: Product) -> dict[str, list[dict[str, Any]]]:
    """The whole log of a product, with every key replaced by what it leads to."""
    names: dict[tuple[str, int], str] = {}
    said: dict[str, list[dict[str, Any]]] = {}
    for model in TABLES:
        for place, row in enumerate(rows_of(model, product)):
            names[(model.__name__, row.pk)] = f"{model.__name__} {place}"
    for model in TABLES:
        said[model.__name__] = [plain(row, names) for row in rows_of(model, product)]
    return said


def rows_of(model: type[models.Model], product: Product) -> Iterable[models.Model]:
    way: dict[type[models.Model], str] = {
        Hazard: "product",
        Control: "product",
        Evidence: "product",
        EvidenceLink: "evidence__product",
    }
    return model._default_manager.filter(**{way.get(model, "hazard__product"): product}).order_by(
        "pk"
    )


def plain(row: models.Model, names: dict[tuple[str, int], str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        if field.attname in OWN:
            continue
        value = getattr(row, field.attname)
        target = field.related_model
        if value is not None and isinstance(target, type) and target in TABLES:
            values[field.attname] = names[(target.__name__, value)]
        elif field.attname in ("severity_id", "likelihood_id", "risk_class_id"):
            values[field.attname] = str(getattr(row, field.name))
        else:
            values[field.attname] = value
    return values


def plan_of(content: bytes, product: Product, by: User) -> Plan:
    return plan_import(product=product, log=read(content), by=by)


@pytest.mark.parametrize("content", [LAYOUT, SAMPLE.read_bytes()], ids=["layout", "sample"])
@pytest.mark.parametrize("who", ["cso", "clinical_product_manager"])
def test_the_rows_are_those_of_the_actions(
    request: pytest.FixtureRequest, product: Product, content: bytes, who: str
) -> None:
    person: User = request.getfixturevalue(who)
    twin = make_product("Its twin", "its-twin")
    for role in standing_of(person, product).roles:
        join(twin, person, role)
    write_one_by_one(plan_of(content, twin, person), person)
    apply_import(plan=plan_of(content, product, person), by=person)
    assert said_of(product) == said_of(twin)


def test_each_row_has_one_version_and_its_entry(product: Product, cso: User) -> None:
    before = entries()
    bring_in(product, cso, LAYOUT)
    rows = [row for model in TABLES for row in rows_of(model, product)]
    # And the import itself, with the list of what the rules find.
    assert entries() - before == len(rows) + 2
    for row in rows:
        if isinstance(row, Tracked):
            version = history_of(row).get()
            assert (version.history_type, row.version) == ("+", 1)
    assert {entry.reason for entry in Entry.objects.order_by("pk")[before:]} == {
        "Imported log.xlsx"
    }


def test_many_portions_are_one_import(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    twin = make_product("Its twin", "its-twin")
    join(twin, cso, Role.CLINICAL_SAFETY_OFFICER)
    write_one_by_one(plan_of(LAYOUT, twin, cso), cso)
    apply_import(plan=plan_of(LAYOUT, product, cso), by=cso)
    assert said_of(product)["Hazard"] == said_of(twin)["Hazard"]
    assert said_of(product)["Control"] != []


def test_an_unnumbered_hazard_leaves_the_numbers_that_the_file_asks_for(
    product: Product, cso: User
) -> None:
    bring_in(
        product,
        cso,
        template(a_row(ref="", name="First"), a_row(ref="HAZ-001", name="Asks for its number")),
    )
    given = dict(Hazard.objects.values_list("name", "reference"))
    assert given == {"First": "HAZ-002", "Asks for its number": "HAZ-001"}


@pytest.mark.parametrize(
    ("imported", "given"),
    [
        ([""], [(3, "HAZ-003")]),
        (["HAZ-002"], [(3, "HAZ-003")]),  # its number is taken
        (["HAZ-900"], [(900, "HAZ-900")]),
        (["HAZ-9000000"], [(3, "HAZ-003")]),  # longer than a number of ours
        (["haz-5"], [(3, "HAZ-003")]),
        (["HAZ-0", "X"], [(3, "HAZ-003"), (4, "HAZ-004")]),
        (["HAZ-5", "HAZ-005"], [(5, "HAZ-005"), (6, "HAZ-006")]),
        (["", "haz-003"], [(4, "HAZ-004"), (5, "HAZ-005")]),
    ],
)
def test_numbers_are_given_as_the_action_gives_them(
    product: Product, cso: User, imported: list[str], given: list[tuple[int, str]]
) -> None:
    a_hazard(product, cso)
    a_hazard(product, cso)
    assert Numbering(product).give(imported) == given


def test_references_in_use_are_named(product: Product, cso: User) -> None:
    a_hazard(product, cso)
    numbering = Numbering(product)
    assert list(numbering.taken(["A", "haz-001", "", "a", ""])) == ["haz-001", "a"]


def test_a_reference_that_is_taken_meanwhile_is_refused(product: Product, cso: User) -> None:
    plan = plan_of(template(a_row(ref="HAZ-001")), product, cso)
    a_hazard(product, cso)
    with pytest.raises(NotPossible, match="while this import was being prepared"):
        apply_import(plan=plan, by=cso)


def test_an_owner_who_left_meanwhile_is_refused(product: Product, cso: User) -> None:
    person = make_person("Leaves Soon", "leaves@example.org")
    membership = join(product, person, Role.CONTRIBUTOR)
    plan = plan_of(template(a_row(owner="Leaves Soon")), product, cso)
    end_membership(
        membership=membership,
        by=system_person(),
        ends_on=timezone.localdate() - datetime.timedelta(days=1),
        reason="Left",
    )
    with pytest.raises(NotPossible, match="does not work on the product any more"):
        apply_import(plan=plan, by=cso)
    assert not Hazard.objects.exists()


def test_the_abilities_are_asked_for_again(
    product: Product, cso: User, product_manager: User
) -> None:
    plan = plan_of(LAYOUT, product, cso)
    with pytest.raises(NotAllowed):
        record_new(plan.hazards, product=product, by=product_manager)
