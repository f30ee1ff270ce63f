"""Writing the files into a folder, which may hold others that are none of ours."""

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from audit.errors import NotPossible
from safetycase.repository.files import FORMAT, MANIFEST, RepositoryFile


@dataclass
class Written:
    """What an export did to a folder: names of files below it."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0


def write_folder(folder: Path, files: Sequence[RepositoryFile]) -> Written:
    """Bring a folder to hold these files: what is the same is not touched, what an earlier export
    wrote and is no more is taken away, whatever else lies there stays.

    Raises ``NotPossible`` before anything is written where a file in the way is not ours, and
    ``OSError``. Each file is put in its place whole.
    """
    ours = _written_before(folder)
    _check_nothing_in_the_way(folder, files, ours)
    written = Written()
    for file in files:
        path = folder / file.name
        content = file.content.encode()
        if path.is_file() and path.read_bytes() == content:
            written.same += 1
            continue
        (written.changed if path.exists() else written.added).append(file.name)
        _put(path, content)
    for name in sorted(ours - {file.name for file in files}):
        path = folder / name
        if path.is_file() and _is_inside(folder, path):
            path.unlink()
            written.removed.append(name)
    return written


def _written_before(folder: Path) -> set[str]:
    """The files that an earlier export listed, but for names that lead out of the folder."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return set()
    not_ours = NotPossible(
        f"{manifest} is there and was not written by an export. Nothing was written: choose "
        "another folder, or move that file away."
    )
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise not_ours from problem
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise not_ours
    names = told.get("files", [])
    listed = {each for each in names if isinstance(each, str) and _stays_inside(each)}
    return listed | {MANIFEST}


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
        if path.exists() and file.name not in ours:
            raise NotPossible(
                f"{path} is there and was not written by an export. Nothing was written: choose "
                "another folder, or move that file away."
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
