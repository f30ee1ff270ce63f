"""The findings on one hazard as its page shows them, worked out when it is looked at."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone

from hazards.choices import FindingLevel
from hazards.quality.checking import Checked, ask_about, check_readings
from hazards.quality.marks import Key, Mark, marks_on
from hazards.quality.rule import RULES, Rule
from hazards.quality.storing import mark_of
from hazards.reading import HazardReading
from products.models import Product

#: The place on the hazard page where each field stands.
ANCHORS = {
    "name": "hazard-words",
    "description": "hazard-words",
    "effect": "hazard-words",
    "causes": "hazard-causes",
    "controls": "hazard-causes",
    "evidence": "hazard-causes",
    "harms": "hazard-harms",
    "initial": "hazard-risk",
    "residual": "hazard-risk",
    "justification": "hazard-why",
    "actions": "hazard-why",
    "review_date": "hazard-keeping",
    "status": "hazard-keeping",
    "reviews": "hazard-keeping",
    "assumptions": "hazard-assumptions",
}
TONES = {FindingLevel.BLOCKS: "bad", FindingLevel.WARNS: "warn", FindingLevel.INFORMS: ""}


@dataclass(frozen=True)
class ShownFinding:
    """A finding as pages show it."""

    rule: Rule
    level: FindingLevel
    message: str
    field: str
    subject: str
    mark: Mark
    url: str = ""  # of the field at fault
    waived_until: datetime.date | None = None

    @property
    def counts(self) -> bool:
        """Whether it is neither waived nor legacy."""
        return self.mark is Mark.COUNTS

    @property
    def tone(self) -> str:
        """The tone of its level, for marks."""
        return TONES[self.level] if self.counts else ""

    @property
    def word(self) -> str:
        """What it does, in words; what it would do where it is waived or legacy."""
        word = {
            FindingLevel.BLOCKS: "Blocks",
            FindingLevel.WARNS: "Warning",
            FindingLevel.INFORMS: "Note",
        }[self.level]
        if self.mark is Mark.WAIVED and self.waived_until:
            return f"{word}, waived until {self.waived_until:%-d %B %Y}"
        return word if self.counts else f"{word}, legacy"


#: Each level with what one finding of it does, and what several do.
_LEVELS_COUNTED = (
    (FindingLevel.BLOCKS, "blocks", "block"),
    (FindingLevel.WARNS, "warns", "warn"),
    (FindingLevel.INFORMS, "informs", "inform"),
)


@dataclass
class HazardFindings:
    """Everything found on a hazard, the gravest first."""

    all: list[ShownFinding] = field(default_factory=list)

    def at(self, *fields: str) -> list[ShownFinding]:
        """What was found at these fields."""
        return [each for each in self.all if each.field in fields]

    @property
    def counting(self) -> list[ShownFinding]:
        """Those that are neither waived nor legacy."""
        return [each for each in self.all if each.counts]

    @property
    def counting_in_words(self) -> str:
        """How many of those block, warn and inform: ``2 block, 1 warns``."""
        said = []
        for level, one, more in _LEVELS_COUNTED:
            count = sum(each.level == level for each in self.counting)
            if count:
                said.append(f"{count} {one if count == 1 else more}")
        return ", ".join(said)


def address_of(product_slug: str, reference: str, at_field: str) -> str:
    """The address of a field on the page of a hazard."""
    page = reverse("hazard_detail", args=[product_slug, reference])
    anchor = ANCHORS.get(at_field, "")
    return f"{page}#{anchor}" if anchor else page


#: Fields of the product: the name of the address of the page where each is put right.
_PAGES = {
    "intended_use": "intended_use",
    "team": "team",
    "controls": "control_list",
    "residual": "hazard_log",
    "matrix": "risk_matrix",
    "families": "hazard_library",
}


def register_page(at_field: str, name: str) -> None:
    """Say on which page of the product (by the name of its address) a field is put right."""
    _PAGES[at_field] = name


def address_on_product(product_slug: str, at_field: str) -> str:
    """The address of the page where a field of the product is put right, or ''."""
    name = _PAGES.get(at_field)
    return reverse(name, args=[product_slug]) if name else ""


def findings_on(reading: HazardReading, product: Product) -> HazardFindings:
    """What the rules find on a hazard that was read whole. About ten queries, whatever is on it."""
    asked = ask_about(product, today=timezone.localdate())
    marks = marks_on(product, asked.at.today)
    [checked] = check_readings(asked, [reading])

    def shown(found: Checked) -> ShownFinding:
        waiver: Any = marks.waivers.get(Key(found.hazard, found.rule, found.subject))
        return ShownFinding(
            rule=RULES[found.rule],
            level=found.level,
            message=found.message,
            field=found.field,
            subject=found.subject,
            mark=mark_of(found, reading.hazard, checked.content_version, marks),
            url=address_of(product.slug, reading.hazard.reference, found.field),
            waived_until=waiver.expires_on if waiver else None,
        )

    order = [FindingLevel.BLOCKS, FindingLevel.WARNS, FindingLevel.INFORMS]
    everything = [shown(each) for each in checked.found]
    return HazardFindings(
        sorted(everything, key=lambda each: (not each.counts, order.index(each.level)))
    )
