"""The workbook: the layout of the template, and words where there are colours."""

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from products.models import Product
from safetycase.log_files import VersionTitle, hazard_log_workbook
from safetycase.log_files.safe_text import CUT_SHORT
from tests.hazards.factories import a_control, a_harm, a_hazard
from tests.safetycase.log_files.logs import (
    TITLE,
    a_mixed_log,
    column_of,
    log_sheet_of,
    sheet_of,
    snapshot_of,
    texts_of,
)
from tests.safetycase.story import Story

RESIDUAL = "Residual"


def test_the_sheets(product: Product, cso: User) -> None:
    book = load_workbook(BytesIO(hazard_log_workbook(snapshot_of(product), TITLE)))
    assert book.sheetnames == ["Cover", "Hazard log", "Risk matrix", "Change log"]
    assert book.properties.title == "Digital Pharmacy: hazard log"
    assert book.properties.subject == "Version 2, issued"


def test_the_heading_stays_in_sight_and_is_printed_on_each_page(
    product: Product, cso: User
) -> None:
    a_mixed_log(product, cso)
    sheet = log_sheet_of(snapshot_of(product))
    assert sheet.freeze_panes == "C5"
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$3:$4", "$A:$B")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert len(sheet.col_breaks.brk) >= 2
    assert 50 <= int(sheet.page_setup.scale or 0) <= 100
    heights = [sheet.row_dimensions[row].height for row in range(5, sheet.max_row + 1)]
    assert all(height is not None and 15 <= height <= 409 for height in heights)


def test_one_row_for_each_cause_under_merged_cells(product: Product, cso: User) -> None:
    a_mixed_log(product, cso)
    sheet = log_sheet_of(snapshot_of(product))
    merged = {str(each) for each in sheet.merged_cells.ranges}
    assert {"A5:A6", "A7:A9", "B7:B9"} <= merged
    causes = column_of(sheet, "Possible Causes")
    assert [sheet.cell(row, causes).value for row in (7, 8, 9)] == ["Cause 1", "Cause 2", "Cause 3"]
    assert texts_of(sheet, "Severity", "Initial")[1:4] == ["Considerable", "Major", "Considerable"]
    assert texts_of(sheet, "Severity", RESIDUAL)[1:4] == ["Minor", "Major", "–"]
    assert texts_of(sheet, "Design")[1:4] == [
        "On one and two\nOn one and three",
        "On one and two",
        "On one and three",
    ]


def test_classes_have_number_words_and_colour(story: Story) -> None:
    sheet = log_sheet_of(snapshot_of(story.product, story.reported))
    column = column_of(sheet, "Risk Rating", "Initial")
    rating = sheet.cell(5, column)
    assert (rating.value, rating.data_type) == (3, "n")
    assert rating.fill.fgColor.rgb == "FFFBDF9D"
    assert rating.font.color is not None
    assert rating.font.color.rgb == "FF5A3A00"
    words = [sheet.cell(5, column - 2).value, sheet.cell(5, column - 1).value]
    assert words == ["Major", "Medium"]
    assert str(sheet.cell(5, column + 1).value).startswith("Acceptable if justified\n")


def test_residual_risks_say_in_words_whether_they_are_confirmed(story: Story) -> None:
    sheet = log_sheet_of(snapshot_of(story.product, story.reported))
    by_hazard = dict(
        zip(
            texts_of(sheet, "Hazard Name"), texts_of(sheet, "Provisional or Confirmed"), strict=True
        )
    )
    assert by_hazard["A repeat goes on and/or nobody looks"].startswith("Confirmed\n")
    assert by_hazard["A warning sign waits"].startswith("Provisional:\nCTL-")
    assert by_hazard["A hazard that nobody estimated"].startswith("Not estimated yet")
    assert by_hazard["A letter is a day late"] == (
        "No estimate is needed: the initial risk is acceptable"
    )
    ratings = dict(
        zip(
            texts_of(sheet, "Hazard Name"),
            texts_of(sheet, "Risk Rating", RESIDUAL),
            strict=True,
        )
    )
    assert ratings["A hazard that nobody estimated"] == "TBC"
    assert ratings["A letter is a day late"] == "n/a"


def test_evidence_stands_beside_its_controls(story: Story) -> None:
    sheet = log_sheet_of(snapshot_of(story.product, story.reported))
    told = texts_of(sheet, "Further Control Evidence")
    assert any("Manufacturer · Verified · release 1.0.0" in each for each in told)
    assert any("Implementation: pass" in each for each in told)
    assert any("Instruction: Train everybody before go-live; show the register." in e for e in told)
    assert any("Does not count for this release" in each for each in told)
    assert "A test that is planned" in texts_of(sheet, "Test")
    assert any(each.startswith("Planned · of CTL-") for each in texts_of(sheet, "Test Evidence"))


def test_the_cover_and_what_the_log_does_not_hold(story: Story) -> None:
    content = hazard_log_workbook(snapshot_of(story.product, story.reported), TITLE)
    cover = sheet_of(content, "Cover")
    facts = {str(cover.cell(row, 2).value): cover.cell(row, 3).value for row in range(5, 60)}
    assert facts["Product"] == "Digital Pharmacy"
    assert facts["Release"] == "1.1.0"
    assert facts["Version"] == "2"
    assert facts["Status"] == "Issued"
    assert facts["Owner"] == "Clara Officer, clinical safety officer, GMC 7654321"
    assert facts["Authors"] == "Bridget Between, Clara Officer"
    assert facts["Date"] == "3 May 2026, 10:42 BST (09:42 UTC)"
    later = story.hazards["of a later release"].display_reference
    assert facts[later] == "A hazard of what comes later: In scope from release 1.2.0"
    assert (
        facts["Hazards in this log"] == "5 in scope of the release, 1 not yet placed in a release"
    )


def test_the_matrix_and_the_change_log(product: Product, cso: User) -> None:
    snapshot = snapshot_of(product)
    content = hazard_log_workbook(snapshot, TITLE)
    matrix = sheet_of(content, "Risk matrix")
    assert [matrix.cell(6, column).value for column in range(2, 8)] == ["Very high", 3, 4, 4, 5, 5]
    texts = " ".join(str(cell.value) for row in matrix.iter_rows() for cell in row if cell.value)
    shown = snapshot["matrix"]
    assert shown is not None
    for level in (*shown["severities"], *shown["likelihoods"]):
        assert f"{level['word']} {level['meaning']}" in texts
    for each in shown["classes"]:
        assert each["meaning"].rstrip(".") in texts
    changes = sheet_of(content, "Change log")
    assert [cell.value for cell in changes[3]] == [
        *("2", "3 May 2026", "Clara Officer", "=Corrects version 1")
    ]


def test_no_text_is_a_formula(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, '=HYPERLINK("https://evil.example";"look")', description="+1")
    a_harm(hazard, cso, "@SUM(A1)")
    a_control(hazard, cso, "-2+3")
    content = hazard_log_workbook(snapshot_of(product), TITLE)
    with zipfile.ZipFile(BytesIO(content)) as package:
        for name in package.namelist():
            assert b"<f>" not in package.read(name)
    sheet = sheet_of(content)
    for row in sheet.iter_rows(min_row=5):
        for cell in row:
            if isinstance(cell.value, str) and cell.value[0] in "=+-@":
                assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert sheet["B5"].value == hazard.name
    assert not sheet["A5"].quotePrefix


def test_control_characters_and_long_texts(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, description="A bell \x07 rings\ufffe")
    snapshot = snapshot_of(product)
    snapshot["hazards" if snapshot["hazards"] else "unplaced"][0]["justification"] = "a" * 40_000
    sheet = log_sheet_of(snapshot)
    assert texts_of(sheet, "Hazard Description") == ["A bell _x0007_ rings_xFFFE_"]
    assert texts_of(sheet, "Justification")[0].endswith(CUT_SHORT)
    assert hazard.description == "A bell \x07 rings\ufffe"


def test_a_tall_hazard_takes_more_rows_than_it_has_causes(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso, description="A long story. " * 500)
    sheet = log_sheet_of(snapshot_of(product))
    assert sheet.max_row > 5
    assert sheet["C5"].value == hazard.description.strip() or "A long story." in str(
        sheet["C5"].value
    )
    total = sum(sheet.row_dimensions[row].height or 0 for row in range(5, sheet.max_row + 1))
    assert total > 409


def test_a_log_without_anything(product: Product, cso: User) -> None:
    content = hazard_log_workbook(snapshot_of(product), VersionTitle("1", "Draft", TITLE.dated))
    assert sheet_of(content).max_row == 4
    assert sheet_of(content, "Cover")["C6"].value


def test_the_same_snapshot_gives_the_same_bytes(
    product: Product, cso: User, tmp_path: Path
) -> None:
    """In another process too, where sets have another order, and at another time."""
    a_mixed_log(product, cso)
    snapshot = snapshot_of(product)
    file = tmp_path / "snapshot.json"
    file.write_text(json.dumps(snapshot), encoding="utf-8")
    script = (
        "import django, hashlib, json, sys; django.setup()\n"
        "from safetycase.log_files import *\n"
        "snapshot = json.load(open(sys.argv[1], encoding='utf-8'))\n"
        "title = VersionTitle('2', 'Issued', '2026-05-03T09:42:00Z', [])\n"
        "for make in (hazard_log_workbook, hazard_log_csv, hazard_log_json):\n"
        "    print(hashlib.sha256(make(snapshot, title)).hexdigest())\n"
    )
    made = [
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, str(file)],
            cwd=settings.BASE_DIR,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 3


def test_the_files_inside_carry_the_versions_moment(product: Product, cso: User) -> None:
    content = hazard_log_workbook(snapshot_of(product), TITLE)
    with zipfile.ZipFile(BytesIO(content)) as package:
        assert {part.date_time for part in package.infolist()} == {(2026, 5, 3, 9, 42, 0)}
    properties = load_workbook(BytesIO(content)).properties
    assert properties.created == properties.modified == TITLE.moment.replace(tzinfo=None)


@pytest.mark.parametrize("field", ["name", "description"])
def test_an_ampersand_is_no_command(product: Product, cso: User, field: str) -> None:
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=cso, changes={field: "Salt & water <b>"})
    sheet = log_sheet_of(snapshot_of(product), VersionTitle("1 & a half", "Draft", TITLE.dated))
    assert "Salt & water <b>" in [cell.value for cell in sheet[5]]
    assert sheet.oddHeader is not None
    assert "Version 1 && a half, draft" in str(sheet.oddHeader.right.text)
