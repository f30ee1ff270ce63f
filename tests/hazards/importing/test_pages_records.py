"""A log that was exported from here as JSON comes back through the same pages, and by command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from hazards.importing.intake import Brought, prepare
from hazards.models import Hazard, ImportBatch, LegacyList
from hazards.record_format.export import export_record
from products.choices import Role
from products.models import Product
from tests.factories import join, make_product
from tests.hazards.importing.imports import bring_in_sample, entries
from tests.hazards.importing.sending import confirm, send, text_of
from tests.people import ClientOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(cso: User) -> bytes:
    """The sample's log, as another product recorded it."""
    ward = make_product("Night Ward", "night-ward")
    join(ward, cso, Role.CLINICAL_SAFETY_OFFICER)
    bring_in_sample(ward, cso)
    return b"".join(export_record(ward))


@pytest.fixture
def officer(client_of: ClientOf, cso: User) -> Client:
    return client_of(cso)


def test_it_needs_no_mapping_and_comes_back_as_recorded(
    officer: Client, product: Product, record: bytes
) -> None:
    before = entries()
    sent = send(officer, record, name="log.json")
    page = officer.get(sent.url)
    assert entries() == before
    shown = text_of(page)
    assert "12 hazards created" in shown
    assert "Correct the columns" not in shown
    assert officer.get(f"{sent.url}columns/").headers["Location"] == sent.url
    done = confirm(officer, sent.url)
    assert "12 hazards created" in text_of(officer.get(done.url))
    assert Hazard.objects.filter(product=product).count() == 12
    assert b"".join(export_record(product)) == record


def test_what_the_rules_find_that_day_is_listed(
    officer: Client, product: Product, record: bytes
) -> None:
    confirm(officer, send(officer, record, name="log.json").url)
    batch = ImportBatch.objects.get(product=product)
    assert LegacyList.objects.get(batch=batch).count > 0


def test_it_again_changes_nothing(
    officer: Client, product: Product, cso: User, record: bytes
) -> None:
    confirm(officer, send(officer, record, name="log.json").url)
    before = entries()
    page = officer.get(send(officer, record, name="log.json").url)
    assert "Everything in this file is in the log already" in text_of(page)
    brought = Brought("log.json", record)
    assert not prepare(product=product, brought=brought, by=cso).carry_out().changed
    assert entries() == before


def test_a_record_that_is_damaged_is_explained(officer: Client, record: bytes) -> None:
    damaged = record.replace(b'"assumptions"', b'"presumptions"')
    shown = text_of(send(officer, damaged, name="log.json"))
    assert "Nothing was changed" in shown
    assert "<title>Error: " in shown


def test_the_command_brings_it_back_too(product: Product, record: bytes, tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_bytes(record)
    out = StringIO()
    call_command("import_hazard_log", str(path), "--product", product.slug, stdout=out)
    assert out.getvalue().startswith("log.json\n")
    assert "12 hazards created" in out.getvalue()
    assert b"".join(export_record(product)) == record
