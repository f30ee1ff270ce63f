"""What the bodies of requests and answers are made of."""

import datetime
import re
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from audit.acts import REASON_LIMIT

Item = TypeVar("Item")

_NO_NUL = r"^[^\x00]*$"  # which PostgreSQL cannot store
#: No blanks and no control characters, written out: dialects differ in what \s stands for.
_LINK = (
    r"^(|https?://[^\x00-\x20\x7F-\xA0\u1680\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\uFEFF]+)$"
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Sent(BaseModel):
    """What comes in: a member that we do not know is refused, since it was meant to do something.

    What a change leaves out stays as it is, so its description names no defaults.
    """

    model_config = ConfigDict(extra="forbid")


class Reply(BaseModel):
    """What goes out."""

    model_config = ConfigDict(frozen=True)


class PageOf(Reply, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: Annotated[
        str | None, Field(description="The cursor of the next page; null on the last one.")
    ]


def text(limit: int, *, least: int = 0) -> StringConstraints:
    """The bounds of a text that can be stored, in characters."""
    return StringConstraints(min_length=least, max_length=limit, pattern=_NO_NUL)


def _plain_lines(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def _written_day(value: Any) -> Any:
    """Only YYYY-MM-DD: pydantic would take a number for the seconds since 1970."""
    if isinstance(value, datetime.date) or value is None:
        return value
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("write the day like 2026-05-03")
    return value


PLAIN = AfterValidator(_plain_lines)
ONE_LINE = AfterValidator(_one_line)

Day = Annotated[datetime.date, BeforeValidator(_written_day)]
Reason = Annotated[
    str,
    text(REASON_LIMIT),
    PLAIN,
    Field(
        description="Why, for the record; needed where what changes stands in an issued version."
    ),
]
#: Somebody on the team, named by their e-mail address.
Address = Annotated[
    str,
    text(254, least=3),
    Field(description="The e-mail address of somebody who works on the product today."),
]
#: A web address, or none.
Link = Annotated[str, StringConstraints(max_length=500, pattern=_LINK)]
Reference = Annotated[str, text(60, least=1)]
Label = Annotated[
    str, text(40, least=1), Field(description="The version of a release, like 1.1.0.")
]


class PersonNamed(Reply):
    """A person on the team."""

    name: str
    email: str


class ProblemDetails(Reply):
    """An error (RFC 9457). Further members depend on its type."""

    model_config = ConfigDict(extra="allow")

    type: Annotated[
        str, Field(description="Which kind of problem it is; it leads to what it means.")
    ]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, and what to do, for a person.")]
