"""Who is on a product's team, in which role, from when to when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.tracked import Tracked
from products.choices import Role
from products.models.product import Product


class Membership(Tracked):
    """A dated role of a person on a product. Ending it keeps it; nothing is deleted."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name="person",
    )
    role = models.CharField("role", max_length=30, choices=Role.choices)
    is_deputy = models.BooleanField("deputy", default=False)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until", null=True, blank=True, help_text="The last day, inclusive.")
    nominated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="nominated by",
    )

    class Meta(Tracked.Meta):
        ordering = ("product", "role", "is_deputy", "starts_on")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["product", "person", "role"],
                condition=Q(ends_on__isnull=True),
                name="membership_open_once_in_role",
            ),
        ]

    def __str__(self) -> str:
        deputy = " (deputy)" if self.is_deputy else ""
        return f"{self.get_role_display()}{deputy}: {self.person}"
