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


class MailedTask(models.Model):
    """Operational: that a person was told by e-mail of something that waits for them, and when.

    ``key`` names what waits, so that the same thing is not mailed every day.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mailed_tasks"
    )
    key = models.CharField(max_length=200)
    mailed = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="task_mailed_once")]

    def __str__(self) -> str:
        return f"Mail to {self.person_id} about {self.key}"
