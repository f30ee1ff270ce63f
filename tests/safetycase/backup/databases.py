"""Other databases for a test: empty ones, of the same kind or the other, as the default one."""

import json
import sqlite3
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, connections

from accounts.models import User
from hazards.actions.evidence import keep_evidence_file
from hazards.models import EvidenceFile
from products.choices import Role
from products.models import Product
from safetycase.backup import schema
from tests.cloned_database import ALIAS, default_connection_to
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, some_evidence

_migrated: dict[object, Path] = {}
_make_tables = schema.make_tables


@contextmanager
def settings_of_database(**changes: Any) -> Iterator[None]:
    """Lead the default connection to a database with other settings, and back."""
    configured = connections.settings[ALIAS]
    original: Any = connections[ALIAS]
    connections.settings[ALIAS] = configured | changes
    del connections[ALIAS]
    try:
        yield
    finally:
        connections[ALIAS].close()
        connections.settings[ALIAS] = configured
        connections[ALIAS] = original


@contextmanager
def no_database(folder: Path) -> Iterator[None]:
    """Nothing where the database should be: no file on SQLite, an empty one on PostgreSQL."""
    if connection.vendor == "sqlite":
        with default_connection_to(str(folder / f"{uuid.uuid4().hex}.sqlite3")):
            yield
    else:
        with empty_postgresql() as name, default_connection_to(name):
            yield


@contextmanager
def no_sqlite_database(file: Path) -> Iterator[None]:
    """No file yet of an SQLite database, wherever the default one is."""
    options = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    with settings_of_database(
        ENGINE="django.db.backends.sqlite3", NAME=str(file), OPTIONS=options, HOST="", USER=""
    ):
        yield


@contextmanager
def empty_postgresql() -> Iterator[str]:
    """A new database on the server of the default one; yields its name, drops it at the end."""
    source: Any = connections[ALIAS]
    name = f"empty_{uuid.uuid4().hex[:8]}"
    with source._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        yield name
    finally:
        with source._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def make_tables_quickly(wanted: schema.Schema) -> None:
    """What ``make_tables`` does, from a copy of what it did the last time (on SQLite)."""
    kept = _migrated.get(wanted.migrations)
    if kept is None or connection.vendor != "sqlite":
        _make_tables(wanted)
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(kept)) as source:
        source.backup(connection.connection)


def remember_tables(wanted: schema.Schema, file: Path) -> None:
    """Make the tables really, once, for ``make_tables_quickly``."""
    if connection.vendor == "sqlite" and wanted.migrations not in _migrated:
        with default_connection_to(str(file)):
            _make_tables(wanted)
        _migrated[wanted.migrations] = file


def a_record() -> EvidenceFile:
    """A product with a person, a hazard and a file; returns the file."""
    product = make_product()
    person = make_person("Clara Officer")
    join(product, person, Role.CLINICAL_SAFETY_OFFICER)
    hazard = a_hazard(product, person, "Überdosis – “twice” \u2028 on a line")
    a_cause(hazard, person)
    a_harm(hazard, person)
    control = a_control(hazard, person)
    file = a_file(product, person, b"It passed.\n")
    some_evidence(control, person, file_id=file.pk)
    return file


def a_file(product: Product, by: User, content: bytes) -> EvidenceFile:
    """A file of evidence."""
    return keep_evidence_file(product=product, by=by, name="run.txt", content=content)


def files_there(folder: str = "") -> dict[str, bytes]:
    """Every file of the storage with its content."""
    found = {}
    inner, names = default_storage.listdir(folder)
    for name in names:
        path = f"{folder}/{name}".lstrip("/")
        with default_storage.open(path) as file:
            found[path] = file.read()
    for name in inner:
        found |= files_there(f"{folder}/{name}".lstrip("/"))
    return found


def manifest_of(archive: Path) -> dict[str, Any]:
    """An archive's manifest as it stands there."""
    with zipfile.ZipFile(archive) as opened:
        read: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return read


def tables_of(archive: Path) -> dict[str, tuple[int, str]]:
    """The tables of an archive with their rows and hash, but for the queue of tasks."""
    return {
        part["table"]: (part["rows"], part["sha256"]) for part in manifest_of(archive)["tables"]
    }


def rewritten(archive: Path, to: Path, changes: dict[str, bytes | None]) -> Path:
    """A copy of an archive with parts replaced, added or (None) left out."""
    with zipfile.ZipFile(archive) as read, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as write:
        parts: dict[str, bytes | None] = {name: read.read(name) for name in read.namelist()}
        for name, content in (parts | changes).items():
            if content is not None:
                write.writestr(name, content)
    return to
