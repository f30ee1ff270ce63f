"""Who came in, and what left the application: sign-ins, downloads and exports."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly


class AccessEvent(AppendOnly):
    """A fact: somebody signed in or out, or took something away. ``scope`` as in the ledger."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "Signed in"
        SIGNED_OUT = "signed_out", "Signed out"
        DOWNLOADED = "downloaded", "Downloaded"
        EXPORTED = "exported", "Exported"
        CHECKED = "checked", "Checked the record"

    kind = models.CharField("what happened", max_length=12, choices=Kind.choices)
    what = models.CharField("of what", max_length=300, blank=True)
    scope = models.CharField(max_length=36, blank=True, editable=False)
    accessed_at = models.DateTimeField("at")
    accessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    # Its name says all of it: "Downloaded: draft.pdf", not "Downloaded: draft.pdf added".
    timeline_hides = frozenset({"kind", "what", "scope", "accessed_at", "accessed_by_id"})
    timeline_added = ""

    class Meta(AppendOnly.Meta):
        ordering = ("-pk",)
        indexes = [models.Index(fields=["scope", "-id"], name="access_of_scope")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what}" if self.what else self.get_kind_display()
