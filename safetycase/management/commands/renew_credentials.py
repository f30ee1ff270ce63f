"""Encrypt the credentials of trackers with the secret key of today."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from products.models import TrackerSecret
from products.trackers.credentials import CredentialLost, sealed_anew


class Command(BaseCommand):
    """Encrypts anew; safe to repeat."""

    help = (
        "Encrypt the credentials of trackers with today's SECRET_KEY, after it was changed and "
        "while the one before stands in SECRET_KEY_FALLBACKS. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt each row; ends with 1 and names the connections that no key opens."""
        lost = []
        done = 0
        for key in TrackerSecret.objects.values_list("pk", flat=True):
            with transaction.atomic():
                secret = TrackerSecret.objects.select_for_update().get(pk=key)
                try:
                    secret.webhook_secret = sealed_anew(secret.webhook_secret)
                    secret.api_token = sealed_anew(secret.api_token)
                except CredentialLost:
                    lost.append(str(secret.connection))
                    continue
                secret.save(update_fields=["webhook_secret", "api_token"])
                done += 1
        self.stdout.write(f"Encrypted the credentials of {done} trackers with the key of today.")
        if lost:
            raise CommandError(
                f"No key opens those of {', '.join(lost)}. They were left as they are: give them "
                "again on the pages of these trackers."
            )
