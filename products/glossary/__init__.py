"""The glossary: the shipped words, and over them the words of a product.

The shipped ones stand in ``terms.toml`` beside this file. A product's own row of the same word goes
before the shipped one; one that is not explained (``is_active`` off) hides it.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from products.choices import Side
from products.models import GlossaryTerm, Product

_FILE = Path(__file__).with_name("terms.toml")

#: Whose word it is, as it stands beside a word.
SIDE_WORDS = {
    Side.CLINICAL: "a word of the clinical side",
    Side.PRODUCT: "a word of the product side",
}


@dataclass(frozen=True)
class ShippedTerm:
    """A word as it comes with the application; ``side`` is '' where both use it."""

    key: str
    word: str
    forms: tuple[str, ...]
    meaning: str
    side: str


@dataclass(frozen=True)
class Term:
    """A word as a product explains it. ``key`` is its place in the addresses of the glossary."""

    key: str
    word: str
    forms: tuple[str, ...]
    meaning: str
    side: str
    shipped: ShippedTerm | None = None
    row: GlossaryTerm | None = None

    @property
    def is_explained(self) -> bool:
        """Whether it is explained where it appears."""
        return self.row is None or self.row.is_active

    @property
    def is_reworded(self) -> bool:
        """Whether the product says it differently from the shipped word."""
        return self.shipped is not None and (
            (self.meaning, self.side, self.forms)
            != (self.shipped.meaning, self.shipped.side, self.shipped.forms)
        )

    @property
    def is_own(self) -> bool:
        """Whether the word is the product's own: none like it is shipped."""
        return self.shipped is None

    @property
    def whose(self) -> str:
        """Whose word it is, in words; '' where both sides use it alike."""
        return SIDE_WORDS[Side(self.side)] if self.side else ""


@lru_cache(maxsize=1)
def shipped_terms() -> dict[str, ShippedTerm]:
    """The shipped words by key. Raises ``KeyError`` where the shipped file is at fault."""
    with _FILE.open("rb") as file:
        read = tomllib.load(file)
    return {
        term["key"]: ShippedTerm(
            key=term["key"],
            word=term["word"],
            forms=tuple(term.get("forms", ())),
            meaning=term["meaning"],
            side=Side(term["side"]).value if "side" in term else "",
        )
        for term in read["terms"]
    }


def shipped_named(word: str) -> ShippedTerm | None:
    """The shipped word that is written like this, in whichever case."""
    return _by_word().get(word.strip().casefold())


@lru_cache(maxsize=1)
def _by_word() -> dict[str, ShippedTerm]:
    return {term.word.casefold(): term for term in shipped_terms().values()}


def glossary_of(product: Product) -> list[Term]:
    """Every word of a product by the alphabet, those that are not explained too. One query."""
    rows = {row.word.casefold(): row for row in GlossaryTerm.objects.filter(product=product)}
    terms = [term_of(shipped, rows.pop(word, None)) for word, shipped in _by_word().items()] + [
        term_of(None, row) for row in rows.values()
    ]
    return sorted(terms, key=lambda term: (term.word.casefold(), term.key))


def term_of(shipped: ShippedTerm | None, row: GlossaryTerm | None) -> Term:
    """A word from what is shipped and what the product says, of which one may be missing."""
    if row is None:
        if shipped is None:
            raise ValueError("a term is shipped or a product's own")
        return Term(
            shipped.key, shipped.word, shipped.forms, shipped.meaning, shipped.side, shipped
        )
    return Term(
        key=shipped.key if shipped else str(row.public_id),
        word=row.word,
        forms=forms_in(row.forms),
        meaning=row.meaning,
        side=row.side,
        shipped=shipped,
        row=row,
    )


def forms_in(text: str) -> tuple[str, ...]:
    """The further ways to write a word, one on each line of a text."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def terms_json(terms: Iterable[Term]) -> bytes:
    """What a page needs to explain words where they appear; the same terms give the same bytes."""
    told: list[dict[str, Any]] = [
        {
            "key": term.key,
            "word": term.word,
            "forms": list(term.forms),
            "meaning": term.meaning,
            "whose": term.whose,
        }
        for term in terms
        if term.is_explained
    ]
    return json.dumps({"terms": told}, ensure_ascii=False, separators=(",", ":")).encode()


def mark_of(content: bytes) -> str:
    """An ETag: it differs whenever a word, its meaning or whose it is does."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
