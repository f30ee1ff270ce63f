"""The archive: a zip file that is written whole or not at all, and checked whole before use."""

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from audit.errors import NotPossible
from safetycase.backup import manifest as contents
from safetycase.backup.manifest import Manifest, Part

BYTES_AT_ONCE = 256 * 1024

#: Files that are compressed already: to do it again costs time and gains nothing.
_COMPRESSED = {".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".zip"}

#: What reading a damaged zip raises, besides its own BadZipFile.
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)

#: Called with a sentence about what is being done.
Say = Callable[[str], None]


def say_nothing(sentence: str) -> None:
    """Nobody watches."""


class ArchiveWriter:
    """Writes the parts of an archive one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def add(self, name: str, pieces: Iterable[bytes]) -> Part:
        """Write a part from its pieces."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        if PurePosixPath(name).suffix.lower() in _COMPRESSED:
            info.compress_type = zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        size, digest = 0, hashlib.sha256()
        with self._zip.open(info, "w", force_zip64=True) as part:
            for piece in _gathered(pieces):
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        return Part(name, size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest and close the archive."""
        self.add(contents.NAME, [manifest.as_text().encode("utf-8")])
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        # Nothing more is written: when it was not finished, its file is about to be removed.
        self._zip.fp = None


class Archive:
    """An archive that was found whole."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def lines(self, part: Part) -> Iterator[bytes]:
        """The lines of a part."""
        with self._zip.open(part.name) as read:
            yield from read

    def pieces(self, part: Part) -> Iterator[bytes]:
        """The content of a part, in pieces."""
        with self._zip.open(part.name) as read:
            yield from pieces_of(read)


@contextmanager
def written_whole(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file beside ``path`` that takes its place when the block ends well, and else is removed.

    Nobody but its owner may read it. Raises ``OSError``.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # of mode 0600
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, written
            file.flush()
            os.fsync(file.fileno())
        written.replace(path)
        _keep_folder(path.parent)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


@contextmanager
def checked_archive(path: Path, say: Say = say_nothing) -> Iterator[Archive]:
    """An archive, after every part of it has been read and compared with its manifest.

    Raises ``NotPossible`` with what is wrong with it.
    """
    try:
        file = path.open("rb")
    except OSError as problem:
        raise NotPossible(f"{path} cannot be read: {problem.strerror}.") from problem
    # Held open from here on: what is restored is what was checked.
    with file, _whole(path, file) as archive:
        with _damage_told(path):
            manifest = _manifest_of(archive)
            _check_parts_are_those_named(archive, manifest)
            for place, part in enumerate(manifest.parts, start=1):
                say(f"Checking part {place} of {len(manifest.parts)}: {part.name}")
                _check_content(archive, part)
        yield Archive(archive, manifest)


def _whole(path: Path, file: IO[bytes]) -> zipfile.ZipFile:
    with _damage_told(path):
        return zipfile.ZipFile(file)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except NotPossible as problem:
        raise NotPossible(f"{path} cannot be restored. {problem.sentence}") from problem
    except (*_DAMAGED, OSError) as problem:
        raise NotPossible(f"{path} is not a whole backup: {_why(problem)}.") from problem


def _why(problem: Exception) -> str:
    return str(problem).strip().rstrip(".") or type(problem).__name__


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    if contents.NAME not in archive.namelist():
        raise NotPossible("It has no manifest.")
    info = archive.getinfo(contents.NAME)
    if info.file_size > contents.LARGEST:
        raise NotPossible("Its manifest is too large to be one.")
    with _opened(archive, info) as read:
        return contents.read_manifest(read.read(contents.LARGEST))


def _check_parts_are_those_named(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    there = archive.namelist()
    named = [contents.NAME, *(part.name for part in manifest.parts)]
    if len(set(named)) != len(named) or len(set(there)) != len(there):
        raise NotPossible("A part of it is there twice.")
    if lacking := sorted(set(named) - set(there)):
        raise NotPossible(f"A part of it is missing: {lacking[0]}.")
    if strange := sorted(set(there) - set(named)):
        raise NotPossible(f"It holds a part that its manifest does not name: {strange[0]!r}.")


def _check_content(archive: zipfile.ZipFile, part: Part) -> None:
    info = archive.getinfo(part.name)
    if info.file_size != part.size:
        raise NotPossible(f"{part.name} is not as long as its manifest says.")
    size, digest = 0, hashlib.sha256()
    with _opened(archive, info) as read:
        for piece in pieces_of(read):
            size += len(piece)
            if size > part.size:
                raise NotPossible(f"{part.name} is longer than its manifest says.")
            digest.update(piece)
    if digest.hexdigest() != part.sha256:
        raise NotPossible(f"{part.name} is not what its manifest says: it was altered.")


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    # Of the other kinds a few bytes can become any number of them in memory at once.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotPossible(f"{info.filename} is packed in a way that backups are not.")
    return archive.open(info)


def pieces_of(file: Any) -> Iterator[bytes]:
    """What is left to read of a file, in pieces."""
    while piece := file.read(BYTES_AT_ONCE):
        yield piece


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Small pieces put together, so that each is not compressed and hashed by itself."""
    waiting, length = [], 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= BYTES_AT_ONCE:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)


def _keep_folder(folder: Path) -> None:
    """The new name survives a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
