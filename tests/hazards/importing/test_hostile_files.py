"""Files made to harm, or that are no logs: one clear sentence each, and nothing is opened."""

import json
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook
from pytest_django import Settings

from audit.errors import BadText, NotPossible
from hazards.importing import blocks, csv_file, sheet_xml, workbook
from hazards.importing.files import LogKind, kind_of_log
from hazards.importing.mapping import propose
from hazards.importing.read import read_log
from tests.hazards.importing.workbooks import a_row, saved, table, template, with_part, with_text

GOOD = template(a_row())
HEADINGS = "Hazard Number,Hazard Name,Possible Causes,Potential Clinical Impact\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def zip_of(**parts: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def a_bomb() -> bytes:
    """A workbook whose sheet is 300 MB of nothing."""
    return with_part(GOOD, "xl/worksheets/sheet1.xml", b" " * (300 * 1024 * 1024))


HOSTILE = {
    "a bomb": ("log.xlsx", a_bomb, "unpacks to 300 MB"),
    "macros": (
        "log.xlsm",
        lambda: with_part(GOOD, "xl/vbaProject.bin", b"\x00"),
        "holds macros, and those are not let in",
    ),
    "old macros": (
        "log.xlsm",
        lambda: with_part(GOOD, "xl/macrosheets/sheet1.xml", b"<x/>"),
        "holds macros, and those are not let in",
    ),
    "a password": (
        "log.xlsx",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "protected with a password",
    ),
    "old Excel": ("log.xls", lambda: OLE, "before 2007"),
    "old Excel by another name": ("log.csv", lambda: OLE, "before 2007"),
    "a PDF called a workbook": ("log.xlsx", lambda: b"%PDF-1.7\n1 0 obj", "is a PDF"),
    "a PDF called a CSV": ("log.csv", lambda: b"%PDF-1.7\n1 0 obj", "is a PDF"),
    "a picture": ("log.csv", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 90, "is a picture"),
    "half a zip": ("log.xlsx", lambda: GOOD[: len(GOOD) // 2], "is damaged"),
    "the start of a zip": ("log.csv", lambda: GOOD[:40], "is damaged"),
    "an empty zip": ("log.xlsx", lambda: b"PK\x05\x06" + b"\x00" * 18, "some other kind of file"),
    "an OpenDocument sheet": (
        "log.ods",
        lambda: zip_of(**{"mimetype": b"x", "META-INF/manifest.xml": b"<x/>"}),
        "is an OpenDocument file (.ods)",
    ),
    "the strict form": (
        "log.xlsx",
        lambda: with_part(
            GOOD,
            "xl/workbook.xml",
            b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>',
        ),
        "is in the strict form",
    ),
    "no list of sheets": (
        "log.xlsx",
        lambda: zip_of(**{"[Content_Types].xml": b"<x/>", "xl/styles.xml": b"<x/>"}),
        "is damaged",
    ),
    "nothing": ("log.csv", lambda: b"", "is empty"),
    "nothing but a mark": ("log.csv", lambda: b"\xef\xbb\xbf\r\n  \r\n", "is empty"),
    "a program called a CSV": (
        "log.csv",
        lambda: b"\x7fELF\x02\x01\x01" + b"\x00" * 200,
        "is no text that can be read",
    ),
    "noise": ("log.md", lambda: bytes(range(1, 256)) * 20, "is no text that can be read"),
    "a quotation mark never closed": (
        "log.csv",
        lambda: (HEADINGS + 'H1,"open' + "x" * 200_000).encode(),
        "cannot be read as CSV from line 2 on",
    ),
    "nested JSON": ("log.json", lambda: b"[" * 100_000, "nested too deeply"),
    "nested objects": ("log.json", lambda: b'{"a":' * 100_000, "nested too deeply"),
    "half of JSON": ("log.json", lambda: b'[{"id": "H1", "name": ', "is not JSON"),
    "no number": ("log.json", lambda: b'[{"id": NaN}]', "is not JSON"),
    "digits without end": ("log.json", lambda: b"[" + b"9" * 100_000 + b"]", "is not JSON"),
    "JSON without rows": ("log.json", lambda: b'{"a": [1, 2]}', "holds no list of hazards"),
    "an empty list": ("log.json", lambda: b"[]", "holds no list of hazards"),
    "prose": ("log.md", lambda: b"# A letter\n\nDear reader.\n", "No hazard was found in log.md"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_each_gets_one_sentence(kind: str) -> None:
    name, content, says = HOSTILE[kind]
    with pytest.raises(NotPossible) as refusal:
        read_log(name=name, content=content())
    sentence = refusal.value.sentence
    assert says in sentence
    assert "Nothing was changed." in sentence
    assert "\n" not in sentence
    assert len(sentence) < 450


@pytest.mark.parametrize("name", ["log.xlsx", "log.csv", "log.md", "log.json"])
def test_a_file_over_the_limit_is_not_looked_at(settings: Settings, name: str) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1024
    with pytest.raises(NotPossible, match="is larger than 0 MB") as refusal:
        kind_of_log(name, b"x" * 2048)
    assert ("out of the workbook" in refusal.value.sentence) == name.endswith("xlsx")


def test_two_hundred_megabytes_are_refused_at_once() -> None:
    with pytest.raises(NotPossible, match="is larger than 25 MB"):
        kind_of_log("log.csv", b"x" * (200 * 1024 * 1024))


def test_a_workbook_by_another_name_is_a_workbook() -> None:
    assert kind_of_log("log.csv", GOOD) is LogKind.WORKBOOK
    assert len(read_log(name="log.csv", content=GOOD).hazards) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_what_could_expand_is_damaged(encoding: str) -> None:
    part = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;'
        "</worksheet>"
    )
    content = with_part(GOOD, "xl/worksheets/sheet1.xml", part.encode(encoding))
    with pytest.raises(NotPossible, match="is damaged"):
        read_log(name="log.xlsx", content=content)


def test_more_merged_ranges_than_a_log_has_are_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xml, "MERGE_LIMIT", 1)
    content = template(a_row(), a_row(ref="H-2"), merge=["A3:A4", "B3:B4"])
    with pytest.raises(NotPossible, match="is damaged"):
        read_log(name="log.xlsx", content=content)


@pytest.mark.parametrize("number", ["0", "-3"])
def test_a_row_before_the_first_is_damage(number: str) -> None:
    content = with_text(GOOD, 'r="3"', f'r="{number}"')
    with pytest.raises(NotPossible, match="is damaged"):
        read_log(name="log.xlsx", content=content)


def test_a_row_far_beyond_the_last_is_not_counted_to() -> None:
    content = with_text(GOOD, '<row r="3"', '<row r="99999999999"')
    with pytest.raises(NotPossible, match=r"larger than a hazard log can be|is damaged"):
        read_log(name="log.xlsx", content=content)


def test_a_csv_of_millions_of_fields_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "CELL_LIMIT", 20)
    with pytest.raises(NotPossible, match="has more than 20 fields"):
        read_log(name="log.csv", content=(HEADINGS * 10).encode())


def test_more_rows_than_can_be_read_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_ROWS", 3)
    rows = "".join(f"H{n},Name {n},c,h\n" for n in range(6))
    with pytest.raises(NotPossible, match="has more than 3 filled rows"):
        read_log(name="log.csv", content=(HEADINGS + rows).encode())


def test_a_nul_within_a_text_is_no_text() -> None:
    with pytest.raises(NotPossible, match="is no text that can be read"):
        read_log(name="log.csv", content=(HEADINGS + "H1,a\x00b,c,d\n").encode())


def test_half_a_character_in_json_names_its_place() -> None:
    content = json.dumps([{"id": "H1", "name": "a\ud800b", "cause": "c", "harm": "d"}]).encode()
    with pytest.raises(BadText, match="item 1 › name"):
        read_log(name="log.json", content=content)


def test_a_text_too_long_for_its_place_names_its_line() -> None:
    content = f"## H-1 Name\n\n### Cause\n\nc\n\n### Harm\n\n{'x' * 6000}\n".encode()
    with pytest.raises(BadText, match="line 9: Potential Clinical Impact has 6,000 characters"):
        read_log(name="log.md", content=content)


def test_formulas_are_texts_in_every_kind() -> None:
    for name, content in (
        ("log.csv", (HEADINGS + "H1,=cmd|calc!A1,c,d\n").encode()),
        (
            "log.md",
            b"| ID | Hazard | Cause | Harm |\n|--|--|--|--|\n| H1 | =cmd\\|calc!A1 | c | d |",
        ),
        ("log.json", b'[{"id": "H1", "hazard": "=cmd|calc!A1", "cause": "c", "harm": "d"}]'),
    ):
        log = read_log(name=name, content=content)
        assert log.hazards[0].name == "=cmd|calc!A1"
        assert any("not calculated; its text was kept" in each.done for each in log.findings)


def test_a_proposal_is_refused_with_the_same_sentences() -> None:
    with pytest.raises(NotPossible, match="is a PDF"):
        propose(name="log.csv", content=b"%PDF-1.7")
    with pytest.raises(NotPossible, match="No heading of a hazard log was found"):
        propose(name="log.xlsx", content=table(["one"], ["two"]))


def test_an_empty_workbook_has_no_heading() -> None:
    with pytest.raises(NotPossible, match="No heading of a hazard log was found"):
        read_log(name="log.xlsx", content=saved(Workbook()))
    assert workbook.UNPACKED_LIMIT < 200 * 1024 * 1024
