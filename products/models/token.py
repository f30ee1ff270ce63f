"""Tokens: what lets a program act for a person on one product."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from products.choices import TokenScope
from products.models.product import Product


class ApiToken(Tracked):
    """That a token was made, for what and until when. It may never do more than its maker."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField("what it is for", max_length=100)
    scope = models.CharField("scope", max_length=10, choices=TokenScope.choices)
    beginning = models.CharField("begins with", max_length=16)
    expires_on = models.DateField("until", help_text="The last day, inclusive.")
    is_active = models.BooleanField("in force", default=True)
    made_at = models.DateTimeField("made at")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "made_at", "made_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")

    def __str__(self) -> str:
        return f"Token “{self.name}”"


class ApiTokenSecret(models.Model):
    """Operational: the SHA-256 of a token, which was shown once, and when it was used last."""

    token = models.OneToOneField(ApiToken, on_delete=models.PROTECT, related_name="secret")
    sha256 = models.CharField(max_length=64, unique=True)
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Secret of {self.token}"
