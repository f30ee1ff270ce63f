"""A product's history as a file: one line for each field that changed, made while it goes out."""

import csv
import datetime
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from audit.models import Entry
from audit.timeline import Change, changes_of
from products.models import Product
from safetycase.history.filter import HistoryFilter, entries_of, kind_of
from safetycase.history.links import add_links
from safetycase.log_files.safe_text import csv_text
from safetycase.streamed_workbook import (
    CUT,
    CUT_SHORT,
    Cell,
    Column,
    Sheet,
    workbook_pieces,
)

AT_ONCE = 1_000  # entries that are read together
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: Text that a spreadsheet never calculates and every file can hold as it stands.
_HARMLESS = re.compile(r"[A-Za-z0-9(“‘][\x20-\x7e–—…“”‘’]{0,5000}\Z")


class HistoryLine(NamedTuple):
    """One field of one thing in one act; ``field`` is empty where the thing has none to show."""

    when: datetime.datetime
    who: str
    email: str
    what: str
    kind: str
    happened: str
    field: str
    before: str
    after: str
    reason: str
    act: str
    entry: int


COLUMNS = (
    Column("When (UTC)", 19),
    Column("Who", 22),
    Column("E-mail", 28),
    Column("What", 44),
    Column("Kind", 20),
    Column("Happened", 11),
    Column("Field", 22),
    Column("Before", 44),
    Column("After", 44),
    Column("Reason", 40),
    Column("Act", 38),
    Column("Entry", 9),
)


def history_lines(product: Product, wanted: HistoryFilter) -> Iterator[HistoryLine]:
    """What is asked for, newest first, as the record stands when the first line is taken.

    Reads a part at a time, so that memory stays flat however long the record is.
    """
    entries = entries_of(product, wanted).order_by("-pk")
    last = entries.values_list("pk", flat=True).first()
    before = 0 if last is None else last + 1
    while before:
        keys = list(entries.filter(pk__lt=before).values_list("pk", flat=True)[:AT_ONCE])
        changed = changes_of(Entry.objects.filter(pk__in=keys).order_by("-pk"))
        add_links((change for _, change in changed if change is not None), product)
        for entry, change in changed:
            if change is not None:
                yield from _lines_of(entry, change)
        before = keys[-1] if len(keys) == AT_ONCE else 0


def _lines_of(entry: Entry, change: Change) -> Iterator[HistoryLine]:
    what = f"{change.subject} ({change.of})" if change.of else change.subject
    for label, before, after in [(f.label, f.old, f.new) for f in change.fields] or [("", "", "")]:
        yield HistoryLine(
            when=entry.at,
            who=str(entry.person),
            email=entry.person.email,
            what=what,
            kind=str(kind_of(entry.model).label),
            happened=change.kind,
            field=label,
            before=before,
            after=after,
            reason=entry.reason,
            act=str(entry.act),
            entry=entry.pk,
        )


def history_csv(lines: Iterable[HistoryLine]) -> Iterator[bytes]:
    """The lines as CSV: UTF-8 with a byte order mark, CRLF, and nothing that is calculated."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    writer.writerow([column.heading for column in COLUMNS])
    for line in lines:
        writer.writerow([_csv_field(value) for value in line])
        if text.tell() > 60_000:
            yield _taken(text)
    yield _taken(text)


def history_workbook(
    lines: Iterable[HistoryLine], about: Iterable[tuple[str, Cell]]
) -> Iterator[bytes]:
    """The lines as a workbook, with a sheet ``about`` it: pairs of a word and what it says."""
    facts = Sheet("About", (Column("", 24), Column("", 70)), rows=about)
    rows: Iterator[tuple[Cell, ...]] = iter(lines)
    return workbook_pieces([facts, Sheet("History", COLUMNS, rows=rows, has_headings=True)])


def _taken(text: StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return piece


def _csv_field(value: Cell) -> str:
    if isinstance(value, datetime.datetime):
        return f"{value.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, int) or value == "":
        return str(value)
    if _HARMLESS.match(value):
        return value
    return csv_text(value if len(value) <= CUT else value[:CUT] + CUT_SHORT)
