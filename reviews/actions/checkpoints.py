"""The rhythm of checkpoints, opening one, its notes, and closing it with its agenda frozen."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act, current_act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from audit.text import check_text
from products.models import Product
from products.permissions import Ability, check_can
from reviews.actions._meeting import in_checkpoint
from reviews.meetings.checkpoint_agenda import agenda_of, frozen_text
from reviews.models import Checkpoint, CheckpointRhythm

RHYTHM = frozenset({"weeks", "first_on", "is_active"})
NOTES_LIMIT = 10_000  # characters


def set_rhythm(
    *,
    product: Product,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> CheckpointRhythm:
    """Say how often the team meets: ``weeks`` between checkpoints, the first day, or not at all.

    Raises ``NotAllowed``; ``NotPossible`` for more than thirteen weeks or less than one;
    ``Conflict``.
    """
    if set(changes) - RHYTHM:
        raise TypeError(f"a rhythm has {sorted(RHYTHM)}")
    check_can(by, Ability.MEET, product)
    with act(by=by, reason=reason or "Set the rhythm of checkpoints", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        rhythm = CheckpointRhythm.objects.select_for_update().filter(product=product).first()
        if rhythm is None:
            today = timezone.localdate(current_act().at)
            rhythm = CheckpointRhythm(product=product, first_on=today)
            wanted = dict(changes)
        else:
            wanted = merged_changes(rhythm, changes, base_version)
        for name, value in wanted.items():
            setattr(rhythm, name, value)
        if not 1 <= rhythm.weeks <= 13:
            raise NotPossible(
                "A team meets at least once in thirteen weeks. Nothing was saved. Choose a number "
                "of weeks from 1 to 13."
            )
        check_row(rhythm)
        rhythm.save()
    return rhythm


def open_checkpoint(
    *, product: Product, by: User, held_on: datetime.date, reason: str = ""
) -> Checkpoint:
    """Open the next checkpoint; its agenda writes itself until it is closed.

    Raises ``NotAllowed``; ``NotPossible`` while another is open.
    """
    check_can(by, Ability.MEET, product)
    with act(by=by, reason=reason or "Opened a checkpoint", scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        checkpoints = Checkpoint.objects.filter(product=product)
        under_way = checkpoints.filter(closed_at__isnull=True).first()
        if under_way is not None:
            raise NotPossible(
                f"Checkpoint {under_way.number} is open. Nothing was saved. Close it first: the "
                "next agenda begins where it ended."
            )
        most = checkpoints.aggregate(most=Max("number"))["most"]
        checkpoint = Checkpoint(product=product, number=(most or 0) + 1, held_on=held_on)
        check_row(checkpoint)
        checkpoint.save()
    return checkpoint


def edit_checkpoint(
    *,
    checkpoint: Checkpoint,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> Checkpoint:
    """Change the notes or the day of an open checkpoint.

    Raises ``NotAllowed``, ``NotPossible``, ``BadText`` and ``Conflict``.
    """
    if set(changes) - {"notes", "held_on"}:
        raise TypeError("only the notes and the day of a checkpoint are edited")
    with in_checkpoint(
        checkpoint, by=by, reason=reason or "Wrote the notes of a checkpoint"
    ) as locked:
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        check_row(locked)
        locked.save()
    return locked


def add_note(
    *, checkpoint: Checkpoint, by: User, text: str, about: str = "", reason: str = ""
) -> Checkpoint:
    """Add a line to the notes, below what others wrote; ``about`` is a reference before it.

    Raises ``NotAllowed``; ``NotPossible`` without words or where the notes are full; ``BadText``.
    """
    line = " ".join(text.split())
    if not line:
        raise NotPossible("Write the note. Nothing was saved.")
    with in_checkpoint(checkpoint, by=by, reason=reason or "Noted what was said") as locked:
        said = f"{about}: {line}" if about else line
        notes = f"{locked.notes.rstrip()}\n{said}".lstrip()
        check_text("Notes", notes, limit=NOTES_LIMIT)
        locked.notes = notes
        locked.save()
    return locked


def close_checkpoint(*, checkpoint: Checkpoint, by: User, reason: str = "") -> Checkpoint:
    """Close a checkpoint: what its agenda says now is frozen and never changes.

    Raises ``NotAllowed``; ``NotPossible`` where it is closed, or before its day.
    """
    with in_checkpoint(checkpoint, by=by, reason=reason or "Closed a checkpoint") as locked:
        locked.product = checkpoint.product
        at = current_act().at
        if locked.held_on > timezone.localdate(at):
            raise NotPossible(
                f"Checkpoint {locked.number} is for {locked.held_on:%-d %B %Y}, so there is "
                "nothing to close yet. Nothing was changed. If you met already, put its day right."
            )
        locked.agenda = frozen_text(agenda_of(locked), at)
        locked.closed_at = at
        locked.closed_by = by
        locked.save()
    return locked
