"""The risk matrix: a version whose levels, classes and cells are rows.

Axes are words; the only numbers are the classes in the cells. They are never multiplied.
"""

from django.conf import settings
from django.db import models

from audit.pairs import both_or_neither
from audit.tracked import Tracked
from hazards.choices import Acceptability, MatrixState
from products.choices import Role
from products.models import Product


class MatrixVersion(Tracked):
    """One version of a product's matrix and acceptability criteria (clause 3.2.1)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="matrix_versions")
    number = models.PositiveIntegerField("version")
    name = models.CharField("name", max_length=100)
    state = models.CharField(
        "state", max_length=10, choices=MatrixState.choices, default=MatrixState.DRAFT
    )
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="based on",
    )
    approved_at = models.DateTimeField("approved at", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="approved by",
    )

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="matrix_number_in_product"),
            both_or_neither("approved_at", "approved_by", name="matrix_approved_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.number}"


class Level(Tracked):
    """A step of an axis: a word, what it means, and its place (1 is the lowest)."""

    position = models.PositiveSmallIntegerField("place")
    word = models.CharField("word", max_length=40)
    meaning = models.TextField("meaning", max_length=2_000)

    class Meta(Tracked.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.word


class SeverityLevel(Level):
    """How bad the harm is."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="severities")

    class Meta(Level.Meta):
        ordering = ("matrix", "position")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "position"], name="severity_place_once"),
            models.UniqueConstraint(fields=["matrix", "word"], name="severity_word_once"),
        ]


class LikelihoodLevel(Level):
    """How likely that harm reaches a patient."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="likelihoods")

    class Meta(Level.Meta):
        ordering = ("matrix", "position")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "position"], name="likelihood_place_once"),
            models.UniqueConstraint(fields=["matrix", "word"], name="likelihood_word_once"),
        ]


class RiskClass(Tracked):
    """A class: its number, what it means, whether it is acceptable and who may accept it."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="classes")
    number = models.PositiveSmallIntegerField("class")
    acceptability = models.CharField("acceptability", max_length=15, choices=Acceptability.choices)
    meaning = models.TextField("meaning", max_length=2_000)
    accepted_by_role = models.CharField(
        "who may accept", max_length=30, choices=Role.choices, blank=True
    )

    class Meta(Tracked.Meta):
        ordering = ("matrix", "number")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "number"], name="class_number_once")
        ]

    def __str__(self) -> str:
        return f"class {self.number}"


class Cell(Tracked):
    """The class of one severity with one likelihood."""

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="cells")
    severity = models.ForeignKey(SeverityLevel, on_delete=models.PROTECT, related_name="cells")
    likelihood = models.ForeignKey(LikelihoodLevel, on_delete=models.PROTECT, related_name="cells")
    risk_class = models.ForeignKey(RiskClass, on_delete=models.PROTECT, related_name="cells")

    class Meta(Tracked.Meta):
        ordering = ("matrix", "likelihood", "severity")
        constraints = [models.UniqueConstraint(fields=["severity", "likelihood"], name="cell_once")]

    def __str__(self) -> str:
        return "square"  # which one, its severity and likelihood say


class HarmOutcome(Tracked):
    """An outcome in plain words and the severity it has for one patient and for several.

    The picker asks *what outcome* and *how many*, and proposes the word from this row. Where the
    matrix places no such combination the level is empty and the person chooses.
    """

    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="outcomes")
    position = models.PositiveSmallIntegerField("place")
    words = models.CharField("outcome", max_length=300)
    for_one = models.ForeignKey(
        SeverityLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    for_several = models.ForeignKey(
        SeverityLevel, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Tracked.Meta):
        ordering = ("matrix", "position")
        constraints = [
            models.UniqueConstraint(fields=["matrix", "position"], name="outcome_place_once")
        ]

    def __str__(self) -> str:
        return self.words
