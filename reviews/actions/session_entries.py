"""What is said in a session, and what comes of it: a hazard, or why there is none."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.concurrency import merged_changes
from audit.errors import NotPossible
from hazards.actions.raising import raise_hazard
from hazards.models import Hazard
from products.models import Feature
from products.permissions import Ability, check_can
from reviews.actions._meeting import in_session
from reviews.choices import EntryOutcome, Prompt
from reviews.models import Workshop, WorkshopEntry, WorkshopStep


def add_entry(
    *,
    session: Workshop,
    by: User,
    text: str,
    step: WorkshopStep | None = None,
    prompt: Prompt | None = None,
    reason: str = "",
) -> WorkshopEntry:
    """Keep what was said, at a step under a prompt or at none.

    The same words in the same place are kept once. Raises ``NotAllowed``; ``NotPossible`` without
    words, for a step that is not in the pathway, or in a closed session; ``BadText``.
    """
    with in_session(session, by=by, reason=reason or "Noted what was said") as locked:
        if step is not None:
            _check_step(step, locked)
        entry = WorkshopEntry(
            workshop=locked, step=step, prompt=prompt.value if prompt else "", text=text.strip()
        )
        check_row(entry)
        there = WorkshopEntry.objects.filter(
            workshop=locked, step=step, prompt=entry.prompt, text=entry.text, is_active=True
        ).first()
        if there is not None:
            return there
        entry.save()
    return entry


def edit_entry(
    *,
    entry: WorkshopEntry,
    by: User,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    reason: str = "",
) -> WorkshopEntry:
    """Change the words of an entry. Raises as ``add_entry``; ``Conflict``."""
    if set(changes) - {"text"}:
        raise TypeError("only the words of an entry are edited")
    with in_session(entry.workshop, by=by, reason=reason or "Changed what was said"):
        locked = _locked(entry)
        for name, value in merged_changes(locked, changes, base_version).items():
            setattr(locked, name, value)
        check_row(locked)
        locked.save()
    return locked


def settle_entry(
    *,
    entry: WorkshopEntry,
    by: User,
    outcome: EntryOutcome,
    changes: Mapping[str, Any],
    base_version: int | None = None,
    raising: Mapping[str, str] | None = None,
    hazard: Hazard | None = None,
    none_because: str = "",
    reason: str = "",
) -> WorkshopEntry:
    """Change the words of an entry and say what comes of it, as one act.

    ``raising`` holds name, cause and harm of a hazard to raise. Raises as ``edit_entry``,
    ``raise_from_entry``, ``link_entry`` and ``note_none``.
    """
    session = entry.workshop
    check_can(by, Ability.MEET, session.product)
    raises = outcome is EntryOutcome.RAISE
    usual = "Raised a hazard in a session" if raises else "Said what comes of an entry"
    why = reason or usual
    with act(by=by, reason=why, scope=session.product.scope):
        # Before the words: what raises a hazard locks the product before the session.
        if raises:
            raise_from_entry(entry=entry, by=by, **(raising or {"name": ""}))
        elif outcome is EntryOutcome.LINK:
            if hazard is None:
                raise NotPossible("Choose the hazard. Nothing was saved.")
            link_entry(entry=entry, by=by, hazard=hazard)
        elif outcome is EntryOutcome.NONE:
            note_none(entry=entry, by=by, none_because=none_because)
        edit_entry(entry=entry, by=by, changes=changes, base_version=base_version)
    return WorkshopEntry.objects.select_related("hazard").get(pk=entry.pk)


def raise_from_entry(
    *,
    entry: WorkshopEntry,
    by: User,
    name: str,
    cause: str = "",
    harm: str = "",
    reason: str = "",
) -> Hazard:
    """Raise a draft hazard from an entry, with the features that the session looks at.

    Raises ``NotAllowed``; ``NotPossible`` without a name, or where the entry came to something
    meanwhile; ``BadText``.
    """
    session = entry.workshop
    check_can(by, Ability.MEET, session.product)
    why = reason or "Raised a hazard in a session"
    with act(by=by, reason=why, scope=session.product.scope):
        # First: it locks the product, which everybody locks before what belongs to it.
        hazard = raise_hazard(
            product=session.product,
            by=by,
            name=name,
            cause=cause,
            harm=harm,
            features=Feature.objects.filter(
                workshop_links__workshop=session, workshop_links__is_active=True
            ),
        )
        with in_session(session, by=by, reason=why):
            locked = _unsettled(entry)
            locked.hazard = hazard
            locked.save()
    return hazard


def link_entry(
    *, entry: WorkshopEntry, by: User, hazard: Hazard, reason: str = ""
) -> WorkshopEntry:
    """Say that a hazard of the log is what an entry is about.

    Raises ``NotAllowed``; ``NotPossible`` for a hazard of another product, or where the entry came
    to something meanwhile.
    """
    with in_session(entry.workshop, by=by, reason=reason or "Named the hazard of an entry"):
        if hazard.product_id != entry.workshop.product_id:
            raise NotPossible("That hazard is of another product. Nothing was saved.")
        locked = _unsettled(entry)
        locked.hazard = hazard
        locked.save()
    return locked


def note_none(
    *, entry: WorkshopEntry, by: User, none_because: str, reason: str = ""
) -> WorkshopEntry:
    """Say that an entry was considered and is no hazard, and why.

    Raises ``NotAllowed``; ``NotPossible`` without the reason, or where the entry came to something
    meanwhile; ``BadText``.
    """
    if not none_because.strip():
        raise NotPossible("Say in a sentence why it is no hazard. Nothing was saved.")
    with in_session(entry.workshop, by=by, reason=reason or "Considered, no hazard"):
        locked = _unsettled(entry)
        locked.none_because = none_because.strip()
        check_row(locked)
        locked.save()
    return locked


def unsettle_entry(*, entry: WorkshopEntry, by: User, reason: str = "") -> WorkshopEntry:
    """Take back what came of an entry; a hazard that was raised stays in the log.

    Raises ``NotAllowed`` and ``NotPossible``.
    """
    with in_session(entry.workshop, by=by, reason=reason or "Took back what came of an entry"):
        locked = _locked(entry)
        locked.hazard = None
        locked.none_because = ""
        locked.save()
    return locked


def withdraw_entry(*, entry: WorkshopEntry, by: User, reason: str = "") -> None:
    """Take an entry out of a session; it stays in the record. Raises as ``unsettle_entry``."""
    with in_session(entry.workshop, by=by, reason=reason or "Took an entry out of a session"):
        locked = _locked(entry)
        locked.is_active = False
        locked.save()


def _locked(entry: WorkshopEntry) -> WorkshopEntry:
    locked = WorkshopEntry.objects.select_for_update().get(pk=entry.pk)
    if not locked.is_active:
        raise NotPossible("Somebody took this entry out meanwhile. Nothing was saved.")
    return locked


def _unsettled(entry: WorkshopEntry) -> WorkshopEntry:
    locked = _locked(entry)
    if locked.hazard_id is not None or locked.none_because:
        raise NotPossible(
            "Somebody said meanwhile what comes of this entry. Nothing was saved. Look at it as it "
            "is now; take that back first if yours is to count."
        )
    return locked


def _check_step(step: WorkshopStep, session: Workshop) -> None:
    there = WorkshopStep.objects.filter(pk=step.pk, workshop=session, is_active=True)
    if not there.exists():
        raise NotPossible(
            "That step is not in the pathway any more. Nothing was saved; choose another."
        )
