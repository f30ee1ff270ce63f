"""Every model is of one kind, points to the right, protects what it points to and is guarded."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, models

from accounts.models import User
from audit.append_only import AppendOnly
from audit.errors import SideDoor
from audit.guards import HistoryRow
from audit.models import Entry, LedgerRow
from audit.tracked import Tracked, history_model_of
from tests.laws.source import ARROW

Model = type[models.Model]

#: Shipped data that nobody edits: standard packs, the hazard library. None of it is here yet.
REFERENCE: dict[str, str] = {}

#: Models without history, each with the reason why it needs none.
OPERATIONAL = {
    "accounts.User": "credentials: its history would copy a password's hash at every sign-in",
    "accounts.Invitation": "a credential that works once; the invited role is in the record",
    "accounts.MailedTask": "what was mailed; what waits is in the record",
    "accounts.Notification": "a hint to one person; what it is about is in the record",
    "audit.PendingEntry": "the list of what the next seal covers, emptied by it",
    "hazards.Finding": "what the rules find now; computed from the record whenever they run",
    "hazards.HazardSummary": "what lists and counts read; computed from the record",
    "hazards.QualityDay": "a day's count of findings; nothing is decided from it",
    "hazards.SearchDocument": "the text that the search index covers; computed from the record",
    "products.ApiTokenSecret": "a credential; that the token was made is in the record",
    "products.InboundDelivery": "what a tracker sent, so that nothing is taken twice",
    "products.TrackerMessage": "what is still to be said in a tracker; its cause is in the record",
    "products.TrackerSecret": "credentials of a tracker",
    "products.Job": "progress of a task; what it makes is recorded by the action that it runs",
    "safetycase.GateDay": "what the gate said on a day; nothing is decided from it",
    "account.EmailAddress": "allauth's copy of the sign-in address",
    "account.EmailConfirmation": "allauth's proof of an address; sign-up is closed, none is made",
    "auth.Group": "unused: rights come from roles on a product",
    "auth.Group_permissions": "unused: rights come from roles on a product",
    "auth.Permission": "Django's permission tables, which nothing here asks",
    "contenttypes.ContentType": "Django's list of models",
    "django_tasks_database.DBTaskResult": "the queue of background tasks",
    "sessions.Session": "sessions end",
}

EVERY_MODEL: list[Model] = list(apps.get_models(include_auto_created=True))
TRACKED: list[Any] = [each for each in EVERY_MODEL if issubclass(each, Tracked)]
FACTS: list[Any] = [each for each in EVERY_MODEL if issubclass(each, AppendOnly | LedgerRow)]
HISTORY: list[Any] = [each for each in EVERY_MODEL if issubclass(each, HistoryRow)]
GUARDED = [*TRACKED, *FACTS, *HISTORY]
OURS = [each for each in EVERY_MODEL if each._meta.app_label in ARROW]
OURS_BUT_HISTORY = [each for each in OURS if each not in HISTORY]


def label(model: Model) -> str:
    return model._meta.label


def foreign_keys(model: Model) -> "list[models.ForeignKey[Any, Any]]":
    return [field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey)]


each_model = pytest.mark.parametrize("model", EVERY_MODEL, ids=label)
each_guarded = pytest.mark.parametrize("model", GUARDED, ids=label)
each_of_ours = pytest.mark.parametrize("model", OURS, ids=label)


# --- Kinds ----------------------------------------------------------------------------------------


@each_model
def test_every_model_is_of_exactly_one_kind(model: Model) -> None:
    kinds = {
        "tracked": issubclass(model, Tracked),
        "append-only": issubclass(model, AppendOnly | LedgerRow),
        "history": issubclass(model, HistoryRow),
        "reference": label(model) in REFERENCE,
        "operational": label(model) in OPERATIONAL,
    }
    assert sum(kinds.values()) == 1, kinds


def test_the_table_of_kinds_names_only_what_is_there() -> None:
    assert {*REFERENCE, *OPERATIONAL} <= {label(model) for model in EVERY_MODEL}


def test_every_tracked_model_has_its_own_history() -> None:
    assert {history_model_of(model) for model in TRACKED} == set(HISTORY)
    assert len(HISTORY) == len(TRACKED)


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_history_keeps_every_field(model: Any) -> None:
    kept = {field.attname for field in history_model_of(model)._meta.concrete_fields}
    assert {field.attname for field in model._meta.concrete_fields} <= kept


@pytest.mark.parametrize("model", [*TRACKED, *FACTS], ids=label)
def test_no_link_of_the_record_is_a_bare_many_to_many(model: Model) -> None:
    """Its table would have no history: a link that matters is a tracked model of its own."""
    assert not model._meta.many_to_many


@each_of_ours
def test_no_model_is_a_proxy_or_inherits_a_table(model: Model) -> None:
    """Both would be second doors to one table."""
    assert not model._meta.proxy
    assert not model._meta.parents


# --- Guards ---------------------------------------------------------------------------------------

WRITES: dict[str, Callable[[Any], Any]] = {
    "update": lambda rows: rows.update(pk=1),
    "delete": lambda rows: rows.all().delete(),
    "_raw_delete": lambda rows: rows.all()._raw_delete("default"),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "bulk_update": lambda rows: rows.bulk_update([], ["pk"]),
    "filtered update": lambda rows: rows.filter(pk=1).update(pk=1),
    "filtered delete": lambda rows: rows.filter(pk=1).delete(),
    "sliced delete": lambda rows: rows.order_by("pk")[:1].delete(),
    "values delete": lambda rows: rows.values("pk").delete(),
    "aupdate": lambda rows: asyncio.run(rows.aupdate(pk=1)),
    "adelete": lambda rows: asyncio.run(rows.all().adelete()),
    "abulk_create": lambda rows: asyncio.run(rows.abulk_create([])),
    "abulk_update": lambda rows: asyncio.run(rows.abulk_update([], ["pk"])),
}


def check_refuses_every_write(rows: Any) -> None:
    for name, write in WRITES.items():
        try:
            write(rows)
        except SideDoor:
            continue
        pytest.fail(f"{name} of {rows!r} is not refused")


@each_guarded
def test_every_manager_refuses_every_bulk_write(model: Any) -> None:
    assert model._base_manager.name == "objects"
    for manager in (model._base_manager, model._default_manager, *model._meta.managers):
        check_refuses_every_write(manager)
        check_refuses_every_write(manager.all())
        check_refuses_every_write(manager.using("default").none())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole database")
@each_guarded
def test_a_lock_is_on_the_row_alone_and_not_on_its_key(model: Any, db: None) -> None:
    """Whatever tables its default ordering joins, and whoever points to it."""
    sql = str(model.objects.select_for_update().filter(pk=1).query)
    assert sql.endswith(f'FOR NO KEY UPDATE OF "{model._meta.db_table}"')


@pytest.mark.parametrize("model", TRACKED, ids=label)
def test_the_history_manager_refuses_every_write(model: Any) -> None:
    row = model(pk=1)
    for history in (model.history, row.history):
        check_refuses_every_write(history)
        with pytest.raises(SideDoor):
            history.bulk_history_create([row], default_user=User(pk=1))
        with pytest.raises(SideDoor):
            history.all().latest_of_each().update(pk=1)


@each_guarded
def test_a_row_cannot_be_deleted(model: Any) -> None:
    row = model(pk=1)
    row._state.adding = False
    with pytest.raises(SideDoor):
        row.delete()
    with pytest.raises(SideDoor):
        asyncio.run(row.adelete())


@pytest.mark.parametrize("model", HISTORY, ids=label)
def test_a_history_row_cannot_be_changed(model: Any) -> None:
    version = model(pk=1)
    version._state.adding = False
    with pytest.raises(SideDoor):
        version.save()


def test_a_ledger_entry_is_never_saved_by_itself() -> None:
    with pytest.raises(SideDoor):
        Entry().save()
    with pytest.raises(SideDoor):
        Entry.objects.create()


def reverse_relations() -> list[Any]:
    return [
        relation
        for model in EVERY_MODEL
        for relation in model._meta.related_objects
        if relation.related_model in GUARDED
        and relation.get_accessor_name()
        and relation.one_to_many
    ]


@pytest.mark.parametrize(
    "relation", reverse_relations(), ids=lambda each: f"{each.model.__name__}.{each.name}"
)
def test_every_related_manager_refuses_every_bulk_write(relation: Any, db: None) -> None:
    rows = getattr(relation.model(pk=1), relation.get_accessor_name())
    check_refuses_every_write(rows)
    stranger = relation.related_model(pk=2)
    stranger._state.adding, stranger._state.db = False, "default"
    with pytest.raises(SideDoor):
        rows.add(stranger)
    if relation.field.null:
        for empty in (rows.clear, lambda: rows.set([stranger], clear=True)):
            with pytest.raises(SideDoor):
                empty()


def test_people_are_not_deleted(cso: User) -> None:
    with pytest.raises(SideDoor):
        cso.delete()
    with pytest.raises(models.ProtectedError):
        User.objects.all().delete()


# --- Foreign keys ---------------------------------------------------------------------------------


@each_of_ours
def test_no_foreign_key_points_to_the_left(model: Model) -> None:
    ours = model._meta.app_label
    for field in foreign_keys(model):
        target: Any = field.related_model
        theirs = target._meta.app_label
        if ours == "audit" and target is get_user_model():
            continue  # who did it; named by the setting, so that audit imports nothing
        if model in HISTORY and target is get_user_model():
            continue
        if theirs in ARROW:
            assert ARROW.index(theirs) >= ARROW.index(ours), field


@each_of_ours
def test_foreign_keys_lead_to_our_own_models_only(model: Model) -> None:
    for field in foreign_keys(model):
        target: Any = field.related_model
        assert target._meta.app_label in ARROW, field


def test_the_person_is_who_we_say() -> None:
    assert settings.AUTH_USER_MODEL == "accounts.User"
    assert get_user_model() is User


@pytest.mark.parametrize("model", OURS_BUT_HISTORY, ids=label)
def test_what_is_pointed_to_is_protected(model: Model) -> None:
    for field in foreign_keys(model):
        assert field.remote_field.on_delete is models.PROTECT, field


# --- Who and when in pairs ------------------------------------------------------------------------

#: Times without a person of their own, with the reason.
TIMES_WITHOUT_PERSON = {
    "accounts.Invitation.expires_at": "a limit that comes by itself",
    "accounts.Invitation.accepted_at": "by the invited person, who is the row's user",
    "hazards.HazardSummary.initial_estimated_at": "copied from the estimate, which says by whom",
    "hazards.HazardSummary.residual_estimated_at": "copied from the estimate, which says by whom",
}


def times() -> list[tuple[Model, str]]:
    return [
        (model, field.name)
        for model in OURS_BUT_HISTORY
        for field in model._meta.concrete_fields
        if isinstance(field, models.DateTimeField) and field.name.endswith("_at")
    ]


@pytest.mark.parametrize(("model", "at"), times(), ids=lambda each: getattr(each, "__name__", each))
def test_every_when_has_its_who(model: Model, at: str) -> None:
    if f"{label(model)}.{at}" in TIMES_WITHOUT_PERSON:
        return
    when = model._meta.get_field(at)
    who = model._meta.get_field(f"{at.removesuffix('_at')}_by")
    assert isinstance(who, models.ForeignKey)
    assert who.related_model is User
    assert when.null is who.null, "both or neither"  # type: ignore[union-attr]
    if who.null:
        assert any(
            holds_both_or_neither(constraint, at, who.name)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        ), "a check constraint holds the pair together"


def holds_both_or_neither(constraint: models.CheckConstraint, at: str, by: str) -> bool:
    """Whether the condition speaks of these two, lets both or neither be and never one alone."""
    rule = constraint.condition
    if not isinstance(rule, models.Q) or {name for name, _ in said_by(rule)} != {at, by}:
        return False
    return all(
        is_met(rule, {at: with_at, by: with_by}) is (with_at is with_by)
        for with_at in (True, False)
        for with_by in (True, False)
    )


def said_by(rule: models.Q) -> Iterator[tuple[str, Any]]:
    """The leaves of a condition: the name of a field, and what is said of it."""
    for part in rule.children:
        if isinstance(part, models.Q):
            yield from said_by(part)
        elif isinstance(part, tuple):
            yield part[0].removesuffix("__isnull"), part[1]


def is_met(rule: models.Q, is_there: dict[str, bool]) -> bool:
    """What a condition made of ``…__isnull`` says when these fields have values or have none."""
    answers = [
        is_met(part, is_there)
        if isinstance(part, models.Q)
        else part[1] is not is_there[part[0].removesuffix("__isnull")]  # type: ignore[index]
        for part in rule.children
    ]
    met = all(answers) if rule.connector == models.Q.AND else any(answers)
    return met is not rule.negated


def test_the_table_of_times_names_only_what_is_there() -> None:
    there = {f"{label(model)}.{at}" for model, at in times()}
    assert set(TIMES_WITHOUT_PERSON) <= there
