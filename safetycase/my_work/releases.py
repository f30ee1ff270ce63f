"""What signers have to do with releases that go in spite of the gate, or by a statement."""

import datetime
import json
from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from products.choices import ReleaseState
from products.models import Product, Release
from products.permissions import ROLES_THAT_MAY, Ability, Standing
from safetycase.gate.breaking import SIGNATORIES
from safetycase.gate.by_report import issue_for
from safetycase.gate.page import OPEN
from safetycase.gate.reading import gate_in_brief
from safetycase.gate.signing import (
    BOTH,
    GlassReading,
    glasses_of,
    glasses_waiting,
    read_glasses,
    read_statement,
    statements_of,
)
from safetycase.models import BreakGlass, GateResult, ReleaseStatement
from safetycase.my_work.todo import NOBODYS, Mine, Todo

#: So many days before its last a broken glass is called urgent …
SOON = datetime.timedelta(days=3)
#: … and so many after it, whoever broke it is told that it is over.
AFTER = datetime.timedelta(days=14)

_VERBS = dict(zip(BOTH, ("Approve", "Authorise"), strict=True))


def glasses_to_sign(mine: Mine) -> Iterator[Todo]:
    """Releases in spite of the gate that wait for the person's signature.

    One query, and three more for each product on which a glass was broken that is not over.
    """
    for standing in _with_glass(mine, timezone.localdate()):
        for reading in glasses_waiting(standing.product):
            yield from _signatures(mine, standing, reading)


def _signatures(mine: Mine, standing: Standing, reading: GlassReading) -> Iterator[Todo]:
    glass, slug = reading.glass, standing.product.slug
    label, until = glass.release.label, day(glass.expires_on)
    signed = [each.sign_off for each in reading.signatures.readings if each.is_current]
    if mine.person.pk in {each.signed_by_id for each in signed}:
        return
    for meaning in reading.missing:
        role = SIGNATORIES[meaning]
        if role in standing.roles:
            yield Todo(
                product=standing.product,
                sentence=f"{_VERBS[meaning]} the release of {label} in spite of the gate, until "
                f"{until}",
                url=reverse("break_glass_sign", args=[slug, label, glass.public_id, meaning.value]),
                detail=f"Asked by {glass.asked_by.name}: {glass.why}",
                tone="bad",
                since=max([glass.asked_at, *(each.signed_at for each in signed)]),
                whose=mine.move(standing, [role]),
            )


def glasses_ending(mine: Mine) -> Iterator[Todo]:
    """Broken glass by which a release may go, and what went out by one; nothing of a release that
    was withdrawn, or that goes or went without it.

    One query, four more for each product on which there is any, and the gate in brief of each
    release that may go by one.
    """
    since = timezone.localdate() - AFTER
    for standing in _with_glass(mine, since):
        product = standing.product
        signed = glasses_of(product).filter(expires_on__gte=since)
        readings = [each for each in read_glasses(list(signed)) if each.is_signed]
        used = _went_out_by(product) if readings else frozenset()
        for reading in readings:
            state = reading.glass.release.state
            if state == ReleaseState.RELEASED and str(reading.glass.public_id) in used:
                yield _gone(product, reading)
            elif state in OPEN and reading.holds:
                yield from _going(product, reading)


def _went_out_by(product: Product) -> frozenset[str]:
    """The broken glass by which releases of a product went out. One query."""
    frozen = GateResult.objects.filter(product=product).values_list("content", flat=True)
    broken = [json.loads(each).get("broken") for each in frozen]
    return frozenset(each["break_glass"] for each in broken if each)


def _going(product: Product, reading: GlassReading) -> Iterator[Todo]:
    """A release that may go by what was broken, where that is needed still."""
    label, until = reading.glass.release.label, day(reading.glass.expires_on)
    gate = gate_in_brief(product, reading.glass.release)
    if gate.verdict.broken:
        yield _until(product, reading, f"Release {label} goes in spite of the gate until {until}")
    elif any(each.told_by in reading.breaks for each in gate.reasons):
        meant = f"though it was to go in spite of it until {until}"
        yield _until(product, reading, f"The gate blocks release {label}, {meant}")


def _gone(product: Product, reading: GlassReading) -> Todo:
    """A release that went out by what was broken, which holds or is over."""
    label, until = reading.glass.release.label, day(reading.glass.expires_on)
    sentence = f"Release {label} went out in spite of the gate"
    if not reading.is_over:
        return _until(product, reading, f"{sentence}, until {until}")
    return Todo(
        product=product,
        sentence=f"{sentence}, which ended on {until}",
        url=_page(product, reading.glass),
        detail=f"{_broken(reading)} to be put right by that day.",
        tone="bad",
        whose=NOBODYS,
    )


def _until(product: Product, reading: GlassReading, sentence: str) -> Todo:
    glass = reading.glass
    is_soon = glass.expires_on - timezone.localdate() <= SOON
    return Todo(
        product=product,
        sentence=sentence,
        url=_page(product, glass),
        detail=f"{_broken(reading)} to be put right by then. Meanwhile: {glass.interim_measures}",
        tone="bad" if is_soon else "warn",
        whose=NOBODYS,
    )


def _broken(reading: GlassReading) -> str:
    count = len(reading.reasons)
    return "1 reason is" if count == 1 else f"{count} reasons are"


def _page(product: Product, glass: BreakGlass) -> str:
    return reverse("break_glass", args=[product.slug, glass.release.label, glass.public_id])


def _with_glass(mine: Mine, since: datetime.date) -> list[Standing]:
    """Where the person may break the glass and one was broken that was not over on a day."""
    may = mine.where(Ability.BREAK_GLASS)
    rows = BreakGlass.objects.filter(product__in=list(may), expires_on__gte=since).order_by()
    return [may[key] for key in sorted(set(rows.values_list("product", flat=True)))]


def statements_out_of_date(mine: Mine, releases: Mapping[int, Release]) -> Iterator[Todo]:
    """Statements about the next releases that do not speak for what these carry now.

    One query, and about ten more for each product whose next release has a statement.
    """
    stating = mine.where(Ability.STATE_RELEASE)
    roles = ROLES_THAT_MAY[Ability.STATE_RELEASE]
    wanted = [each.pk for key, each in releases.items() if key in stating]
    stated = ReleaseStatement.objects.filter(release__in=wanted).order_by()
    for key in sorted(set(stated.values_list("product", flat=True))):
        product, release = stating[key].product, releases[key]
        newest = statements_of(product, release).first()
        if newest is None or issue_for(product, release) is not None:
            continue
        reading = read_statement(newest)
        if not reading.holds:
            yield Todo(
                product=product,
                sentence=f"The statement that release {release.label} changes no clinical risk is "
                f"{reading.state.lower()}",
                url=reverse("release_statement", args=[product.slug, release.label]),
                detail=f"{reading.in_the_way[0]} Freeze a report for this release."
                if reading.in_the_way
                else "State it anew, or freeze a report for this release.",
                tone="warn",
                whose=mine.move(stating[key], roles),
            )
