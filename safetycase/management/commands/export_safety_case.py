"""Write the safety case report of a product to a file."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.errors import Refusal
from products.models import Product, Release
from safetycase.choices import LifecyclePhase
from safetycase.drafts import Draft, make_draft
from safetycase.models import Issue
from safetycase.rendering import render_issued, whole_pdf


class Command(BaseCommand):
    """Renders the report in its own process; needs no worker."""

    help = (
        "Write the clinical safety case report of a product as PDF: an issued version as it was "
        "issued, or without --version a draft of the record as it is, marked DRAFT on every page "
        "(without --release about the newest release that is not yet out)."
    )

    # They load every page of the site, which takes longer than reading a log.
    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version be the report's version, as it is in every other command."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PRODUCT, --release, --phase, --output."""
        parser.add_argument("product", metavar="PRODUCT", help="the product's slug")
        parser.add_argument("--release", default="", help="the version of a release")
        parser.add_argument(
            "--version", type=int, metavar="N", help="the number of an issued version"
        )
        parser.add_argument(
            "--phase",
            choices=LifecyclePhase.values,
            help="the lifecycle phase; the usual one for the release when left out",
        )
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the file, then put it whole in its place at once."""
        output: Path = options["output"]
        if options["version"] is not None and (options["release"] or options["phase"]):
            raise CommandError(
                "An issued version has its own release and phase: leave out --release and --phase.",
                returncode=2,
            )
        if not output.parent.is_dir():
            raise CommandError(f"There is no folder {output.parent}. Make it, then run again.")
        slug = options["product"]
        product = Product.objects.select_related("organisation").filter(slug=slug).first()
        if product is None:
            raise CommandError(f"There is no product “{slug}”.")
        if options["version"] is None:
            self._write_draft(product, output, options)
        else:
            self._write_version(product, output, options["version"])

    def _write_version(self, product: Product, output: Path, number: int) -> None:
        issue = Issue.objects.filter(product=product, number=number).first()
        if issue is None:
            raise CommandError(
                f"Version {number} of the report of {product.name} has not been issued. "
                "Leave out --version to get a draft."
            )
        try:
            pdf = render_issued(issue)
            content = whole_pdf(pdf)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        _write(output, content)
        self.stdout.write(f"{output}: version {number} as issued, {pdf.pages} pages.")

    def _write_draft(self, product: Product, output: Path, options: dict[str, Any]) -> None:
        draft = self._draft(product, options)
        _write(output, draft.content)
        self.stdout.write(f"{output}: a draft of {draft.pages} pages, {draft.hazards} hazards.")
        for note in draft.notes:
            self.stderr.write(note)

    def _draft(self, product: Product, options: dict[str, Any]) -> Draft:
        label = options["release"]
        try:
            return make_draft(
                product,
                made_by="the command export_safety_case",
                release_label=label,
                phase=LifecyclePhase(options["phase"]) if options["phase"] else None,
            )
        except Release.DoesNotExist as problem:
            raise CommandError(f"{product.name} has no release “{label}”.") from problem
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal


def _write(output: Path, content: bytes) -> None:
    """Write beside the file and move it there, so that nobody ever sees half of it."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(output)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise CommandError(f"{output} could not be written: {problem.strerror}.") from problem
