"""Writing the files into a folder, which may hold others that are none of ours."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from audit.errors import NotPossible
from safetycase.repository.files import FORMAT, MANIFEST, RepositoryFile, as_json


@dataclass
class Written:
    """What an export did to a folder: names of files below it."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0


def write_folder(folder: Path, files: Sequence[RepositoryFile]) -> Written:
    """Bring a folder to hold these files, the manifest among them: what is the same is not touched,
    what an earlier export wrote and is no more is taken away, whatever else lies there stays.

    Raises ``NotPossible`` before anything is written where a file in the way is not ours, and
    ``OSError``. Each file is put in its place whole. Broken off, the next export goes on: until all
    is done the manifest lists what was written before and what is to come.
    """
    ours = _written_before(folder)
    _check_nothing_in_the_way(folder, files, ours)
    written = Written()
    to_put = [each for each in files if not _holds(folder / each.name, each.content)]
    written.same = len(files) - len(to_put)
    for file in to_put:
        (written.changed if (folder / file.name).exists() else written.added).append(file.name)
    names = {each.name for each in files}
    [manifest] = [each for each in files if each.name == MANIFEST]
    if names != ours:
        _put(folder / MANIFEST, _listing(manifest, ours | names))
    for file in to_put:
        if file is not manifest:
            _put(folder / file.name, file.content.encode())
    for name in sorted(ours - names):
        path = folder / name
        if path.is_file() and _is_inside(folder, path):
            path.unlink()
            written.removed.append(name)
    if not _holds(folder / MANIFEST, manifest.content):
        _put(folder / MANIFEST, manifest.content.encode())
    return written


def _holds(path: Path, content: str) -> bool:
    return path.is_file() and path.read_bytes() == content.encode()


def _listing(manifest: RepositoryFile, names: set[str]) -> bytes:
    """The manifest, but with these names for the time in which the files are put in place."""
    return as_json(json.loads(manifest.content) | {"files": sorted(names - {MANIFEST})}).encode()


def _written_before(folder: Path) -> set[str]:
    """The files that an earlier export listed, but for names that lead out of the folder.

    Where a merge left the marks of a conflict in the manifest, the files of both sides.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return set()
    not_ours = NotPossible(
        f"{manifest} is there and was not written by an export. Nothing was written: choose "
        "another folder, or move that file away."
    )
    listed = {MANIFEST}
    try:
        sides = [json.loads(side) for side in _both_sides(manifest.read_text(encoding="utf-8"))]
    except ValueError as problem:
        raise not_ours from problem
    for told in sides:
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise not_ours
        names = told.get("files", [])
        listed |= {each for each in names if isinstance(each, str) and _stays_inside(each)}
    return listed


def _both_sides(text: str) -> tuple[str, str]:
    """A text as each side of a merge had it where both changed it; without marks twice the same."""
    one: list[str] = []
    other: list[str] = []
    to: tuple[list[str], ...] = (one, other)
    for line in text.splitlines():
        mark = line[:7]
        if mark == "<<<<<<<":
            to = (one,)
        elif mark == "|||||||":
            to = ()
        elif mark == "=======":
            to = (other,)
        elif mark == ">>>>>>>":
            to = (one, other)
        else:
            for side in to:
                side.append(line)
    return "\n".join(one), "\n".join(other)


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def _check_nothing_in_the_way(
    folder: Path, files: Sequence[RepositoryFile], ours: set[str]
) -> None:
    for file in files:
        path = folder / file.name
        if not _is_inside(folder, path):
            raise NotPossible(f"{path} is a link. Nothing was written: take it away first.")
        if path.exists() and file.name not in ours and not _holds(path, file.content):
            raise NotPossible(
                f"{path} is there, says something else and is not listed in {MANIFEST}. Nothing "
                "was written: choose another folder, or move that file away. If it is an export's "
                "own, which a merge struck from the list, delete it and export again."
            )


def _is_inside(folder: Path, path: Path) -> bool:
    """Whether a file lies in the folder and is no way out of it."""
    return not path.is_symlink() and path.resolve().is_relative_to(folder.resolve())


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
