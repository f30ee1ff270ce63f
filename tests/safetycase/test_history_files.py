"""The history as a file: every changed field on a line, safe to open, recorded, made as it goes."""

import csv
import datetime
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any
from unittest import mock

import openpyxl
import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import AccessEvent, Entry
from hazards.actions.hazards import edit_hazard
from products.actions import edit_feature
from products.models import Product
from safetycase import streamed_workbook
from safetycase.history import files as history_files
from safetycase.history.files import COLUMNS, history_csv, history_lines, history_workbook
from safetycase.history.filter import HistoryFilter
from safetycase.streamed_workbook import Column, Sheet, workbook_pieces
from tests.factories import make_feature
from tests.hazards.factories import a_cause, a_hazard
from tests.people import ClientOf


def body(answer: HttpResponseBase) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer)


def as_csv(client: Client, product: Product, query: str = "") -> list[dict[str, str]]:
    answer = client.get(reverse("history_csv", args=[product.slug]) + query)
    text = body(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheets_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_each_changed_field_has_a_line(product: Product, cso: User, client_of: ClientOf) -> None:
    feature = make_feature(product, "Monthly reissue")
    edit_feature(
        feature=feature, by=cso, changes={"title": "Yearly reissue"}, reason="One review a year"
    )
    newest = as_csv(client_of(cso), product)[1]  # after the export itself
    entry = Entry.objects.filter(model="products.feature").latest("pk")
    assert newest == {
        "When (UTC)": f"{entry.at:%Y-%m-%dT%H:%M:%SZ}",
        "Who": "Clara Officer",
        "E-mail": "clara.officer@example.org",
        "What": "FEAT-1 Yearly reissue",
        "Kind": "Features and releases",
        "Happened": "changed",
        "Field": "Title",
        "Before": "Monthly reissue",
        "After": "Yearly reissue",
        "Reason": "One review a year",
        "Act": str(entry.act),
        "Entry": str(entry.pk),
    }


def test_a_part_says_what_it_is_a_part_of(product: Product, cso: User, client_of: ClientOf) -> None:
    a_cause(a_hazard(product, cso), cso)
    newest = as_csv(client_of(cso), product)[1]  # after the export itself
    assert newest["What"] == "Cause “Nobody reviews the prescription” (HAZ-001)"


def test_the_file_holds_what_the_page_is_narrowed_to(
    product: Product, cso: User, engineer: User, client_of: ClientOf
) -> None:
    hazard = a_hazard(product, cso)
    a_cause(hazard, engineer)
    lines = as_csv(client_of(cso), product, f"?person={engineer.pk}&kind=hazards")
    assert {line["Who"] for line in lines} == {"Ed Engineer"}
    event = AccessEvent.objects.get(kind="exported")
    assert event.what == "history as CSV, Who: Ed Engineer, What: Hazards"


def test_everybody_who_reads_may_take_it_and_it_is_recorded(
    product: Product, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    client = client_of(auditor)
    itself = as_csv(client, product)[0]
    assert (itself["What"], itself["Who"]) == ("Exported: history as CSV", "Ali Auditor")
    answer = client.get(reverse("history_xlsx", args=[product.slug]))
    assert answer["Content-Disposition"] == 'attachment; filename="digital-pharmacy-history.xlsx"'
    assert answer["Cache-Control"] == "private, no-store"
    body(answer)
    assert list(AccessEvent.objects.filter(kind="exported").values_list("what", flat=True)) == [
        "history as a workbook", "history as CSV",
    ]  # fmt: skip
    for name in ("history_csv", "history_xlsx"):
        address = reverse(name, args=[product.slug])
        assert client_of(stranger).get(address).status_code == 404


def test_the_workbook_says_the_same(product: Product, cso: User, client_of: ClientOf) -> None:
    a_hazard(product, cso, "One & <two>\nlines")
    client = client_of(cso)
    content = body(client.get(reverse("history_xlsx", args=[product.slug])))
    book = sheets_of(content)
    assert book.sheetnames == ["About", "History"]
    assert book["About"]["B1"].value == "Digital Pharmacy"
    assert isinstance(book["About"]["B4"].value, datetime.datetime)
    sheet = book["History"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:L{sheet.max_row}"
    _the_csv_itself, *in_csv = as_csv(client, product)
    for row, line in zip(sheet.iter_rows(min_row=2, values_only=True), in_csv, strict=True):
        moment, *rest = row
        assert f"{moment:%Y-%m-%dT%H:%M:%SZ}" == line["When (UTC)"]
        assert [str(value or "") for value in rest] == list(line.values())[1:]


NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1", "'=1"]


@pytest.mark.parametrize("text", NASTY)
def test_nothing_is_calculated(product: Product, cso: User, client_of: ClientOf, text: str) -> None:
    hazard = a_hazard(product, cso, "Named")
    edit_hazard(hazard=hazard, by=cso, changes={"name": text}, reason=text.strip())
    client = client_of(cso)
    line = as_csv(client, product)[1]
    assert line["After"] == "'" + text
    assert line["Reason"].startswith("'")
    sheet = sheets_of(body(client.get(reverse("history_xlsx", args=[product.slug]))))["History"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    assert cells[text].data_type == "s"
    assert cells[text].quotePrefix


def lines(count: int) -> Iterator[history_files.HistoryLine]:
    when = datetime.datetime(2026, 5, 3, 9, 42, 11, tzinfo=datetime.UTC)
    for number in range(count):
        yield history_files.HistoryLine(
            when, "Clara Officer", "c@example.org", "Hazard HAZ-001", "Hazards", "changed", "Name",
            "before " * 10, f"after {number} " * 10, "Because", "0" * 36, number,
        )  # fmt: skip


def test_text_beyond_a_cell_is_cut_and_says_so(product: Product) -> None:
    line = next(lines(1))._replace(after="x" * 40_000 + "\x0b", reason="\x0b & <b>")
    book = sheets_of(b"".join(history_workbook([line], [])))
    after = book["History"]["I2"].value
    assert len(after) < 32_767
    assert after.endswith("The whole of it stands on the history page.")
    assert "<b>" in book["History"]["J2"].value
    [_, written] = csv.reader(
        io.StringIO(b"".join(history_csv([line])).decode("utf-8-sig"), newline="")
    )
    assert written[8].endswith("The whole of it stands on the history page.")


def test_a_sheet_that_is_full_goes_on_in_another() -> None:
    with mock.patch.object(streamed_workbook, "MOST_ROWS", 2):
        sheet = Sheet("X", (Column("Number", 9),), ([number] for number in range(5)), True)
        book = sheets_of(b"".join(workbook_pieces([sheet])))
    assert book.sheetnames == ["X", "X 2", "X 3"]
    assert [[row[0] for row in each.iter_rows(min_row=2, values_only=True)] for each in book] == [
        [0, 1], [2, 3], [4],
    ]  # fmt: skip


def test_an_empty_history_is_a_whole_file() -> None:
    book = sheets_of(b"".join(history_workbook([], [])))
    assert book["History"].max_row == 1


@pytest.mark.parametrize("made", [history_csv, lambda found: history_workbook(found, [])])
def test_memory_stays_flat(made: Any) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in made(lines(count)):
            continue
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(5_000) < 2 * peak(500) + 200_000


def test_parts_that_are_read_together_meet_without_a_gap(product: Product, cso: User) -> None:
    hazard = a_hazard(product, cso)
    for number in range(7):
        a_cause(hazard, cso, f"Cause {number}")
    whole = list(history_lines(product, HistoryFilter()))
    for at_once in (1, 2, 3, 5):
        with mock.patch.object(history_files, "AT_ONCE", at_once):
            assert list(history_lines(product, HistoryFilter())) == whole
    assert [line.entry for line in whole] == sorted((line.entry for line in whole), reverse=True)
