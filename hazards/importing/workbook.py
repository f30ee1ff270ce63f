"""Opening a workbook that somebody sent: judged by its content, bounded before it is parsed."""

import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePath
from typing import Any
from xml.parsers import expat

from django.conf import settings
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from audit.errors import NotPossible
from hazards.importing.cells import text_of
from hazards.importing.findings import some_of
from hazards.importing.sheet import Merge, Sheet
from hazards.importing.sheet_xml import HiddenColumns, UnmeasuredReader, parts_of
from hazards.uploads import safe_file_name

# A log of 1,000 hazards unpacks to some 5 MB; what is bounded here is only what was made to harm.
UNPACKED_LIMIT = 120 * 1024 * 1024  # bytes of all parts that are parsed
PART_RATIO_LIMIT = 500  # unpacked bytes for one packed byte, in parts over a megabyte
CELL_LIMIT = 2_000_000  # of one sheet
LAST_ROW = 1_048_576  # of any sheet
ROW_LIMIT = LAST_ROW  # rows of all sheets
MERGED_LIMIT = 1_000_000  # columns that they cover, all together

_TEXTS = frozenset({".csv", ".tsv", ".txt", ".md", ".markdown", ".json"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOLDER = "a packed folder (zip)"
_OTHER_PACKAGES = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "meta-inf/manifest.xml": "an OpenDocument file (.ods)",
    "index/document.iwa": "an Apple Numbers document",
}
_STRICT = b"purl.oclc.org/ooxml"  # the namespaces of the strict form, which openpyxl does not read
_DAMAGE = (
    # What openpyxl, the XML parsers and zipfile raise on a broken or hostile file.
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    expat.ExpatError,
    zipfile.BadZipFile,
    zlib.error,
)


def open_workbook(name: str, content: bytes) -> list[Sheet]:
    """Every worksheet of a workbook, with its texts and merged ranges.

    Raises ``NotPossible``, with what to do, for everything that is no readable XLSX workbook.
    """
    name = safe_file_name(name)
    _check_is_workbook(name, content)
    with warnings.catch_warnings():
        # openpyxl warns of parts it does not keep (drawings, validations); none is read here.
        warnings.simplefilter("ignore")
        with _damage_in_words(name):
            reader = UnmeasuredReader(
                BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            try:
                reader.read()
                return _sheets(_worksheets(reader.wb), name)
            finally:
                reader.archive.close()


def _worksheets(workbook: Any) -> Iterable[Any]:
    return (each for each in workbook.worksheets if hasattr(each, "reset_dimensions"))


def _sheets(worksheets: Iterable[Any], name: str) -> list[Sheet]:
    sheets: list[Sheet] = []
    rows_left = ROW_LIMIT
    for worksheet in worksheets:
        sheet, rows = _sheet(worksheet, name, rows_left)
        sheets.append(sheet)
        rows_left -= rows
    return sheets


def _sheet(worksheet: Any, name: str, row_limit: int) -> tuple[Sheet, int]:
    """A sheet, and how many rows were written of it."""
    sheet = Sheet(str(worksheet.title), worksheet.sheet_state != "visible")
    cells = count = 0
    hidden: list[str] = []
    unseen: list[HiddenColumns] = []
    for row in parts_of(worksheet):
        if isinstance(row, HiddenColumns):
            unseen.append(row)
            continue
        if isinstance(row, Merge):
            sheet.merges.append(row)
            continue
        count += 1
        cells += len(row.cells)
        if cells > CELL_LIMIT:
            raise NotPossible(_larger_than_a_log(sheet, name, f"{CELL_LIMIT:,} cells"))
        if count > row_limit or row.number > LAST_ROW:
            raise NotPossible(_larger_than_a_log(sheet, name, f"{row_limit:,} rows"))
        texts = {column: text for column, value in row.cells if (text := text_of(value))}
        if texts:
            sheet.rows[row.number] = texts
            hidden += [f"row {row.number}"] if row.is_hidden else []
    if hidden:
        sheet.notes.append(f"Hidden rows were read like the others: {some_of(hidden)}.")
    _note_hidden_columns(sheet, unseen)
    widths = (min(each.last_column, sheet.widest) - each.first_column for each in sheet.merges)
    if sum(width + 1 for width in widths if width >= 0) > MERGED_LIMIT:
        raise NotPossible(_larger_than_a_log(sheet, name, f"{MERGED_LIMIT:,} merged columns"))
    return sheet, count


def _note_hidden_columns(sheet: Sheet, unseen: list[HiddenColumns]) -> None:
    filled = {column for texts in sheet.rows.values() for column in texts} if unseen else set()
    hidden = [
        f"column {get_column_letter(column)}"
        for column in sorted(filled)
        if any(each.first <= column <= each.last for each in unseen)
    ]
    if hidden:
        sheet.notes.append(f"Hidden columns were read like the others: {some_of(hidden)}.")


def _larger_than_a_log(sheet: Sheet, name: str, limit: str) -> str:
    return (
        f"The sheet “{sheet.name}” of {name} is larger than a hazard log can be (more than "
        f"{limit}). Nothing was changed. Copy the log into a new workbook, without the empty rows "
        "and columns around it, and choose that."
    )


@contextmanager
def _damage_in_words(name: str) -> Iterator[None]:
    try:
        yield
    except NotPossible:
        raise
    except _DAMAGE as damage:
        raise NotPossible(
            f"{name} is damaged: it calls itself an Excel workbook, but what is inside cannot be "
            "read. Nothing was changed. Open it in Excel or LibreOffice, save it again as .xlsx, "
            "and choose that file."
        ) from damage


def _check_is_workbook(name: str, content: bytes) -> None:
    if not content:
        raise NotPossible(
            f"{name} is empty. Nothing was changed. Choose the workbook (.xlsx) with your log."
        )
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise NotPossible(too_large(name))
    if content.startswith(_OLE):
        raise NotPossible(_old_office_file(name, content))
    if not content.startswith(b"PK\x03\x04"):
        raise NotPossible(
            f"{name} is {what_it_is(content)}, not an Excel workbook (.xlsx), whatever its name "
            "says. Nothing was changed. Choose the workbook itself, or save the log as .xlsx."
        )
    with _damage_in_words(name), zipfile.ZipFile(BytesIO(content)) as archive:
        _check_parts(name, archive.infolist())
        with archive.open("xl/workbook.xml") as part:
            is_strict = _STRICT in part.read(4096)
    if is_strict:
        raise NotPossible(
            f"{name} is in the strict form of the workbook format. Nothing was changed. In Excel "
            "choose Save As, Excel Workbook (.xlsx), and choose that file."
        )


def too_large(name: str) -> str:
    """The sentence about a file over the limit for uploads."""
    limit = settings.UPLOAD_LIMIT_BYTES // 1024 // 1024
    return (
        f"{name} is larger than {limit} MB. Nothing was changed. {_how_to_shorten(name)}, and "
        "choose it again."
    )


def _how_to_shorten(name: str) -> str:
    if PurePath(name).suffix.lower() in _TEXTS:
        return "Check that it is the log, and split it into several files or leave out other parts"
    return "Take pictures and other sheets out of the workbook, save it"


def _old_office_file(name: str, content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return (
            f"{name} is protected with a password, so it cannot be read. Nothing was changed. "
            "Open it in Excel, remove the password (File, Info, Protect Workbook), save it, "
            "and choose it again."
        )
    return (
        f"{name} is in the format of Excel before 2007 (.xls). Nothing was changed. "
        "Open it in Excel or LibreOffice, save it as .xlsx, and choose that file."
    )


def is_workbook_or_office(content: bytes) -> bool:
    """Whether the first bytes are those of a packed or an old Office file."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE))


def what_it_is(content: bytes) -> str:
    """What a file is that is no workbook, for a sentence."""
    if content.startswith(b"%PDF-"):
        return "a PDF"
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")):
        return "a picture"
    if b"\x00" not in content[:4096]:
        return "a text file"
    return "some other kind of file"


def _check_parts(name: str, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.lower() for part in parts}
    if any(each.endswith("vbaproject.bin") or "/macrosheets/" in each for each in names):
        raise NotPossible(
            f"{name} holds macros, and those are not let in. Nothing was changed. "
            "In Excel choose Save As, Excel Workbook (.xlsx), and choose that file."
        )
    if "xl/workbook.bin" in names:
        raise NotPossible(
            f"{name} is a binary workbook (.xlsb). Nothing was changed. "
            "In Excel choose Save As, Excel Workbook (.xlsx), and choose that file."
        )
    if "[content_types].xml" not in names or not any(each.startswith("xl/") for each in names):
        kind = next((said for part, said in _OTHER_PACKAGES.items() if part in names), _FOLDER)
        raise NotPossible(
            f"{name} is {kind}, not an Excel workbook (.xlsx). Nothing was changed. "
            "Save the log as .xlsx in the program that it comes from, and choose that file."
        )
    if any(part.flag_bits & 0x1 for part in parts):
        raise NotPossible(
            f"{name} is protected with a password, so it cannot be read. Nothing was changed. "
            "Save it without a password and choose it again."
        )
    # Pictures and the like are never unpacked here.
    parsed = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
    unpacked = sum(part.file_size for part in parsed)
    if unpacked > UNPACKED_LIMIT or any(_is_bomb(part) for part in parsed):
        raise NotPossible(
            f"{name} unpacks to {unpacked // 1024 // 1024:,} MB, far more than a hazard log "
            "holds, so it was not opened. Nothing was changed. Copy the log into a new workbook "
            "and choose that."
        )


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 1024 * 1024 and (
        part.file_size > PART_RATIO_LIMIT * max(part.compress_size, 1)
    )
