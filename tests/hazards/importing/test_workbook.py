"""Files that people send: judged by content, bounded before they are parsed."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from pytest_django import Settings

from audit.errors import BadText, NotPossible
from hazards.importing import workbook
from hazards.importing.workbook import open_workbook
from tests.hazards.importing.workbooks import (
    SAMPLE,
    a_row,
    read,
    saved,
    template,
    with_part,
    with_text,
    write,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def zipped(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name.replace("__", "/"), part)
    return stream.getvalue()


def encrypted(content: bytes) -> bytes:
    """The package with the flag of encryption set on its first entry in the directory."""
    at = content.index(b"PK\x01\x02") + 8
    return content[:at] + bytes([content[at] | 1]) + content[at + 1 :]


GOOD = template(a_row())

BAD_FILES = {
    "empty": (b"", "is empty"),
    "a PDF": (b"%PDF-1.7 ...", "is a PDF, not an Excel workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n....", "is a picture, not"),
    "a text file": (b"Hazard Number,Hazard Name\n", "is a text file, not"),
    "something else": (b"\x7fELF\x00\x00", "is some other kind of file"),
    "old Excel": (OLE + "Workbook".encode("utf-16-le"), "before 2007 (.xls)"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password"),
    "a zip password": (encrypted(GOOD), "protected with a password"),
    "a broken zip": (GOOD[: len(GOOD) // 2], "is damaged"),
    "a broken part": (with_part(GOOD, "xl/workbook.xml", b"<workbook"), "is damaged"),
    "a broken sheet": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
        "is damaged",
    ),
    "no content types": (zipped(xl__workbook=b"<x/>"), "is a packed folder"),
    "a Word document": (
        zipped(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"}),
        "is a Word document",
    ),
    "a zip of pictures": (zipped(one=b"1", two=b"2"), "is a packed folder"),
    "macros": (with_part(GOOD, "xl/vbaProject.bin", b"\x00"), "holds macros"),
    "a binary workbook": (
        zipped(**{"[Content_Types].xml": b"<x/>", "xl__workbook.bin": b"\x00"}),
        "is a binary workbook",
    ),
    "a bomb": (
        with_part(GOOD, "xl/worksheets/sheet1.xml", b" " * 3_000_000),
        "unpacks to 2 MB",
    ),
    "entities": (
        with_part(
            GOOD,
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>',
        ),
        "is damaged",
    ),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_gets_a_sentence(kind: str) -> None:
    content, says = BAD_FILES[kind]
    with pytest.raises(NotPossible) as refusal:
        open_workbook("my log.xlsx", content)
    sentence = refusal.value.sentence
    assert sentence.startswith("my log.xlsx ")
    assert says in sentence
    assert "Nothing was changed." in sentence
    assert sentence.rstrip(".").split(". ")[-1]  # and it ends with what to do


def test_a_file_over_the_limit_is_not_opened(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    with pytest.raises(NotPossible, match="is larger than"):
        open_workbook("log.xlsx", GOOD)


def test_a_sheet_of_millions_of_cells_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "CELL_LIMIT", 20)
    with pytest.raises(NotPossible, match="larger than a hazard log can be"):
        open_workbook("log.xlsx", GOOD)


def test_the_name_of_a_file_says_nothing() -> None:
    assert open_workbook("log.pdf", GOOD)[0].name == "Hazard log"


def test_a_name_with_a_path_in_it_is_only_a_name() -> None:
    with pytest.raises(NotPossible, match=r"^passwd is empty"):
        open_workbook("../../etc/passwd", b"")


def test_merged_ranges_are_found_however_large() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "over three rows"
    sheet["C1"] = "not merged"
    sheet.merge_cells("A1:A3")
    content = saved(book)
    with zipfile.ZipFile(BytesIO(content)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    huge = xml.replace('ref="A1:A3"/>', 'ref="A1:A3"/><mergeCell ref="E1:XFD1048576"/>')
    assert huge != xml
    (read_sheet,) = open_workbook(
        "x.xlsx", with_part(content, "xl/worksheets/sheet1.xml", huge.encode())
    )
    assert read_sheet.shown(3, 1) == "over three rows"
    assert read_sheet.text(3, 1) == ""
    assert read_sheet.merge_at(4, 1) is None
    assert read_sheet.merge_at(1, 3) is None
    assert read_sheet.merge_at(900_000, 6) is not None


def test_a_row_far_below_is_found_without_filling_what_is_between() -> None:
    book = Workbook()
    book.worksheets[0].cell(1_000_000, 2, "far away")
    (sheet,) = open_workbook("x.xlsx", saved(book))
    assert sheet.rows == {1_000_000: {2: "far away"}}


def test_a_formula_stays_text() -> None:
    book = Workbook()
    book.worksheets[0]["A1"] = "=cmd|'/c calc'!A1"
    (sheet,) = open_workbook("x.xlsx", saved(book))
    assert sheet.text(1, 1) == "=cmd|'/c calc'!A1"


def test_a_hundred_thousand_characters_name_their_cell() -> None:
    content = with_text(template(a_row(harm="SHORT")), "SHORT", "x" * 100_000)
    with pytest.raises(BadText) as refusal:
        read(content)
    assert refusal.value.sentence == (
        "Sheet “Hazard log”, cell D3: Potential Clinical Impact has 100,000 characters; 5,000 fit. "
        "Nothing was saved. Shorten it or move the detail into evidence, and try again."
    )


@pytest.mark.parametrize("code", ["_x0000_", "_xD800_"])
def test_a_character_that_cannot_be_stored_names_its_cell(code: str) -> None:
    content = template(a_row(), a_row(ref="H-2", name=f"Second {code} one", cause=f"{code}"))
    with pytest.raises(BadText) as refusal:
        read(content)
    assert "Sheet “Hazard log”, cell B4: The text holds a character" in refusal.value.sentence
    assert refusal.value.sentence.endswith("The same is wrong in E4.")


def test_a_raw_nul_is_a_damaged_file() -> None:
    content = with_text(template(a_row(harm="HARM")), "HARM", "a\x00b")
    with pytest.raises(NotPossible, match="is damaged"):
        read(content)


def test_the_sample_opens() -> None:
    names = [sheet.name for sheet in open_workbook(SAMPLE.name, SAMPLE.read_bytes())]
    assert names == ["Information", "Hazard log", "Risk matrix", "Change log"]


def test_a_chart_on_a_sheet_of_its_own_is_passed_over() -> None:
    book = Workbook()
    write(book.worksheets[0], [["Hazard ID", "Hazard", "Harm", "Cause"], ["H1", "a", "b", "c"]])
    book.create_chartsheet("Chart", 0).add_chart(BarChart())
    assert [each.reference for each in read(saved(book)).hazards] == ["H1"]
