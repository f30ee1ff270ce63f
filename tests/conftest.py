"""How every test runs: its settings, its database and what it may not do."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import network

# --- Settings, before Django is loaded ----------------------------------------------------------
#
# The suite runs as production does (DEBUG off), never reads anybody's .env, and keeps its uploads
# in a folder of its own. DATABASE_URL may be given: that is how the same suite runs on PostgreSQL.

if "PYTEST_XDIST_WORKER" not in os.environ and "DJANGO_SETTINGS_MODULE" in os.environ:
    raise pytest.UsageError(
        "DJANGO_SETTINGS_MODULE is set in this shell, so the tests would start with settings of "
        "another environment; run: unset DJANGO_SETTINGS_MODULE"
    )

if "PYTEST_XDIST_WORKER" not in os.environ:
    uploads = tempfile.mkdtemp(prefix="safety-case-tests-")
    atexit.register(shutil.rmtree, uploads, ignore_errors=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "safetycase.settings",
        "READ_DOTENV": "false",
        "DEBUG": "false",
        "SECRET_KEY": "only-for-the-tests-kV3mQz8RwT1nYx6Lp0JdBs7HfCg2Ue9AoXi4",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        # The test client speaks plain http; that production does not is tested by itself.
        "SECURE_SSL_REDIRECT": "false",
        # No collectstatic before a test.
        "STATIC_MANIFEST": "false",
        "EMAIL_URL": "memorymail://",
        "LOG_LEVEL": "WARNING",
        "MEDIA_ROOT": uploads,
    }
    os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
else:
    # Each process has a folder of its own: one may throw away what waits there, another waits.
    worker = Path(os.environ["MEDIA_ROOT"]) / os.environ["PYTEST_XDIST_WORKER"]
    worker.mkdir(exist_ok=True)
    os.environ["MEDIA_ROOT"] = str(worker)

import django
from django.conf import settings
from django.test import TestCase, TransactionTestCase

django.setup()
network.shut()

# Hashing a password is slow on purpose; hundreds of test people need not be that safe.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every test client lists the files there; what somebody once collected is none of the tests'.
settings.STATIC_ROOT = Path(os.environ["MEDIA_ROOT"]) / "no-collected-files"

pytest_plugins = ["tests.cloned_database", "tests.kept_worlds"]
if (Path(__file__).parent / "people.py").exists():
    pytest_plugins.append("tests.people")

# --- Nothing flushes ----------------------------------------------------------------------------

FLUSHING_FIXTURES = {
    "transactional_db",
    "live_server",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
}
FLUSHING_OPTIONS = ("transaction", "reset_sequences", "serialized_rollback")


def why_it_would_flush(item: pytest.Item) -> str | None:
    """What in this test empties tables when it ends; None when nothing does."""
    marker = item.get_closest_marker("django_db")
    if marker is not None:
        if marker.args:
            return "django_db with positional arguments"
        for option in FLUSHING_OPTIONS:
            if marker.kwargs.get(option):
                return f"django_db({option}=True)"
    for fixture in FLUSHING_FIXTURES.intersection(getattr(item, "fixturenames", ())):
        return f"the fixture {fixture}"
    owner = getattr(item, "cls", None)
    if owner is not None and issubclass(owner, TransactionTestCase):
        if not issubclass(owner, TestCase):
            return "TransactionTestCase"
        if owner.serialized_rollback or owner.reset_sequences:
            return "serialized_rollback or reset_sequences"
    return None


#: What is made of a snapshot, which is all that these tests have of the database: that nothing else
#: is asked and what a snapshot holds (test_snapshot.py) is tested on each database.
OF_SNAPSHOTS = {
    "tests/safetycase/test_issued_pdf.py",
    "tests/safetycase/test_report_pdf.py",
    "tests/safetycase/log_files/test_workbook.py",
}


def is_of_pages(path: Path) -> bool:
    """Whether a module's tests are of what pages say and which forms they take.

    That each page opens on each database, for each person, is tests/laws/test_addresses.py; what
    its lists hold and how often they ask is tested beside their queries, and tests/performance.
    """
    return path.stem.endswith("pages") or (path.parent.name == "pages" and "list" not in path.stem)


def asks_the_database(item: pytest.Item) -> bool:
    """Whether another database could change what a test finds."""
    if item.nodeid.partition("::")[0] in OF_SNAPSHOTS or is_of_pages(item.path):
        return False
    asked = {"db", "cloned_database"}.intersection(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse tests that would flush: the database refuses to delete the record, rightly.

    With --database-only (the suite's second run, on PostgreSQL) leave out what no database can
    change: pure rules, documents, source.
    """
    refused = [f"{item.nodeid} uses {why}" for item in items if (why := why_it_would_flush(item))]
    if refused:
        raise pytest.UsageError(
            "The record is append-only, so no test may empty its tables: use the fixture `db` "
            "(rolled back), or `cloned_database` where real commits are needed.\n  "
            + "\n  ".join(refused)
        )
    if config.getoption("--database-only"):
        left_out = [item for item in items if not asks_the_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if asks_the_database(item)]


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays until the end: code, models, tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_addoption(parser: pytest.Parser) -> None:
    """--database-only."""
    parser.addoption(
        "--database-only", action="store_true", help="run the tests that ask the database"
    )
