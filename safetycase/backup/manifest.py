"""The table of contents of an archive: what is in it, how much, and the hash of every part."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any

from audit.errors import NotPossible
from safetycase.backup.schema import Key

FORMAT = 1
NAME = "manifest.json"
LARGEST = 256 * 1024 * 1024  # bytes: the one part that is read whole into memory


@dataclass(frozen=True)
class Part:
    """A part of the archive: its name in it, its size in bytes, the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class TablePart(Part):
    """The rows of a table."""

    table: str
    columns: list[str]
    rows: int


@dataclass(frozen=True)
class FilePart(Part):
    """A file of the storage, by its name there."""

    file: str


@dataclass(frozen=True)
class SealNoted:
    """The newest seal when the backup was made: compare it with one that left the database."""

    number: int
    sha256: str


@dataclass
class Manifest:
    """What an archive holds."""

    made_at: str
    database: str
    migrations: list[Key]
    tables: list[TablePart] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)
    newest_seal: SealNoted | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def parts(self) -> list[Part]:
        """Every part beside the manifest."""
        return [*self.tables, *self.files]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """The size of all parts, unpacked."""
        return sum(part.size for part in self.parts)

    def seal_as_json(self) -> dict[str, Any] | None:
        """The newest seal as the commands print it."""
        return asdict(self.newest_seal) if self.newest_seal else None

    def as_text(self) -> str:
        """The manifest as it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False)


def table_part_name(table: str) -> str:
    """Where the rows of a table stand in the archive."""
    return f"tables/{table}.jsonl"


def file_part_name(file: str) -> str:
    """Where a file of the storage stands in the archive."""
    return f"files/{file}"


def is_safe_name(name: str) -> bool:
    """Whether a file's name leads to a place inside the storage, on every system."""
    path = PurePosixPath(name)
    return (
        str(path) == name
        and not path.is_absolute()
        and not {"..", "."} & set(path.parts)
        and not any(each in name for each in "\\:\0\r\n")
        and len(path.parts) > 1  # in a folder of ours
    )


def read_manifest(text: bytes) -> Manifest:
    """The manifest of an archive, every value of it looked at.

    Raises ``NotPossible`` when it is of a later format, or not one of ours.
    """
    try:
        read = json.loads(text)
        number = read["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        raise NotPossible("Its manifest cannot be read.") from problem
    if number != FORMAT:
        raise NotPossible(
            f"It is of format {number}, and this version of the application reads format {FORMAT}. "
            "Restore it with the version that made it, or a newer one."
        )
    try:
        manifest = _manifest(read)
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotPossible(f"Its manifest is not as it should be ({problem}).") from problem
    _check_names(manifest)
    return manifest


def _manifest(read: dict[str, Any]) -> Manifest:
    seal = read["newest_seal"]
    return Manifest(
        made_at=_text(read["made_at"]),
        database=_text(read["database"]),
        migrations=[(_text(app), _text(name)) for app, name in _list(read["migrations"])],
        tables=[
            TablePart(
                **_part(each),
                table=_text(each["table"]),
                columns=[_text(column) for column in _list(each["columns"])],
                rows=_count(each["rows"]),
            )
            for each in _list(read["tables"])
        ],
        files=[FilePart(**_part(each), file=_text(each["file"])) for each in _list(read["files"])],
        newest_seal=seal and SealNoted(_count(seal["number"]), _text(seal["sha256"])),
        problems=[_text(each) for each in _list(read["problems"])],
    )


def _part(read: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(read["name"]),
        "size": _count(read["size"]),
        "sha256": _text(read["sha256"]),
    }


def _check_names(manifest: Manifest) -> None:
    for table in manifest.tables:
        if table.name != table_part_name(table.table) or not table.table.isidentifier():
            raise NotPossible(f"Its manifest names a table in a way of its own ({table.name!r}).")
    for file in manifest.files:
        if file.name != file_part_name(file.file) or not is_safe_name(file.file):
            raise NotPossible(
                f"It names a file that would lie outside the storage ({file.file!r})."
            )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r:.60}")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"a list expected, not {value!r:.60}")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"a number expected, not {value!r:.60}")
    return value
