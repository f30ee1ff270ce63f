"""An invitation: a link by which an invited person sets their password."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from audit.pairs import both_or_neither


class Invitation(models.Model):
    """Operational: a credential that works once. Who was invited to what is in the record.

    The invited person and their role exist from the moment of inviting (tracked); this row only
    lets them in. The token is stored hashed.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            both_or_neither("withdrawn_at", "withdrawn_by", name="invitation_withdrawn_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.user.email}"

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return (
            self.accepted_at is None
            and self.withdrawn_at is None
            and self.expires_at > timezone.now()
        )
