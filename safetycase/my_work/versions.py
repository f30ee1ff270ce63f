"""Versions that wait for a person: to be signed, to be issued, to be put right."""

import datetime
from collections.abc import Iterator

from django.urls import reverse

from products.models import Product
from products.permissions import ROLES_THAT_MAY, Ability, Standing
from reviews.choices import Meaning
from reviews.models import Rejection
from safetycase.issuing_rules import VersionState, why_not_sign
from safetycase.models import Baseline, Issue
from safetycase.my_work.todo import Mine, Todo, hazards_in_words
from safetycase.obstacles import against_approving, signs_as
from safetycase.since import changes_since
from safetycase.versions.page import VERBS, name_of
from safetycase.versions.reading import VersionReading, read_version, subjects_of
from safetycase.versions.steps import is_asked_for


def newest_issues(products: list[Product]) -> dict[int, Issue]:
    """The newest issued version of each product, by the key of the product. One query."""
    issues = (
        Issue.objects.filter(product__in=products)
        .select_related("baseline__release", "pdf")
        .defer("baseline__content")
        .order_by("number")
    )
    return {issue.product_id: issue for issue in issues}


def in_work(products: list[Product]) -> dict[int, Baseline]:
    """What was frozen last of each product and is not issued, by the product's key. One query."""
    frozen = (
        Baseline.objects.filter(product__in=products)
        .select_related("release", "frozen_by__profile", "issue")
        .defer("content")
        .order_by("number", "attempt")
    )
    newest = {each.product_id: each for each in frozen}
    return {key: each for key, each in newest.items() if not hasattr(each, "issue")}


def to_sign(mine: Mine, frozen: dict[int, Baseline]) -> Iterator[Todo]:
    """Versions whose review, approval, authorisation or issue waits for the person.

    About ten queries for each product that has a version in work.
    """
    for key, standing in (mine.where(Ability.SIGN) | mine.where(Ability.ISSUE)).items():
        baseline = frozen.get(key)
        if baseline is not None:
            reading = _read(baseline, standing)
            yield from _signatures(reading, standing)
            yield from _issue(mine, reading, standing)


def _read(baseline: Baseline, standing: Standing) -> VersionReading:
    baseline.product = standing.product
    return read_version(baseline, standing.product)


def _signatures(reading: VersionReading, standing: Standing) -> Iterator[Todo]:
    person, product = standing.person, standing.product
    for meaning in signs_as(standing):
        asked = is_asked_for(reading, meaning)
        if not asked or why_not_sign(reading.facts, person.pk, meaning) is not None:
            continue
        problems = against_approving(person, product) if meaning is Meaning.APPROVED else []
        yield Todo(
            product=product,
            sentence=f"{VERBS[meaning]} {_named(reading.baseline)} of the report and hazard log",
            url=reverse(
                "version_sign", args=[product.slug, reading.baseline.public_id, meaning.value]
            ),
            detail=" ".join(problems) or _frozen(reading.baseline),
            tone="warn" if problems else "",
            since=_last_step(reading),
        )


def _issue(mine: Mine, reading: VersionReading, standing: Standing) -> Iterator[Todo]:
    if reading.state is VersionState.READY and standing.can(Ability.ISSUE):
        yield Todo(
            product=standing.product,
            sentence=f"Issue {_named(reading.baseline)}: every signature is there",
            url=reverse("version_issue", args=[standing.product.slug, reading.baseline.public_id]),
            detail=_frozen(reading.baseline),
            since=_last_step(reading),
            whose=mine.move(standing, ROLES_THAT_MAY[Ability.ISSUE]),
        )


def rejected(mine: Mine, frozen: dict[int, Baseline]) -> Iterator[Todo]:
    """Versions that the person froze and somebody rejected, until another one is frozen."""
    standings = {each.product.pk: each for each in mine.standings}
    own = {each.public_id: each for each in frozen.values() if each.frozen_by_id == mine.person.pk}
    if not own:
        return
    for refused in Rejection.objects.filter(subject_id__in=list(own)).order_by("pk"):
        baseline = own[refused.subject_id]
        product = standings[baseline.product_id].product
        baseline.product = product
        prints = {each.fingerprint for each in subjects_of(baseline, product).values()}
        if refused.fingerprint in prints:
            yield Todo(
                product=product,
                sentence=f"{refused.signer_name} rejected {_named(baseline)}, which you froze",
                url=reverse("version_detail", args=[product.slug, baseline.number]),
                detail=f"“{refused.why}”",
                tone="bad",
                since=refused.signed_at,
            )


def out_of_date(mine: Mine, issues: dict[int, Issue]) -> Iterator[Todo]:
    """Issued versions that the record has moved on from, for those who issue versions.

    Two queries for each product with an issued version, while its record does not change.
    """
    for key, standing in mine.where(Ability.ISSUE).items():
        issue = issues.get(key)
        if issue is None:
            continue
        product = standing.product
        issue.baseline.product = product
        changes = changes_since(issue.baseline, product)
        if not changes.is_empty:
            hazards = hazards_in_words([each.reference for each in changes.hazards])
            yield Todo(
                product=product,
                sentence=f"The approval of version {issue.number} is out of date"
                + (f": {hazards} changed since" if hazards else ": the report changed since"),
                url=f"{reverse('version_detail', args=[product.slug, issue.number])}#changes",
                detail=changes.summary,
                tone="warn",
                whose=mine.move(standing, ROLES_THAT_MAY[Ability.FREEZE]),
            )


def _named(baseline: Baseline) -> str:
    name = name_of(baseline)
    return f"{name[:1].lower()}{name[1:]}"


def _last_step(reading: VersionReading) -> datetime.datetime:
    """When it was frozen, or signed last."""
    given = (each for those in reading.signatures.values() for each in those.readings)
    signed = (each.sign_off.signed_at for each in given if each.is_current)
    return max(signed, default=reading.baseline.frozen_at)


def _frozen(baseline: Baseline) -> str:
    return f"Release {baseline.release.label}, frozen by {baseline.frozen_by.name}"
