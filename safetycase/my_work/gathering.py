"""Everything that waits for a person, gathered."""

from dataclasses import dataclass, field

from accounts.models import User
from products.choices import Role
from products.models import Product, Release
from products.queries import MyProduct, next_releases, products_of
from safetycase.gate.outlook import Outlook, one_line
from safetycase.models import Issue
from safetycase.my_work.dates import controls_past_due, hazards_to_review
from safetycase.my_work.risks import risks_of
from safetycase.my_work.signatures import (
    appointments_to_sign,
    legacy_lists_to_sign,
    plans_to_sign,
)
from safetycase.my_work.todo import Mine, Todo
from safetycase.my_work.together import asked_of, said_i_would, to_look_at, to_triage
from safetycase.my_work.versions import in_work, newest_issues, out_of_date, rejected, to_sign

#: Products whose gate is asked while the page is made; of more each is asked when it is seen.
ASKED_AT_ONCE = 5


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    title: str
    todos: list[Todo]


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
    frozen, risks = in_work(products), risks_of(mine)
    groups = [
        Group(
            "Waiting for your signature",
            [
                *appointments_to_sign(mine),
                *plans_to_sign(mine),
                *risks.to_accept,
                *legacy_lists_to_sign(mine),
                *to_sign(mine, frozen),
            ],
        ),
        Group("The other side waits for you", list(asked_of(mine))),
        Group("To triage", list(to_triage(mine))),
        Group("Sent back to you", list(rejected(mine, frozen))),
        Group("You said that you would", list(said_i_would(mine))),
        Group("To look at again", list(to_look_at(mine))),
        Group("Lapsed or out of date", [*risks.lapsed, *out_of_date(mine, issues)]),
        Group("Past its date", [*controls_past_due(mine), *hazards_to_review(mine)]),
    ]
    return MyWork(
        products=[
            _row(each, releases.get(each.product.pk), issues.get(each.product.pk), at_once)
            for each in entries
        ],
        groups=[group for group in groups if group.todos],
        only_reads=bool(entries) and all(each.roles == [Role.AUDITOR] for each in entries),
    )


def _row(
    entry: MyProduct, release: Release | None, issue: Issue | None, at_once: bool
) -> ProductRow:
    if release is None:
        return ProductRow(entry, None, issue, None)
    if at_once:
        return ProductRow(entry, release, issue, one_line(entry.product))
    return ProductRow(entry, release, issue, None, is_asked_later=True)
