"""Bring a hazard log in from a workbook."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import system_person
from accounts.models import User
from audit.errors import Refusal
from hazards.importing.apply import apply_import
from hazards.importing.new_product import create_product_for
from hazards.importing.parsed import ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report, report_of
from hazards.importing.text_report import report_lines
from products.models import Product


class Command(BaseCommand):
    help = (
        "Bring a hazard log in from an Excel workbook (.xlsx) in the NHS template layout. All of "
        "it is brought in or nothing; the same file again changes nothing. Ends with 0 when it "
        "was done, 1 when the file or the log did not allow it, 2 when called wrongly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the workbook")
        parser.add_argument(
            "--product", metavar="PRODUCT", required=True, help="the address (slug) of the product"
        )
        parser.add_argument(
            "--create",
            action="store_true",
            help="make the product where there is none, and the person of --by its clinical "
            "safety officer",
        )
        parser.add_argument(
            "--sheet", metavar="NAME", default="", help="the sheet to read; else the one that fits"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report what would be done, and change nothing"
        )
        parser.add_argument(
            "--by",
            metavar="EMAIL",
            default="",
            help="the person who imports, and whose roles count; else the system person",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the report as one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            log = read_log(name=path.name, content=_content(path), sheet=options["sheet"])
            report = _import(log, options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["json"]:
            printed = report.as_json() | {"dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))
            return
        for line in report_lines(report, is_dry_run=options["dry_run"]):
            self.stdout.write(line)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise CommandError(f"{path} was not read: {why}. Nothing was changed.") from error


def _import(log: ParsedLog, options: dict[str, Any]) -> Report:
    product = Product.objects.filter(slug=options["product"]).first()
    if product is not None and not options["dry_run"]:
        by = _person(options["by"])
        # Planned outside the transaction, so that others can work meanwhile.
        return apply_import(plan=plan_import(product=product, log=log, by=by), by=by)
    with transaction.atomic():
        by = _person(options["by"])
        product = product or _new_product(log, by, options)
        plan = plan_import(product=product, log=log, by=by)
        if not options["dry_run"]:
            return apply_import(plan=plan, by=by)
        transaction.set_rollback(True)  # neither the product nor the system person stays
        return report_of(plan)


def _new_product(log: ParsedLog, by: User, options: dict[str, Any]) -> Product:
    if not options["create"]:
        known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(
            f"There is no product “{options['product']}”; there is: {known}. Nothing was "
            "changed. Add --create to make it."
        )
    return create_product_for(slug=options["product"], log=log, officer=by)


def _person(email: str) -> User:
    if not email:
        return system_person()
    person: User | None = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise CommandError(
            f"Nobody who may sign in here has the e-mail address {email}. Nothing was changed. "
            "Add the person first (manage.py create_administrator makes the first one)."
        )
    return person
