"""``manage.py import_hazard_log``."""

import json
import sqlite3
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from accounts.models import User
from hazards.models import Estimate, Hazard, ImportBatch, ImportMapping
from products.choices import Role
from products.models import Membership, Organisation, Product
from products.permissions import standing_of
from tests.factories import make_person, make_product
from tests.hazards.importing.imports import entries
from tests.hazards.importing.workbooks import SAMPLE, a_row, template

pytestmark = pytest.mark.django_db


def run(*arguments: Any) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("import_hazard_log", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments: Any) -> CommandError:
    """The refusal, which must leave nothing behind."""
    before = entries(), Product.objects.count(), User.objects.count()
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert (entries(), Product.objects.count(), User.objects.count()) == before
    assert "\n" not in str(refusal.value)
    return refusal.value


def test_it_imports_as_the_named_person(product: Product, cso: User) -> None:
    printed = run(SAMPLE, "--product", product.slug, "--by", "Clara.Officer@example.org")
    assert "12 hazards created" in printed
    assert "26 rows read, 26 taken, 0 not taken." in printed
    assert "Product: Digital Pharmacy" in printed
    assert "[HAZ-007]: “TBC · TBC · TBC”: The estimate is still to come." in printed
    assert ImportBatch.objects.get().imported_by == cso


def test_without_a_person_the_system_person_acts(product: Product) -> None:
    run(SAMPLE, "--product", product.slug)
    assert ImportBatch.objects.get().imported_by.is_system


def test_the_same_file_again_says_that_nothing_was_changed(product: Product) -> None:
    run(SAMPLE, "--product", product.slug)
    before = entries()
    assert "Nothing was changed." in run(SAMPLE, "--product", product.slug)
    assert entries() == before


def test_json_is_one_object_and_nothing_else(product: Product) -> None:
    report = json.loads(run(SAMPLE, "--product", product.slug, "--json"))
    assert report["rows_read"] == 26
    assert report["hazards"] == {"created": 12, "updated": 0, "unchanged": 0}
    assert report["causes"]["created"] == 26
    assert report["controls"]["created"] == 40
    assert report["dry_run"] is False
    assert report["batch"] == str(ImportBatch.objects.get().public_id)
    problem = next(each for each in report["problems"] if each["cell"] == "S12")
    assert problem["sheet"] == "Hazard log"
    assert problem["todo"]
    assert "memory" not in report


def test_a_dry_run_changes_nothing(product: Product) -> None:
    before = entries()
    printed = run(SAMPLE, "--product", product.slug, "--dry-run")
    assert "This would be done: 12 hazards created" in printed
    assert entries() == before
    assert not Hazard.objects.exists()


def test_it_makes_the_product_and_names_its_officer() -> None:
    person = make_person("Clara Officer")
    Organisation.objects.all()
    run(SAMPLE, "--product", "yearly-pharmacy", "--create", "--by", person.email)
    product = Product.objects.get(slug="yearly-pharmacy")
    assert product.name == "Digital Pharmacy"  # as the cover says
    assert standing_of(person, product).roles == {Role.CLINICAL_SAFETY_OFFICER}
    assert Membership.objects.get().nominated_by.is_system
    assert Hazard.objects.filter(product=product).count() == 12


def test_a_product_that_is_there_is_not_made_again(product: Product, cso: User) -> None:
    run(SAMPLE, "--product", product.slug, "--create", "--by", cso.email)
    assert Product.objects.count() == 1


def test_without_a_cover_a_new_product_is_called_by_its_address(tmp_path: Path) -> None:
    file = tmp_path / "log.xlsx"
    file.write_bytes(template(a_row()))
    make_product("Other", "other")
    run(file, "--product", "night-ward", "--create")
    product = Product.objects.get(slug="night-ward")
    assert product.name == "Night Ward"
    assert product.organisation.name == "Example Health Ltd"  # the only one there is
    assert not Membership.objects.exists()


def test_a_dry_run_makes_no_product() -> None:
    printed = run(SAMPLE, "--product", "new-one", "--create", "--dry-run")
    assert "12 hazards created" in printed
    assert not Product.objects.exists()
    assert not User.objects.exists()


def test_when_the_import_fails_the_new_product_goes_too(tmp_path: Path) -> None:
    person = make_person("Clara Officer")
    refusal = refused(SAMPLE, "--product", "Not An Address!", "--create", "--by", person.email)
    assert "Address" in str(refusal) or "address" in str(refusal)


def test_an_unknown_product_names_those_there_are(product: Product) -> None:
    refusal = refused(SAMPLE, "--product", "other")
    assert "There is no product “other”; there is: digital-pharmacy." in str(refusal)
    assert "--create" in str(refusal)
    assert refusal.returncode == 1


def test_an_unknown_person_is_refused(product: Product) -> None:
    refusal = refused(SAMPLE, "--product", product.slug, "--by", "nobody@example.org")
    assert "Nobody who may sign in here has the e-mail address" in str(refusal)


def test_a_person_who_may_not_import_is_refused(product: Product, product_manager: User) -> None:
    refusal = refused(SAMPLE, "--product", product.slug, "--by", product_manager.email)
    assert "does not let you import a hazard log" in str(refusal)


def test_a_file_that_is_not_there_is_refused(product: Product, tmp_path: Path) -> None:
    refusal = refused(tmp_path / "gone.xlsx", "--product", product.slug)
    assert "No such file" in str(refusal)
    assert "was not read" in str(refused(tmp_path, "--product", product.slug))


def test_a_file_that_is_no_workbook_is_refused(product: Product, tmp_path: Path) -> None:
    file = tmp_path / "log.xlsx"
    file.write_bytes(b"%PDF-1.7")
    assert "is a PDF" in str(refused(file, "--product", product.slug))


def test_a_wrong_sheet_is_refused(product: Product) -> None:
    refusal = refused(SAMPLE, "--product", product.slug, "--sheet", "Risks")
    assert "“Hazard log”" in str(refusal)
    assert "12 hazards" in run(SAMPLE, "--product", product.slug, "--sheet", "hazard log")


def test_refused_rows_are_named(product: Product, tmp_path: Path) -> None:
    file = tmp_path / "log.xlsx"
    file.write_bytes(template(a_row(), a_row(name="Again")))
    printed = run(file, "--product", product.slug)
    assert "refused: Again" in printed
    assert "Not brought in:" in printed


# --- How the file is read -----------------------------------------------------------------------

NUMBERED = "Number;Hazard;Harm;Cause;Severity;Likelihood\nW-1;Wrong chart;A bleed;Two names;4;3\n"


def test_a_mapping_says_what_words_mean(product: Product, tmp_path: Path) -> None:
    file, mapping = tmp_path / "log.csv", tmp_path / "mapping.json"
    file.write_text(NUMBERED)
    mapping.write_text('{"words": {"severity:4": "Major", "likelihood:3": "High"}}')
    printed = run(file, "--product", product.slug, "--dry-run")
    assert "1 hazard created" in printed
    assert "estimate" not in printed.split("\n\n")[0], "a number means nothing by itself"
    printed = run(file, "--product", product.slug, "--mapping", mapping)
    assert "1 estimate created" in printed
    assert "“4” was read as “Major”, as you confirmed." in printed
    assert Estimate.objects.get().class_number == 4
    assert not ImportMapping.objects.exists(), "it was for this once"


def test_a_mapping_says_what_columns_hold(product: Product, tmp_path: Path) -> None:
    file, mapping = tmp_path / "log.csv", tmp_path / "mapping.json"
    file.write_text(NUMBERED)
    mapping.write_text('{"columns": {"D": "description"}}')
    run(file, "--product", product.slug, "--mapping", mapping)
    assert Hazard.objects.get().description == "Two names"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "The mapping is not JSON"),
        ('{"columns": {"Z": "name"}}', "no column with the letter or heading “Z”"),
        ('{"columns": {"A": "surname"}}', "there is no such field"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(
    product: Product, tmp_path: Path, text: str, says: str
) -> None:
    file, mapping = tmp_path / "log.csv", tmp_path / "mapping.json"
    file.write_text(NUMBERED)
    mapping.write_text(text)
    assert says in str(refused(file, "--product", product.slug, "--mapping", mapping))
    gone = tmp_path / "gone.json"
    assert "was not read" in str(refused(file, "--product", product.slug, "--mapping", gone))


MARKDOWN = """# Hazard log

## W-1 Wrong chart opened

**Potential Clinical Impact:** A bleed

**Possible Causes:** Two names alike
"""
ROWS = '[{"Hazard Number": "W-1", "Hazard Name": "Wrong chart opened", "Harm": "A bleed"}]'


@pytest.mark.parametrize(
    ("name", "text"), [("log.csv", NUMBERED), ("log.md", MARKDOWN), ("log.json", ROWS)]
)
def test_every_kind_of_file_is_read(product: Product, tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert "1 hazard created" in run(file, "--product", product.slug)
    assert Hazard.objects.get().imported_reference == "W-1"
    assert "Nothing was changed" in run(file, "--product", product.slug)


def test_a_busy_database_is_said_in_one_line(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = OperationalError("database is locked")
    busy.__cause__ = sqlite3.OperationalError("database is locked")
    busy.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
    monkeypatch.setattr("hazards.importing.apply.lock_product", mock.Mock(side_effect=busy))
    assert "Wait a minute, and run the command again" in str(
        refused(SAMPLE, "--product", product.slug)
    )
