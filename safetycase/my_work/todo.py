"""One thing that waits for a person, and the products that it may be on."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from products.models import Product
from products.permissions import Ability, Standing
from products.queries import MyProduct


@dataclass(frozen=True)
class Todo:
    """Something to do, in a sentence, with the address of the place where it is done."""

    product: Product
    sentence: str
    url: str
    detail: str = ""
    tone: str = ""  # of components/status.html; '' for what is no worse than waiting


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


def hazards_in_words(references: list[str], *, most: int = 5) -> str:
    """References in a sentence; beyond ``most`` it says how many more there are."""
    named = ", ".join(references[:most])
    more = len(references) - most
    return f"{named} and {more} more" if more > 0 else named
