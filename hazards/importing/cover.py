"""What the cover sheet says: product, version, next review. Shown in the report."""

import datetime

from hazards.importing.cells import folded, is_placeholder, says_nothing
from hazards.importing.dates import read_date
from hazards.importing.findings import Findings, Level
from hazards.importing.sheet import Sheet
from hazards.importing.vocabulary import plain_heading

LOOKED_AT = 40  # rows from the top
FEWEST_FACTS = 2  # under each other, for a sheet to be a cover

NEXT_REVIEW = "Next review date"
ORGANISATION = "Organisation"
PRODUCT = "Product"

#: What a cover calls a fact, and what the report calls it.
_FACTS = {
    "product": PRODUCT,
    "product name": PRODUCT,
    "system": PRODUCT,
    "system name": PRODUCT,
    "organisation": ORGANISATION,
    "manufacturer": ORGANISATION,
    "supplier": ORGANISATION,
    "company": ORGANISATION,
    "release": "Release",
    "product version": "Release",
    "release version": "Release",
    "version": "Version",
    "document version": "Version",
    "status": "Status",
    "owner": "Owner",
    "document owner": "Owner",
    "author": "Author",
    "authors": "Author",
    "last updated": "Last updated",
    "date": "Date",
    "next review date": NEXT_REVIEW,
    "next review": NEXT_REVIEW,
    "review date": NEXT_REVIEW,
    "date of next review": NEXT_REVIEW,
}

Facts = dict[str, tuple[str, str]]  # what it is called → what it says, and the cell


def read_cover(sheets: list[Sheet], log: Sheet) -> tuple[Sheet, Facts] | None:
    """The first sheet beside the log on which facts stand under each other, with those facts."""
    for sheet in sheets:
        if sheet is not log and len(facts := _facts_on(sheet)) >= FEWEST_FACTS:
            return sheet, facts
    return None


def review_date_of(facts: Facts, findings: Findings) -> datetime.date | None:
    """The date of the next review; one that cannot be understood is reported."""
    text, cell = facts.get(NEXT_REVIEW, ("", ""))
    if not text or says_nothing(text):
        return None
    read = None if is_placeholder(text) else read_date(text)
    if read is None:
        findings.add(
            Level.PROBLEM,
            cell,
            found=text,
            done="The next review date is not a date that can be read, so no hazard got one.",
            todo="Set the review dates on the hazards, or write it like 3 May 2026.",
        )
        return None
    if read.note:
        findings.add(Level.NOTE, cell, found=text, done=read.note)
    return read.day


def _facts_on(sheet: Sheet) -> Facts:
    """The facts of one column of labels: the column that has most of them."""
    by_column: dict[int, Facts] = {}
    for row in (number for number in sorted(sheet.rows) if number <= LOOKED_AT):
        texts = sheet.rows[row]
        for column, label in texts.items():
            name = _FACTS.get(plain_heading(label))
            right = min((each for each in texts if each > column), default=None)
            if name is None or right is None or plain_heading(texts[right]) in _FACTS:
                continue
            facts = by_column.setdefault(column, {})
            facts.setdefault(name, (" ".join(texts[right].split()), sheet.place(row, right)))
    return max(by_column.values(), key=len, default={})


def differs(one: str, other: str) -> bool:
    """Whether two names are not the same but for case and spacing."""
    return folded(one) != folded(other)
