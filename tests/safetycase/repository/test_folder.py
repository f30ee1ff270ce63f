"""The folder beside the code: what is ours is kept up to date, what is not is left alone."""

import json
from pathlib import Path

import pytest

from audit.errors import NotPossible
from safetycase.repository import folder
from safetycase.repository.files import FORMAT, MANIFEST, RepositoryFile
from safetycase.repository.folder import write_folder


def files(**contents: str) -> list[RepositoryFile]:
    named = [RepositoryFile(f"hazards/{name}.md", text) for name, text in contents.items()]
    listed = json.dumps({"format": FORMAT, "files": [each.name for each in named]})
    return [*named, RepositoryFile(MANIFEST, listed)]


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    first = write_folder(tmp_path / "safety", files(a="A", b="B"))
    assert (first.added, first.changed, first.removed, first.same) == (
        ["hazards/a.md", "hazards/b.md", MANIFEST],
        [],
        [],
        0,
    )
    untouched = (tmp_path / "safety/hazards/a.md").stat()
    second = write_folder(tmp_path / "safety", files(a="A", b="another"))
    assert (second.added, second.changed, second.removed) == ([], ["hazards/b.md"], [])
    assert second.same == 2
    assert (tmp_path / "safety/hazards/a.md").stat().st_mtime_ns == untouched.st_mtime_ns


def test_what_is_no_more_is_taken_away_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    write_folder(tmp_path, files(a="A", b="B"))
    (tmp_path / "hazards/notes.md").write_text("mine")
    written = write_folder(tmp_path, files(a="A"))
    assert written.removed == ["hazards/b.md"]
    assert not (tmp_path / "hazards/b.md").exists()
    assert (tmp_path / "hazards/notes.md").read_text() == "mine"


def test_a_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "hazards").mkdir()
    (tmp_path / "hazards/b.md").write_text("mine")
    with pytest.raises(NotPossible, match=r"b\.md is there, .* Nothing was written"):
        write_folder(tmp_path, files(a="A", b="B"))
    assert sorted(path.name for path in tmp_path.rglob("*.md")) == ["b.md"]
    assert (tmp_path / "hazards/b.md").read_text() == "mine"


def test_an_export_that_was_broken_off_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path, files(a="A", gone="G"))
    wrote: list[str] = []

    def full(path: Path, content: bytes) -> None:
        if wrote.count("c.md"):
            raise OSError(28, "No space left on device")
        wrote.append(path.name)
        put(path, content)

    put = folder._put
    monkeypatch.setattr(folder, "_put", full)
    with pytest.raises(OSError, match="No space"):
        write_folder(tmp_path, files(b="B", c="C", d="D"))
    assert wrote == [MANIFEST, "b.md", "c.md"]
    monkeypatch.undo()
    written = write_folder(tmp_path, files(b="B", c="edited since", d="D"))
    assert (written.added, written.changed) == (["hazards/d.md"], ["hazards/c.md", MANIFEST])
    assert written.removed == ["hazards/a.md", "hazards/gone.md"]
    assert write_folder(tmp_path, files(b="B", c="edited since", d="D")).same == 4


def test_what_another_branch_exported_is_no_obstacle_where_it_says_the_same(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path, files(a="A"))
    (tmp_path / "hazards/b.md").write_text("B")  # merged, but not listed on the side that was taken
    assert write_folder(tmp_path, files(a="A", b="B")).changed == [MANIFEST]
    (tmp_path / "hazards/c.md").write_text("C")
    with pytest.raises(NotPossible, match="delete it and export again"):
        write_folder(tmp_path, files(a="A", b="B", c="edited since"))


@pytest.mark.parametrize("base", ["", '||||||| base\n    "a.md"\n'], ids=["", "diff3"])
def test_the_marks_of_a_merge_in_the_manifest_are_read_on_both_sides(
    tmp_path: Path, base: str
) -> None:
    write_folder(tmp_path, files(a="A", b="B", c="C"))
    ours, theirs = '"hazards/a.md", "hazards/b.md"', '"hazards/a.md", "hazards/c.md"'
    (tmp_path / MANIFEST).write_text(
        f'{{"files": [\n<<<<<<< HEAD\n{ours}\n{base}=======\n{theirs}\n>>>>>>> theirs\n'
        f'], "format": "{FORMAT}"}}\n'
    )
    written = write_folder(tmp_path, files(a="A", b="edited", d="D"))
    assert (written.added, written.removed) == (["hazards/d.md"], ["hazards/c.md"])
    assert json.loads((tmp_path / MANIFEST).read_text())["format"] == FORMAT


@pytest.mark.parametrize("content", ["not JSON", "[]", '{"format": "another"}'])
def test_another_manifest_is_not_overwritten(tmp_path: Path, content: str) -> None:
    (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(NotPossible, match="was not written by an export"):
        write_folder(tmp_path, files(a="A"))
    assert (tmp_path / MANIFEST).read_text() == content


def test_a_manifest_cannot_have_anything_taken_away_outside(tmp_path: Path) -> None:
    outside = tmp_path / "precious.md"
    outside.write_text("mine")
    folder = tmp_path / "safety"
    folder.mkdir()
    listed = ["../precious.md", str(outside), "link/precious.md", 7, ""]
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    (folder / MANIFEST).write_text(json.dumps({"format": FORMAT, "files": listed}))
    assert write_folder(folder, files(a="A")).removed == []
    assert outside.read_text() == "mine"


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = tmp_path / "safety"
    folder.mkdir()
    (folder / "hazards").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(NotPossible, match="is a link"):
        write_folder(folder, files(a="A"))
    assert list(elsewhere.iterdir()) == []
