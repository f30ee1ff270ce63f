"""One thing that waits for a person, and the products that it may be on."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from accounts.models import User
from accounts.templatetags.interface import day
from products.choices import Role
from products.models import Membership, Product
from products.permissions import Ability, Standing, current_memberships, roles_in_words
from products.queries import MyProduct
from reviews.rhythm.clock import Clock

YOURS = "Your move"
PLAIN = ""  # yours by name, as the sentence says with its day
NOBODYS = ""  # news: nobody has to do anything


@dataclass(frozen=True)
class Todo:
    """Something to do, in a sentence, with the address of the place where it is done.

    ``since`` is when it began to wait; a ``clock`` says that and by when it is to be done.
    """

    product: Product
    sentence: str
    url: str
    detail: str = ""
    tone: str = ""  # of components/status.html; '' for what is no worse than waiting
    since: datetime.datetime | datetime.date | None = None
    clock: Clock | None = None
    whose: str = YOURS

    @property
    def begun(self) -> datetime.date | None:
        """The day, here, on which it began to wait."""
        if self.clock is not None:
            return self.clock.begun
        if isinstance(self.since, datetime.datetime):
            return timezone.localdate(self.since)
        return self.since

    @property
    def turn(self) -> str:
        """Whose move it is and since when, as far as either is known."""
        if self.clock is not None:
            return f"{self.whose}, {self.clock.words}"
        if not self.whose or self.begun is None:
            return self.whose
        today = self.begun == timezone.localdate()
        return f"{self.whose} since {'today' if today else day(self.begun)}"


def most_urgent_first(todos: Iterable[Todo]) -> list[Todo]:
    """What is late before what waits, and of each the one that waits longest; what has no day comes
    after, in the order in which it was found."""
    return sorted(
        todos,
        key=lambda each: (each.tone != "bad", each.begun is None, each.begun or datetime.date.max),
    )


@dataclass(frozen=True)
class Mine:
    """A person with their standing on each product on whose team they are."""

    person: User
    standings: list[Standing]

    @classmethod
    def of(cls, person: User, entries: Iterable[MyProduct]) -> "Mine":
        """A person's standings, from the products that were read with their roles."""
        return cls(
            person, [Standing(person, each.product, frozenset(each.roles)) for each in entries]
        )

    def where(self, ability: Ability) -> dict[int, Standing]:
        """The standings where the person may do something, by the key of the product."""
        return {each.product.pk: each for each in self.standings if each.can(ability)}

    @cached_property
    def _others(self) -> dict[int, list[tuple[Role, str]]]:
        """The roles and names of everybody else on these teams today. One query."""
        found: dict[int, list[tuple[Role, str]]] = defaultdict(list)
        members = (
            Membership.objects.filter(
                current_memberships(), product__in=[each.product for each in self.standings]
            )
            .exclude(person=self.person)
            .select_related("person__profile")
            .order_by("is_deputy", "pk")
        )
        for each in members:
            found[each.product_id].append((Role(each.role), each.person.name))
        return found

    def move(self, standing: Standing, roles: Collection[Role], *, but_for_me: bool = False) -> str:
        """Whose move something is that anybody in one of these roles does, or anybody but the
        person. One query at most."""
        others = list(
            dict.fromkeys(name for role, name in self._others[standing.product.pk] if role in roles)
        )
        if standing.roles & frozenset(roles) and not but_for_me:
            if not others:
                return YOURS
            whose = f"{others[0]}’s" if len(others) == 1 else f"that of {len(others)} others"
            return f"{YOURS} or {whose}"
        if not others:
            who = "another" if but_for_me else "a"
            return f"The move of {who} {roles_in_words(roles)}"
        if len(others) > 2:
            return f"The move of {len(others)} others"
        return f"{' or '.join(f'{name}’s' for name in others)} move"


def hazards_in_words(references: list[str], *, most: int = 5) -> str:
    """References in a sentence; beyond ``most`` it says how many more there are."""
    named = ", ".join(references[:most])
    more = len(references) - most
    return f"{named} and {more} more" if more > 0 else named
