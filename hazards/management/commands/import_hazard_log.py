"""Bring a hazard log in from a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, transaction

from accounts.actions import system_person
from accounts.busy import is_busy
from accounts.models import User
from audit.errors import Refusal
from hazards.importing.intake import Brought, prepare
from hazards.importing.mapping import Mapping
from hazards.importing.new_product import create_product_for
from hazards.importing.report import Report
from hazards.importing.text_report import report_lines
from hazards.uploads import safe_file_name
from products.models import Product

BUSY = (
    "The database is busy with somebody else's large change and did not become free in time. "
    "Nothing was changed. Wait a minute, and run the command again."
)


class Command(BaseCommand):
    help = (
        "Bring a hazard log in from an Excel workbook (.xlsx), CSV, Markdown or JSON. All of it is "
        "brought in or nothing; the same file again changes nothing. Ends with 0 when it was "
        "done, 1 when the file or the log did not allow it, 2 when called wrongly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the file with the log")
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
            "--mapping",
            metavar="FILE",
            default="",
            help="what columns and words mean, as JSON: "
            '{"columns": {"B": "name"}, "words": {"severity:3": "Considerable"}}',
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
            report = _import(_brought(path, options), options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except OperationalError as problem:
            if is_busy(problem):
                raise CommandError(BUSY) from problem
            raise
        if options["json"]:
            printed = report.as_json() | {"dry_run": options["dry_run"]}
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))
            return
        for line in report_lines(report, is_dry_run=options["dry_run"]):
            self.stdout.write(line)


def _brought(path: Path, options: dict[str, Any]) -> Brought:
    content = _content(path)
    mapping = options["mapping"]
    return Brought(
        name=path.name,
        content=content,
        sheet=options["sheet"],
        mapping=Mapping.from_json(_content(Path(mapping))) if mapping else None,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise CommandError(f"{path} was not read: {why}. Nothing was changed.") from error


def _import(brought: Brought, options: dict[str, Any]) -> Report:
    cover = brought.cover  # read before any transaction; what is wrong with the file comes first
    product = Product.objects.filter(slug=options["product"]).first()
    if product is not None and not options["dry_run"]:
        # Prepared outside the transaction, so that others can work meanwhile.
        return prepare(product=product, brought=brought, by=_person(options["by"])).carry_out()
    with transaction.atomic():
        by = _person(options["by"])
        product = product or _new_product(cover, brought.name, by, options)
        prepared = prepare(product=product, brought=brought, by=by)
        if not options["dry_run"]:
            return prepared.carry_out()
        transaction.set_rollback(True)  # neither the product nor the system person stays
        return prepared.report


def _new_product(
    cover: dict[str, str], file_name: str, by: User, options: dict[str, Any]
) -> Product:
    if not options["create"]:
        known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(
            f"There is no product “{options['product']}”; there is: {known}. Nothing was "
            "changed. Add --create to make it."
        )
    return create_product_for(
        slug=options["product"], cover=cover, file_name=safe_file_name(file_name), officer=by
    )


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
