"""``verify_record``: what it says, where, and with which exit code."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from accounts.models import User
from audit import triggers
from audit.models import Entry, Seal
from audit.sealing import latest_seal, seal_everything
from products.models import Product
from tests.cloned_database import ClonedDatabase
from tests.factories import make_product
from tests.hazards.factories import a_hazard
from tests.safetycase.test_worker import environment


def verify_record(*arguments: str) -> tuple[int, str]:
    """The exit code, and what it printed."""
    told = StringIO()
    try:
        call_command("verify_record", *arguments, stdout=told)
    except SystemExit as end:
        return int(str(end.code)), told.getvalue()
    return 0, told.getvalue()


def rename_without_history(product: Product) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE products_product SET name = 'Other' WHERE id = %s", [product.pk])


def test_a_record_as_it_was_written_takes_one_line(product: Product, cso: User) -> None:
    a_hazard(product, cso)
    seal_everything()
    entries = Entry.objects.count()
    of_product = f"Nothing of “{product.slug}”", " of the whole record, all products,"
    for arguments, (nothing, whole) in (([], ("Nothing", "")), ([product.slug], of_product)):
        code, told = verify_record(*arguments)
        assert code == 0
        assert told == (
            f"{nothing} was altered: {entries:,} rows, {entries:,} ledger entries and "
            f"{Seal.objects.count()} seals{whole} were checked. The newest seal is number "
            f"{latest_seal().number}, {latest_seal().sha256}\n"
        )


def test_an_altered_row_is_named(product: Product, other_product: Product) -> None:
    rename_without_history(product)
    line = (
        f"products_product {product.pk}: changed without history: "
        "name differs from its newest version\n"
    )
    assert verify_record() == (1, line)
    assert verify_record(product.slug) == (1, line)
    assert verify_record(other_product.slug)[0] == 0


def test_everything_as_one_json_object(product: Product) -> None:
    code, told = verify_record("--json")
    assert code == 0
    seal = latest_seal()
    assert json.loads(told) == {
        "product": "",
        "unaltered": True,
        "findings": [],
        "checked": {
            "rows": Entry.objects.count(),
            "entries": Entry.objects.count(),
            "seals": 1,
            "newest_seal": seal.number,
            "newest_hash": seal.sha256,
        },
    }
    rename_without_history(product)
    code, told = verify_record(product.slug, "--json")
    assert code == 1
    assert told.count("\n") == 1
    answer = json.loads(told)
    assert (answer["product"], answer["unaltered"]) == (product.slug, False)
    assert answer["findings"] == [
        {
            "table": "products_product",
            "key": str(product.pk),
            "problem": "changed without history: name differs from its newest version",
            "scope": product.scope,
        }
    ]


def test_an_unknown_product_is_named(product: Product) -> None:
    with pytest.raises(CommandError, match="There is no product “nothing”"):
        call_command("verify_record", "nothing")


def test_a_database_that_cannot_be_read_is_said_to_be_unchecked(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("no such table: audit_entry")

    monkeypatch.setattr("safetycase.management.commands.verify_record.verify", fail)
    with pytest.raises(CommandError, match="so it was not checked"):
        call_command("verify_record")


def test_from_the_shell(cloned_database: ClonedDatabase, tmp_path: Path) -> None:
    product = make_product()
    seal_everything()
    env = environment(cloned_database, tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", "verify_record", *arguments],
            cwd=settings.BASE_DIR,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, told, errors = run(product.slug)
    assert (code, errors) == (0, "")
    assert told.startswith(f"Nothing of “{product.slug}” was altered:")
    code, told, errors = run("nothing")
    assert (code, told) == (1, "")
    assert errors == "CommandError: There is no product “nothing”.\n"
    assert run("--no-such-option")[0] == 2

    triggers.remove_before_migrating(connection.alias)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE products_historicalproduct SET name = 'Other'")
    code, told, errors = run(product.slug)
    assert (code, errors) == (1, "")
    lines = told.splitlines()
    assert lines[0].startswith("products_historicalproduct ")
    assert lines[0].endswith(": changed: name differs from the ledger")
    assert lines[1].startswith("products_product ")
    assert lines[2].endswith(": the trigger is missing; run: manage.py migrate")
