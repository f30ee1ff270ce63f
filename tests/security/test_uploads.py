"""Workbooks that were made to harm: each is refused in a sentence, and in little time."""

import zipfile
from io import BytesIO
from unittest import mock

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from audit.errors import NotPossible
from hazards.importing import blocks, evidence_columns, waiting, workbook
from hazards.importing.read import read_log
from hazards.models import Hazard
from products.models import Product
from tests.people import ClientOf

OPENXML = "http://schemas.openxmlformats.org"
MAIN = f"{OPENXML}/spreadsheetml/2006/main"
RELATIONSHIPS = f"{OPENXML}/officeDocument/2006/relationships"
HEADINGS = (
    "Hazard Number",
    "Hazard Name",
    "Potential Clinical Impact",
    "Possible Causes",
    "Design",
)


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int | str, *texts: str) -> str:
    cells = "".join(cell(f"{'ABCDE'[at]}{number}", text) for at, text in enumerate(texts) if text)
    return f'<row r="{number}">{cells}</row>'


HEADING = row(1, *HEADINGS)


def a_workbook(sheet: str, *, after: str = "", before: str = "", sheets: int = 1) -> bytes:
    """A workbook by hand, so that it can say what no program would write."""
    numbers = range(1, sheets + 1)
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{RELATIONSHIPS}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in numbers
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    root = f"{OPENXML}/package/2006/relationships"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{OPENXML}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{root}"><Relationship Id="r1" '
        f'Type="{RELATIONSHIPS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONSHIPS}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{root}">{targets}</Relationships>',
    }
    for n in numbers:
        parts[f"xl/worksheets/s{n}.xml"] = (
            f'{before}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData>{after}</worksheet>'
        )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def refusal_of(content: bytes) -> str:
    with pytest.raises(NotPossible) as refusal:
        read_log(name="log.xlsx", content=content)
    return refusal.value.sentence


def test_the_workbook_itself_is_read() -> None:
    log = read_log(name="log.xlsx", content=a_workbook(HEADING + row(2, "1", "Name", "Harm")))
    assert [hazard.name for hazard in log.hazards] == ["Name"]


@pytest.mark.parametrize("number", ["1048577", "500000000000", "9" * 30])
def test_a_row_that_no_spreadsheet_has_is_not_counted_to(number: str) -> None:
    """Fifteen hundred bytes kept a server counting for days."""
    sentence = refusal_of(a_workbook(HEADING + row(number, "1", "Name")))
    assert "larger than a hazard log" in sentence


def test_the_last_row_of_a_sheet_is_read() -> None:
    log = read_log(
        name="log.xlsx",
        content=a_workbook(HEADING + row(2, "1", "Name") + row(workbook.LAST_ROW, "2", "Last")),
    )
    assert [hazard.name for hazard in log.hazards] == ["Name", "Last"]


def test_the_rows_of_all_sheets_are_counted_together() -> None:
    rows = "".join(row(n, str(n), "Name") for n in range(2, 301))
    content = a_workbook(HEADING + rows, sheets=5)
    with mock.patch.object(workbook, "ROW_LIMIT", 1_000):
        assert "larger than a hazard log" in refusal_of(content)
    assert read_log(name="log.xlsx", content=content).hazards


def test_merged_cells_over_everything_are_refused_at_once() -> None:
    """Two thousand of them on a wide sheet took sixteen seconds and half a gigabyte."""
    wide = HEADING.replace("</row>", f"{cell('ZZZ1', 'Far')}</row>")
    merged = "".join(f'<mergeCell ref="A{n}:ZZZ{n + 9}"/>' for n in range(3, 203))
    content = a_workbook(wide + row(2, "1", "Name"), after=f"<mergeCells>{merged}</mergeCells>")
    assert "merged columns" in refusal_of(content)


def test_whole_columns_that_are_merged_beside_the_log_are_no_matter() -> None:
    merged = "".join(f'<mergeCell ref="G{n}:ZZZ{n}"/>' for n in range(2, 300))
    content = a_workbook(HEADING + row(2, "1", "Name"), after=f"<mergeCells>{merged}</mergeCells>")
    assert len(read_log(name="log.xlsx", content=content).hazards) == 1


def test_a_hazard_of_too_many_rows_is_refused() -> None:
    causes = "".join(
        row(n, "", "", "", f"Cause {n}") for n in range(3, blocks.MOST_ROWS_OF_ONE + 3)
    )
    sentence = refusal_of(a_workbook(HEADING + row(2, "H-1", "Name", "Harm") + causes))
    assert "H-1 in row 2 has more than 1,000 rows" in sentence


def test_a_log_of_too_many_rows_is_refused() -> None:
    content = a_workbook(HEADING + "".join(row(n, f"H-{n}", "Name") for n in range(2, 40)))
    with mock.patch.object(blocks, "MOST_ROWS", 30):
        assert "Split it into several workbooks" in refusal_of(content)


def test_a_cell_of_too_many_controls_is_refused() -> None:
    lines = "\n".join(f"Control {n}" for n in range(evidence_columns.MOST_PARTS + 1))
    sentence = refusal_of(a_workbook(HEADING + row(2, "H-1", "Name", "Harm", "Cause", lines)))
    assert "H-1 has more than 1,000 controls (cell E2)" in sentence


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_entities_are_refused(before: str) -> None:
    content = a_workbook(HEADING + row(2, "1", "Name &x;"), before=before)
    assert "is damaged" in refusal_of(content)


def test_a_hostile_workbook_is_answered_on_the_page_and_nothing_waits(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    upload = SimpleUploadedFile("log.xlsx", a_workbook(HEADING + row("9" * 12, "1", "Name")))
    answer = client_of(cso).post(reverse("import_hazards", args=[product.slug]), {"file": upload})
    assert "larger than a hazard log" in answer.content.decode()
    assert not Hazard.objects.exists()


def test_a_waiting_file_that_somebody_else_threw_away_is_no_matter(
    product: Product, cso: User
) -> None:
    keep = {"product": product, "person": cso, "name": "x.xlsx", "content": b"x", "sheet": ""}
    first = waiting.keep_waiting(**keep)  # type: ignore[arg-type]
    with mock.patch.object(default_storage, "get_modified_time", side_effect=FileNotFoundError):
        second = waiting.keep_waiting(**keep)  # type: ignore[arg-type]
    assert first != second
