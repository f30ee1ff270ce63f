"""The numbers and references of many new hazards, given out as one by one but without asking."""

from collections.abc import Iterable, Iterator

from hazards.models import Hazard
from products.models import Product

LONGEST_NUMBER = 6  # digits of an imported reference of our own form


class Numbering:
    """Gives each new hazard of a file its number and our own reference.

    An imported reference of our own form (HAZ-012) becomes the reference itself where its number
    is free; the others get the numbers after the highest, past those that the file asks for.
    """

    def __init__(self, product: Product) -> None:
        rows = Hazard.objects.filter(product=product).values_list(
            "number", "reference", "imported_reference"
        )
        self.prefix = f"{product.hazard_prefix}-"
        self.numbers: set[int] = set()
        self.known: set[str] = set()
        for number, reference, imported in rows:
            self.numbers.add(number)
            self.known.add((imported or reference).casefold())
        self.highest = max(self.numbers, default=0)

    def taken(self, imported: Iterable[str]) -> Iterator[str]:
        """Those of the imported references by which people know a hazard already."""
        known = set(self.known)
        for reference in imported:
            if reference and reference.casefold() in known:
                yield reference
            known.add(reference.casefold())

    def give(self, imported: list[str]) -> list[tuple[int, str]]:
        """Number and reference for each new hazard, by its imported reference ('' for none)."""
        wanted = [self._number_in(each) for each in imported]
        asked_for = {number for number in wanted if number} - self.numbers
        self.known |= {each.casefold() for each in imported}
        given = []
        for number in wanted:
            if number in asked_for:
                asked_for.discard(number)  # a second one of this number gets another
            else:
                number = self._next(asked_for)
            self.numbers.add(number)
            self.highest = max(self.highest, number)
            given.append((number, f"{self.prefix}{number:03d}"))
        return given

    def _next(self, asked_for: set[int]) -> int:
        number = self.highest + 1
        while (
            number in asked_for
            or number in self.numbers
            or f"{self.prefix}{number:03d}".casefold() in self.known
        ):
            number += 1
        return number

    def _number_in(self, imported: str) -> int:
        digits = imported.removeprefix(self.prefix)
        is_ours = imported.startswith(self.prefix) and digits.isdecimal()
        return int(digits) if is_ours and len(digits) <= LONGEST_NUMBER else 0
