"""The hazard log as a workbook (XLSX) in the layout of the NHS template.

openpyxl writes everything but the hazards, which are streamed into their sheet: the same log and
title give the same bytes, and memory does not grow with the log.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import islice

from openpyxl import Workbook
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from safetycase.log_files.columns import columns_of
from safetycase.log_files.log import Log, log_of
from safetycase.log_files.log_body import Body
from safetycase.log_files.log_sheet import NAME, add_log_sheet
from safetycase.log_files.other_sheets import add_change_log, add_cover, add_matrix_sheet
from safetycase.log_files.outlet import Outlet
from safetycase.log_files.safe_text import workbook_text
from safetycase.log_files.styles import add_styles
from safetycase.log_files.title import VersionTitle
from safetycase.snapshot.shape import Snapshot

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR = 1980  # of a date in a zip file
_AT_ONCE = 100  # hazards that are written to the archive together
_PIECE = 60_000  # bytes that go out together

_DIMENSION = re.compile(r"<dimension [^>]*/>")
_MERGED = re.compile(r"<mergeCells[^>]*>(.*)</mergeCells>", re.DOTALL)
_BREAKS = re.compile(r"<colBreaks|<drawing|<tableParts|</worksheet>")


def hazard_log_workbook(snapshot: Snapshot, title: VersionTitle) -> bytes:
    """The hazard log of a snapshot as a workbook; the same snapshot and title give the same bytes.

    ``hazards.importing`` reads it back, on the columns of the template.
    """
    return b"".join(workbook_pieces(log_of(snapshot), title))


def workbook_pieces(log: Log, title: VersionTitle) -> Iterator[bytes]:
    """The bytes of the workbook in pieces, each made when it is asked for."""
    book = Workbook()
    book.remove(book.worksheets[0])
    add_styles(book)
    add_cover(book, log, title)
    columns = columns_of(has_untyped_controls=log.has_untyped_controls, has_voices=log.has_voices)
    body = add_log_sheet(book, log, title, columns)
    path = f"xl/worksheets/sheet{book.sheetnames.index(NAME) + 1}.xml"
    add_matrix_sheet(book, log, title)
    add_change_log(book, log, title)
    _describe(book, log, title)
    frame = BytesIO()
    book.save(frame)
    yield from _packed(book, frame, title.moment, path, body)


def _describe(book: Workbook, log: Log, title: VersionTitle) -> None:
    properties = book.properties
    properties.title = workbook_text(f"{log.product['name']}: hazard log")
    properties.subject = workbook_text(title.in_words)
    properties.creator = workbook_text(log.organisation["name"])
    properties.language = "en-GB"
    properties.created = title.moment.replace(tzinfo=None)


def _packed(
    book: Workbook, frame: BytesIO, moment: datetime, path: str, body: Body
) -> Iterator[bytes]:
    """The parts of a saved workbook with the hazards, packed with the version's moment, not now."""
    book.properties.modified = moment.replace(tzinfo=None)
    replaced = {ARC_CORE: tostring(book.properties.to_tree())}
    outlet = Outlet()
    with zipfile.ZipFile(frame) as old, zipfile.ZipFile(outlet, "w") as new:
        for name in old.namelist():
            if name == path:
                sheet = old.read(name).decode("utf-8")
                with new.open(_part(name, moment), "w") as out:
                    for piece in _sheet_with(sheet, body):
                        out.write(piece.encode("utf-8"))
                        if outlet.size > _PIECE:
                            yield outlet.take()
            else:
                new.writestr(_part(name, moment), replaced.get(name) or old.read(name))
        new.close()
    yield outlet.take()


def _part(name: str, moment: datetime) -> zipfile.ZipInfo:
    at = (max(moment.year, FIRST_YEAR), *moment.timetuple()[1:6])
    part = zipfile.ZipInfo(name, at)
    part.compress_type = zipfile.ZIP_DEFLATED
    part.create_system = 0  # the same on every system
    part.external_attr = 0
    return part


def _sheet_with(sheet: str, body: Body) -> Iterator[str]:
    """A sheet's XML with the hazards below its headings.

    How far it reaches is not known before the last hazard, so it does not say so: a reader counts.
    """
    before, after = _DIMENSION.sub("", sheet, count=1).split("</sheetData>")
    yield before
    rows = body.rows()
    while some := "".join(islice(rows, _AT_ONCE)):
        yield some
    yield "</sheetData>"
    merged = _MERGED.search(after)
    if merged is None:
        raise ValueError("the headings of the log have lost their merged cells")
    ranges = [merged[1], *body.merged_cells()]
    count = merged[1].count("<mergeCell ") + len(body.merged)
    yield after[: merged.start()]
    yield f'<mergeCells count="{count}">'
    while some := "".join(ranges[:10_000]):
        yield some
        del ranges[:10_000]
    yield "</mergeCells>"
    rest = after[merged.end() :]
    place = _BREAKS.search(rest)
    if place is None:
        raise ValueError("the sheet of the log has no end")
    yield rest[: place.start()] + body.row_breaks() + rest[place.start() :]
