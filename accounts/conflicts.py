"""Two people saved at once: what the edit form shows to the later one.

``audit.errors.Conflict`` says which fields collide. A page shows ``components/conflict.html`` for
them, and below it the form again with everything that does not collide merged already.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from accounts.models import User
from audit.errors import Conflict
from audit.tracked import Tracked, history_of

#: From a model's attribute and a stored value to the value that the form's field has for it.
Typed = Callable[[str, Any], Any]


def as_stored(name: str, value: Any) -> Any:
    """The value itself: what most fields have."""
    return value


@dataclass(frozen=True)
class ConflictField:
    """One field that both changed: texts to read, and the values that the edit form posts."""

    name: str
    label: str
    base: str
    theirs: str
    mine: str
    theirs_value: str
    mine_value: str
    choice: str = ""


@dataclass(frozen=True)
class ConflictPanel:
    """What ``components/conflict.html`` shows, and the form that goes on from there.

    ``initial`` holds the form's values by field name: theirs where only they changed a field,
    yours everywhere else. ``version`` is the base version of the next save.
    """

    person: User
    when: datetime.datetime
    fields: list[ConflictField]
    initial: dict[str, Any]
    version: int

    def hidden_fields(self, **more: str) -> list[tuple[str, str]]:
        """What the choice posts besides the chosen texts: every field that does not collide."""
        colliding = {field.name for field in self.fields}
        kept = [
            (name, posted(value)) for name, value in self.initial.items() if name not in colliding
        ]
        return [*kept, *more.items()]


def conflict_over(
    row: Tracked,
    conflict: Conflict,
    *,
    proposed: Mapping[str, Any],
    base_version: int | None,
    typed: Typed = as_stored,
) -> ConflictPanel:
    """The panel for a tracked row that somebody else saved first. Three queries."""
    now = type(row).objects.get(pk=row.pk)
    versions = history_of(now)
    newest = versions.select_related("history_user__profile")[0]
    base = versions.filter(version=base_version).first() or now
    return panel_of(
        conflict,
        person=newest.history_user,
        when=newest.history_date,
        model=type(row),
        before={name: getattr(base, name) for name in proposed},
        theirs={name: getattr(now, name) for name in proposed},
        yours=proposed,
        typed=typed,
    )


def panel_of(
    conflict: Conflict,
    *,
    person: User,
    when: datetime.datetime,
    model: type[models.Model],
    before: Mapping[str, Any],
    theirs: Mapping[str, Any],
    yours: Mapping[str, Any],
    typed: Typed = as_stored,
) -> ConflictPanel:
    """The panel from the three versions of every field that the form holds."""
    initial = {
        form_name(name): typed(name, theirs[name] if value == before[name] else value)
        for name, value in yours.items()
    }
    fields = [
        ConflictField(
            name=form_name(field.name),
            label=field.label[:1].upper() + field.label[1:],
            base=in_words(model, field.name, field.base),
            theirs=in_words(model, field.name, field.theirs),
            mine=in_words(model, field.name, field.yours),
            theirs_value=posted(typed(field.name, field.theirs)),
            mine_value=posted(typed(field.name, field.yours)),
        )
        for field in conflict.fields
    ]
    return ConflictPanel(person, when, fields, initial, conflict.current_version)


def form_name(name: str) -> str:
    """The form's name of a field: a foreign key without its ``_id``."""
    return name.removesuffix("_id")


def posted(value: Any) -> str:
    """A value as a browser would post it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def in_words(model: type[models.Model], name: str, value: Any) -> str:
    """A stored value as a person reads it: a choice's label, a person's name, a written date."""
    if value is None:
        return ""
    field = model._meta.get_field(form_name(name))
    if isinstance(field, models.ForeignKey):
        related = field.related_model
        row = related._default_manager.filter(pk=value).first()  # type: ignore[union-attr]
        return str(row or "")
    choices = getattr(field, "flatchoices", None)
    if choices:
        return str(dict(choices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return f"{value:%-d %B %Y}"
    return str(value)
