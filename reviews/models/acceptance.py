"""Acceptance of a residual risk: a record of its own (clauses 6.1.5 and 6.4.1)."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from hazards.models import Estimate, Hazard, Plan
from products.choices import Role


class Acceptance(AppendOnly):
    """Somebody whom the plan authorises accepts what an estimate says remains.

    ``relied_on`` is canonical JSON: the controls of the hazard at that moment (``id``,
    ``reference``, ``stood``), so that an acceptance lapses when one of them falls away.
    """

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="acceptances")
    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, related_name="acceptances")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="acceptances")
    authority = models.CharField(
        "under the plan's authority of", max_length=30, choices=Role.choices
    )
    why = models.TextField("why further reduction is impractical", max_length=5_000)
    was_provisional = models.BooleanField("the risk was provisional")
    relied_on = models.TextField()
    accepted_at = models.DateTimeField("accepted at")
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"hazard_id", "relied_on", "accepted_at", "accepted_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("hazard", "pk")

    def __str__(self) -> str:
        return "Acceptance of the residual risk"
