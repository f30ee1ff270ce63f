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

    @property
    def segments(self) -> list[Segment]:
        """The way word by word: found only where it is shown, since it is slow for long texts."""
        return word_differences(self.old, self.new)


@dataclass
class Change:
    """One thing that an act touched.

    ``model`` (its label) and ``object_id`` name the thing, ``entry_id`` the entry in the ledger;
    whoever knows where the thing has a page sets ``url``, and ``of`` to what it is a part of.
    """

    subject: str
    kind: str  # added, changed, withdrawn; '' for what is no thing but a happening
    fields: list[FieldChange]
    model: str = field(default="", compare=False)
    object_id: int = field(default=0, compare=False)
    entry_id: int = field(default=0, compare=False)
    url: str = field(default="", compare=False)
    of: str = field(default="", compare=False)


@dataclass
class TimelineAct:
    """What one person did at one moment for one reason.

    Where not all of it is shown, ``all_url`` leads to the rest, and ``all_words`` says how much.
    """

    id: str
    when: datetime
    person: AbstractBaseUser
    reason: str
    changes: list[Change] = field(default_factory=list)
    all_url: str = ""
    all_words: str = ""

    @property
    def says_itself(self) -> bool:
        """Whether what happened is no change, so that its reason would only say it again."""
        return bool(self.changes) and not any(change.kind for change in self.changes)


def timeline_of(
    objects: Objects, *, most: int = 50, before: int | None = None
) -> list[TimelineAct]:
    """The newest acts on the given rows (primary keys by model), ``most`` entries at a time.

    ``before`` is an entry's id: only older entries are read. The number of queries depends on the
    number of models that foreign keys lead to, never on the number of entries.
    """
    about = Q(pk__in=[])
    for model, keys in objects.items():
        about |= Q(model=model._meta.label_lower, object_id__in=list(keys))
    entries: QuerySet[Entry] = Entry.objects.filter(about)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    return acts_of(entries.order_by("-pk")[:most])


def acts_of(entries: QuerySet[Entry], *, with_empty: bool = False) -> list[TimelineAct]:
    """These entries, newest first, as the acts that they are of.

    ``entries`` may be a slice. An act of nothing but bookkeeping is left out unless ``with_empty``.
    The number of queries is that of ``timeline_of``.
    """
    acts: dict[Any, TimelineAct] = {}
    for entry, change in changes_of(entries):
        if change is None and not with_empty:
            continue
        act = acts.setdefault(
            entry.act, TimelineAct(str(entry.act), entry.at, entry.person, entry.reason)
        )
        if change is not None:
            act.changes.insert(0, change)
    return list(acts.values())


def changes_of(entries: QuerySet[Entry]) -> list[tuple[Entry, Change | None]]:
    """Each of these entries, with its person, and what it changed; in their order.

    None for an entry that moved nothing but bookkeeping.
    """
    earlier = Entry.objects.filter(
        model=OuterRef("model"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    chosen = list(
        entries.annotate(previous_id=Subquery(earlier.values("pk")[:1])).select_related(
            "person", "person__profile"
        )
    )
    before = Entry.objects.filter(pk__in=[e.previous_id for e in chosen if e.previous_id])
    rows = dict(before.values_list("pk", "row"))
    raw = [(entry, _raw_changes(entry, rows.get(entry.previous_id))) for entry in chosen]
    names = _names_of_related(raw)
    return [(entry, _change(entry, fields, names)) for entry, fields in raw]


RawChange = tuple["models.Field[Any, Any]", Any, Any]


def _raw_changes(entry: Entry, before: str | None) -> list[RawChange]:
    model = apps.get_model(entry.model)
    hidden = _ALWAYS_HIDDEN | getattr(model, "timeline_hides", frozenset())
    new = json.loads(entry.row)
    old = json.loads(before) if before else {}
    changes: list[RawChange] = []
    for model_field in model._meta.concrete_fields:
        name = model_field.attname
        if name in hidden or name not in new:
            continue
        was = old.get(name)
        if name not in old and (new[name] in (None, "", False) or name == "is_active"):
            # A new thing is shown by what it says, not by what it leaves empty; and so is a column
            # that an upgrade added since the row was last written.
            continue
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
    kind = "changed"
    if entry.kind == Entry.Kind.ADDED:
        kind = getattr(apps.get_model(entry.model), "timeline_added", "added")
    for model_field, _, now in fields:
        if entry.kind == Entry.Kind.CHANGED and model_field.name == "is_active" and now is False:
            kind = "withdrawn"
    shown = []
    for model_field, was, now in fields:
        label = str(model_field.verbose_name)
        old, new = (_in_words(model_field, value, names) for value in (was, now))
        shown.append(FieldChange(label[:1].upper() + label[1:], old, new))
    return Change(entry.label, kind, shown, entry.model, entry.object_id, entry.pk)


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
    keys = getattr(model_field.model, "timeline_keys", {}).get(model_field.name)
    if keys:
        return ", ".join(str(keys.get(key, key)) for key in value.split())
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(model_field, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%-d %B %Y, %H:%M}"
    if isinstance(model_field, models.DateField):
        return f"{date.fromisoformat(value):%-d %B %Y}"
    return str(value)
