"""Write the safety case of a product beside the code."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.errors import Refusal
from audit.moments import one_moment
from products.models import Product
from safetycase.repository.files import repository_files
from safetycase.repository.folder import Written, write_folder


class Command(BaseCommand):
    """Reads the record as it stands; needs no worker."""

    help = (
        "Write the safety case of a product as Markdown and JSON, one file for each hazard, into "
        "a folder of a repository: a change in safety then shows in a pull request. The same "
        "record gives the same bytes; files that are the same are not touched, and what is in "
        "the folder besides stays. Ends with 0 when the folder is up to date, 1 when there is no "
        "such product or the folder cannot be written, 2 when called wrongly."
    )

    # They load every page of the site, which takes longer than reading a log.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", metavar="PRODUCT", help="the product's slug")
        parser.add_argument("--output", required=True, type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything first, then write."""
        slug, folder = options["product"], options["output"]
        product = Product.objects.select_related("organisation").filter(slug=slug).first()
        if product is None:
            known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no product “{slug}”; there is: {known}.")
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file. Name a folder.")
        try:
            with one_moment():
                files = repository_files(product)
            written = write_folder(folder, files)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except OSError as problem:
            where = problem.filename or folder
            raise CommandError(f"{where} could not be written: {problem.strerror}.") from problem
        self.stdout.write(f"{folder}: {_in_words(written)}.")


def _in_words(written: Written) -> str:
    counts = {
        "added": len(written.added),
        "changed": len(written.changed),
        "taken away": len(written.removed),
        "the same": written.same,
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items())
