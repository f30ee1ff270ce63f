"""How many queries pages run."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import Client

from accounts.models import User


class Command(BaseCommand):
    """Asks for each page as somebody and counts what it asks of the database."""

    help = (
        "Count the queries that pages run, as JSON: for measuring. Nothing is changed but that "
        "somebody signs in. Ends with 0, or with 1 when a page does not answer."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which pages, and who asks."""
        parser.add_argument("address", nargs="+", metavar="ADDRESS", help="a page, from its slash")
        parser.add_argument(
            "--as", dest="email", default="cso@load.example", metavar="EMAIL", help="who asks"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Count."""
        person = User.objects.filter(email=options["email"]).first()
        if person is None:
            raise CommandError(f"There is nobody with the address {options['email']}.")
        browser = Client()
        browser.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        counts = {address: self._count(browser, address) for address in options["address"]}
        self.stdout.write(json.dumps(counts))

    def _count(self, browser: Client, address: str) -> int:
        asked = 0

        def counting(execute: Any, *what: Any) -> Any:
            nonlocal asked
            asked += 1
            return execute(*what)

        browser.get(address)  # what is looked up once is not counted
        with connection.execute_wrapper(counting):
            status = browser.get(address).status_code
        if status != 200:
            raise CommandError(f"{address} answered {status}.")
        return asked
