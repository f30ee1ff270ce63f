"""Restoring a backup: all of it, proved to be the same, or nothing.

The order matters, because a process can be killed at any point. Files are added first (the old
record does not miss anything), then the database changes in one step, then files that the old
record alone knew are removed.
"""

from dataclasses import dataclass, field
from pathlib import Path

from audit.errors import NotPossible
from audit.verifying import Finding, verify
from safetycase.backup.archive import Archive, Say, checked_archive, say_nothing
from safetycase.backup.manifest import Manifest, TablePart
from safetycase.backup.replacing import holds_a_record, replaced_database
from safetycase.backup.schema import (
    Schema,
    make_tables,
    migrate_to_the_present,
    present_schema,
    schema_of,
    unknown_migrations,
)
from safetycase.backup.stored_files import (
    folders_of,
    in_the_way,
    placing_files,
    remove_stored,
    stored_files,
)
from safetycase.backup.tables import Table, digest_of, filling
from safetycase.worker import take_back_tasks


@dataclass
class Restored:
    """What a restore did."""

    manifest: Manifest
    replaced: bool
    migrations_applied: int = 0
    files_written: int = 0
    findings: list[Finding] = field(default_factory=list)
    files_left: list[str] = field(default_factory=list)
    """Files of the replaced record that could not be removed."""


class RecordNotWhole(NotPossible):
    """The backup was restored faithfully, and the record in it is not as it was written."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(
            f"The backup is whole, but the record in it is not as it was written: "
            f"{len(findings)} findings, the first of them {findings[0]}. "
            "Look for an older backup, or restore this one with --despite-findings."
        )
        self.findings = findings


def restore_backup(
    *,
    path: Path,
    overwrite: bool = False,
    despite_findings: bool = False,
    say: Say = say_nothing,
) -> Restored:
    """Put a backup in the place of the database and its files, when all of it proves right.

    With ``overwrite`` also over a record; with ``despite_findings`` also when the check of the
    record names something, which is then handed back. Raises ``NotPossible`` (or its
    ``RecordNotWhole``), ``DatabaseError`` and ``OSError``; database and files are then as they
    were.
    """
    replaced = _check_may_replace(overwrite)
    with checked_archive(path, say) as archive, placing_files() as files:
        schema = _schema_in(archive.manifest)
        old_files = _check_files(archive, schema, overwrite)
        done = Restored(archive.manifest, replaced)
        with replaced_database(lambda: _check_may_replace(overwrite), then=files.keep):
            _fill(archive, schema, say)
            say("Bringing it to the present version")
            done.migrations_applied = migrate_to_the_present()
            take_back_tasks(is_dead=lambda _: True)  # no worker is at work on a backup
            say("Restoring the files")
            done.files_written = files.put_back(archive)
            say("Checking the record")
            done.findings = list(verify())
            if done.findings and not despite_findings:
                raise RecordNotWhole(done.findings)
    done.files_left = remove_stored(old_files)
    return done


def _check_may_replace(overwrite: bool) -> bool:
    """Whether there is a record that will be replaced; refuse when nobody allowed that."""
    is_there = holds_a_record()
    if is_there and not overwrite:
        raise NotPossible(
            "There is a record in this database already. Restore into an "
            "empty database, or add --overwrite: everything that is here now will then be gone."
        )
    return is_there


def _schema_in(manifest: Manifest) -> Schema:
    """The tables as the backup has them; refuse a backup that is not of these."""
    if unknown := unknown_migrations(manifest.migrations):
        raise NotPossible(
            "The backup was made by a newer version of the application, which knows what "
            f"{'.'.join(unknown[0])} means. Install that version first."
        )
    schema = schema_of(manifest.migrations)
    theirs = {part.table: part.columns for part in manifest.tables}
    ours = {model._meta.db_table: Table(model).columns for model in schema.models}
    wrong = sorted(name for name in {*theirs, *ours} if theirs.get(name) != ours.get(name))
    if wrong:
        raise NotPossible(
            f"The backup's table {wrong[0]} is not as its migrations make it. "
            "Restore it with the version of the application that made it."
        )
    return schema


def _check_files(archive: Archive, schema: Schema, overwrite: bool) -> list[str]:
    """The stored files that the backup does not have, to be removed at the end."""
    parts = archive.manifest.files
    if overwrite:
        folders = {*folders_of(schema), *folders_of(present_schema())}
        return sorted(set(stored_files(sorted(folders))) - {part.file for part in parts})
    if taken := in_the_way(parts):
        raise NotPossible(
            f"There are files in the storage that differ from those of the backup ({taken[0]}). "
            "Add --overwrite to replace them."
        )
    return []


def _fill(archive: Archive, schema: Schema, say: Say) -> None:
    """Make the tables, fill them, and prove that they hold what the backup holds."""
    say("Making the tables")
    make_tables(schema)
    tables = {model._meta.db_table: Table(model) for model in schema.models}
    with filling(tables.values()):
        for part in archive.manifest.tables:
            say(f"Restoring {part.table}")
            tables[part.table].fill(archive.lines(part))
    for part in archive.manifest.tables:
        say(f"Comparing {part.table}")
        _check_same(part, tables[part.table])


def _check_same(part: TablePart, table: Table) -> None:
    if digest_of(table.lines()) != part.sha256:
        raise NotPossible(
            f"The rows of {part.table} are not the same after restoring as in the backup. "
            "Nothing was changed."
        )
