"""Who a person is, as signatures and documents print it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.pairs import both_or_neither
from audit.tracked import Tracked


class Profile(Tracked):
    """Name, title and professional registration; tracked, apart from credentials."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="profile"
    )
    name = models.CharField("name", max_length=150)
    job_title = models.CharField("job title", max_length=150, blank=True)
    professional_body = models.CharField(
        "professional body",
        max_length=100,
        blank=True,
        help_text="For example GMC, NMC, GPhC or HCPC.",
    )
    registration_number = models.CharField("registration number", max_length=50, blank=True)
    registration_checked_on = models.DateField("registration checked on", null=True, blank=True)
    registration_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="registration checked by",
    )
    is_administrator = models.BooleanField("manages people", default=False)
    wants_mail = models.BooleanField("told by e-mail what waits", default=True)
    # The record's copy of ``User.is_active``, which has no history; the actions write both.
    may_sign_in = models.BooleanField("may sign in", default=True)

    class Meta(Tracked.Meta):
        constraints = [
            both_or_neither(
                "registration_checked_on",
                "registration_checked_by",
                name="registration_check_has_date_and_person",
            ),
            models.CheckConstraint(
                condition=Q(registration_number="") | ~Q(professional_body=""),
                name="registration_number_names_its_body",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def registration(self) -> str:
        """Professional body and number as documents print them, or ''."""
        return f"{self.professional_body} {self.registration_number}".strip()
