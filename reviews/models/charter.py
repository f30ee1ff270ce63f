"""The safety charter: what both sides of a product agree on before they need it."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from products.choices import Side
from products.models import Product
from reviews.choices import TradeOff


class Charter(Tracked):
    """One version of a product's charter. It holds once each side has signed it.

    What the plan says of acceptability and authority is quoted from the plan, never kept here.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="charters")
    number = models.PositiveIntegerField("version")
    promise = models.TextField("what we promise each other", max_length=5_000, blank=True)
    drafted_at = models.DateTimeField("drafted at")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "drafted_at", "drafted_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="charter_number_in_product")
        ]

    def __str__(self) -> str:
        return f"Safety charter, version {self.number}"


class CharterLine(Tracked):
    """A line of a charter, in its order. One that no longer holds is inactive, not deleted."""

    position = models.PositiveSmallIntegerField("place")
    is_active = models.BooleanField("in the charter", default=True)

    class Meta(Tracked.Meta):
        abstract = True


class CharterOutcome(CharterLine):
    """An outcome that matters most, how it is measured, and what is aimed at."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="outcomes")
    side = models.CharField("whose", max_length=10, choices=Side.choices)
    outcome = models.CharField("outcome", max_length=300)
    measure = models.CharField("measured by", max_length=300, blank=True)
    target = models.CharField("target", max_length=200, blank=True)

    timeline_hides = frozenset({"charter_id", "position"})

    class Meta(CharterLine.Meta):
        ordering = ("charter", "position", "pk")

    def __str__(self) -> str:
        return f"Outcome “{self.outcome}”"


class CharterTradeOff(CharterLine):
    """A trade-off that may be made, or one that never may."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="trade_offs")
    kind = models.CharField("may it be made", max_length=10, choices=TradeOff.choices)
    text = models.TextField("trade-off", max_length=1_000)

    timeline_hides = frozenset({"charter_id", "position"})

    class Meta(CharterLine.Meta):
        ordering = ("charter", "kind", "position", "pk")

    def __str__(self) -> str:
        return "Trade-off of the charter"


class DecisionRight(CharterLine):
    """Who decides something, and who is asked before."""

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="rights")
    what = models.CharField("what is decided", max_length=300)
    decides = models.CharField("who decides", max_length=300)
    consulted = models.CharField("who is consulted", max_length=300, blank=True)

    timeline_hides = frozenset({"charter_id", "position"})

    class Meta(CharterLine.Meta):
        ordering = ("charter", "position", "pk")

    def __str__(self) -> str:
        return f"Who decides: {self.what}"
