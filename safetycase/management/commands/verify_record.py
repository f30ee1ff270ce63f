"""Check that nothing in the record was altered."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit.verifying import Finding, Tally, verify
from products.models import Product


class Command(BaseCommand):
    """Looks at the whole record; says nothing but good, or names what was altered."""

    help = (
        "Check rows, history, ledger, seals, files and triggers against each other. Exit code 0 "
        "when nothing was altered; 1 with a line for each row that was. With PRODUCT, only what "
        "belongs to that product or to none is told."
    )

    # They load every page of the site, which has nothing to do with the record.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PRODUCT, --json."""
        parser.add_argument(
            "product", metavar="PRODUCT", nargs="?", default="", help="the product's slug"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object on one line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each finding as it is made; then how much was looked at."""
        try:
            self._check(options)
        except DatabaseError as problem:
            raise CommandError(
                f"The record could not be read to its end ({problem}), so it was not checked. "
                "Nothing was changed. If the database is new or was upgraded, run: "
                "manage.py migrate"
            ) from problem

    def _check(self, options: dict[str, Any]) -> None:
        scope, tally = _scope_of(options["product"]), Tally()
        findings = []
        for finding in verify(scope=scope, tally=tally):
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(str(finding))
        if options["json"]:
            self.stdout.write(_as_json(options["product"], findings, tally))
        elif not findings:
            self.stdout.write(_all_well(tally, options["product"]))
        if findings:
            self.stdout.flush()
            sys.exit(1)


def _scope_of(slug: str) -> str:
    if not slug:
        return ""
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        raise CommandError(f"There is no product “{slug}”.")
    return product.scope


def _all_well(tally: Tally, product: str) -> str:
    # One ledger holds the entries of every product, so it is always walked from end to end.
    altered = f"Nothing of “{product}” was altered" if product else "Nothing was altered"
    whole = " of the whole record, all products," if product else ""
    return (
        f"{altered}: {tally.rows:,} rows, {tally.entries:,} ledger entries and "
        f"{tally.seals:,} seals{whole} were checked. The newest seal is number "
        f"{tally.newest_seal}, {tally.newest_hash}"
    )


def _as_json(product: str, findings: list[Finding], tally: Tally) -> str:
    told = {
        "product": product,
        "unaltered": not findings,
        "findings": [asdict(finding) for finding in findings],
        "checked": asdict(tally),
    }
    return json.dumps(told, sort_keys=True)
