"""Controls, what they act on, and the hazards that they bring."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator

from audit.tracked import Tracked
from hazards.choices import (
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    Party,
    Strength,
)
from hazards.models.cause import Cause, Harm
from hazards.models.hazard import Hazard
from products.models import Product, Release


class Control(Tracked):
    """A measure that reduces risk. It belongs to the product and may protect several hazards."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="controls")
    number = models.PositiveIntegerField("order")
    reference = models.CharField("reference", max_length=40)
    text = models.TextField("control", max_length=5_000)
    kind = models.CharField(
        "kind", max_length=10, choices=ControlKind.choices, default=ControlKind.ADDITIONAL
    )
    type = models.CharField("type", max_length=20, choices=ControlType.choices, blank=True)
    strength = models.CharField("strength", max_length=20, choices=Strength.choices, blank=True)
    function = models.CharField(
        "function", max_length=10, choices=ControlFunction.choices, blank=True
    )
    party = models.CharField("whose control", max_length=15, choices=Party.choices, blank=True)
    instruction = models.TextField(
        "instruction to the deploying organisation",
        max_length=5_000,
        blank=True,
        help_text="What to do, by when, and how to show it.",
    )
    state = models.CharField(
        "state", max_length=12, choices=ControlState.choices, default=ControlState.PROPOSED
    )
    delivered_in = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="controls",
        verbose_name="delivered in",
    )
    implementation_reference = models.CharField(
        "reference of its implementation", max_length=500, blank=True
    )
    implementer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="implementer",
    )
    implementer_name = models.CharField(
        "implementer, as recorded elsewhere", max_length=300, blank=True
    )
    due_on = models.DateField("due", null=True, blank=True)
    none_because = models.TextField("no new hazards because", max_length=2_000, blank=True)

    timeline_hides = frozenset({"number", "product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reference"], name="control_reference_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "number"], name="control_number_once_in_product"
            ),
        ]

    def __str__(self) -> str:
        return f"Control {self.reference} “{Truncator(self.text).chars(80)}”"


class ControlLink(Tracked):
    """What a control acts on: one cause, one harm, or the whole hazard (both empty)."""

    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="links")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="control_links")
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="control_links"
    )
    harm = models.ForeignKey(
        Harm, on_delete=models.PROTECT, null=True, blank=True, related_name="control_links"
    )
    is_active = models.BooleanField("linked", default=True)

    class Meta(Tracked.Meta):
        ordering = ("hazard", "control", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(cause__isnull=True) | Q(harm__isnull=True),
                name="control_link_is_to_cause_or_harm",
            ),
            # Three constraints, since a NULL is never equal to a NULL in a unique one.
            models.UniqueConstraint(
                fields=["control", "hazard"],
                condition=Q(cause__isnull=True, harm__isnull=True),
                name="control_once_on_hazard",
            ),
            models.UniqueConstraint(
                fields=["control", "cause"],
                condition=Q(cause__isnull=False),
                name="control_once_on_cause",
            ),
            models.UniqueConstraint(
                fields=["control", "harm"],
                condition=Q(harm__isnull=False),
                name="control_once_on_harm",
            ),
        ]

    def __str__(self) -> str:
        return "Link of control and hazard"


class NewHazardLink(Tracked):
    """A hazard that a control brings with it (clause 6.1.2)."""

    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="new_hazard_links")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="brought_by_links")
    is_active = models.BooleanField("linked", default=True)

    class Meta(Tracked.Meta):
        ordering = ("control", "hazard")
        constraints = [
            models.UniqueConstraint(fields=["control", "hazard"], name="new_hazard_once")
        ]

    def __str__(self) -> str:
        return "New hazard introduced by a control"
