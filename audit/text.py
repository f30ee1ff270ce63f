"""Text that may be stored: no NUL, no halves of characters, no longer than its place."""

import re

from django.db import models

from audit.errors import BadText

# NUL ends a string in PostgreSQL and lone surrogates cannot be encoded as UTF-8; both reach the
# database from spreadsheets and programs, never from a browser.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_text(label: str, value: str, *, limit: int | None) -> None:
    """Refuse text that cannot be stored or is longer than ``limit`` characters.

    Raises ``BadText`` with a sentence that names the field.
    """
    if _UNSTORABLE.search(value):
        raise BadText(
            f"{label} holds a character that cannot be stored (NUL or half of a character pair). "
            "Nothing was saved. Remove it and try again."
        )
    if limit is not None and len(value) > limit:
        raise BadText(
            f"{label} has {len(value):,} characters; {limit:,} fit. "
            "Nothing was saved. Shorten it or move the detail into evidence, and try again."
        )


def check_texts_of(row: models.Model) -> None:
    """Check every text field of a row about to be written; raises ``BadText``."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField):
            value = getattr(row, field.attname)
            if isinstance(value, str):
                label = str(field.verbose_name)
                check_text(label[:1].upper() + label[1:], value, limit=field.max_length)
