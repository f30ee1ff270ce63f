"""Files inside a PDF: what they are called, what they are, how they belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

import pydyf  # type: ignore[import-untyped]  # pydyf ships no types
from weasyprint import Attachment


class Relationship(StrEnum):
    """How a file belongs to its document (ISO 32000-2, 7.11.3)."""

    SOURCE = "Source"  # the document was made from it
    SUPPLEMENT = "Supplement"  # it says the same, or more, in another form


@dataclass(frozen=True)
class Attached:
    """A file to go into a PDF. ``kind`` is its content type, ``dated`` a moment in UTC."""

    name: str
    content: bytes
    kind: str
    description: str
    relationship: Relationship
    dated: datetime


def for_weasyprint(attachments: Sequence[Attached]) -> list[Any]:
    """The files as WeasyPrint takes them, by name: viewers look them up in a sorted list."""
    return [
        Attachment(
            file_obj=BytesIO(each.content),
            name=each.name,
            description=each.description,
            created=each.dated,
            modified=each.dated,
            relationship=each.relationship.value,
        )
        for each in sorted(attachments, key=lambda each: each.name)
    ]


def describe(pdf: Any, attachments: Sequence[Attached]) -> None:
    """Say in a PDF that is being written what its files are and how they belong to it.

    WeasyPrint guesses content types from the machine it runs on, and writes relationships into
    PDF/A only.
    """
    by_name = {each.name: each for each in attachments}
    files = pydyf.Array()
    for file in [each for each in pdf.objects if _is_file(each)]:
        attached = by_name[file["UF"].string]
        file["AFRelationship"] = f"/{attached.relationship.value}"
        number = int(file["EF"]["F"].split()[0])
        pdf.objects[number].extra["Subtype"] = f"/{attached.kind.replace('/', '#2f')}"
        files.append(file.reference)
    if files:
        pdf.catalog["AF"] = files


def _is_file(written: Any) -> bool:
    return isinstance(written, pydyf.Dictionary) and written.get("Type") == "/Filespec"
