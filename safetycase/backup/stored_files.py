"""Files of the application's storage, in a folder or elsewhere: listed, taken out, put back."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import models

from audit.errors import NotPossible
from safetycase.backup.archive import Archive, pieces_of
from safetycase.backup.manifest import FilePart
from safetycase.backup.schema import Schema


@dataclass(frozen=True)
class Named:
    """A file as a row names it, with the hash that the row has for it ('' for none)."""

    file: str
    sha256: str
    row: str


def files_named(schema: Schema) -> Iterator[Named]:
    """Every file that a row of the database names."""
    for model in schema.models:
        columns = {field.name for field in model._meta.concrete_fields}
        for field in _file_fields(model):
            hashed = ["sha256"] if "sha256" in columns else []
            rows = model._base_manager.exclude(**{field.name: ""}).order_by("pk")
            for pk, name, *hashes in rows.values_list("pk", field.name, *hashed).iterator():
                if name:
                    yield Named(name, hashes[0] if hashes else "", f"{model._meta.db_table} {pk}")


def folders_of(schema: Schema) -> list[str]:
    """The folders in which the rows' files lie: drafts and uploads that wait are in others."""
    found = set()
    for model in schema.models:
        for field in _file_fields(model):
            if not isinstance(field.upload_to, str):
                raise TypeError(f"{field}: a folder that a function chooses cannot be backed up")
            found.add(PurePosixPath(field.upload_to).parts[0])
    return sorted(found)


def stored_files(folders: Iterable[str]) -> Iterator[str]:
    """The names of the files in these folders and below."""
    for folder in folders:
        try:
            inner, files = default_storage.listdir(folder)
        except FileNotFoundError:
            continue  # nobody has kept a file there yet
        yield from (f"{folder}/{name}" for name in sorted(files) if name)
        yield from stored_files(f"{folder}/{name}" for name in sorted(inner) if name)


@contextmanager
def taken_out(name: str) -> Iterator[tuple[IO[bytes], str]]:
    """A copy of a stored file that is complete before anybody reads it, and its SHA-256.

    Raises ``OSError`` when the file is not there or cannot be read.
    """
    digest = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=32 * 1024 * 1024) as copy:
        with default_storage.open(name) as stored:
            for piece in pieces_of(stored):
                digest.update(piece)
                copy.write(piece)
        copy.seek(0)
        yield copy, digest.hexdigest()


def is_as_in(part: FilePart) -> bool:
    """Whether the stored file of that name has the content that the backup has."""
    if default_storage.size(part.file) != part.size:
        return False
    with taken_out(part.file) as (_, digest):
        return digest == part.sha256


def in_the_way(parts: Iterable[FilePart]) -> list[str]:
    """The names that are taken by files with another content than in the backup."""
    return [part.file for part in parts if default_storage.exists(part.file) and not is_as_in(part)]


class Placing:
    """Files that are put into the storage, and taken out of it again unless they are kept."""

    def __init__(self, waiting: Path, undo: ExitStack) -> None:
        self._waiting = waiting
        self._undo = undo

    def put_back(self, archive: Archive) -> int:
        """Put every file of the backup that is not there in its place; returns how many.

        A file with another content that is in the way waits beside, to be brought back.
        """
        count = 0
        for number, part in enumerate(archive.manifest.files):
            if default_storage.exists(part.file):
                if is_as_in(part):
                    continue
                self._set_aside(part.file, self._waiting / f"{number}.old")
            new = self._waiting / f"{number}.new"
            _write(new, archive.pieces(part))
            self._undo.callback(_remove, part.file)
            _store(new, part.file)
            count += 1
        return count

    def keep(self) -> None:
        """From here on they stay."""
        self._undo.pop_all()

    def _set_aside(self, name: str, copy: Path) -> None:
        with default_storage.open(name) as stored:
            _write(copy, pieces_of(stored))
        self._undo.callback(_store, copy, name)
        default_storage.delete(name)


@contextmanager
def placing_files() -> Iterator[Placing]:
    """Put files in place in this block: what is not kept in it is undone at its end."""
    with _waiting_room() as folder, ExitStack() as undo:
        yield Placing(Path(folder), undo)


def remove_stored(names: Iterable[str]) -> list[str]:
    """Remove files for good; returns those that could not be removed."""
    left = []
    for name in names:
        try:
            _remove(name)
        except Exception:  # noqa: BLE001 - each storage fails in its own way; they are told
            left.append(name)
    return left


def _file_fields(model: type[models.Model]) -> list[models.FileField]:
    return [each for each in model._meta.concrete_fields if isinstance(each, models.FileField)]


@contextmanager
def _waiting_room() -> Iterator[str]:
    """A folder from which a file can be moved into the storage without copying it."""
    place = None
    if isinstance(default_storage, FileSystemStorage):
        place = Path(default_storage.location)
        place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=".restoring-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        yield folder


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


class _Movable(File[bytes]):
    """A file that a storage on the same disk moves into place; others read and send it."""

    def temporary_file_path(self) -> str:
        return str(self.file.name)  # type: ignore[union-attr]


def _store(path: Path, name: str) -> None:
    with path.open("rb") as file:
        kept = default_storage.save(name, _Movable(file, name=name))
    if kept != name:
        default_storage.delete(kept)
        raise NotPossible(f"The storage would not take the file {name} under its name.")


def _remove(name: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    default_storage.delete(name)
    if isinstance(default_storage, FileSystemStorage):
        for folder in PurePosixPath(name).parents[:-1]:
            try:
                Path(default_storage.path(str(folder))).rmdir()
            except OSError:
                break  # something else lies in it
