"""What the rules find for a release: read from the record now, or from what was kept of it."""

from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from hazards.choices import FindingLevel
from hazards.models import Finding, Hazard, HazardSummary
from hazards.quality.checking import ask_about, check_hazards
from hazards.quality.freshness import freshness_of
from hazards.quality.marks import Key, Mark, Marks, marks_on
from hazards.quality.of_release import findings_for_release
from hazards.quality.registry import Asked, found_above_on_log
from hazards.quality.rule import RULES
from hazards.quality.storing import mark_of
from hazards.queries import IN_THE_LOG, taken_out_with_their_features
from products.models import Product, Release
from products.queries import newest_unreleased
from safetycase.gate.findings import GateFinding, of_release_finding

#: So many findings of each kind are read where the answer is only told in brief.
A_FEW = 20


def findings_now(product: Product, release: Release) -> list[GateFinding]:
    """Everything that the rules find, read from the record now: about a second for 1,000 hazards.

    What somebody decides by is read in this way.
    """
    return [of_release_finding(each) for each in findings_for_release(product, release)]


@dataclass(frozen=True)
class Kept:
    """What was kept of the rules' last look. ``changed`` hazards wait for the next one; ``more``
    findings block besides those that were read."""

    findings: list[GateFinding]
    changed: int = 0
    is_of_today: bool = True
    more: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether it says everything that the rules would find now."""
        return self.is_of_today and not self.changed


def findings_kept(product: Product, release: Release, *, briefly: bool = False) -> Kept | None:
    """What blocks or would from what was kept; for pages, however long the log is. What is asked of
    the product itself is asked now. ``briefly`` reads a few of each kind and counts the others.

    A constant number of queries. None for another release than the one in hand: nothing is kept of
    those.
    """
    if newest_unreleased(product) != release:
        return None
    asked, due = ask_about(product, release), freshness_of(product)
    marks = marks_on(product, asked.at.today)
    out = set(taken_out_with_their_features(product).values_list("pk", flat=True))
    but_for = {*due.keys, *out}
    stored = _stored(product, marks, but_for, a_few=briefly)
    more = 0
    if briefly:
        read = sum(each.blocks for each in stored)
        more = _counted(product, but_for) - read
        if more and not read:  # those few are waived, and others count
            stored, more = _stored(product, marks, but_for, a_few=False), 0
    findings = [
        *_of_product(asked, marks),
        *stored,
        *_made_now(asked, [key for key in due.keys if key not in out], marks),
    ]
    return Kept(findings, due.changed, due.is_of_today, max(more, 0))


def _counted(product: Product, but_for: set[int]) -> int:
    """How many findings block hazards in the log, waived and legacy ones aside. One query."""
    rows = HazardSummary.objects.filter(
        product=product, state__in=IN_THE_LOG, findings_blocking__gt=0
    ).values_list("pk", "findings_blocking")
    return sum(count for key, count in rows if key not in but_for)


def _of_product(asked: Asked, marks: Marks) -> list[GateFinding]:
    """What packages above find on the product. The rules of whole logs only warn."""
    made = {}
    for rule, found in found_above_on_log(asked):
        key = Key(None, rule, found.subject)
        level = found.level or RULES[rule].level
        mark = marks.of(key, level)
        made[key] = _finding(rule, found.message, level, mark, marks, key, field=found.field)
    return list(made.values())


def _stored(product: Product, marks: Marks, but_for: set[int], *, a_few: bool) -> list[GateFinding]:
    """What blocks a hazard in the log; ``a_few`` of each rule and field, or all. Two queries."""
    found_last = Finding.objects.filter(
        product=product,
        level=FindingLevel.BLOCKS,
        hazard__state__in=IN_THE_LOG,
        rule__in=list(RULES),
    )
    if a_few:
        among_its_kind = Window(
            RowNumber(),
            partition_by=[F("rule"), F("field")],
            order_by=[F("hazard__summary__findings_blocking").desc(), F("hazard__number")],
        )
        found_last = found_last.annotate(place=among_its_kind).filter(place__lte=A_FEW)
    rows = list(
        found_last.order_by("hazard__number", "rule", "subject").values_list(
            "hazard", "rule", "subject", "field", "message"
        )
    )
    hazards = Hazard.objects.in_bulk({hazard for hazard, *_ in rows} - but_for)
    found = []
    for hazard_key, rule, subject, at_field, message in rows:
        hazard = hazards.get(hazard_key)
        if hazard is not None:
            key = Key(hazard_key, rule, subject)
            mark = marks.of(
                key,
                FindingLevel.BLOCKS,
                hazard_id=hazard.public_id,
                content_version=hazard.content_version,
            )
            found.append(
                _finding(rule, message, FindingLevel.BLOCKS, mark, marks, key, hazard, at_field)
            )
    return found


def _made_now(asked: Asked, keys: list[int], marks: Marks) -> list[GateFinding]:
    """What is found on the hazards that changed since they were looked at."""
    if not keys:
        return []
    return [
        _finding(
            made.rule,
            made.message,
            made.level,
            mark_of(made, checked.hazard, checked.content_version, marks),
            marks,
            Key(checked.hazard.pk, made.rule, made.subject),
            checked.hazard,
            made.field,
        )
        for portion in check_hazards(asked, keys)
        for checked in portion
        for made in checked.found
    ]


def _finding(
    rule: str,
    message: str,
    level: FindingLevel,
    mark: Mark,
    marks: Marks,
    key: Key,
    hazard: Hazard | None = None,
    field: str = "",
) -> GateFinding:
    waiver = marks.waivers.get(key) if mark is Mark.WAIVED else None
    return GateFinding(
        rule=rule,
        message=message,
        level=level,
        mark=mark,
        hazard=hazard.display_reference if hazard else "",
        address=hazard.reference if hazard else "",
        key=hazard.pk if hazard else None,
        field=field,
        subject=key.subject,
        waived_until=waiver.expires_on if waiver else None,
        waived_because=waiver.because if waiver else "",
        waiver=str(waiver.public_id) if waiver else "",
    )
