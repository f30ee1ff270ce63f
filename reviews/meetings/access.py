"""The only way that a view gets a session, a checkpoint or an action; what is not there is 404."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from products.access import AtProduct, product_for
from products.permissions import Ability, Standing
from reviews.meetings.action_reading import actions_of
from reviews.meetings.checkpoint_reading import checkpoints_of
from reviews.meetings.session_reading import entries_of, sessions_of
from reviews.models import ActionItem, Attendance, Checkpoint, Workshop, WorkshopEntry, WorkshopStep

BIGGEST = 2**31 - 1  # a number that the databases can be asked for


@dataclass(frozen=True)
class SessionAt(AtProduct):
    """A session, and the standing of the person who looks at it."""

    session: Workshop

    @property
    def may_write(self) -> bool:
        """Whether the person may write in it now."""
        return self.session.closed_at is None and self.standing.can(Ability.MEET)


@dataclass(frozen=True)
class CheckpointAt(AtProduct):
    """A checkpoint, and the standing of the person who looks at it."""

    checkpoint: Checkpoint

    @property
    def may_write(self) -> bool:
        """Whether the person may write in it now."""
        return self.checkpoint.closed_at is None and self.standing.can(Ability.MEET)


def session_for_reading(request: HttpRequest, slug: str, number: int) -> SessionAt:
    """A session, for everybody on the team."""
    return _session(product_for(request, slug, Ability.READ), number)


def session_for_writing(request: HttpRequest, slug: str, number: int) -> SessionAt:
    """A session, for who runs sessions. Raises ``NotAllowed``."""
    return _session(product_for(request, slug, Ability.MEET), number)


def entry_in(at: SessionAt, public_id: uuid.UUID) -> WorkshopEntry:
    """Something that was said in the session and stands; raises ``Http404``."""
    entry: WorkshopEntry | None = entries_of(at.session).filter(public_id=public_id).first()
    if entry is None:
        raise Http404
    entry.workshop = at.session
    return entry


def step_in(at: SessionAt, public_id: uuid.UUID) -> WorkshopStep:
    """A step of the session's pathway; raises ``Http404``."""
    step = WorkshopStep.objects.filter(
        workshop=at.session, public_id=public_id, is_active=True
    ).first()
    if step is None:
        raise Http404
    step.workshop = at.session
    return step


def attendance_in(at: SessionAt, public_id: uuid.UUID) -> Attendance:
    """Somebody who took part in the session; raises ``Http404``."""
    attendance = Attendance.objects.filter(
        workshop=at.session, public_id=public_id, is_active=True
    ).first()
    if attendance is None:
        raise Http404
    attendance.workshop = at.session
    return attendance


def checkpoint_for_reading(request: HttpRequest, slug: str, number: int) -> CheckpointAt:
    """A checkpoint, for everybody on the team."""
    return _checkpoint(product_for(request, slug, Ability.READ), number)


def checkpoint_for_writing(request: HttpRequest, slug: str, number: int) -> CheckpointAt:
    """A checkpoint, for who runs checkpoints. Raises ``NotAllowed``."""
    return _checkpoint(product_for(request, slug, Ability.MEET), number)


def action_for_writing(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, ActionItem]:
    """An action of the product, for who runs meetings. Raises ``NotAllowed``."""
    standing = product_for(request, slug, Ability.MEET)
    item = actions_of(standing.product).filter(public_id=public_id).first()
    if item is None:
        raise Http404
    item.product = standing.product
    return standing, item


def meeting_named(standing: Standing, kind: str, number: str) -> Checkpoint | Workshop | None:
    """The meeting that an action comes of, as an address names it; None where it names none."""
    if not (number.isascii() and number.isdecimal()) or int(number) > BIGGEST:
        return None
    if kind == "checkpoint":
        return _checkpoint(standing, int(number)).checkpoint
    return _session(standing, int(number)).session if kind == "session" else None


def _session(standing: Standing, number: int) -> SessionAt:
    found: Workshop | None = None
    if number <= BIGGEST:
        found = sessions_of(standing.product).filter(number=number).first()
    if found is None:
        raise Http404
    found.product = standing.product
    return SessionAt(standing, found)


def _checkpoint(standing: Standing, number: int) -> CheckpointAt:
    found: Checkpoint | None = None
    if number <= BIGGEST:
        found = checkpoints_of(standing.product).filter(number=number).first()
    if found is None:
        raise Http404
    found.product = standing.product
    return CheckpointAt(standing, found)
