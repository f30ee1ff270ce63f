"""Write the hazard log of a product to a file."""

import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.errors import Refusal
from products.models import Product
from safetycase.log_export import LogFormat, live_pieces, version_pieces
from safetycase.versions.reading import issues_of


class Command(BaseCommand):
    """Writes in its own process; needs no worker."""

    help = (
        "Write the hazard log of a product to a file: as it stands now, or with --version as it "
        "was issued. JSON of the log as it stands is the record that import_hazard_log restores "
        "into another product. Ends with 0 when the file is written, 1 when there is no such "
        "product or version or the file cannot be written, 2 when called wrongly."
    )

    # They load every page of the site, which takes longer than reading a log.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version be the log's version, as it is in every other command."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PRODUCT, --format, --output, --version."""
        parser.add_argument("product", metavar="PRODUCT", help="the product's slug")
        parser.add_argument(
            "--format", required=True, choices=[each.value for each in LogFormat], dest="form"
        )
        parser.add_argument("--output", required=True, type=Path, metavar="FILE")
        parser.add_argument(
            "--version", type=int, metavar="N", help="the number of an issued version"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the file, then put it whole in its place at once."""
        output, form = options["output"], LogFormat(options["form"])
        if not output.parent.is_dir():
            raise CommandError(f"There is no folder {output.parent}. Make it, then run again.")
        slug, number = options["product"], options["version"]
        product = Product.objects.select_related("organisation").filter(slug=slug).first()
        if product is None:
            known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no product “{slug}”; there is: {known}.")
        try:
            _write(output, _pieces(product, form, number))
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        what = "the log as it stands" if number is None else f"version {number} as issued"
        self.stdout.write(f"{output}: {what}, as {form.in_words}.")


def _pieces(product: Product, form: LogFormat, number: int | None) -> Iterable[bytes]:
    if number is None:
        return live_pieces(product, form)
    issue = issues_of(product).filter(number=number).first()
    if issue is None:
        raise CommandError(
            f"Version {number} of the report of {product.name}, with its hazard log, has not been "
            "issued. Leave out --version to get the log as it stands."
        )
    issue.product = issue.baseline.product = product
    return version_pieces(issue, product, form)


def _write(output: Path, pieces: Iterable[bytes]) -> None:
    """Write beside the file and move it there, so that nobody ever sees half of it."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(output)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise CommandError(f"{output} could not be written: {problem.strerror}.") from problem
