"""Keeping what the rules find: stored when somebody checks, never while somebody saves.

A hazard whose content version differs from the one that was checked is due again; the worker looks
after those each minute, and the list of findings before it is shown.
"""

import datetime
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import F, Q, QuerySet

from hazards.choices import FindingLevel
from hazards.models import Finding, Hazard, HazardSummary, QualityDay
from hazards.quality.checking import (
    PORTION,
    Checked,
    CheckedHazard,
    ask_about,
    check_hazards,
    check_log,
)
from hazards.quality.marks import Key, Mark, Marks, Totals, marks_on, totals_of
from hazards.quality.registry import Asked
from hazards.queries import IN_THE_LOG
from products.models import Product

_WRITTEN = ("checked_version", "findings_blocking", "findings_warning")
_BATCH = 200  # rows in one statement

Progress = Callable[[int, int], None]


def changed_since_checked(product: Product | None = None) -> QuerySet[HazardSummary]:
    """The hazards (of one product, or all) that changed since the rules looked at them last."""
    changed = HazardSummary.objects.filter(
        Q(checked_version=None) | ~Q(checked_version=F("content_version"))
    )
    return changed if product is None else changed.filter(product=product)


def is_checked_on(product: Product, day: datetime.date) -> bool:
    """Whether the whole log was checked on a day: dates pass while nobody changes anything."""
    return QualityDay.objects.filter(product=product, day=day).exists()


def evaluate(
    product: Product,
    hazards: Iterable[int] | None = None,
    *,
    today: datetime.date | None = None,
    progress: Progress | None = None,
) -> int:
    """Run the rules on these hazards (keys; None: the whole log) and on the product, and keep what
    they find; returns how many hazards were looked at.

    About twenty queries and a few writes for every 500 hazards. Safe to repeat.
    """
    asked = ask_about(product, today=today)
    marks = marks_on(product, asked.at.today)
    keys = _keys(product, hazards)
    done = 0
    for start in range(0, len(keys), PORTION):
        portion = keys[start : start + PORTION]
        checked = [each for those in check_hazards(asked, portion) for each in those]
        _store_portion(product, portion, checked, marks, asked.at.today)
        done += len(portion)
        if progress is not None:
            progress(done, len(keys))
    _store(asked, check_log(asked), Finding.objects.filter(product=product, hazard=None))
    if hazards is None:
        _forget_what_left_the_log(product)
    if hazards is None or is_checked_on(product, asked.at.today):
        note_day(product, asked.at.today, marks)
    return len(keys)


def _forget_what_left_the_log(product: Product) -> None:
    Finding.objects.filter(product=product, hazard__isnull=False).exclude(
        hazard__state__in=IN_THE_LOG
    ).delete()
    changed_since_checked(product).exclude(state__in=IN_THE_LOG).update(
        checked_version=F("content_version"), findings_blocking=0, findings_warning=0
    )


def _keys(product: Product, hazards: Iterable[int] | None) -> list[int]:
    those = Hazard.objects.filter(product=product)
    if hazards is None:
        those = those.filter(state__in=IN_THE_LOG)
    else:
        those = those.filter(pk__in=list(hazards))
    return list(those.order_by("number").values_list("pk", flat=True))


def _store_portion(
    product: Product,
    keys: Sequence[int],
    checked: Sequence[CheckedHazard],
    marks: Marks,
    today: datetime.date,
) -> None:
    with transaction.atomic():
        found = [each for hazard in checked for each in hazard.found]
        _write(product, found, Finding.objects.filter(hazard__in=list(keys)), today)
        _write_summaries(keys, checked, marks)


def _store(asked: Asked, found: Sequence[Checked], standing: QuerySet[Finding]) -> None:
    with transaction.atomic():
        _write(asked.product, found, standing, asked.at.today)


def _write(
    product: Product,
    found: Sequence[Checked],
    standing: QuerySet[Finding],
    today: datetime.date,
) -> None:
    """Make the stored findings those that were found; what stays keeps the day it was found."""
    here = {Key(row.hazard_id, row.rule, row.subject): row for row in standing}
    new, changed = [], []
    for each in found:
        row = here.pop(Key(each.hazard, each.rule, each.subject), None)
        values = {"field": each.field, "level": each.level, "message": each.message}
        if row is None:
            new.append(
                Finding(
                    product=product,
                    hazard_id=each.hazard,
                    rule=each.rule,
                    subject=each.subject,
                    found_on=today,
                    **values,
                )
            )
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    gone = [row.pk for row in here.values()]
    for start in range(0, len(gone), _BATCH):
        Finding.objects.filter(pk__in=gone[start : start + _BATCH]).delete()
    # Somebody else may check the same hazard at this moment, and find the same.
    Finding.objects.bulk_create(new, batch_size=_BATCH, ignore_conflicts=True)
    Finding.objects.bulk_update(changed, ["field", "level", "message"], batch_size=_BATCH)


def _write_summaries(keys: Sequence[int], checked: Sequence[CheckedHazard], marks: Marks) -> None:
    totals = {each.hazard.pk: (each.content_version, _totals(each, marks)) for each in checked}
    changed = []
    for row in HazardSummary.objects.filter(pk__in=list(keys)):
        # A hazard that is no longer in the log has no findings.
        version, counted = totals.get(row.pk, (row.content_version, Totals()))
        values = (version, counted.blocking, counted.warning)
        if tuple(getattr(row, name) for name in _WRITTEN) != values:
            for name, value in zip(_WRITTEN, values, strict=True):
                setattr(row, name, value)
            changed.append(row)
    HazardSummary.objects.bulk_update(changed, _WRITTEN, batch_size=_BATCH)


def _totals(checked: CheckedHazard, marks: Marks) -> Totals:
    return totals_of(
        (each.level, mark_of(each, checked.hazard, checked.content_version, marks))
        for each in checked.found
    )


def mark_of(found: Checked, hazard: Hazard | None, version: int | None, marks: Marks) -> Mark:
    """How something that was found on a hazard, at a content version, is marked."""
    return marks.of(
        Key(found.hazard, found.rule, found.subject),
        found.level,
        hazard_id=hazard.public_id if hazard else "",
        content_version=version,
    )


def note_day(product: Product, day: datetime.date, marks: Marks) -> Totals:
    """Write down how many findings a product has on a day, for the trend."""
    rows = Finding.objects.filter(product=product).values_list(
        "hazard_id", "rule", "subject", "level", "hazard__public_id", "hazard__content_version"
    )
    totals = totals_of(
        (
            FindingLevel(level),
            marks.of(
                Key(hazard, rule, subject),
                FindingLevel(level),
                hazard_id=public_id,
                content_version=version,
            ),
        )
        for hazard, rule, subject, level, public_id, version in rows.iterator()
    )
    QualityDay.objects.update_or_create(
        product=product,
        day=day,
        defaults={
            "blocking": totals.blocking,
            "warning": totals.warning,
            "informing": totals.informing,
            "waived": totals.waived,
            "legacy": totals.legacy,
        },
    )
    return totals


def check_again(product: Product, hazards: Iterable[int] | None = None) -> None:
    """Have the counts of these hazards (None: all) worked out again: what is waived changed."""
    rows = HazardSummary.objects.filter(product=product)
    if hazards is not None:
        rows = rows.filter(pk__in=list(hazards))
    rows.update(checked_version=None)
