"""Background jobs: what the page with the progress bar shows."""

import uuid

from django.conf import settings
from django.db import models

from products.choices import JobState
from products.models.product import Product


class Job(models.Model):
    """Operational: progress of long work. Its result is recorded by the action that it runs."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    # What the job needs to run and what it made, as the package that owns its kind understands it.
    request = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-requested_at",)
        indexes = [models.Index(fields=["product", "kind", "-requested_at"], name="job_newest")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.product} ({self.get_state_display()})"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (JobState.DONE, JobState.FAILED)
