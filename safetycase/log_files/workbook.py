"""The hazard log as a workbook (XLSX) in the layout of the NHS template."""

import zipfile
from datetime import datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from safetycase.log_files.log_sheet import add_log_sheet
from safetycase.log_files.other_sheets import add_change_log, add_cover, add_matrix_sheet
from safetycase.log_files.safe_text import workbook_text
from safetycase.log_files.styles import add_styles
from safetycase.log_files.title import VersionTitle
from safetycase.snapshot.shape import Snapshot

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST_YEAR = 1980  # of a date in a zip file


def hazard_log_workbook(snapshot: Snapshot, title: VersionTitle) -> bytes:
    """The hazard log of a snapshot as a workbook; the same snapshot and title give the same bytes.

    ``hazards.importing`` reads it back, on the columns of the template.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    add_styles(book)
    add_cover(book, snapshot, title)
    add_log_sheet(book, snapshot, title)
    add_matrix_sheet(book, snapshot, title)
    add_change_log(book, snapshot, title)
    _describe(book, snapshot, title)
    stream = BytesIO()
    book.save(stream)
    return _packed_again(book, stream, title.moment)


def _describe(book: Workbook, snapshot: Snapshot, title: VersionTitle) -> None:
    properties = book.properties
    properties.title = workbook_text(f"{snapshot['product']['name']}: hazard log")
    properties.subject = workbook_text(title.in_words)
    properties.creator = workbook_text(snapshot["organisation"]["name"])
    properties.language = "en-GB"
    properties.created = title.moment.replace(tzinfo=None)


def _packed_again(book: Workbook, saved: BytesIO, moment: datetime) -> bytes:
    """The parts of a saved workbook, packed with the version's moment instead of now."""
    book.properties.modified = moment.replace(tzinfo=None)
    replaced = {ARC_CORE: tostring(book.properties.to_tree())}
    at = (max(moment.year, FIRST_YEAR), *moment.timetuple()[1:6])
    packed = BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, at)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 0  # the same on every system
            part.external_attr = 0
            new.writestr(part, replaced.get(name) or old.read(name))
    return packed.getvalue()
