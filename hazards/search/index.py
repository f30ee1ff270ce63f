"""The full-text index: FTS5 on SQLite, a text search vector on PostgreSQL.

It is no model's table: ``post_migrate`` makes it where it is missing and fills it from the search
documents, so that it survives migrations, backups and restores. What goes into it are words as
``hazards.search.words`` takes them apart, the same on both.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from hazards.models import SearchDocument
from hazards.search.words import words_in

TABLE = "hazards_search_index"
AT_ONCE = 500  # documents
#: PostgreSQL counts no further in a text, and a word's places up to 256.
_LAST_PLACE, _MOST_PLACES = 16_383, 255
#: Nor does it hold more in one: the words that come after are not found.
_MOST_BYTES = 1_000_000
_OF_A_WORD, _OF_A_PLACE = 5, 2  # bytes beside its letters, with its first place

_MAKE = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5("
        "product, title, body, tokenize = \"unicode61 tokenchars '_'\", prefix = '1 2 3')",
    ),
    "postgresql": (
        f"CREATE TABLE {TABLE} (hazard_id bigint PRIMARY KEY, product_id bigint NOT NULL, "
        "words tsvector NOT NULL)",
        f"CREATE INDEX {TABLE}_words ON {TABLE} USING gin (words)",
        f"CREATE INDEX {TABLE}_product ON {TABLE} (product_id)",
    ),
}
_TAKE_OUT = f"DELETE FROM {TABLE} WHERE rowid = %s"  # noqa: S608 - our own name
_PUT_IN = {
    "sqlite": f"INSERT INTO {TABLE} (rowid, product, title, body) VALUES (%s, %s, %s, %s)",  # noqa: S608
    "postgresql": (
        f"INSERT INTO {TABLE} (hazard_id, product_id, words) VALUES (%s, %s, %s::tsvector) "  # noqa: S608
        "ON CONFLICT (hazard_id) DO UPDATE SET product_id = excluded.product_id, "
        "words = excluded.words"
    ),
}


def put_into_index(documents: Sequence[SearchDocument]) -> None:
    """Put the text of these hazards into the index, in the place of what it had of them."""
    if not documents:
        return
    vendor = connection.vendor
    rows = [_row(vendor, each) for each in documents]
    with connection.cursor() as cursor:
        if vendor == "sqlite":
            cursor.executemany(_TAKE_OUT, [(each.hazard_id,) for each in documents])
        cursor.executemany(_PUT_IN[vendor], rows)


def make_index_after_migrating(using: str) -> None:
    """Make the index where it is missing, and fill it."""
    there = connections[using]
    if TABLE in there.introspection.table_names():
        return
    with transaction.atomic(using=using):
        _make(there)
        fill_index(SearchDocument.objects.using(using).order_by("pk").iterator(AT_ONCE))


def remake_index() -> None:
    """Make the index anew from the search documents, whatever it holds."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        _make(connection)
        fill_index(SearchDocument.objects.order_by("pk").iterator(AT_ONCE))


def fill_index(documents: Iterable[SearchDocument]) -> None:
    """Put many documents into the index, some at a time."""
    portion: list[SearchDocument] = []
    for document in documents:
        portion.append(document)
        if len(portion) == AT_ONCE:
            put_into_index(portion)
            portion = []
    put_into_index(portion)


def _make(there: BaseDatabaseWrapper) -> None:
    with there.cursor() as cursor:
        for statement in _MAKE[there.vendor]:
            cursor.execute(statement)


def _row(vendor: str, document: SearchDocument) -> tuple[Any, ...]:
    title, body = words_in(document.title), words_in(document.body)
    if vendor == "postgresql":
        return (document.hazard_id, document.product_id, _vector(title, body))
    return (document.hazard_id, str(document.product_id), " ".join(title), " ".join(body))


def _vector(title: list[str], body: list[str]) -> str:
    """A text search vector as PostgreSQL reads it: each word with its places, titles weigh more."""
    places: dict[str, list[str]] = {}
    room = _MOST_BYTES
    for place, word in enumerate((*title, *body), start=1):
        room -= _OF_A_PLACE if word in places else len(word.encode()) + _OF_A_WORD
        if room < 0:
            break
        found = places.setdefault(word, [])
        if len(found) < _MOST_PLACES:
            found.append(f"{min(place, _LAST_PLACE)}{'A' if place <= len(title) else ''}")
    # Words hold letters, digits and underscores only: nothing to escape inside the quotes.
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())
