"""A file between its preview and its confirmation: kept for the one person and product."""

import datetime
import json
import uuid
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from products.models import Product

FOLDER = "imports"
KEPT_FOR = datetime.timedelta(days=1)


@dataclass(frozen=True)
class WaitingFile:
    """A file that somebody sent and has not confirmed yet."""

    id: uuid.UUID
    name: str
    sheet: str
    content: bytes


def keep_waiting(
    *, product: Product, person: User, name: str, content: bytes, sheet: str
) -> uuid.UUID:
    """Keep a file until it is confirmed, a day at most; returns under which id."""
    _clear_old()
    key = uuid.uuid4()
    about = {"product": product.pk, "person": person.pk, "name": name, "sheet": sheet}
    default_storage.save(_path(key, "xlsx"), ContentFile(content))
    default_storage.save(_path(key, "json"), ContentFile(json.dumps(about).encode()))
    return key


def waiting_file(key: uuid.UUID, *, product: Product, person: User) -> WaitingFile | None:
    """The file under an id; None when it is not there, not theirs or not for this product."""
    try:
        with default_storage.open(_path(key, "json")) as stored:
            about = json.loads(stored.read())
        if (about["product"], about["person"]) != (product.pk, person.pk):
            return None
        with default_storage.open(_path(key, "xlsx")) as stored:
            content = bytes(stored.read())
    except FileNotFoundError:
        return None
    return WaitingFile(key, about["name"], about["sheet"], content)


def stop_waiting(key: uuid.UUID) -> None:
    """Throw the file away: it was imported, or is not wanted."""
    for kind in ("json", "xlsx"):
        default_storage.delete(_path(key, kind))


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
