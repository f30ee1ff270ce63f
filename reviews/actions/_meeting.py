"""What every action on a session or a checkpoint does first: permission, act, lock."""

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.models import User
from audit.acts import act
from audit.errors import NotPossible
from products.models import Product
from products.permissions import Ability, check_can
from products.queries import people_at_work
from reviews.models import Checkpoint, Workshop


@contextmanager
def in_session(session: Workshop, *, by: User, reason: str) -> Iterator[Workshop]:
    """A session as it is now, locked. Raises ``NotAllowed``; ``NotPossible`` where it is closed."""
    check_can(by, Ability.MEET, session.product)
    with act(by=by, reason=reason, scope=session.product.scope):
        locked = Workshop.objects.select_for_update().get(pk=session.pk)
        if locked.closed_at is not None:
            raise NotPossible(
                "This session was closed: what it recorded stays as it is. Nothing was saved. "
                "Hold another session for what is new."
            )
        yield locked


@contextmanager
def in_checkpoint(checkpoint: Checkpoint, *, by: User, reason: str) -> Iterator[Checkpoint]:
    """A checkpoint as it is now, locked. Raises as ``in_session``."""
    check_can(by, Ability.MEET, checkpoint.product)
    with act(by=by, reason=reason, scope=checkpoint.product.scope):
        locked = Checkpoint.objects.select_for_update().get(pk=checkpoint.pk)
        if locked.closed_at is not None:
            raise NotPossible(
                f"Checkpoint {locked.number} was closed: its minutes stay as they are. Nothing was "
                "saved. Say it in the next one."
            )
        yield locked


def check_at_work(person: User, product: Product) -> None:
    """Raise ``NotPossible`` unless the person does something on the product today."""
    if not people_at_work(product).filter(pk=person.pk).exists():
        raise NotPossible(
            "Only somebody who is on the team today, and does not only audit it, can be given "
            "something to do. Nothing was saved. Choose somebody else, or add them to the team."
        )
