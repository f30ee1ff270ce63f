"""Running the rules: over hazards that were read whole, and over a log."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from django.utils import timezone

from hazards.choices import FindingLevel, HazardState
from hazards.importing.collecting import without_collecting
from hazards.models import Hazard
from hazards.quality.catalogue import every_rule
from hazards.quality.facts import Circumstances, HazardInQuestion
from hazards.quality.log_reading import read_log_in_question
from hazards.quality.reading import MatrixRulers, facts_of_readings
from hazards.quality.registry import (
    Asked,
    FoundBy,
    answered_above,
    found_above_on_hazards,
    found_above_on_log,
    is_answered_above,
)
from hazards.quality.rule import RULES, Found
from hazards.quality.thresholds import thresholds
from hazards.queries import IN_THE_LOG, with_scope
from hazards.reading import HazardReading, read_hazards
from products.models import Product, Release
from products.queries import newest_unreleased

#: Hazards that are read at a time: SQLite allows a limited number of variables, memory too.
PORTION = 500
_GRAVITY = {FindingLevel.INFORMS: 0, FindingLevel.WARNS: 1, FindingLevel.BLOCKS: 2}


class Checked(NamedTuple):
    """Something found, as it counts: on a draft, or on what belongs to a later release, it informs.

    ``hazard`` is the hazard's key, None for a finding on the product.
    """

    hazard: int | None
    rule: str
    subject: str
    field: str
    level: FindingLevel
    message: str


class CheckedHazard(NamedTuple):
    """A hazard that was looked at, the version that was seen, and what was found on it."""

    hazard: Hazard
    content_version: int
    found: list[Checked]


def ask_about(
    product: Product,
    release: Release | None = None,
    today: datetime.date | None = None,
) -> Asked:
    """What the rules look at: a release, or the one in hand where none is given. A query at most.

    The release in hand is the newest that is not out yet; where there is none, none is.
    """
    release = release or newest_unreleased(product)
    return Asked(
        product,
        release,
        Circumstances(
            today=today or timezone.localdate(),
            release=release.position if release else None,
            release_label=release.label if release else "",
            limits=thresholds(),
        ),
    )


def in_force_on(hazard: HazardInQuestion, at: Circumstances) -> bool:
    """Whether findings on a hazard count in full: it is live, and not of a later release only."""
    is_later = at.release is not None and hazard.scope is not None and hazard.scope > at.release
    return hazard.state == HazardState.LIVE and not is_later


def look_at(hazard: HazardInQuestion, at: Circumstances, key: int | None = None) -> list[Checked]:
    """Everything that the rules of this package find on a hazard."""
    found = (
        FoundBy(rule.id, each)
        for rule in every_rule()
        if rule.look is not None
        for each in rule.look(hazard, at)
    )
    return _checked(found, key, counts=in_force_on(hazard, at))


def _checked(found: Iterable[FoundBy], hazard: int | None, *, counts: bool) -> list[Checked]:
    kept: dict[tuple[str, str], Checked] = {}
    for rule_id, each in found:
        level = _level(rule_id, each) if counts else FindingLevel.INFORMS
        checked = Checked(hazard, rule_id, each.subject, each.field, level, each.message)
        _keep(kept, checked)
    return list(kept.values())


def _keep(kept: dict[tuple[str, str], Checked], checked: Checked) -> None:
    """Keep one finding of a rule about one subject: the graver, else the one that was first.

    A package above may know what makes a finding of this one block.
    """
    before = kept.get((checked.rule, checked.subject))
    if before is None or _GRAVITY[checked.level] > _GRAVITY[before.level]:
        kept[(checked.rule, checked.subject)] = checked


def _level(rule_id: str, found: Found) -> FindingLevel:
    return found.level or RULES[rule_id].level


def check_readings(
    asked: Asked, readings: Sequence[HazardReading], rulers: MatrixRulers | None = None
) -> list[CheckedHazard]:
    """What all rules find on hazards that were read whole, in their order."""
    above = found_above_on_hazards(asked, readings)
    in_question = facts_of_readings(readings, rulers)
    looked = [
        look_at(facts, asked.at, reading.hazard.pk)
        for reading, facts in zip(readings, in_question, strict=True)
    ]
    answered = _answered(asked, readings, looked)
    checked = []
    for reading, facts, found in zip(readings, in_question, answered, strict=True):
        hazard = reading.hazard
        more = _checked(above.get(hazard.pk, []), hazard.pk, counts=in_force_on(facts, asked.at))
        kept = {(each.rule, each.subject): each for each in found}
        for each in more:
            _keep(kept, each)
        checked.append(CheckedHazard(hazard, hazard.content_version, list(kept.values())))
    return checked


def _answered(
    asked: Asked, readings: Sequence[HazardReading], looked: Sequence[list[Checked]]
) -> list[list[Checked]]:
    """What was found on each hazard once packages above have said what they know of it."""
    questions: dict[tuple[str, str], list[HazardReading]] = {}
    for reading, found in zip(readings, looked, strict=True):
        for each in found:
            if is_answered_above(each.rule, each.subject):
                questions.setdefault((each.rule, each.subject), []).append(reading)
    if not questions:
        return list(looked)
    answers = answered_above(asked, questions)
    return [
        [now for each in found if (now := _with_answer(each, answers)) is not None]
        for found in looked
    ]


def _with_answer(
    found: Checked, answers: Mapping[tuple[str, str], Mapping[int, Found | None]]
) -> Checked | None:
    said = answers.get((found.rule, found.subject), {})
    if found.hazard is None or found.hazard not in said:
        return found
    answer = said[found.hazard]
    # It counts as what was found did; only the words may be others.
    return None if answer is None else found._replace(message=answer.message, field=answer.field)


def check_hazards(asked: Asked, keys: Sequence[int] | None = None) -> Iterator[list[CheckedHazard]]:
    """What is found on the hazards in the log with these keys (None: all), portion by portion.

    A constant number of queries for each portion. No cycles are collected while one is read: its
    rows are in none, and walking them again and again would take half of the time.
    """
    if keys is None:
        keys = list(
            Hazard.objects.filter(product=asked.product, state__in=IN_THE_LOG)
            .order_by("number")
            .values_list("pk", flat=True)
        )
    rulers = MatrixRulers()
    for start in range(0, len(keys), PORTION):
        hazards = with_scope(
            Hazard.objects.filter(
                pk__in=keys[start : start + PORTION],
                product=asked.product,
                state__in=IN_THE_LOG,
            )
        ).select_related("worst_initial", "worst_residual")
        with without_collecting():
            checked = check_readings(asked, read_hazards(hazards.order_by("number")), rulers)
        yield checked


def found_now(product: Product, hazard: Hazard | None, rule: str, subject: str) -> Checked | None:
    """A finding as the rules make it now, on a hazard or on the product; None where they do not."""
    asked = ask_about(product)
    if hazard is None:
        found = check_log(asked)
    else:
        found = [
            each for those in check_hazards(asked, [hazard.pk]) for on in those for each in on.found
        ]
    return next((each for each in found if (each.rule, each.subject) == (rule, subject)), None)


def check_log(asked: Asked) -> list[Checked]:
    """What all rules find on the product itself."""
    log = read_log_in_question(asked.product, asked.at)
    found = [
        FoundBy(rule.id, each)
        for rule in every_rule()
        if rule.look_at_log is not None
        for each in rule.look_at_log(log, asked.at)
    ]
    return _checked([*found, *found_above_on_log(asked)], None, counts=True)
