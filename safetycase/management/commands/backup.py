"""Write everything into one file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from safetycase.backup.making import Backup, make_backup
from safetycase.backup.telling import Progress, done_or_nothing, in_bytes


class Command(BaseCommand):
    """Makes a backup and reads it again."""

    help = (
        "Write everything, database and files, into one file that can be restored on SQLite and "
        "on PostgreSQL, and read it again to be sure. The site may go on working meanwhile. Left "
        "out are sessions (everybody signs in again), the cache, drafts and uploads that nobody "
        "confirmed. The file holds password hashes and the whole record: only its owner may read "
        "it; keep it so. Ends with 0 when it was done; 1 when it was not, or when it was written "
        "but a file of the record is missing or altered (it names them); 2 when called wrongly."
    )

    # They load every page of the site; a backup needs none of them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, --json."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the backup to write (a zip)")
        parser.add_argument(
            "--json", action="store_true", help="print what was written as one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, say what is in it."""
        with Progress(self.stderr) as say, done_or_nothing("No backup was written."):
            backup = make_backup(path=options["file"], say=say)
        problems = backup.manifest.problems
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(backup), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_in_words(backup))
            for problem in problems:
                self.stdout.write(f"  {problem}")
        if problems:
            raise CommandError(
                f"{backup.path} was written and is whole, but the record is not: "
                f"{len(problems)} of its files missing, altered or not to be read, the first of "
                f"them {problems[0]}."
            )


def _in_words(backup: Backup) -> str:
    contents = backup.manifest
    seal = contents.newest_seal
    return (
        f"{backup.path}: {contents.rows} rows of {len(contents.tables)} tables and "
        f"{len(contents.files)} files, {in_bytes(backup.size)}. "
        + (f"Newest seal: {seal.number}, {seal.sha256}." if seal else "No seal yet.")
    )


def _as_json(backup: Backup) -> dict[str, Any]:
    contents = backup.manifest
    return {
        "file": str(backup.path),
        "bytes": backup.size,
        "made_at": contents.made_at,
        "database": contents.database,
        "tables": {part.table: part.rows for part in contents.tables},
        "rows": contents.rows,
        "files": len(contents.files),
        "newest_seal": contents.seal_as_json(),
        "problems": contents.problems,
    }
