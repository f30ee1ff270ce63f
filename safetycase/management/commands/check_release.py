"""Ask the release gate."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from products.models import Product, Release
from safetycase.gate.reading import GateReading, as_json, read_gate
from safetycase.gate.whose import way_of
from safetycase.gate.words import headline, judged_by_in_words


class Command(BaseCommand):
    help = (
        "Ask the release gate whether a release of a product can go out. Exit code 0 when it "
        "passes, with or without waivers; 1 when it is blocked, with the reasons; 2 on wrong usage."
    )

    # They load every page of the site, which has nothing to do with a release.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """PRODUCT, RELEASE, --json."""
        parser.add_argument("product", metavar="PRODUCT", help="the address (slug) of the product")
        parser.add_argument("release", metavar="RELEASE", help="its version label")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what the gate says; exit with 1 where it blocks."""
        product, release = _named(options["product"], options["release"])
        reading = read_gate(product, release)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(reading), ensure_ascii=False, sort_keys=True))
        else:
            for line in _lines(reading):
                self.stdout.write(line)
        if not reading.verdict.passes:
            self.stdout.flush()
            if options["json"]:
                sys.exit(1)
            self.stderr.write(headline(reading))
            sys.exit(1)


def _named(slug: str, label: str) -> tuple[Product, Release]:
    product = Product.objects.filter(slug=slug).first()
    if product is None:
        known = ", ".join(Product.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no product “{slug}”; there is: {known}.")
    release = Release.objects.filter(product=product, label=label).first()
    if release is None:
        known = ", ".join(Release.objects.filter(product=product).values_list("label", flat=True))
        raise CommandError(f"There is no release “{label}”; there is: {known or 'none yet'}.")
    release.product = product
    return product, release


def _lines(reading: GateReading) -> Iterator[str]:
    yield f"{reading.product.name}, release {reading.release.label}: {reading.decision.label}."
    yield judged_by_in_words(reading)
    for each in reading.reasons:
        yield f"{each.rule} blocks [{each.hazard or 'product'}] {each.message}"
    for each in reading.verdict.let_stand:
        until = f" until {each.waived_until:%-d %B %Y}" if each.waived_until else ""
        yield f"{each.rule} {each.mark.value}{until} [{each.hazard or 'product'}] {each.message}"
    for each in reading.verdict.broken:
        yield f"{each.rule} broken [{each.hazard or 'product'}] {each.message}"
    if reading.since is not None:
        yield f"Since that report: {reading.since.summary}"
        for each in reading.since.blocking_now:
            yield f"  {each.rule} would block now [{each.hazard or 'product'}] {each.message}"
    if reading.reasons:
        steps, without = way_of(reading)
        yield "The shortest way:"
        for number, step in enumerate(steps, start=1):
            yield f"  {number}. {step.sentence} ({step.effort.words}; {step.who})"
        if without is not None and without.features:
            yield f"  Or: {without.sentence}"
    yield f"Fingerprint {reading.fingerprint}"
