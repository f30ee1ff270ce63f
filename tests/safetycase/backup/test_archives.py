"""A file that is not exactly what a backup wrote is refused before anything is changed."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit.errors import NotPossible
from safetycase.backup.archive import Archive, checked_archive, written_whole
from safetycase.backup.manifest import is_safe_name
from safetycase.backup.restoring import restore_backup
from tests.cloned_database import ClonedDatabase
from tests.laws.source import ROOT
from tests.safetycase.backup.databases import manifest_of, rewritten

WHOLE = ROOT / "tests" / "samples" / "backup-before-seals.zip"
ENTRIES = "tables/audit_entry.jsonl"

Change = Callable[[dict[str, Any]], object]


def check(path: Path) -> None:
    with checked_archive(path) as archive:
        assert isinstance(archive, Archive)


def with_manifest(to: Path, change: Change, **parts: bytes | None) -> Path:
    """The whole archive with its manifest changed, and other parts besides."""
    manifest = manifest_of(WHOLE)
    change(manifest)
    return rewritten(WHOLE, to, {"manifest.json": json.dumps(manifest).encode(), **parts})


def part(content: bytes, **more: object) -> dict[str, object]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **more}


def test_what_a_backup_wrote_is_whole() -> None:
    check(WHOLE)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_off(share: float, tmp_path: Path) -> None:
    content = WHOLE.read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(NotPossible, match=r"cut\.zip is not a whole backup: "):
        check(cut)


def test_any_byte_that_was_altered(tmp_path: Path) -> None:
    """Most of them; a few say nothing (the time of a part, say), and then the parts are whole."""
    content = WHOLE.read_bytes()
    file = tmp_path / "altered.zip"
    unnoticed = 0
    for place in range(11, len(content), len(content) // 150):
        file.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            check(file)
        except NotPossible:
            continue
        unnoticed += 1
        with zipfile.ZipFile(file) as altered, zipfile.ZipFile(WHOLE) as whole:
            assert {n: altered.read(n) for n in altered.namelist()} == {
                n: whole.read(n) for n in whole.namelist()
            }
    assert unnoticed < 15


def test_a_part_with_other_content(tmp_path: Path) -> None:
    """Packed anew, so that the zip itself is fine."""
    with zipfile.ZipFile(WHOLE) as whole:
        entries = whole.read(ENTRIES)
    altered = rewritten(WHOLE, tmp_path / "x.zip", {ENTRIES: entries.replace(b"a", b"b", 1)})
    with pytest.raises(NotPossible, match=f"{ENTRIES} is not what its manifest says: it was alter"):
        check(altered)
    longer = rewritten(WHOLE, tmp_path / "y.zip", {ENTRIES: entries + b"[]\n"})
    with pytest.raises(NotPossible, match=f"{ENTRIES} is not as long as its manifest says"):
        check(longer)


def test_a_part_too_many_and_one_too_few(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match=r"does not name: 'files/evidence/virus\.exe'"):
        check(rewritten(WHOLE, tmp_path / "x.zip", {"files/evidence/virus.exe": b"MZ"}))
    with pytest.raises(NotPossible, match=f"A part of it is missing: {ENTRIES}"):
        check(rewritten(WHOLE, tmp_path / "y.zip", {ENTRIES: None}))
    with pytest.raises(NotPossible, match="It has no manifest"):
        check(rewritten(WHOLE, tmp_path / "z.zip", {"manifest.json": None}))


def test_a_part_that_is_there_twice(tmp_path: Path) -> None:
    twice = rewritten(WHOLE, tmp_path / "x.zip", {})
    with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(ENTRIES, b"")
    with pytest.raises(NotPossible, match="A part of it is there twice"):
        check(twice)


BAD_NAMES = [
    "../outside.txt",
    "evidence/../../outside.txt",
    "/etc/passwd",
    "evidence//x.txt",
    "evidence/./x.txt",
    "evidence\\..\\x.txt",
    "C:/x/y.txt",
    "evidence/x\0.txt",
    "evidence/",
    "outside-any-folder.txt",
    "",
    "..",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_file_that_would_lie_outside_the_storage(name: str, tmp_path: Path) -> None:
    assert not is_safe_name(name)
    named = {"name": f"files/{name}", "file": name, **part(b"x")}
    bad = with_manifest(tmp_path / "x.zip", lambda m: m["files"].append(named))
    with pytest.raises(NotPossible, match="would lie outside the storage"):
        check(bad)


def test_a_part_that_hides_behind_another_name(tmp_path: Path) -> None:
    named = {"name": "files/evidence/x.txt", "file": "evidence/y.txt", **part(b"x")}
    with pytest.raises(NotPossible, match="would lie outside the storage"):
        check(with_manifest(tmp_path / "x.zip", lambda m: m["files"].append(named)))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Sizes are those of the manifest; other ways of packing could swell in memory."""
    named = {"name": "files/evidence/x.txt", "file": "evidence/x.txt", **part(b"x" * 10)}
    bomb = with_manifest(
        tmp_path / "x.zip",
        lambda m: m["files"].append(named),
        **{"files/evidence/x.txt": b"\0" * 50_000_000},
    )
    with pytest.raises(NotPossible, match="not as long as its manifest says"):
        check(bomb)
    with zipfile.ZipFile(WHOLE) as read:
        content = read.read("manifest.json")
    other = rewritten(WHOLE, tmp_path / "y.zip", {"manifest.json": None})
    with zipfile.ZipFile(other, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("manifest.json", content)
    with pytest.raises(NotPossible, match="packed in a way that backups are not"):
        check(other)


WRONG: list[Change] = [
    lambda m: m.pop("tables"),
    lambda m: m.update(tables=[1]),
    lambda m: m.update(files={"a": 1}),
    lambda m: m.update(migrations=[["audit"]]),
    lambda m: m["tables"][0].update(rows=-1),
    lambda m: m["tables"][0].update(rows="many"),
    lambda m: m["tables"][0].update(size=True),
    lambda m: m["tables"][0].update(columns="id"),
    lambda m: m["tables"][0].update(table="x; drop table y"),
    lambda m: m.update(newest_seal=[1]),
    lambda m: m.update(problems=None),
]


@pytest.mark.parametrize("change", WRONG)
def test_a_manifest_that_is_none(change: Change, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="cannot be restored"):
        check(with_manifest(tmp_path / "x.zip", change))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"null", b"[" * 200_000, b"\xff", b"{}"])
def test_a_manifest_that_cannot_be_read(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="Its manifest cannot be read"):
        check(rewritten(WHOLE, tmp_path / "x.zip", {"manifest.json": text}))


def test_a_later_format(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="It is of format 2, and this version"):
        check(with_manifest(tmp_path / "x.zip", lambda m: m.update(format=2)))


def test_what_is_no_file_of_ours(tmp_path: Path) -> None:
    with pytest.raises(NotPossible, match="cannot be read: No such file"):
        check(tmp_path / "none.zip")
    with pytest.raises(NotPossible, match="cannot be read: Is a directory"):
        check(tmp_path)
    (tmp_path / "x.txt").write_text("Not a zip")
    with pytest.raises(NotPossible, match="is not a whole backup: File is not a zip file"):
        check(tmp_path / "x.txt")


# --- Versions of the application ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda m: m["migrations"].append(["hazards", "0999_of_tomorrow"]),
            r"newer version of the application, which knows what hazards\.0999_of_tomorrow means",
        ),
        (
            lambda m: m["migrations"].remove(["hazards", "0001_initial"]),
            r"not a state that the database can be in \(hazards\.0001_initial\)",
        ),
        (
            lambda m: m["tables"][3]["columns"].append("another"),
            "is not as its migrations make it",
        ),
    ],
)
def test_a_backup_of_another_version(
    change: Change, says: str, cloned_database: ClonedDatabase, storage: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotPossible, match=says):
        restore_backup(path=with_manifest(tmp_path / "x.zip", change))


# --- Writing --------------------------------------------------------------------------------------


def test_a_file_takes_its_place_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"the last one")

    def break_off() -> None:
        with written_whole(path) as (file, written):
            file.write(b"half of the new one")
            assert written.stat().st_mode & 0o777 == 0o600
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_bytes() == b"the last one"
    assert list(tmp_path.iterdir()) == [path]
    with written_whole(path) as (file, _):
        file.write(b"the new one")
    assert path.read_bytes() == b"the new one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
