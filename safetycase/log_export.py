"""The hazard log as a file: as it stands, or as a version was issued, in any of the formats."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from audit.moments import one_moment
from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from hazards.record_format.export import export_record
from products.models import Product
from safetycase.approval import approval_of
from safetycase.live_log import live_log, live_title
from safetycase.log_files import csv_file, json_file, markdown_file, workbook
from safetycase.log_files.csv_file import hazard_log_csv
from safetycase.log_files.json_file import hazard_log_json
from safetycase.log_files.live_csv import live_csv_pieces
from safetycase.log_files.log import log_of
from safetycase.log_files.markdown_file import markdown_pieces
from safetycase.log_files.workbook import workbook_pieces
from safetycase.models import Issue
from safetycase.report_control import log_title
from safetycase.versions.files import frozen_text
from safetycase.versions.reading import snapshot_of

#: A log with more hazards than this takes longer than a page may: a worker makes its files.
MOST_AT_ONCE = 2_000

#: Told how many hazards are written.
OnHazards = Callable[[int], None]


class LogFormat(StrEnum):
    """The formats, by the ending of the file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "md"

    @property
    def content_type(self) -> str:
        """What a browser is told."""
        return {
            LogFormat.XLSX: workbook.CONTENT_TYPE,
            LogFormat.CSV: csv_file.CONTENT_TYPE,
            LogFormat.JSON: json_file.CONTENT_TYPE,
            LogFormat.MARKDOWN: markdown_file.CONTENT_TYPE,
        }[self]

    @property
    def in_words(self) -> str:
        """What people call it."""
        return {
            LogFormat.XLSX: "workbook (XLSX)",
            LogFormat.CSV: "CSV",
            LogFormat.JSON: "JSON",
            LogFormat.MARKDOWN: "Markdown",
        }[self]


def file_name(product: Product, form: LogFormat) -> str:
    """What the file of the log as it stands is called."""
    return f"{product.slug}-hazard-log.{form.value}"


def hazards_in_log(product: Product) -> int:
    """How many hazards the log holds."""
    return Hazard.objects.filter(product=product, state__in=IN_THE_LOG).count()


def live_pieces(
    product: Product, form: LogFormat, on_hazards: OnHazards | None = None
) -> Iterator[bytes]:
    """The log as it stands, of one moment, in pieces. Take all of them at once: meanwhile a
    transaction is open, which only reads."""
    with one_moment(), _collecting_nothing():
        if form is LogFormat.JSON:
            yield from export_record(product, on_hazards)
            return
        log = live_log(product, on_hazards)
        if form is LogFormat.XLSX:
            yield from workbook_pieces(log, live_title(product))
        elif form is LogFormat.CSV:
            yield from live_csv_pieces(log)
        else:
            yield from markdown_pieces(log, live_title(product))


def version_pieces(issue: Issue, product: Product, form: LogFormat) -> Iterator[bytes]:
    """The hazard log of an issued version, in pieces: what was frozen. Raises ``NotPossible``."""
    frozen_text(issue.baseline)
    snapshot = snapshot_of(issue.baseline)
    title = log_title(snapshot, approval_of(issue, product))
    if form is LogFormat.JSON:
        yield hazard_log_json(snapshot, title)
    elif form is LogFormat.XLSX:
        yield from workbook_pieces(log_of(snapshot), title)
    elif form is LogFormat.CSV:
        yield hazard_log_csv(snapshot, title)
    else:
        yield from markdown_pieces(log_of(snapshot), title)


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Leave out the search for circles of objects, which takes a sixth of the time of a large log
    and finds none: what is read is let go as soon as it is written."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
