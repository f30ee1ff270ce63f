"""An act: one person does one thing for one reason, and all of it is saved or none of it.

Every write of a tracked or append-only row happens inside an act. The act is the transaction, the
person and the reason of each history row and each ledger entry that is written while it lasts.
"""

import datetime
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from django.utils import timezone

from audit.errors import NoAct, NotPossible, SideDoor
from audit.text import check_text

REASON_LIMIT = 2_000  # characters


class Otherwise(str):
    """A sentence of an action's own, for when nobody said why: ``reason or Otherwise("…")``."""

    __slots__ = ()


@dataclass
class Act:
    """Who does what and why, from ``at`` (UTC) on; ``scope`` is a product's public id or ''.

    ``in_own_words`` is False where the reason is the action's own sentence (``Otherwise``).
    """

    by: AbstractBaseUser
    reason: str
    scope: str
    in_own_words: bool = True
    at: datetime.datetime = field(default_factory=timezone.now)
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    entries: int = 0  # how many the ledger has of it so far
    _records: Counter[tuple[str, object]] = field(default_factory=Counter)
    _seen: set[object] = field(default_factory=set)
    _last: dict[object, Callable[[], None]] = field(default_factory=dict)
    _gathered: dict[object, set[int]] = field(default_factory=dict)

    def moment_for(self, row: models.Model) -> datetime.datetime:
        """The time of the next record of this row: later by a microsecond for each one before.

        Two records of one row with the same time would make "as it was at that time" ambiguous.
        """
        key = (row._meta.label, row.pk)
        moment = self.at + datetime.timedelta(microseconds=self._records[key])
        self._records[key] += 1
        return moment

    def records_of(self, row: models.Model) -> int:
        """How many records of this row the act has written so far."""
        return self._records[(row._meta.label, row.pk)]

    def is_first(self, mark: object) -> bool:
        """Whether this mark is seen for the first time in the act."""
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True

    def do_last(self, mark: object, do: Callable[[], None]) -> None:
        """Run ``do`` once when the act ends well, before it is committed.

        For what follows from many changes and need be worked out only once: the newest ``do`` for
        a mark counts. What a part of the act that was rolled back asked for is run as well, so
        ``do`` looks at what stands.
        """
        self._last[mark] = do

    def gather(self, mark: object, keys: Iterable[int], do: Callable[[set[int]], None]) -> None:
        """``do_last`` with all the keys that were gathered under the mark until then."""
        self._gathered.setdefault(mark, set()).update(keys)
        self.do_last(mark, lambda: do(self._gathered.pop(mark)))

    def finish(self) -> None:
        """Run what was left for the end, in the order in which it was first asked for."""
        while self._last:
            do = self._last.pop(next(iter(self._last)))
            do()


_current: ContextVar[Act | None] = ContextVar("audit_current_act", default=None)
_through: ContextVar[str] = ContextVar("audit_acting_through", default="")


def current_act() -> Act:
    """The act under way.

    Raises ``NoAct`` outside of one: a write with nobody behind it is refused.
    """
    act_under_way = _current.get()
    if act_under_way is None:
        raise NoAct("A record was written outside an act: wrap the write in audit.acts.act(...).")
    return act_under_way


@contextmanager
def act(*, by: AbstractBaseUser, reason: str, scope: str = "") -> Iterator[Act]:
    """Open an act: one transaction with its person and its reason.

    An act inside an act is a part of it (an import calls the same actions as people do): it keeps
    the outer person, reason and scope, in a savepoint of its own.

    Raises ``NotPossible`` when the reason is empty or too long, ``BadText`` when it cannot be
    stored, ``SideDoor`` when another person would act inside somebody's act.
    """
    outer = _current.get()
    if outer is not None:
        if outer.by.pk != by.pk:
            raise SideDoor("An act of one person cannot contain an act of another.")
        noted = set(outer._seen)
        try:
            with transaction.atomic():
                yield outer
        except BaseException:
            outer._seen = noted  # what it noted was rolled back with it
            raise
        return
    with transaction.atomic():
        own = not isinstance(reason, Otherwise)
        means = f" (by {_through.get()})" if _through.get() else ""
        new = Act(by=by, reason=_checked_reason(reason) + means, scope=scope, in_own_words=own)
        token = _current.set(new)
        try:
            yield current_act()
            current_act().finish()
        finally:
            _current.reset(token)


@contextmanager
def acting_through(means: str) -> Iterator[None]:
    """Say in the reason of every act meanwhile by what means the person acts.

    A program that acts for somebody is told from the person themselves: “… (by the token “CI”)”.
    """
    token = _through.set(means)
    try:
        yield
    finally:
        _through.reset(token)


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise NotPossible("Say why: a change without a reason cannot be saved.")
    check_text("Reason", reason, limit=REASON_LIMIT)
    return reason
