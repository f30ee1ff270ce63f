"""Making a backup: the database as it is at one moment, then the files that its rows name."""

import errno
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from audit.errors import NotPossible
from audit.moments import one_moment
from safetycase.backup.archive import (
    ArchiveWriter,
    Say,
    checked_archive,
    pieces_of,
    say_nothing,
    written_whole,
)
from safetycase.backup.columns import written_time
from safetycase.backup.manifest import (
    FilePart,
    Manifest,
    SealNoted,
    TablePart,
    file_part_name,
    is_safe_name,
    table_part_name,
)
from safetycase.backup.replacing import database_is_there
from safetycase.backup.schema import Schema, recorded_migrations, schema_of, unknown_migrations
from safetycase.backup.stored_files import (
    Named,
    files_named,
    folders_of,
    stored_files,
    taken_out,
)
from safetycase.backup.tables import Table


@dataclass(frozen=True)
class Backup:
    """A backup that was written and read again."""

    path: Path
    size: int
    manifest: Manifest


def make_backup(*, path: Path, say: Say = say_nothing) -> Backup:
    """Write everything into one file, read it all again, and only then put it in its place.

    A file that is missing or altered does not stop it: a backup without that file is worth more
    than none. It is named among the manifest's problems. Raises ``NotPossible`` with why there is
    no backup, and ``OSError``; ``path`` is then as it was.
    """
    _check_place(path)
    with written_whole(path) as (file, written):
        with ArchiveWriter(file) as writer:
            manifest, schema, named = _write_database(writer, say)
            _write_files(writer, manifest, schema, named, say)
            writer.finish(manifest)
        file.flush()
        with checked_archive(written, say):
            size = written.stat().st_size
    return Backup(path, size, manifest)


def _check_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise NotPossible(f"There is no folder {path.parent}. Make it, then run again.")
    if path.exists() and not path.is_file():
        raise NotPossible(f"{path} is not a file. Name a file for the backup.")


def _write_database(writer: ArchiveWriter, say: Say) -> tuple[Manifest, Schema, list[Named]]:
    if not database_is_there():
        raise NotPossible("There is no database to back up. Look at DATABASE_URL.")
    with one_moment():
        recorded = recorded_migrations()
        _check_known(recorded)
        schema = schema_of(recorded)
        manifest = Manifest(
            made_at=written_time(timezone.now()),
            database=connection.vendor,
            migrations=list(schema.migrations),
            newest_seal=_newest_seal(schema),
        )
        for model in schema.models:
            manifest.tables.append(_write_table(writer, Table(model), say))
        return manifest, schema, list(files_named(schema))


def _check_known(recorded: list[tuple[str, str]]) -> None:
    if not recorded:
        raise NotPossible("The database is empty: there is nothing to back up.")
    if unknown := unknown_migrations(recorded):
        raise NotPossible(
            "The database belongs to a newer version of the application, which knows what "
            f"{'.'.join(unknown[0])} means. Make the backup with that version."
        )


def _write_table(writer: ArchiveWriter, table: Table, say: Say) -> TablePart:
    say(f"Reading {table.name}")
    rows = 0

    def counted() -> Iterator[bytes]:
        nonlocal rows
        for line in table.lines():
            rows += 1
            yield line

    part = writer.add(table_part_name(table.name), counted())
    return TablePart(part.name, part.size, part.sha256, table.name, table.columns, rows)


def _newest_seal(schema: Schema) -> SealNoted | None:
    for model in schema.models:
        if model._meta.db_table == "audit_seal":
            newest = model._base_manager.order_by("-number").values_list("number", "sha256").first()
            return SealNoted(*newest) if newest else None
    return None


def _write_files(
    writer: ArchiveWriter, manifest: Manifest, schema: Schema, named: list[Named], say: Say
) -> None:
    """Files are only ever added: all that the rows name are there now, and newer ones too."""
    rows_of: dict[str, list[Named]] = defaultdict(list)
    for each in named:
        rows_of[each.file].append(each)
    for name in stored_files(folders_of(schema)):
        say(f"Reading {name}")
        manifest.problems += _write_file(writer, manifest, name, rows_of.pop(name, []))
    manifest.problems += [
        f"{name}, of {', '.join(each.row for each in rows)}, is missing"
        for name, rows in rows_of.items()
    ]


def _write_file(
    writer: ArchiveWriter, manifest: Manifest, name: str, rows: list[Named]
) -> list[str]:
    """Write a stored file; returns what is wrong with it."""
    if not is_safe_name(name):
        return [f"{name!r} has a name that not every system could take"]
    with ExitStack() as stack:
        try:
            copy, digest = stack.enter_context(taken_out(name))
        except OSError as problem:
            if problem.errno == errno.ENOSPC:
                raise  # for our own copy
            return [f"{name} cannot be read ({problem.strerror or problem})"]
        part = writer.add(file_part_name(name), pieces_of(copy))
    manifest.files.append(FilePart(part.name, part.size, part.sha256, name))
    return [
        f"{name}, of {each.row}, is not what was stored: it was altered"
        for each in rows
        if each.sha256 not in ("", digest)
    ]
