"""Say what the quality rules find in a product's hazard log."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hazards.choices import FindingLevel
from hazards.quality.catalogue import rule_of
from hazards.quality.marks import Mark, totals_of
from hazards.quality.of_release import ReleaseFinding, findings_for_release
from products.models import Product, Release
from products.queries import newest_unreleased


class Command(BaseCommand):
    help = (
        "Say what the quality rules find in a product's hazard log, for a release: the named one, "
        "else the newest that is not out yet. Reads the record as it is now and changes nothing. "
        "Ends with 0 where nothing blocks, 1 where something does, 2 when called wrongly."
    )

    # They load every page of the site, which takes a third of a second and helps nobody here.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", metavar="PRODUCT", help="the address (slug) of the product")
        parser.add_argument("--release", metavar="RELEASE", default="", help="its version label")
        parser.add_argument(
            "--json", action="store_true", help="print the findings as one JSON object"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        product = Product.objects.filter(slug=options["product"]).first()
        if product is None:
            known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no product “{options['product']}”; there is: {known}.")
        release = _release(product, options["release"])
        findings = findings_for_release(product, release)
        blocking = sum(each.blocks for each in findings)
        if options["json"]:
            printed = _as_json(product, release, findings)
            self.stdout.write(json.dumps(printed, ensure_ascii=False, indent=2))
        else:
            for line in _lines(product, release, findings):
                self.stdout.write(line)
        if blocking:
            raise SystemExit(1)


def _release(product: Product, label: str) -> Release | None:
    if not label:
        return newest_unreleased(product)
    release = Release.objects.filter(product=product, label=label).first()
    if release is None:
        known = ", ".join(Release.objects.filter(product=product).values_list("label", flat=True))
        raise CommandError(f"There is no release “{label}”; there is: {known or 'none yet'}.")
    return release


_WORDS = {
    FindingLevel.BLOCKS: "blocks",
    FindingLevel.WARNS: "warns",
    FindingLevel.INFORMS: "informs",
}


def _lines(
    product: Product, release: Release | None, findings: Sequence[ReleaseFinding]
) -> Iterator[str]:
    of = f"release {release.label}" if release else "no release in hand"
    yield f"{product.name}, {of}"
    for each in findings:
        where = each.reference or "product"
        marked = "" if each.mark is Mark.COUNTS else f" ({each.mark.value})"
        yield f"{each.rule} {_WORDS[each.level]}{marked} [{where}] {each.message}"
    totals = totals_of((each.level, each.mark) for each in findings)
    yield (
        f"{totals.blocking} blocking, {totals.warning} warnings, {totals.informing} for "
        f"information, {totals.waived} waived, {totals.legacy} legacy."
    )
    yield "Something blocks the release." if totals.blocking else "Nothing blocks."


def _as_json(
    product: Product, release: Release | None, findings: Sequence[ReleaseFinding]
) -> dict[str, Any]:
    totals = totals_of((each.level, each.mark) for each in findings)
    return {
        "product": product.slug,
        "release": release.label if release else None,
        "blocked": totals.blocking > 0,
        "totals": {
            "blocking": totals.blocking,
            "warning": totals.warning,
            "informing": totals.informing,
            "waived": totals.waived,
            "legacy": totals.legacy,
        },
        "findings": [
            {
                "rule": each.rule,
                "title": rule_of(each.rule).title,
                "level": each.level.value,
                "mark": each.mark.value,
                "blocks": each.blocks,
                "hazard": each.reference or None,
                "field": each.field,
                "subject": each.subject,
                "message": each.message,
                "waived_until": each.waiver.expires_on.isoformat() if each.waiver else None,
                "waived_because": each.waiver.because if each.waiver else None,
            }
            for each in findings
        ],
    }
