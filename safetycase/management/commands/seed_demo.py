"""Load the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safetycase.demonstration.load import finish_demonstration, is_loaded, load_demonstration
from safetycase.demonstration.story import PASSWORD, PEOPLE, PRODUCT


class Command(BaseCommand):
    """Loads the repeat-prescription demonstration; safe to repeat."""

    help = (
        "Load the demonstration: a digital pharmacy, its people, features, releases, hazard log "
        "and issued safety case. Safe to repeat: what is there is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let it be asked for on purpose where DEBUG is off."""
        parser.add_argument(
            "--allow-production",
            action="store_true",
            help="load it although DEBUG is off: people with a known password will exist",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it once, then say who can sign in."""
        if not settings.DEBUG and not options["allow_production"]:
            raise CommandError(
                "The demonstration makes people whose password everybody knows, and DEBUG is off. "
                "Nothing was loaded. Use --allow-production if this site holds nothing else."
            )
        if is_loaded():
            self.stdout.write(f"{PRODUCT} is here already; nothing was changed.")
        else:
            load_demonstration()
            self.stdout.write(f"Loaded {PRODUCT}.")
        finish_demonstration()
        self.stdout.write("")
        self.stdout.write(f"People of the demonstration, all with the password {PASSWORD}:")
        for person in PEOPLE:
            role = person.role.label if person.role else "Administrator"
            self.stdout.write(f"  {person.email:<26} {person.name:<18} {role}")
