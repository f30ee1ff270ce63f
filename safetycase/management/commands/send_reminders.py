"""Mail what waits."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from safetycase.reminders import send_reminders


class Command(BaseCommand):
    """Mails each person what waits for them; safe to repeat."""

    help = (
        "Mail each person what waits for them and what comes up, once a day at most and only what "
        "they were not told before. The task runner does this each morning; safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how it went; ends with 1 when the mail server did not take some."""
        sent = send_reminders()
        self.stdout.write(f"Looked at {sent.looked_at} people and mailed {sent.told}.")
        if sent.failed:
            raise CommandError(
                f"{sent.failed} mails were not taken by the mail server; run this again to send "
                "them. The reason is in the log."
            )
