"""Run the background tasks."""

from typing import Any

from django.core.management.base import BaseCommand

from safetycase.worker import Supervisor


class Command(BaseCommand):
    """Starts a task worker and keeps it alive."""

    help = (
        "Run the background tasks (drafts of the report, a seal over the record each minute): "
        "starts a worker and keeps it alive until Ctrl-C or SIGTERM. The only way to start one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until told to stop."""
        Supervisor(self._say).run()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
