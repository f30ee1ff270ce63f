"""One way to say what is wrong with a row before it is written."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models

from audit.errors import NotPossible
from audit.text import check_text, check_texts_of

EMAIL_LIMIT = 254  # characters


def check_row(row: models.Model) -> None:
    """Check each field of a row that is about to be written.

    Raises ``NotPossible`` or ``BadText`` with sentences that name the fields. What needs other
    rows (names that are taken, keys of other tables) is the action's own question.
    """
    check_texts_of(row)
    related = {field.name for field in row._meta.concrete_fields if field.is_relation}
    try:
        row.clean_fields(exclude=related | {"public_id", "version"})
    except ValidationError as error:
        problems = [
            f"{_label(row, name)}: {_plainly(message)}"
            for name, messages in error.message_dict.items()
            for message in messages
        ]
        raise NotPossible(f"{' '.join(problems)} Nothing was saved.") from error


def checked_email(email: str) -> str:
    """The address as it is stored: in small letters (sign-in looks for those), no spaces around it.

    Raises ``NotPossible`` when it is no e-mail address, ``BadText`` when it cannot be stored.
    """
    email = email.strip().lower()
    check_text("E-mail address", email, limit=EMAIL_LIMIT)
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotPossible(
            f"“{email}” is not an e-mail address. Nothing was saved. "
            "Write it like name@example.org."
        ) from error
    return email


def check_not_in_future(label: str, day: datetime.date | None, today: datetime.date) -> None:
    """Refuse a date that has not come yet; raises ``NotPossible``."""
    if day is not None and day > today:
        raise NotPossible(
            f"{label} is {day:%-d %B %Y}, which has not come yet. Nothing was saved. "
            "Give the day on which it happened."
        )


def _label(row: models.Model, name: str) -> str:
    label = str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _plainly(message: str) -> str:
    if message in ("This field cannot be blank.", "This field cannot be null."):
        return "it cannot be empty."
    return message[:1].lower() + message[1:]
