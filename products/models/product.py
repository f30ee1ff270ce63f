"""An organisation and its products."""

from django.db import models
from django.urls import reverse

from audit.tracked import Tracked
from products.choices import OrganisationKind


class Organisation(Tracked):
    """Who makes a product (DCB0129) or deploys it (DCB0160)."""

    name = models.CharField("name", max_length=200, unique=True)
    kind = models.CharField(
        "kind",
        max_length=20,
        choices=OrganisationKind.choices,
        default=OrganisationKind.MANUFACTURER,
    )

    class Meta(Tracked.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Product(Tracked):
    """A health IT product: it has a team, features, releases, a hazard log and a safety case."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="products", verbose_name="organisation"
    )
    name = models.CharField("name", max_length=200)
    slug = models.SlugField("address", max_length=60, unique=True)
    summary = models.TextField("summary", max_length=2_000, blank=True)
    hazard_prefix = models.CharField("prefix of hazard references", max_length=10, default="HAZ")
    is_active = models.BooleanField("in use", default=True)

    class Meta(Tracked.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The address of the product's home."""
        return reverse("product_home", args=[self.slug])

    @property
    def scope(self) -> str:
        """The scope of acts on this product in the ledger."""
        return str(self.public_id)
