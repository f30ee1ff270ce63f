"""The clinical risk management plan, version by version (clauses 3.2.1 to 3.2.4)."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from hazards.choices import LifecyclePhase
from hazards.models.matrix import MatrixVersion, RiskClass
from products.choices import Role
from products.models import Product


class Plan(Tracked):
    """One version of a product's plan. It is in force once it is approved and authorised.

    The acceptability criteria are those of its matrix version; what it adds for each class stands
    in ``PlanClass``. ``phases`` holds keys of lifecycle phases with a space between.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField("version")
    matrix = models.ForeignKey(
        MatrixVersion, on_delete=models.PROTECT, related_name="plans", verbose_name="risk matrix"
    )
    purpose = models.TextField("purpose and scope", max_length=10_000, blank=True)
    governance = models.TextField("people and meetings", max_length=10_000, blank=True)
    activities = models.TextField("activities", max_length=10_000, blank=True)
    competence = models.TextField("competence and training", max_length=10_000, blank=True)
    process_review = models.TextField(
        "audits and review of the process", max_length=10_000, blank=True
    )
    phases = models.CharField("lifecycle phases that need a report", max_length=300, blank=True)
    needs_authorisation = models.BooleanField(
        "the accountable executive authorises each release", default=True
    )
    drafted_at = models.DateTimeField("drafted at")
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "drafted_at", "drafted_by_id"})
    timeline_keys = {"phases": dict(LifecyclePhase.choices)}

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="plan_number_in_product")
        ]

    def __str__(self) -> str:
        return f"Clinical risk management plan, version {self.number}"

    @property
    def reporting_phases(self) -> list[LifecyclePhase]:
        """The lifecycle phases at which it asks for a report, in their order."""
        named = self.phases.split()
        return [phase for phase in LifecyclePhase if phase.value in named]


class PlanClass(Tracked):
    """What a plan says of one risk class: who may accept it, and how often it is reviewed.

    ``accepted_by`` holds keys of roles with a space between; any one of them may accept.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="classes")
    risk_class = models.ForeignKey(
        RiskClass, on_delete=models.PROTECT, related_name="+", verbose_name="class"
    )
    accepted_by = models.CharField("who may accept it", max_length=300, blank=True)
    review_months = models.PositiveSmallIntegerField("months between reviews", default=12)

    timeline_hides = frozenset({"plan_id"})
    timeline_keys = {"accepted_by": dict(Role.choices)}

    class Meta(Tracked.Meta):
        ordering = ("plan", "risk_class")
        constraints = [
            models.UniqueConstraint(fields=["plan", "risk_class"], name="plan_class_once"),
            models.CheckConstraint(
                condition=models.Q(review_months__gte=1, review_months__lte=12),
                name="plan_reviews_yearly_at_least",
            ),
        ]

    def __str__(self) -> str:
        return f"What the plan says of {self.risk_class}"

    @property
    def accepting_roles(self) -> list[Role]:
        """The roles that may accept a risk of this class, in their order."""
        named = self.accepted_by.split()
        return [role for role in Role if role.value in named]
