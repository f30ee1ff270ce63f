"""A file between its choice and its confirmation: kept for the one person and product."""

import datetime
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from hazards.importing.intake import Brought
from hazards.importing.mapping import Mapping
from hazards.importing.report import Report, report_from
from products.models import Product

FOLDER = "imports"
KEPT_FOR = datetime.timedelta(days=1)

#: What is kept of a waiting file: itself, what is known of it, and the newest preview.
_KINDS = ("file", "json", "report")


@dataclass(frozen=True)
class WaitingFile:
    """A file that somebody sent and has not confirmed yet.

    ``sheet``, ``mapping`` and ``layout`` as of ``Brought``; ``job`` is the public id of the import
    that is under way, '' before.
    """

    id: uuid.UUID
    name: str
    content: bytes
    sheet: str = ""
    mapping: Mapping | None = None
    layout: str = ""
    job: str = ""

    @property
    def brought(self) -> Brought:
        """The file, and how it is to be read."""
        return Brought(self.name, self.content, self.sheet, self.mapping, self.layout)


def keep_waiting(
    *, product: Product, person: User, name: str, content: bytes, sheet: str = ""
) -> uuid.UUID:
    """Keep a file until it is confirmed, a day at most; returns under which id."""
    _clear_old()
    waiting = WaitingFile(uuid.uuid4(), name, content, sheet)
    default_storage.save(_path(waiting.id, "file"), ContentFile(content))
    _write_about(waiting, {"product": product.pk, "person": person.pk})
    return waiting.id


def answer_waiting(waiting: WaitingFile, **answers: Any) -> WaitingFile:
    """Keep what the person said of a waiting file: fields of ``WaitingFile`` but its content.

    The preview of what they said before is thrown away.
    """
    answered = replace(waiting, **answers)
    default_storage.delete(_path(waiting.id, "report"))
    _write_about(answered, _read(waiting.id, "json"))
    return answered


def note_job(waiting: WaitingFile, job: str) -> None:
    """Note the import that is under way, so that confirming twice leads to the one."""
    _write_about(replace(waiting, job=job), _read(waiting.id, "json"))


def keep_preview(key: uuid.UUID, report: Report) -> None:
    """Keep what bringing a waiting file in would do, for the pages of its preview."""
    _write(key, "report", report.as_json())


def preview_of(key: uuid.UUID) -> Report | None:
    """The newest preview; None before the person has said how the file is to be read."""
    try:
        return report_from(_read(key, "report"))
    except FileNotFoundError:
        return None


def waiting_file(key: uuid.UUID, *, product: Product, person: User) -> WaitingFile | None:
    """The file under an id; None when it is not there, not theirs or not for this product."""
    try:
        about = _read(key, "json")
        if (about["product"], about["person"]) != (product.pk, person.pk):
            return None
        with default_storage.open(_path(key, "file")) as stored:
            content = bytes(stored.read())
    except FileNotFoundError:
        return None
    return WaitingFile(
        key,
        about["name"],
        content,
        about["sheet"],
        Mapping(**about["mapping"]) if about["mapping"] is not None else None,
        about["layout"],
        about["job"],
    )


def stop_waiting(key: uuid.UUID) -> None:
    """Throw the file away: it was imported, or is not wanted."""
    for kind in _KINDS:
        default_storage.delete(_path(key, kind))


def _write_about(waiting: WaitingFile, whose: dict[str, Any]) -> None:
    mapping = waiting.mapping
    about = {
        "product": whose["product"],
        "person": whose["person"],
        "name": waiting.name,
        "sheet": waiting.sheet,
        "mapping": {"columns": mapping.columns, "words": mapping.words} if mapping else None,
        "layout": waiting.layout,
        "job": waiting.job,
    }
    _write(waiting.id, "json", about)


def _write(key: uuid.UUID, kind: str, value: Any) -> None:
    path = _path(key, kind)
    default_storage.delete(path)
    default_storage.save(path, ContentFile(json.dumps(value).encode()))


def _read(key: uuid.UUID, kind: str) -> dict[str, Any]:
    with default_storage.open(_path(key, kind)) as stored:
        value: dict[str, Any] = json.loads(stored.read())
    return value


def _path(key: uuid.UUID, kind: str) -> str:
    return f"{FOLDER}/{key}.{kind}"


def _clear_old() -> None:
    """Throw away what nobody confirmed within a day."""
    oldest = timezone.now() - KEPT_FOR
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return  # nothing has ever waited
    for name in names:
        path = f"{FOLDER}/{name}"
        try:
            is_old = default_storage.get_modified_time(path) < oldest
        except FileNotFoundError:
            continue  # somebody else threw it away a moment ago
        if is_old:
            default_storage.delete(path)
