"""A readable timeline of what happened to things: acts, newest first, with old and new values."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audit.models import Entry
from audit.words import Segment, word_differences

Objects = Mapping[type[models.Model], Iterable[int]]

_ALWAYS_HIDDEN = frozenset({"id", "public_id", "version"})


@dataclass(frozen=True)
class FieldChange:
    """One field: its name in words, and the way from the old text to the new."""

    label: str
    old: str
    new: str
    segments: list[Segment]


@dataclass(frozen=True)
class Change:
    """One thing that an act touched."""

    subject: str
    kind: str  # added, changed, withdrawn
    fields: list[FieldChange]


@dataclass
class TimelineAct:
    """What one person did at one moment for one reason."""

    id: str
    when: datetime
    person: AbstractBaseUser
    reason: str
    changes: list[Change] = field(default_factory=list)


def timeline_of(
    objects: Objects, *, most: int = 50, before: int | None = None
) -> list[TimelineAct]:
    """The newest acts on the given rows (primary keys by model), ``most`` entries at a time.

    ``before`` is an entry's id: only older entries are read. The number of queries depends on the
    number of models that foreign keys lead to, never on the number of entries.
    """
    entries = list(_entries(objects, before)[:most])
    previous = {
        entry.pk: entry
        for entry in Entry.objects.filter(pk__in=[e.previous_id for e in entries if e.previous_id])
    }
    pairs = [(entry, previous.get(entry.previous_id)) for entry in entries]
    return _acts(pairs)


def _entries(objects: Objects, before: int | None) -> QuerySet[Entry]:
    about = Q(pk__in=[])
    for model, keys in objects.items():
        about |= Q(model=model._meta.label_lower, object_id__in=list(keys))
    entries: QuerySet[Entry] = Entry.objects.filter(about)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    earlier = Entry.objects.filter(
        model=OuterRef("model"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    return (
        entries.annotate(previous_id=Subquery(earlier.values("pk")[:1]))
        .select_related("person", "person__profile")
        .order_by("-pk")
    )


def _acts(pairs: Sequence[tuple[Entry, Entry | None]]) -> list[TimelineAct]:
    raw = [(entry, _raw_changes(entry, before)) for entry, before in pairs]
    names = _names_of_related(raw)
    acts: dict[Any, TimelineAct] = {}
    for entry, fields in raw:
        change = _change(entry, fields, names)
        if change is None:
            continue
        act = acts.setdefault(
            entry.act, TimelineAct(str(entry.act), entry.at, entry.person, entry.reason)
        )
        act.changes.insert(0, change)
    return list(acts.values())


RawChange = tuple["models.Field[Any, Any]", Any, Any]


def _raw_changes(entry: Entry, before: Entry | None) -> list[RawChange]:
    model = apps.get_model(entry.model)
    hidden = _ALWAYS_HIDDEN | getattr(model, "timeline_hides", frozenset())
    new = json.loads(entry.row)
    old = json.loads(before.row) if before else {}
    changes: list[RawChange] = []
    for model_field in model._meta.concrete_fields:
        name = model_field.attname
        if name in hidden or name not in new:
            continue
        was = old.get(name)
        if before is None and (new[name] in (None, "", False) or name == "is_active"):
            continue  # a new thing is shown by what it says, not by what it leaves empty
        if was != new[name]:
            changes.append((model_field, was, new[name]))
    return changes


def _names_of_related(
    raw: Sequence[tuple[Entry, list[RawChange]]],
) -> dict[type[models.Model], dict[int, str]]:
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for _, fields in raw:
        for model_field, was, now in fields:
            if isinstance(model_field, models.ForeignKey):
                related: Any = model_field.related_model
                wanted[related].update(key for key in (was, now) if key is not None)
    return {
        model: {row.pk: str(row) for row in _rows(model).filter(pk__in=keys)}
        for model, keys in wanted.items()
    }


def _rows(model: type[models.Model]) -> QuerySet[Any]:
    rows = model._default_manager.all()
    # A person's name stands in their profile, which would be one more query for each of them.
    return rows.select_related("profile") if model is get_user_model() else rows


def _change(
    entry: Entry,
    fields: list[RawChange],
    names: dict[type[models.Model], dict[int, str]],
) -> Change | None:
    if entry.kind == Entry.Kind.CHANGED and not fields:
        return None  # only bookkeeping fields moved
    kind = "added" if entry.kind == Entry.Kind.ADDED else "changed"
    for model_field, _, now in fields:
        if entry.kind == Entry.Kind.CHANGED and model_field.name == "is_active" and now is False:
            kind = "withdrawn"
    shown = []
    for model_field, was, now in fields:
        label = str(model_field.verbose_name)
        old, new = (_in_words(model_field, value, names) for value in (was, now))
        shown.append(
            FieldChange(label[:1].upper() + label[1:], old, new, word_differences(old, new))
        )
    return Change(entry.label, kind, shown)


def _in_words(
    model_field: "models.Field[Any, Any]",
    value: Any,
    names: dict[type[models.Model], dict[int, str]],
) -> str:
    if value is None:
        return ""
    if isinstance(model_field, models.ForeignKey):
        related: Any = model_field.related_model
        return names.get(related, {}).get(value, f"no longer there (number {value})")
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(model_field, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%-d %B %Y, %H:%M}"
    if isinstance(model_field, models.DateField):
        return f"{date.fromisoformat(value):%-d %B %Y}"
    return str(value)
