"""Everything that waits for a person, gathered."""

from dataclasses import dataclass, field

from accounts.models import User
from products.choices import Role
from products.models import Product, Release
from products.queries import MyProduct, next_releases, products_of
from safetycase.models import Issue
from safetycase.my_work.dates import controls_past_due, hazards_to_review
from safetycase.my_work.risks import risks_of
from safetycase.my_work.signatures import (
    appointments_to_sign,
    legacy_lists_to_sign,
    plans_to_sign,
)
from safetycase.my_work.todo import Mine, Todo
from safetycase.my_work.versions import in_work, newest_issues, out_of_date, rejected, to_sign


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

    About twenty-five queries, and a fixed number more for each product on which something waits:
    however long its log is and however many versions it has.
    """
    entries = products_of(person)
    products = [each.product for each in entries]
    releases, issues = next_releases(products), newest_issues(products)
    mine = Mine.of(person, entries)
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
        Group("Sent back to you", list(rejected(mine, frozen))),
        Group("Lapsed or out of date", [*risks.lapsed, *out_of_date(mine, issues)]),
        Group("Past its date", [*controls_past_due(mine), *hazards_to_review(mine)]),
    ]
    return MyWork(
        products=[
            ProductRow(each, releases.get(each.product.pk), issues.get(each.product.pk))
            for each in entries
        ],
        groups=[group for group in groups if group.todos],
        only_reads=bool(entries) and all(each.roles == [Role.AUDITOR] for each in entries),
    )
