"""Trade-off decisions: two views, their options beside each other, and how a third one is made."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.append_only import AppendOnly
from audit.pairs import both_or_neither
from audit.tracked import Tracked
from hazards.choices import ControlFunction, ControlType, Party, Strength
from hazards.models import (
    Control,
    Hazard,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from products.choices import Side
from products.models import Feature, Product, Release
from reviews.choices import DecisionState, FourQuestions, SafeguardKind


class Decision(Tracked):
    """A question on which product and clinical pull apart, and what was decided.

    The four answers (``baseline`` … ``fallback``) are what a further option is made of.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField("order")
    reference = models.CharField("reference", max_length=40)
    title = models.CharField("title", max_length=200)
    question = models.TextField("question", max_length=2_000)
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name="from release",
    )
    for_patients = models.TextField("what it means for patients", max_length=5_000, blank=True)
    for_product = models.TextField("what it means for the product", max_length=5_000, blank=True)
    clinical_view = models.TextField("clinical view", max_length=5_000, blank=True)
    clinical_would_change = models.TextField(
        "what would change the clinical view", max_length=2_000, blank=True
    )
    product_view = models.TextField("product view", max_length=5_000, blank=True)
    product_would_change = models.TextField(
        "what would change the product view", max_length=2_000, blank=True
    )
    views_differ = models.BooleanField("the views stand against each other", default=False)
    baseline = models.TextField(
        "what everybody gets, whatever happens", max_length=5_000, blank=True
    )
    stratify = models.TextField(
        "who is at higher risk, how we know, how somebody moves between groups",
        max_length=5_000,
        blank=True,
    )
    monitor = models.TextField(
        "what tells us early that we are wrong, and who acts on it", max_length=5_000, blank=True
    )
    fallback = models.TextField(
        "what must never be interrupted meanwhile", max_length=5_000, blank=True
    )
    chosen = models.ForeignKey(
        "reviews.DecisionOption",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="chosen option",
    )
    why = models.TextField("why", max_length=5_000, blank=True)
    review_on = models.DateField("to be reviewed on", null=True, blank=True)
    state = models.CharField(
        "state", max_length=12, choices=DecisionState.choices, default=DecisionState.OPEN
    )
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name="supersedes",
    )

    timeline_hides = frozenset({"product_id", "number"})

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reference"], name="decision_reference_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "number"], name="decision_number_once_in_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class DecisionOption(Tracked):
    """One way to go. ``is_third`` is the one that was made of the four answers."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="options")
    position = models.PositiveSmallIntegerField("place")
    name = models.CharField("name", max_length=200)
    description = models.TextField("what it is", max_length=5_000, blank=True)
    evidence = models.TextField("evidence", max_length=5_000, blank=True)
    for_patients = models.TextField("effect for patients", max_length=5_000, blank=True)
    for_business = models.TextField("effect for the business", max_length=5_000, blank=True)
    cost = models.CharField("cost", max_length=300, blank=True)
    side = models.CharField("whose view it is", max_length=10, choices=Side.choices, blank=True)
    is_third = models.BooleanField("made of the four answers", default=False)
    is_active = models.BooleanField("considered", default=True)

    timeline_hides = frozenset({"decision_id", "position"})

    class Meta(Tracked.Meta):
        ordering = ("decision", "position", "pk")

    def __str__(self) -> str:
        return f"Option “{self.name}”"


class DecisionHazard(Tracked):
    """A row of the table of options and hazards: one of the log, or one that an option brings.

    ``new_name`` names a hazard that is not in the log; ``hazard`` is set once it is.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="hazard_rows")
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="decision_rows"
    )
    new_name = models.CharField("new hazard", max_length=300, blank=True)
    is_active = models.BooleanField("considered", default=True)

    timeline_hides = frozenset({"decision_id"})

    class Meta(Tracked.Meta):
        ordering = ("decision", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(hazard__isnull=False) | ~Q(new_name=""),
                name="decision_hazard_is_named",
            ),
            models.UniqueConstraint(
                fields=["decision", "hazard"],
                condition=Q(hazard__isnull=False),
                name="decision_hazard_once",
            ),
        ]

    def __str__(self) -> str:
        return "Hazard of a decision"


class OptionEstimate(Tracked):
    """The risk of a hazard under an option; or that the option does not touch it.

    ``class_number`` and ``acceptability`` are the matrix's at the time.
    """

    option = models.ForeignKey(DecisionOption, on_delete=models.PROTECT, related_name="estimates")
    row = models.ForeignKey(DecisionHazard, on_delete=models.PROTECT, related_name="estimates")
    is_touched = models.BooleanField("touched", default=True)
    matrix = models.ForeignKey(
        MatrixVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    severity = models.ForeignKey(
        SeverityLevel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="severity",
    )
    likelihood = models.ForeignKey(
        LikelihoodLevel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="likelihood",
    )
    risk_class = models.ForeignKey(
        RiskClass,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="class",
    )
    acceptability = models.CharField(max_length=15, blank=True, editable=False)
    why = models.TextField("why", max_length=2_000, blank=True)
    estimated_at = models.DateTimeField("estimated at")
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset(
        {"option_id", "matrix_id", "acceptability", "estimated_at", "estimated_by_id"}
    )

    class Meta(Tracked.Meta):
        ordering = ("option", "row")
        constraints = [
            models.UniqueConstraint(fields=["option", "row"], name="option_estimate_once"),
            models.CheckConstraint(
                condition=Q(is_touched=False, severity__isnull=True, risk_class__isnull=True)
                | Q(
                    is_touched=True,
                    severity__isnull=False,
                    likelihood__isnull=False,
                    risk_class__isnull=False,
                    matrix__isnull=False,
                ),
                name="touched_hazard_is_estimated",
            ),
        ]

    def __str__(self) -> str:
        return "Estimate of an option"


class Safeguard(Tracked):
    """What an option needs to be safe: a control, a cadence, an indicator to come, a new hazard.

    ``control`` is the control in the log that it adopts, or once decided became (``is_made``); a
    new hazard stands in ``row``. ``months`` is the interval of a cadence, ``tier`` for whom it is.
    """

    option = models.ForeignKey(DecisionOption, on_delete=models.PROTECT, related_name="safeguards")
    position = models.PositiveSmallIntegerField("place")
    answers = models.CharField("answers", max_length=10, choices=FourQuestions.choices, blank=True)
    kind = models.CharField("is", max_length=10, choices=SafeguardKind.choices)
    text = models.TextField("safeguard", max_length=2_000)
    tier = models.CharField("for whom", max_length=200, blank=True)
    months = models.PositiveSmallIntegerField("months between", null=True, blank=True)
    threshold = models.CharField("threshold", max_length=200, blank=True)
    type = models.CharField(
        "type", max_length=20, choices=ControlType.choices, default=ControlType.DESIGN
    )
    strength = models.CharField("strength", max_length=20, choices=Strength.choices, blank=True)
    function = models.CharField(
        "function", max_length=10, choices=ControlFunction.choices, blank=True
    )
    party = models.CharField(
        "whose", max_length=15, choices=Party.choices, default=Party.MANUFACTURER
    )
    control = models.ForeignKey(
        Control,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="safeguards",
        verbose_name="control",
    )
    is_made = models.BooleanField("its control was made by the decision", default=False)
    row = models.ForeignKey(
        DecisionHazard,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="brought_by",
        verbose_name="new hazard",
    )
    is_active = models.BooleanField("needed", default=True)

    timeline_hides = frozenset({"option_id", "position"})

    class Meta(Tracked.Meta):
        ordering = ("option", "position", "pk")

    def __str__(self) -> str:
        return f"Safeguard “{self.text[:80]}”"


class SafeguardHazard(Tracked):
    """A safeguard acts on a hazard of the decision."""

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="hazard_links")
    row = models.ForeignKey(DecisionHazard, on_delete=models.PROTECT, related_name="safeguards")
    is_active = models.BooleanField("linked", default=True)

    timeline_hides = frozenset({"safeguard_id"})

    class Meta(Tracked.Meta):
        ordering = ("safeguard", "row")
        constraints = [
            models.UniqueConstraint(fields=["safeguard", "row"], name="safeguard_hazard_once")
        ]

    def __str__(self) -> str:
        return "Hazard of a safeguard"


class ReviewTrigger(Tracked):
    """What brings a decision back: an event, a threshold, a number that turns out otherwise."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="triggers")
    text = models.CharField("review when", max_length=500)
    is_active = models.BooleanField("watched", default=True)
    note = models.TextField("what happened", max_length=2_000, blank=True)
    fired_at = models.DateTimeField("fired at", null=True, blank=True)
    fired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )

    timeline_hides = frozenset({"decision_id", "fired_at", "fired_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("decision", "pk")
        constraints = [
            both_or_neither("fired_at", "fired_by", name="review_trigger_fired_at_has_by")
        ]

    def __str__(self) -> str:
        return f"Review when: {self.text}"


class Dissent(AppendOnly):
    """Somebody disagrees with a decision, in their own words. It is kept and shown."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="dissents")
    side = models.CharField("side", max_length=10, choices=Side.choices)
    text = models.TextField("dissent", max_length=5_000)
    recorded_at = models.DateTimeField("recorded at")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"decision_id", "recorded_at", "recorded_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("decision", "pk")

    def __str__(self) -> str:
        return "Dissent"
