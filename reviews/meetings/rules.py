"""Rules of sessions, checkpoints and actions, as pure functions on plain values."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from products.choices import Role

LEAST_ROLES = 3

#: Who a hazard session needs (clause 4.1.2), with the words of who is missing.
NEEDED = {
    Role.CLINICAL_SAFETY_OFFICER: "a clinical safety officer",
    Role.CLINICIAN: "a clinician",
    Role.CONTRIBUTOR: "an engineer",
}


def who_lacked(roles: Collection[str]) -> list[str]:
    """Who was missing in a session, in words; empty where it was multi-disciplinary."""
    lacking = [words for role, words in NEEDED.items() if role not in roles]
    if not lacking and len(set(roles)) < LEAST_ROLES:
        lacking.append("a third role")
    return lacking


def listed(words: Collection[str]) -> str:
    """Words in a sentence: “a, b and c”."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def why_session_not_closed(
    *, summary: str, people: int, unsettled: int, held_on: datetime.date, today: datetime.date
) -> str:
    """The sentence that refuses to close a session; '' where it may be closed."""
    if held_on > today:
        return (
            f"The session is for {held_on:%-d %B %Y}, so there is nothing to close yet. Nothing "
            "was saved; your summary stands here. If you met already, put its day right."
        )
    if not people:
        return "Say first who took part. Nothing was saved."
    if unsettled:
        entries = "entry has" if unsettled == 1 else "entries have"
        return (
            f"{unsettled} {entries} come to nothing yet: raise a hazard, name the one that covers "
            "it, or say why there is none. Nothing was saved; your summary stands here."
        )
    if not summary.strip():
        return "Say in a few sentences what came of the session. Nothing was saved."
    return ""


def next_on(first_on: datetime.date, weeks: int, after: datetime.date) -> datetime.date:
    """The first day of a rhythm that is later than a day."""
    if first_on > after:
        return first_on
    step = datetime.timedelta(weeks=weeks)
    return first_on + ((after - first_on) // step + 1) * step


def coming_days(
    first_on: datetime.date, weeks: int, today: datetime.date, most: int
) -> list[datetime.date]:
    """The next days of a rhythm, today's among them."""
    days, day = [], today - datetime.timedelta(days=1)
    for _ in range(most):
        day = next_on(first_on, weeks, day)
        days.append(day)
    return days


def weeks_in_words(weeks: int) -> str:
    """How often a team meets."""
    return "every week" if weeks == 1 else f"every {weeks} weeks"


def is_late(due_on: datetime.date, today: datetime.date) -> bool:
    """Whether something should have been done before today. Due today is not late yet."""
    return due_on < today


@dataclass(frozen=True)
class SessionFacts:
    """What PE03 needs to know of a session; ``release`` is the key of the one that it was for."""

    id: int
    release: int | None
    is_over: bool
    roles: frozenset[str]


def sessions_lacking(sessions: Sequence[SessionFacts]) -> dict[int, list[str]]:
    """Who was missing in which sessions that are over, by their keys; ``sessions`` by their day.

    A later session for the same release in which everybody was makes an earlier one good.
    """
    found: dict[int, list[str]] = {}
    made_good: set[int | None] = set()
    for session in reversed(sessions):
        lacked = who_lacked(session.roles)
        if not lacked:
            made_good.add(session.release)
        elif session.is_over and session.release not in made_good:
            found[session.id] = lacked
    return found
