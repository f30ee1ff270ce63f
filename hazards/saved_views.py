"""Saved views of the hazard log, as its menu and their own page show them."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.models import User
from hazards.models import SavedView
from hazards.permissions import may_change_view
from products.models import Product
from products.permissions import Standing
from products.queries import people_at_work


@dataclass(frozen=True)
class ViewEntry:
    """A saved view as a person sees it: whose it is, may they change it, is it on."""

    view: SavedView
    is_mine: bool
    may_change: bool
    is_on: bool

    @property
    def url(self) -> str:
        """Where it leads from the log page."""
        return f"?{self.view.query}"


def views_seen_by(standing: Standing) -> "QuerySet[SavedView]":
    """A person's own views of a product's log and those that others share with the team."""
    return SavedView.objects.filter(
        Q(owner=standing.person) | Q(is_shared=True), product=standing.product, is_active=True
    ).select_related("owner__profile")


def view_entries(standing: Standing, query: str | None = None) -> list[ViewEntry]:
    """The person's own views by name, then the team's. One query.

    ``query`` is what the log shows now, as its address writes it without the question mark.
    """
    entries = [
        ViewEntry(
            view=view,
            is_mine=view.owner_id == standing.person.pk,
            may_change=may_change_view(view, standing),
            is_on=view.query == query,
        )
        for view in views_seen_by(standing)
    ]
    return sorted(entries, key=lambda entry: (not entry.is_mine, entry.view.name.lower()))


def names_of_people(product: Product) -> dict[str, str]:
    """The people who work on a product by their keys as an address writes them. One query."""
    people = User.objects.filter(pk__in=people_at_work(product).values("pk"))
    return {str(pk): name for pk, name in people.values_list("pk", "profile__name")}
