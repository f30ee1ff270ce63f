"""Signatures, and their refusal: facts that are copied nowhere and never change."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.append_only import AppendOnly
from products.models import Product
from reviews.choices import Meaning, SubjectKind


class Signed(AppendOnly):
    """What a signature and a refusal have in common: whose, under what, as it was on screen."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField("of what", max_length=20, choices=SubjectKind.choices)
    subject_id = models.UUIDField("public id of the subject")
    subject_label = models.CharField("subject", max_length=300)
    fingerprint = models.CharField("SHA-256 of what was signed", max_length=64)
    projection = models.PositiveSmallIntegerField("projection of the fingerprint", default=1)
    signer_name = models.CharField("name", max_length=150)
    signer_role = models.CharField("role", max_length=100)
    signer_job_title = models.CharField("job title", max_length=150, blank=True)
    signer_body = models.CharField("professional body", max_length=100, blank=True)
    signer_registration = models.CharField("registration number", max_length=50, blank=True)
    signed_at = models.DateTimeField("signed at")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    class Meta(AppendOnly.Meta):
        abstract = True

    @property
    def registration(self) -> str:
        """Professional body and number as they were at signing, or ''."""
        return f"{self.signer_body} {self.signer_registration}".strip()


class SignOff(Signed):
    """A signature: the exact statement, what it means, and how the person proved who they are.

    ``content`` is the canonical JSON that the fingerprint is of, where no other record keeps it (a
    version of the report keeps its own). ``batch`` is shared by what was signed on one page.
    """

    meaning = models.CharField("meaning", max_length=12, choices=Meaning.choices)
    statement = models.TextField("statement")
    content = models.TextField(blank=True)
    method = models.CharField("credential", max_length=20)
    batch = models.UUIDField()
    comment = models.TextField("comment", max_length=2_000, blank=True)
    withdraws = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawal",
        verbose_name="withdraws",
    )

    timeline_hides = frozenset(
        {"product_id", "subject_id", "content", "projection", "batch", "signed_at", "signed_by_id"}
    )

    class Meta(Signed.Meta):
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="sign_off_of_subject"),
            models.Index(fields=["signed_by", "product"], name="sign_off_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(meaning=Meaning.WITHDRAWN, withdraws__isnull=False)
                | (~Q(meaning=Meaning.WITHDRAWN) & Q(withdraws__isnull=True)),
                name="withdrawal_names_what_it_withdraws",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_meaning_display()}: {self.subject_label}"


class Rejection(Signed):
    """Somebody who could have signed refused, and why: it goes back to its author."""

    why = models.TextField("why", max_length=5_000)

    timeline_hides = frozenset(
        {"product_id", "subject_id", "projection", "signed_at", "signed_by_id"}
    )

    class Meta(Signed.Meta):
        ordering = ("pk",)
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="rejection_of_subject")]

    def __str__(self) -> str:
        return f"Rejected: {self.subject_label}"
