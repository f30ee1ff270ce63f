"""Dates as people write them in logs: day before month, unless the year comes first."""

import datetime
import re
from dataclasses import dataclass

_ORDINAL = re.compile(r"\b([0-9]{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_ZONE = r"(?: ?(?:Z|UTC|GMT|BST|[+-][0-9]{2}:?[0-9]{2}))?"
_MINUTES = r"[:.][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_HALF = r" ?[ap]\.?m\.?"  # of the day
_TIME = re.compile(
    rf"(?:[ T,]+| at )[0-9]{{1,2}}(?:{_MINUTES}(?:{_HALF})?|{_HALF}){_ZONE}$", re.IGNORECASE
)
_WORDS = (
    *("%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%d %B %y"),
    *("%B %d %Y", "%b %d %Y", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
)
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%d.%m.%y")
_SERIAL = re.compile(r"[2-7][0-9]{4}")  # 1954 to 2119
_FIRST_DAY = datetime.date(1899, 12, 30)  # of Excel's count, which has 29 February 1900


@dataclass(frozen=True)
class ReadDate:
    """A date; ``note`` says how it was understood where it could be understood otherwise."""

    day: datetime.date
    note: str = ""


def read_date(text: str) -> ReadDate | None:
    """The date that a text says; None when it says none."""
    line = _TIME.sub("", _ORDINAL.sub(r"\1", " ".join(text.split()))).strip(" .")
    for form in _WORDS:
        day = _parsed(line.replace(",", ""), form)
        if day is not None:
            return ReadDate(day)
    for form in _DAY_FIRST:
        day = _parsed(line, form)
        if day is not None:
            both_ways = day.day <= 12 and day.day != day.month
            note = f"Read with the day first, as {_in_words(day)}." if both_ways else ""
            return ReadDate(day, note)
    if _SERIAL.fullmatch(line):
        day = _FIRST_DAY + datetime.timedelta(days=int(line))
        return ReadDate(day, f"Read as the number under which Excel keeps {_in_words(day)}.")
    return None


def _parsed(line: str, form: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(line, form).date()
    except ValueError:
        return None


def _in_words(day: datetime.date) -> str:
    return f"{day:%-d %B %Y}"
