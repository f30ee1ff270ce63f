"""What leads to a hazard and what it does to a patient."""

from django.db import models
from django.utils.text import Truncator

from audit.tracked import Tracked
from hazards.choices import CauseKind
from hazards.models.hazard import Hazard


class Harm(Tracked):
    """Death, physical injury, psychological trauma or damage to health of a patient."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="harms")
    position = models.PositiveSmallIntegerField("place")
    text = models.TextField("harm", max_length=5_000)
    is_active = models.BooleanField("in the log", default=True)

    timeline_hides = frozenset({"position", "hazard_id"})

    class Meta(Tracked.Meta):
        ordering = ("hazard", "position", "pk")

    def __str__(self) -> str:
        return f"Harm “{Truncator(self.text).chars(80)}”"


class Cause(Tracked):
    """What may bring the hazard about; a failure mode is a cause, never the hazard."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="causes")
    position = models.PositiveSmallIntegerField("place")
    text = models.TextField("cause", max_length=5_000)
    kind = models.CharField("arises in", max_length=12, choices=CauseKind.choices, blank=True)
    accepted_because = models.TextField(
        "accepted without a control because", max_length=2_000, blank=True
    )
    is_active = models.BooleanField("in the log", default=True)

    timeline_hides = frozenset({"position", "hazard_id"})

    class Meta(Tracked.Meta):
        ordering = ("hazard", "position", "pk")

    def __str__(self) -> str:
        return f"Cause “{Truncator(self.text).chars(80)}”"
