"""What a snapshot says of waivers and of lists of legacy findings."""

from collections.abc import Collection

from django.utils import timezone

from hazards.models import Finding, Waiver
from hazards.quality.catalogue import known, rule_of
from hazards.quality.legacy import LegacyReading, legacy_of
from hazards.quality.marks import Key, waivers_in_force
from hazards.quality.waived import found_where_waived, holds
from products.models import Product
from reviews.choices import Meaning
from reviews.signing.legacy_lists import legacy_subject
from reviews.signing.reading import signatures_under
from safetycase.snapshot.quality_shapes import LegacyListShape, QualityShape, WaiverShape
from safetycase.snapshot.words import moment, name


def quality_shape(product: Product, hazards: Collection[int]) -> QualityShape:
    """What is waived today on the product and on these hazards, and every list of legacy findings.

    About ten queries, however much is waived.
    """
    today = timezone.localdate()
    waivers = list(waivers_in_force(product, today))
    here = [each for each in waivers if each.hazard_id is None or each.hazard_id in hazards]
    told = {each.pk for each in here}
    found = found_where_waived(product, here)
    return QualityShape(
        on=today.isoformat(),
        waivers=[
            _waiver(each, found.get(Key(each.hazard_id, each.rule, each.subject)))
            for each in sorted(here, key=_place)
        ],
        elsewhere=sorted(str(each.public_id) for each in waivers if each.pk not in told),
        legacy=_legacy(product),
    )


def _place(waiver: Waiver) -> tuple[int, str, int]:
    """The product first, then the hazards in the order of the log."""
    return (waiver.hazard.number if waiver.hazard else 0, waiver.rule, waiver.pk)


def _waiver(waiver: Waiver, found: Finding | None) -> WaiverShape:
    in_force = known([waiver.rule])  # a rule may have gone since
    return WaiverShape(
        public_id=str(waiver.public_id),
        hazard=waiver.hazard.display_reference if waiver.hazard else "",
        rule=waiver.rule,
        title=rule_of(waiver.rule).title if in_force else "",
        level=waiver.level,
        level_words=waiver.get_level_display(),
        holds=holds(waiver, found),
        about=found.message if found else "",
        because=waiver.because,
        interim_measures=waiver.interim_measures,
        until=waiver.expires_on.isoformat(),
        by=name(waiver.given_by),
        at=moment(waiver.given_at),
    )


def _legacy(product: Product) -> list[LegacyListShape]:
    """The lists of legacy findings, oldest first."""
    readings = list(reversed(legacy_of(product)))
    for each in readings:
        each.legacy.product = product
    subjects = {each.legacy.pk: legacy_subject(each.legacy) for each in readings}
    signed = signatures_under(subjects.values())
    shapes = []
    for each in readings:
        approvals = signed[subjects[each.legacy.pk].id].current(Meaning.APPROVED)
        signature = approvals[-1].sign_off if each.is_signed and approvals else None
        shapes.append(
            _legacy_list(
                each,
                signed_by=signature.signer_name if signature else "",
                signed_at=moment(signature.signed_at) if signature else None,
            )
        )
    return shapes


def _legacy_list(
    reading: LegacyReading, *, signed_by: str, signed_at: str | None
) -> LegacyListShape:
    legacy = reading.legacy
    return LegacyListShape(
        file=legacy.batch.file_name,
        listed_at=moment(legacy.listed_at),
        listed_by=name(legacy.listed_by),
        signed_by=signed_by,
        signed_at=signed_at,
        listed=legacy.count,
        left=reading.left,
    )
