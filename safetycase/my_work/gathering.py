"""Everything that waits for a person, gathered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from accounts.models import User
from products.choices import Role
from products.models import Product, Release
from products.queries import MyProduct, next_releases, products_of
from safetycase.gate.outlook import Outlook, one_line
from safetycase.models import Baseline, Issue
from safetycase.my_work.agreements import analyses_to_sign, charters_to_sign
from safetycase.my_work.concerns import concerns_to_answer, what_became
from safetycase.my_work.dates import controls_past_due, hazards_to_review
from safetycase.my_work.releases import (
    glasses_ending,
    glasses_to_sign,
    statements_out_of_date,
)
from safetycase.my_work.risks import risks_of
from safetycase.my_work.signatures import (
    appointments_to_sign,
    legacy_lists_to_sign,
    plans_to_sign,
)
from safetycase.my_work.todo import Mine, Todo, most_urgent_first
from safetycase.my_work.together import asked_of, said_i_would, to_look_at, to_triage
from safetycase.my_work.versions import in_work, newest_issues, out_of_date, rejected, to_sign

#: Products whose gate is asked while the page is made; of more each is asked when it is seen.
ASKED_AT_ONCE = 5
#: So much of each kind is shown at once: a long list of one kind would hide the others.
SHOWN_AT_ONCE = 6


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    title: str
    todos: list[Todo]

    @property
    def is_late(self) -> bool:
        """Whether something in it is late or cannot wait."""
        return any(each.tone == "bad" for each in self.todos)

    @property
    def first(self) -> list[Todo]:
        """What the page shows at once; nothing is folded away for a line or two."""
        return self.todos if len(self.todos) <= SHOWN_AT_ONCE + 2 else self.todos[:SHOWN_AT_ONCE]

    @property
    def rest(self) -> list[Todo]:
        """What it shows when it is asked."""
        return self.todos[len(self.first) :]


@dataclass(frozen=True)
class ProductRow:
    """A product on whose team the person is."""

    entry: MyProduct
    next_release: Release | None
    newest_issue: Issue | None
    outlook: Outlook | None  # whether the next release can go
    is_asked_later: bool = False  # the gate is asked when its line is seen

    @property
    def product(self) -> Product:
        """The product."""
        return self.entry.product


@dataclass(frozen=True)
class MyWork:
    """A person's products, and what waits for them; groups with nothing in them are left out."""

    products: list[ProductRow]
    groups: list[Group] = field(default_factory=list)
    only_reads: bool = False  # an auditor, whom nothing waits for


def work_of(person: User) -> MyWork:
    """What waits for a person.

    About thirty-five queries, and a fixed number more for each product on which something waits or
    whose gate is asked at once: however long its log is and however many versions it has.
    """
    entries = products_of(person)
    products = [each.product for each in entries]
    releases, issues = next_releases(products), newest_issues(products)
    mine = Mine.of(person, entries)
    at_once = len(entries) <= ASKED_AT_ONCE
    return MyWork(
        products=[
            _row(each, releases.get(each.product.pk), issues.get(each.product.pk), at_once)
            for each in entries
        ],
        groups=_groups(mine, releases, issues),
        only_reads=bool(entries) and all(each.roles == [Role.AUDITOR] for each in entries),
    )


def _groups(mine: Mine, releases: Mapping[int, Release], issues: dict[int, Issue]) -> list[Group]:
    """What waits, by its kind: the kinds of which something is late come first."""
    products = [each.product for each in mine.standings]
    frozen, risks = in_work(products), risks_of(mine)
    groups: list[tuple[str, Iterable[Todo]]] = [
        ("Waiting for your signature", _signatures(mine, frozen, risks.to_accept)),
        ("In spite of the gate", glasses_ending(mine)),
        ("Concerns to answer", concerns_to_answer(mine)),
        ("The other side waits for you", asked_of(mine)),
        ("To triage", to_triage(mine)),
        ("Sent back to you", rejected(mine, frozen)),
        ("You said that you would", said_i_would(mine)),
        ("To look at again", to_look_at(mine)),
        (
            "Lapsed or out of date",
            (
                *risks.lapsed,
                *statements_out_of_date(mine, releases),
                *out_of_date(mine, issues),
            ),
        ),
        ("Past its date", (*controls_past_due(mine), *hazards_to_review(mine))),
        ("What became of your concerns", what_became(mine)),
    ]
    found = [Group(title, most_urgent_first(todos)) for title, todos in groups]
    return sorted((each for each in found if each.todos), key=lambda each: not each.is_late)


def _signatures(
    mine: Mine, frozen: dict[int, Baseline], to_accept: Iterable[Todo]
) -> Iterator[Todo]:
    """Everything that waits for the person's signature."""
    yield from glasses_to_sign(mine)
    yield from appointments_to_sign(mine)
    yield from plans_to_sign(mine)
    yield from analyses_to_sign(mine)
    yield from charters_to_sign(mine)
    yield from to_accept
    yield from legacy_lists_to_sign(mine)
    yield from to_sign(mine, frozen)


def _row(
    entry: MyProduct, release: Release | None, issue: Issue | None, at_once: bool
) -> ProductRow:
    if release is None:
        return ProductRow(entry, None, issue, None)
    if at_once:
        return ProductRow(entry, release, issue, one_line(entry.product))
    return ProductRow(entry, release, issue, None, is_asked_later=True)
