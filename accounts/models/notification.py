"""What a person is told: the bell."""

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """Operational: a sentence for one person and where it leads. ``is_read`` once it was opened.

    ``about_kind`` and ``about_id`` name what it is about, so that nothing points upwards; one
    sentence about one thing is told once while it is unread.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications"
    )
    text = models.CharField(max_length=500)
    url = models.CharField(max_length=500)
    about_kind = models.CharField(max_length=30, blank=True)
    about_id = models.CharField(max_length=60, blank=True)
    told = models.DateTimeField()
    is_read = models.BooleanField(default=False)

    class Meta:
        ordering = ("-told", "-pk")
        indexes = [models.Index(fields=["person", "is_read", "-told"], name="notification_bell")]

    def __str__(self) -> str:
        return f"Notification for {self.person_id}"
