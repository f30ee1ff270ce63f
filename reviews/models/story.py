"""A control as the team's tracker knows it: a story with acceptance criteria."""

from django.db import models

from audit.tracked import Tracked
from hazards.models import Control, Hazard
from products.models import Feature, Product, TrackerItem


class Story(Tracked):
    """Work on the product that has a clinical reason, or is still without one (no control).

    ``hazard`` is the one that it protects against, where the control acts on several.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="stories")
    control = models.ForeignKey(
        Control, on_delete=models.PROTECT, null=True, blank=True, related_name="stories"
    )
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="stories"
    )
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="stories"
    )
    item = models.OneToOneField(
        TrackerItem, on_delete=models.PROTECT, null=True, blank=True, related_name="story"
    )
    title = models.CharField("title", max_length=300)
    criteria = models.TextField("acceptance criteria", max_length=10_000, blank=True)
    url = models.URLField("link to the tracker", max_length=500, blank=True)
    is_open = models.BooleanField("open", default=True)
    is_active = models.BooleanField("kept", default=True)

    timeline_hides = frozenset({"product_id", "item_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")

    def __str__(self) -> str:
        return f"Story “{self.title}”"
