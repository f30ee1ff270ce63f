"""The clinical risk–benefit analysis of clauses 6.1.6 and 6.2, which knows no cost."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from hazards.models import Estimate, Hazard
from products.models import Product
from reviews.choices import Balance


class RiskBenefit(Tracked):
    """Clinical benefit of the intended use against a residual risk that no control reduces.

    It is concluded once a clinical safety officer approved it and the accountable executive
    accepted it. There is no field for cost or commerce, and there must be none.

    ``relied_on`` is canonical JSON: the controls of the hazard as they were when it was written
    last, so that it lapses when one of them falls away (as an ``Acceptance`` does).
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="risk_benefits")
    number = models.PositiveIntegerField("number")
    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="risk_benefits")
    estimate = models.ForeignKey(
        Estimate,
        on_delete=models.PROTECT,
        related_name="risk_benefits",
        verbose_name="residual risk",
    )
    why_impracticable = models.TextField(
        "why further control is impracticable", max_length=5_000, blank=True
    )
    benefit = models.TextField("clinical benefit of the intended use", max_length=5_000, blank=True)
    who_benefits = models.TextField("which patients benefit", max_length=2_000, blank=True)
    who_bears = models.TextField("which patients bear the risk", max_length=2_000, blank=True)
    without = models.TextField("what patients have without it", max_length=5_000, blank=True)
    evidence = models.TextField("clinical evidence", max_length=5_000, blank=True)
    balance = models.CharField("conclusion", max_length=12, choices=Balance.choices, blank=True)
    conclusion = models.TextField("why", max_length=5_000, blank=True)
    relied_on = models.TextField(default="[]")
    drafted_at = models.DateTimeField("drafted at")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )
    is_active = models.BooleanField("kept", default=True)

    timeline_hides = frozenset({"product_id", "relied_on", "drafted_at", "drafted_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="risk_benefit_number_once")
        ]

    def __str__(self) -> str:
        return f"Risk–benefit analysis {self.number}"
