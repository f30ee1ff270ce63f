"""Load synthetic products for measuring."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safetycase.synthetic.load import load
from safetycase.synthetic.team import PASSWORD, address


def _number(text: str) -> int:
    """A whole number from nought on."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text} is no whole number")
    return int(text)


class Command(BaseCommand):
    """Adds synthetic products; each run adds more."""

    help = (
        "Load synthetic data for benchmarks: products with hazards, causes, controls, evidence, "
        "estimates, their history and ledger, and people who can sign in. Each run adds products. "
        "Ends with 0 when it was done, 1 when this database is not for that, 2 when called wrongly."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much of it."""
        parser.add_argument("--hazards", type=_number, required=True, metavar="N", help="each")
        parser.add_argument(
            "--products", type=_number, default=1, metavar="M", help="how many products (1)"
        )
        parser.add_argument(
            "--history",
            type=_number,
            default=0,
            metavar="K",
            help="at least so many rows of history in all; hazards are edited until there are",
        )
        parser.add_argument(
            "--allow-production",
            action="store_true",
            help="load it although DEBUG is off: people with a known password will exist",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it, then say who can sign in."""
        if not settings.DEBUG and not options["allow_production"]:
            raise CommandError(
                "The load makes people whose password everybody knows, and DEBUG is off. Nothing "
                "was loaded. Use --allow-production if this database is for measuring only."
            )
        loaded = load(
            hazards=options["hazards"],
            products=options["products"],
            history=options["history"],
            say=self._say if options["verbosity"] > 1 else str,
        )
        for each in loaded:
            self.stdout.write(
                f"{each.product.slug}: {each.hazards:,} hazards, {each.versions:,} rows of history"
            )
        self.stdout.write(f"Sign in as {address('cso')} with the password {PASSWORD}")

    def _say(self, words: str) -> None:
        self.stderr.write(words)
