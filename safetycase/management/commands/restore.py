"""Put a backup back."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from safetycase.backup.restoring import RecordNotWhole, Restored, restore_backup
from safetycase.backup.telling import Progress, done_or_nothing


class Command(BaseCommand):
    """Restores a backup and proves it."""

    help = (
        "Put a backup in the place of the database and its files: all of it, or nothing. The file "
        "is checked whole first; a backup of an earlier version is brought to the present one; "
        "then every row is compared with the backup and the record is checked as verify_record "
        "does. Refused where there is a record already, unless --overwrite. Stop the web server "
        "and the task runner before. Everybody signs in again. Ends with 0 when it was done, 1 "
        "when it was not (everything is then as it was), 2 when called wrongly."
    )

    # They load every page of the site, and ask a database that may not be there yet.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """FILE, --overwrite, --despite-findings, --json."""
        parser.add_argument("file", metavar="FILE", type=Path, help="a backup")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="replace the record that is here: everything that is not in the backup is gone",
        )
        parser.add_argument(
            "--despite-findings",
            action="store_true",
            help="restore although the check of the record names something: the backup was made "
            "of a record that had been altered already",
        )
        parser.add_argument(
            "--json", action="store_true", help="print what was restored as one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it, say what came back."""
        path: Path = options["file"]
        with Progress(self.stderr) as say, done_or_nothing("Nothing was changed."):
            try:
                done = restore_backup(
                    path=path,
                    overwrite=options["overwrite"],
                    despite_findings=options["despite_findings"],
                    say=say,
                )
            except RecordNotWhole as problem:
                self._tell_findings(problem, as_json=options["json"])
                raise
        if options["json"]:
            self._print(_as_json(path, done))
            return
        self.stdout.write(_in_words(path, done))
        for finding in done.findings:
            self.stdout.write(f"  {finding}")
        for name in done.files_left:
            self.stderr.write(f"{name} belonged to the old record and could not be removed.")

    def _tell_findings(self, problem: RecordNotWhole, *, as_json: bool) -> None:
        findings = [str(each) for each in problem.findings]
        if as_json:
            self._print({"restored": False, "findings": findings})
            return
        for line in findings:
            self.stdout.write(line)

    def _print(self, what: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(what, ensure_ascii=False, indent=2))


def _in_words(path: Path, done: Restored) -> str:
    contents = done.manifest
    seal = contents.newest_seal
    sentences = [
        f"{path}, made {contents.made_at}, is restored: {contents.rows} rows of "
        f"{len(contents.tables)} tables, {len(contents.files)} files."
    ]
    if done.replaced:
        sentences.append("The record that was here is replaced.")
    if done.migrations_applied:
        sentences.append(f"It is of an earlier version: {done.migrations_applied} migrations.")
    if seal:
        sentences.append(f"Newest seal: {seal.number}, {seal.sha256}.")
    if done.findings:
        sentences.append(f"The record in it is not as it was written; {len(done.findings)} found:")
    else:
        sentences.append("The record is as it was written.")
    return " ".join(sentences)


def _as_json(path: Path, done: Restored) -> dict[str, Any]:
    contents = done.manifest
    return {
        "restored": True,
        "file": str(path),
        "made_at": contents.made_at,
        "database": contents.database,
        "replaced": done.replaced,
        "tables": {part.table: part.rows for part in contents.tables},
        "rows": contents.rows,
        "files": len(contents.files),
        "files_written": done.files_written,
        "files_left": done.files_left,
        "migrations_applied": done.migrations_applied,
        "newest_seal": contents.seal_as_json(),
        "findings": [str(each) for each in done.findings],
    }
