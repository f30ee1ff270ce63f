"""Work out again what lists, counts and search read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hazards.keeping_current import rebuild
from products.models import Product


class Command(BaseCommand):
    help = (
        "Work out again, from the record, what the hazard log's lists, counts and search read. "
        "It is kept current by itself; this is for an operator who doubts it. Safe to repeat. "
        "Ends with 0 when it was done, 1 when there is no such product."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "product", metavar="PRODUCT", nargs="?", help="the address (slug) of one product"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        products = Product.objects.order_by("slug")
        if options["product"]:
            products = products.filter(slug=options["product"])
            if not products:
                raise CommandError(f"There is no product {options['product']}.")
        for product in products:
            self.stdout.write(f"{product.slug}: {rebuild(product)} hazards")
