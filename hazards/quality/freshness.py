"""When the rules run: in memory for a page, stored in the background. Reading writes nothing."""

from dataclasses import dataclass, field

from django.utils import timezone

from hazards.models import Hazard, QualityDay
from hazards.quality.storing import changed_since_checked, evaluate, is_checked_on
from hazards.queries import IN_THE_LOG
from products.models import Product

#: Hazards that are looked at while somebody waits for a page: a fraction of a second.
AT_ONCE = 200


@dataclass(frozen=True)
class Freshness:
    """What was not looked at as it is now: ``keys`` are few enough to do it at once.

    ``changed`` is how many hazards changed and have to wait for the worker; ``is_of_today`` is
    False where the worker has to look at the whole log because a day has passed.
    """

    keys: list[int] = field(default_factory=list)
    changed: int = 0
    is_of_today: bool = True

    @property
    def is_fresh(self) -> bool:
        """Whether nothing waits for the worker."""
        return self.is_of_today and not self.changed


def freshness_of(product: Product) -> Freshness:
    """What of a log the rules have not looked at as it is now. Three queries at most."""
    if not is_checked_on(product, timezone.localdate()):
        hazards = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
        keys = list(hazards.order_by("number").values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(keys) <= AT_ONCE:
            return Freshness(keys)
    else:
        keys = []
    changed = changed_since_checked(product).order_by("pk").values_list("pk", flat=True)
    found = list(changed[: AT_ONCE + 1])
    if len(found) <= AT_ONCE:
        return Freshness(found, is_of_today=not keys)
    return Freshness([], changed.count(), is_of_today=not keys)


def bring_up_to_date(product: Product) -> None:
    """Look at what changed and store it, where that takes a moment; else the worker does."""
    due = freshness_of(product)
    if due.keys or due.is_fresh:
        evaluate(product, due.keys)


def products_with_changes() -> list[Product]:
    """The products with hazards that changed since the rules looked at them."""
    return list(
        Product.objects.filter(
            pk__in=changed_since_checked().order_by().values("product").distinct()
        ).order_by("pk")
    )


def products_not_checked_today() -> list[Product]:
    """The products with a log that the rules have not looked at today."""
    checked = QualityDay.objects.filter(day=timezone.localdate()).values("product")
    return list(
        Product.objects.filter(
            pk__in=Hazard.objects.filter(state__in=IN_THE_LOG)
            .order_by()
            .values("product")
            .distinct()
        )
        .exclude(pk__in=checked)
        .order_by("pk")
    )


def check_changes() -> int:
    """Look at every hazard that changed, product by product; returns how many."""
    return sum(
        evaluate(product, list(changed_since_checked(product).values_list("pk", flat=True)))
        for product in products_with_changes()
    )


def check_logs_of_today() -> int:
    """Look at every log that was not looked at today; returns how many hazards."""
    return sum(evaluate(product) for product in products_not_checked_today())
