"""Asking the index: which hazards say all of this, and which of them say it best."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.sql.compiler import SQLCompiler

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from hazards.search.documents import BETWEEN
from hazards.search.index import TABLE
from hazards.search.words import Segment, asked_words, marked, snippet
from products.models import Product

Compiled = tuple[str, list[Any]]

#: A word in the title weighs more than one in the body.
_BEST_FIRST = {
    "sqlite": (
        f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s "  # noqa: S608 - our own name
        f"ORDER BY bm25({TABLE}, 0.0, 10.0, 1.0), rowid"
    ),
    "postgresql": (
        "SELECT hazard_id "  # noqa: S608 - our own name
        f"FROM {TABLE}, CAST(%s AS bigint) AS ours, CAST(%s AS tsquery) AS query "
        "WHERE product_id = ours AND words @@ query "
        "ORDER BY ts_rank('{0.1, 0.1, 0.1, 1.0}', words, query) DESC, hazard_id"
    ),
}


class Among(Func):
    """A condition: a key is among these. One value to the database, however many keys there are."""

    output_field = BooleanField()

    def __init__(self, key: str, keys: Collection[int]) -> None:
        super().__init__(F(key))
        self.keys = sorted(keys)
        self.as_text = json.dumps(self.keys)  # once, however often the condition is asked

    def as_sql(  # type: ignore[override]  # it has no template
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **more: Any
    ) -> Compiled:
        """The condition in the database's words."""
        key, values = compiler.compile(self.source_expressions[0])
        if connection.vendor == "postgresql":
            return f"{key} = ANY(%s::bigint[])", [*values, self.keys]
        return f"{key} IN (SELECT value FROM json_each(%s))", [*values, self.as_text]  # noqa: S608 - a column


def _asking(vendor: str, product: int, asked: Sequence[str]) -> list[Any]:
    """What is asked of the index. Words hold letters, digits and underscores: nothing to escape."""
    if vendor == "postgresql":
        return [product, " & ".join(f"'{word}':*" for word in asked)]
    words = " AND ".join(f'"{word}"*' for word in asked)
    return [f'product : "{product}" AND {{title body}} : ({words})']


def best_first(product: Product, text: str) -> list[int]:
    """The keys of the hazards that say what is asked for, whatever their state. One query.

    The best comes first, and of those that say it as well the one that is longer in the log.
    """
    asked = asked_words(text)
    if not asked:
        return []
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(_BEST_FIRST[vendor], _asking(vendor, product.pk, asked))
        return [key for (key,) in cursor.fetchall()]


@dataclass(frozen=True)
class Said:
    """Where a hazard says what was searched for, in pieces of text of which some are marked."""

    name: Sequence[Segment]
    snippet: Sequence[Segment]  # empty where the name and the reference say all of it


@dataclass(frozen=True)
class Found:
    """A hazard that a search found."""

    reference: str
    display_reference: str
    state: str
    said: Said


def search_log(product: Product, text: str, *, most: int = 20) -> list[Found]:
    """The hazards in a product's log that say every word of a text, the best first. Three queries.

    Words count from their beginning, capitals and accents do not; any text may be asked for.
    """
    best = best_first(product, text)
    hazards = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    in_the_log = set(hazards.filter(Among("pk", best)).values_list("pk", flat=True))
    keys = list(islice((key for key in best if key in in_the_log), most))
    shown = hazards.filter(pk__in=keys).select_related("search_document")
    rows = {hazard.pk: hazard for hazard in shown}
    return [
        Found(
            each.reference,
            each.display_reference,
            each.state,
            where_said(each.name, each.search_document.body, text),
        )
        for key in keys
        if (each := rows.get(key)) is not None
    ]


def where_said(name: str, body: str, text: str) -> Said:
    """Where a hazard says what is searched for: in its name, and best in a part of its body."""
    asked = asked_words(text)
    return Said(marked(name, asked), snippet(body.split(BETWEEN), asked))
