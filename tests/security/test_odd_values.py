"""Values that mean the same to whoever reads them, and that no query finds any more.

SQLite keeps text as bytes where somebody asks it to: more than every text, so "given before the
version was issued" is never true of such a signature, while its page looks as before.
"""

import pytest
from django.db import connection

from tests.audit.tampering import after_tampering, found, nothing_guards
from tests.safetycase.version_factories import Ready, ready

__all__ = ["after_tampering", "ready"]

COLUMNS = [
    ("reviews_signoff", "signed_at"),
    ("reviews_signoff", "public_id"),
    ("reviews_acceptance", "accepted_at"),
    ("safetycase_baseline", "frozen_at"),
    ("audit_entry", "at"),
    ("audit_seal", "at"),
]


@pytest.mark.usefixtures("after_tampering")
def test_text_that_is_kept_as_bytes_is_altered(ready: Ready) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps each column in its own type")
    ready.freeze()
    assert found() == []
    for table, column in COLUMNS:
        for as_if in (f"CAST({column} AS BLOB)", f"replace({column}, ' ', 'T')"):
            if column == "public_id" and "replace" in as_if:
                continue
            with nothing_guards(), connection.cursor() as cursor:
                cursor.execute("SAVEPOINT before")
                cursor.execute(f"UPDATE {table} SET {column} = {as_if}")
            assert found() != [], (table, column, as_if)
            with nothing_guards(), connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO before")
    assert found() == []
