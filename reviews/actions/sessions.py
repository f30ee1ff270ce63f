"""Holding a session: opening it, what it looks at, who takes part, and closing it."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act, current_act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from products.choices import Role
from products.models import Feature, Product, Release
from products.permissions import Ability, check_can
from reviews.actions._meeting import check_at_work, in_session
from reviews.choices import WorkshopKind
from reviews.meetings.rules import why_session_not_closed
from reviews.models import (
    Attendance,
    Workshop,
    WorkshopEntry,
    WorkshopFeature,
    WorkshopStep,
)

EDITABLE = frozenset({"title", "kind", "held_on", "release_id"})


def open_session(
    *,
    product: Product,
    by: User,
    title: str,
    held_on: datetime.date,
    kind: WorkshopKind = WorkshopKind.WORKSHOP,
    release: Release | None = None,
    steps: Iterable[str] = (),
    features: Iterable[Feature] = (),
    reason: str = "",
) -> Workshop:
    """Open a session with the steps of the pathway that it will go along.

    Raises ``NotAllowed``; ``NotPossible`` without a title, or for a release or a feature of another
    product; ``BadText``.
    """
    check_can(by, Ability.MEET, product)
    with act(by=by, reason=reason or "Opened a session", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        session = Workshop(
            product=product,
            number=_next_number(product),
            kind=kind,
            title=title.strip(),
            held_on=held_on,
            release=release,
        )
        _check(session)
        session.save()
        for position, text in enumerate((step.strip() for step in steps), start=1):
            if text:
                _save_step(WorkshopStep(workshop=session, position=position, text=text))
        _carry_features(session, features)
    return session


def edit_session(
    *,
    session: Workshop,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Workshop:
    """Change a session's title, kind, day or release while it is open.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise TypeError(f"not fields that people edit on a session: {sorted(unknown)}")
    with in_session(session, by=by, reason=reason or "Changed a session") as locked:
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        _check(locked)
        locked.save()
    return locked


def choose_features(
    *, session: Workshop, by: User, features: Iterable[Feature], reason: str = ""
) -> None:
    """Say which features a session looks at; the others are taken away.

    Raises ``NotAllowed``; ``NotPossible`` for a feature of another product.
    """
    with in_session(session, by=by, reason=reason or "Chose what a session looks at") as locked:
        _carry_features(locked, features)


def add_step(*, session: Workshop, by: User, text: str, reason: str = "") -> WorkshopStep:
    """Add a step at the end of the pathway. Raises ``NotAllowed``, ``NotPossible``, ``BadText``."""
    with in_session(session, by=by, reason=reason or "Added a step of the pathway") as locked:
        last = WorkshopStep.objects.filter(workshop=locked).aggregate(most=Max("position"))["most"]
        step = WorkshopStep(workshop=locked, position=(last or 0) + 1, text=text.strip())
        _save_step(step)
    return step


def edit_step(
    *,
    step: WorkshopStep,
    by: User,
    text: str,
    base_version: int | None = None,
    reason: str = "",
) -> WorkshopStep:
    """Change the words of a step.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    with in_session(step.workshop, by=by, reason=reason or "Changed a step of the pathway"):
        locked = WorkshopStep.objects.select_for_update().get(pk=step.pk)
        for name, value in merged_changes(locked, {"text": text.strip()}, base_version).items():
            setattr(locked, name, value)
        _save_step(locked)
    return locked


def withdraw_step(*, step: WorkshopStep, by: User, reason: str = "") -> None:
    """Take a step out of the pathway.

    Raises ``NotAllowed``; ``NotPossible`` where something was said at it.
    """
    with in_session(step.workshop, by=by, reason=reason or "Took out a step of the pathway"):
        locked = WorkshopStep.objects.select_for_update().get(pk=step.pk)
        if WorkshopEntry.objects.filter(step=locked, is_active=True).exists():
            raise NotPossible(
                f"Something was said at “{locked.text}”, so it stays in the pathway. Nothing was "
                "changed. Take those entries out first."
            )
        locked.is_active = False
        locked.save()


def note_attendance(
    *,
    session: Workshop,
    by: User,
    role: Role,
    person: User | None = None,
    name: str = "",
    reason: str = "",
) -> Attendance:
    """Note that somebody of the team, or somebody else by name, takes part, and as what.

    Noting the same twice changes nothing. Raises ``NotAllowed``; ``NotPossible`` without anybody,
    or for a person who is not on the team; ``BadText``.
    """
    with in_session(session, by=by, reason=reason or "Noted who takes part") as locked:
        if person is not None:
            check_at_work(person, session.product)
            name = person.name
        if not name.strip():
            raise NotPossible("Choose a person or write a name. Nothing was saved.")
        row = Attendance(workshop=locked, person=person, name=name.strip(), role=role)
        check_row(row)
        there = Attendance.objects.filter(
            workshop=locked, person=person, name__iexact=row.name, role=role, is_active=True
        ).first()
        if there is not None:
            return there
        row.save()
    return row


def withdraw_attendance(*, attendance: Attendance, by: User, reason: str = "") -> None:
    """Take back that somebody took part. Raises ``NotAllowed`` and ``NotPossible``."""
    why = reason or "Took back that somebody takes part"
    with in_session(attendance.workshop, by=by, reason=why):
        locked = Attendance.objects.select_for_update().get(pk=attendance.pk)
        locked.is_active = False
        locked.save()


def close_session(*, session: Workshop, by: User, summary: str, reason: str = "") -> Workshop:
    """Close a session with what came of it; from then on it is read only.

    Raises ``NotAllowed``; ``NotPossible`` before its day, without a summary or anybody who took
    part, or while an entry has come to nothing; ``BadText``.
    """
    with in_session(session, by=by, reason=reason or "Closed a session") as locked:
        entries = WorkshopEntry.objects.filter(workshop=locked, is_active=True)
        refusal = why_session_not_closed(
            summary=summary,
            people=Attendance.objects.filter(workshop=locked, is_active=True).count(),
            unsettled=entries.filter(hazard__isnull=True, none_because="").count(),
            held_on=locked.held_on,
            today=timezone.localdate(current_act().at),
        )
        if refusal:
            raise NotPossible(refusal)
        locked.summary = summary.strip()
        locked.closed_by = by
        locked.closed_at = current_act().at
        check_row(locked)
        locked.save()
    return locked


def _next_number(product: Product) -> int:
    most = Workshop.objects.filter(product=product).aggregate(most=Max("number"))["most"]
    return (most or 0) + 1


def _check(session: Workshop) -> None:
    check_row(session)
    if session.release is not None and session.release.product_id != session.product_id:
        raise NotPossible("That release is of another product. Nothing was saved.")


def _save_step(step: WorkshopStep) -> None:
    check_row(step)
    step.save()


def _carry_features(session: Workshop, features: Iterable[Feature]) -> None:
    wanted = {feature.pk: feature for feature in features}
    if any(each.product_id != session.product_id for each in wanted.values()):
        raise NotPossible("That feature is of another product. Nothing was saved.")
    links = {each.feature_id: each for each in WorkshopFeature.objects.filter(workshop=session)}
    for key in sorted(wanted.keys() | links.keys()):
        link = links.get(key) or WorkshopFeature(workshop=session, feature=wanted[key])
        link.is_active = key in wanted
        link.save()
