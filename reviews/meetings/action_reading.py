"""Actions as pages and other parts read them: who does what by when."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from products.models import Product
from reviews.choices import ActionState
from reviews.meetings.rules import is_late
from reviews.models import ActionItem, Checkpoint, Workshop


@dataclass(frozen=True)
class WaitingAction:
    """An action that nobody has done yet: whose move it is, by when, and where it is done."""

    item: ActionItem
    url: str
    today: datetime.date

    @property
    def owner(self) -> User:
        """Whose move it is."""
        return self.item.owner

    @property
    def due_on(self) -> datetime.date:
        """The day by which it is to be done."""
        return self.item.due_on

    @property
    def is_late(self) -> bool:
        """Whether that day is past."""
        return is_late(self.item.due_on, self.today)


def actions_of(product: Product) -> QuerySet[ActionItem]:
    """The actions of a product with what their rows name, by the day on which they are due."""
    return (
        ActionItem.objects.filter(product=product)
        .select_related("owner__profile", "checkpoint", "workshop", "hazard", "feature")
        .order_by("due_on", "pk")
    )


def actions_waiting(product: Product) -> list[WaitingAction]:
    """The open actions, those due first before the others. One query."""
    page, today = reverse("action_list", args=[product.slug]), timezone.localdate()
    return [
        WaitingAction(item, f"{page}#action-{item.public_id}", today)
        for item in actions_of(product).filter(state=ActionState.OPEN)
    ]


#: What the list may be narrowed to.
SHOWN = {"": ActionState.OPEN, "done": ActionState.DONE, "dropped": ActionState.DROPPED}


@dataclass(frozen=True)
class ActionCounts:
    """How many actions there are of each kind."""

    open: int
    mine: int
    late: int
    done: int
    dropped: int


def count_actions(product: Product, person: User) -> ActionCounts:
    """The counts of the list's facets; one query."""
    is_open, today = Q(state=ActionState.OPEN), timezone.localdate()
    counted = ActionItem.objects.filter(product=product).aggregate(
        open=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & Q(owner=person)),
        late=Count("pk", filter=is_open & Q(due_on__lt=today)),
        done=Count("pk", filter=Q(state=ActionState.DONE)),
        dropped=Count("pk", filter=Q(state=ActionState.DROPPED)),
    )
    return ActionCounts(**counted)


def actions_where(
    product: Product, *, state: str = "", mine: User | None = None, late: bool = False
) -> QuerySet[ActionItem]:
    """The actions of a state, of a person, or those that are late."""
    found = actions_of(product).filter(state=SHOWN.get(state, ActionState.OPEN))
    if mine is not None:
        found = found.filter(owner=mine)
    if late:
        found = found.filter(due_on__lt=timezone.localdate())
    return found if state == "" else found.order_by("-pk")


def actions_from(meeting: Checkpoint | Workshop) -> QuerySet[ActionItem]:
    """The actions that came of a meeting."""
    found = actions_of(meeting.product)
    if isinstance(meeting, Checkpoint):
        return found.filter(checkpoint=meeting)
    return found.filter(workshop=meeting)
