"""``backup`` and ``restore`` as people and scripts call them: words, JSON, exit codes."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import DatabaseError, connection

from hazards.models import EvidenceFile
from safetycase.backup import making
from safetycase.backup.telling import Progress, done_or_nothing, in_bytes
from tests.cloned_database import ClonedDatabase
from tests.safetycase.backup.conftest import sqlite_only
from tests.safetycase.backup.databases import no_database
from tests.safetycase.backup.test_restoring import alter_a_hazard

pytestmark = sqlite_only


def called(name: str, *arguments: object, **options: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(name, *[str(each) for each in arguments], stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_backup_says_what_it_wrote(record: ClonedDatabase, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    out, err = called("backup", file)
    assert out.startswith(f"{file}: ")
    assert "1 files" in out
    assert "Newest seal: 0, " in out
    assert out.count("\n") == 1
    assert err == ""  # nobody watches at a terminal
    out, _ = called("backup", file, "--json")
    told = json.loads(out)
    assert told["file"] == str(file)
    assert told["bytes"] == file.stat().st_size
    assert told["tables"]["hazards_hazard"] == 1
    assert told["rows"] == sum(told["tables"].values())
    assert (told["files"], told["problems"]) == (1, [])
    assert told["newest_seal"]["number"] == 0


def test_a_damaged_file_is_told_and_the_backup_stands(
    record: ClonedDatabase, tmp_path: Path
) -> None:
    Path(EvidenceFile.objects.get().file.path).unlink()
    file = tmp_path / "backup.zip"
    with pytest.raises(CommandError, match="was written and is whole, but the record is not: 1 of"):
        called("backup", file)
    assert file.exists()


def test_backup_where_there_is_nothing(
    cloned_database: ClonedDatabase, storage: Path, tmp_path: Path
) -> None:
    with no_database(tmp_path):
        with pytest.raises(CommandError, match=r"no database to back up.*No backup was written"):
            called("backup", tmp_path / "x.zip")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with pytest.raises(CommandError, match="The database is empty"):
            called("backup", tmp_path / "x.zip")
    assert not list(tmp_path.glob("*.zip*"))


def test_backup_of_a_database_of_a_newer_version(record: ClonedDatabase, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '0999_x', '2030')"
        )
    with pytest.raises(CommandError, match=r"newer version.*audit\.0999_x.*No backup was written"):
        called("backup", tmp_path / "x.zip")


@pytest.mark.parametrize(
    ("file", "says"), [("no/x.zip", "There is no folder"), (".", "is not a file")]
)
def test_backup_to_where_no_file_can_be(
    file: str, says: str, record: ClonedDatabase, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=f"{says}.*No backup was written"):
        called("backup", tmp_path / file)


@pytest.mark.parametrize(
    "problem", [OSError(28, "No space left on device"), DatabaseError("disk I/O error\nmore")]
)
def test_a_backup_that_fails_leaves_the_last_one(
    problem: Exception, record: ClonedDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise problem

    file = tmp_path / "backup.zip"
    file.write_bytes(b"the last one")
    monkeypatch.setattr(making, "_write_files", fail)
    with pytest.raises(CommandError, match=r"(No space left|disk I/O error).*No backup was writt"):
        called("backup", file)
    assert file.read_bytes() == b"the last one"
    assert not list(tmp_path.glob(".backup*"))


def test_a_value_that_no_column_can_have_is_named(record: ClonedDatabase, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hazards_cause SET public_id = 'no uuid'")
    with pytest.raises(CommandError, match=r"Row 1 of hazards_cause.*Run verify_record"):
        called("backup", tmp_path / "x.zip")


def test_restore_says_what_came_back(archive: Path, quick_tables: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"add --overwrite.*Nothing was changed"):
        called("restore", archive)
    out, err = called("restore", archive, overwrite=True)
    assert "is restored:" in out
    assert "The record that was here is replaced." in out
    assert "The record is as it was written." in out
    assert (out.count("\n"), err) == (1, "")
    told = json.loads(called("restore", archive, "--overwrite", "--json")[0])
    assert told["restored"] is True
    assert told["replaced"] is True
    assert (told["files"], told["files_written"], told["findings"]) == (1, 0, [])


def test_restore_tells_findings_line_by_line(
    archive: Path, quick_tables: None, capsys: pytest.CaptureFixture[str]
) -> None:
    alter_a_hazard()
    called("backup", archive)
    for as_json in (False, True):
        out = io.StringIO()
        with pytest.raises(CommandError, match="1 findings, the first of them hazards_hazard 1"):
            call_command("restore", str(archive), overwrite=True, json=as_json, stdout=out)
        if as_json:
            told = json.loads(out.getvalue())
            assert told["restored"] is False
            assert len(told["findings"]) == 1
        else:
            assert out.getvalue().startswith("hazards_hazard 1: ")
    out_text, _ = called("restore", archive, "--overwrite", "--despite-findings")
    assert "The record in it is not as it was written; 1 found:\n  hazards_hazard 1" in out_text


@pytest.mark.parametrize("name", ["backup", "restore"])
def test_wrong_usage_ends_with_2_and_a_refusal_with_1(name: str, tmp_path: Path) -> None:
    def ends(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "manage.py", name, *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, _, err = ends()
    assert code == 2
    assert "the following arguments are required: FILE" in err
    code, out, err = ends(str(tmp_path / "nowhere" / "x.zip"))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert list(tmp_path.iterdir()) == []  # no empty database is left behind


# --- How they speak -------------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_progress_is_for_those_who_watch() -> None:
    for stream, is_told in ((Terminal(), True), (io.StringIO(), False)):
        with Progress(OutputWrapper(stream)) as say:
            say("Reading audit_entry")
            say("A moment later: not said, or nobody could read it")
        told = stream.getvalue()
        assert ("Reading audit_entry" in told) is is_told
        assert "A moment later" not in told
        assert "\n" not in told


def test_told_to_end_it_ends_as_after_an_error() -> None:
    usual = signal.getsignal(signal.SIGTERM)
    undone = []

    def be_told() -> None:
        with done_or_nothing("Nothing was changed."):
            try:
                os.kill(os.getpid(), signal.SIGTERM)
            finally:
                undone.append(True)

    with pytest.raises(SystemExit) as ended:
        be_told()
    assert ended.value.code == 128 + signal.SIGTERM
    assert undone
    assert signal.getsignal(signal.SIGTERM) is usual


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 kB"), (2 * 10**12, "2.0 TB")],
)
def test_sizes_in_words(size: float, words: str) -> None:
    assert in_bytes(int(size)) == words
