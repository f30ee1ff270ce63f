"""The list of findings: which there are, how they are marked, and one page of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hazards.choices import FindingLevel
from hazards.models import ChallengeAnswer, Finding, Hazard
from hazards.quality.catalogue import every_rule
from hazards.quality.checking import Checked, ask_about, check_hazards, check_log
from hazards.quality.freshness import Freshness, freshness_of
from hazards.quality.marks import GRAVITY, Key, Mark, Marks, marks_on
from hazards.quality.of_hazard import ShownFinding, address_of, address_on_product
from hazards.quality.registry import Asked
from hazards.quality.rule import FAMILIES, RULES
from hazards.quality.storing import mark_of
from hazards.queries import IN_THE_LOG
from products.models import Product, Release

#: What stands in the address of a finding for the product, and for no subject.
OF_PRODUCT, NO_SUBJECT = "product", "-"


_LEVELS = {level.value: level for level in FindingLevel}


class Listed(NamedTuple):
    """A finding as the list sorts and filters it: stored (``pk``), or made just now (``made``)."""

    key: Key
    level: FindingLevel
    mark: Mark
    reference: str  # of the hazard, '' for the product
    number: int  # the hazard's place, 0 for the product
    pk: int = 0
    made: Checked | None = None


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; '' is no filter. ``show`` is a mark."""

    level: str = ""
    rule: str = ""
    family: str = ""
    hazard: str = ""
    show: Mark = Mark.COUNTS

    def takes(self, each: Listed) -> bool:
        """Whether a finding is wanted, whatever its level and mark."""
        return (
            (not self.rule or each.key.rule == self.rule)
            and (not self.family or FAMILIES[each.key.rule[:2]] == self.family)
            and (not self.hazard or each.reference.casefold() == self.hazard.casefold())
        )


@dataclass
class Worklist:
    """The findings of a product: those that are wanted, and the counts for the filters.

    ``levels`` and ``marks`` count what the other filters leave; ``rules`` all that counts.
    """

    product: Product
    release: Release | None
    freshness: Freshness
    marks: Marks
    listed: list[Listed] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)


def read_worklist(product: Product, wanted: Wanted) -> Worklist:
    """Every finding of a product, narrowed and sorted: the gravest first, then by hazard.

    What changed since the rules looked at it is looked at now, where that takes a moment; nothing
    is stored. About sixty queries, whatever there is.
    """
    asked, due = ask_about(product), freshness_of(product)
    worklist = Worklist(product, asked.release, due, marks_on(product, asked.at.today))
    found = [
        *_made_now(asked, due, worklist.marks),
        *_stored(product, due, worklist.marks),
    ]
    # Within a hazard they stay in the order in which the rules found them.
    found.sort(key=lambda each: (-GRAVITY[each.level], each.number, each.key.rule))
    for each in found:
        counts = each.mark is Mark.COUNTS
        worklist.total[each.level.value if counts else each.mark.value] += 1
        worklist.rules[each.key.rule] += counts
        if not wanted.takes(each):
            continue
        worklist.shown[each.mark.value] += 1
        if each.mark is not wanted.show:
            continue
        worklist.levels[each.level.value] += 1
        if not wanted.level or each.level == wanted.level:
            worklist.listed.append(each)
    return worklist


def _made_now(asked: Asked, due: Freshness, marks: Marks) -> Iterator[Listed]:
    """What is found on the product, and on the hazards that changed since they were checked."""
    for made in check_log(asked):
        key = Key(None, made.rule, made.subject)
        yield Listed(key, made.level, marks.of(key, made.level), "", 0, made=made)
    for portion in check_hazards(asked, due.keys):
        for checked in portion:
            hazard = checked.hazard
            for made in checked.found:
                yield Listed(
                    Key(hazard.pk, made.rule, made.subject),
                    made.level,
                    mark_of(made, hazard, checked.content_version, marks),
                    hazard.display_reference,
                    hazard.number,
                    made=made,
                )


def _stored(product: Product, due: Freshness, marks: Marks) -> Iterator[Listed]:
    """What is stored of the hazards in the log, but for those that are due. Two queries.

    Plain values, and each hazard once: a large log has tens of thousands of findings.
    """
    hazards = {
        pk: (public_id, version, imported or own, number)
        for pk, public_id, version, own, imported, number in Hazard.objects.filter(
            product=product, state__in=IN_THE_LOG
        )
        .order_by()
        .values_list(
            "pk", "public_id", "content_version", "reference", "imported_reference", "number"
        )
    }
    for pk in due.keys:
        hazards.pop(pk, None)
    rows = (
        Finding.objects.filter(product=product, hazard__isnull=False)
        .order_by("pk")
        .values_list("pk", "hazard_id", "rule", "subject", "level")
    )
    for pk, hazard, rule, subject, said in rows:
        if hazard in hazards and rule in RULES:
            public_id, version, reference, number = hazards[hazard]
            level, key = _LEVELS[said], Key(hazard, rule, subject)
            mark = marks.of(key, level, hazard_id=public_id, content_version=version)
            yield Listed(key, level, mark, reference, number, pk)


@dataclass(frozen=True)
class Row:
    """One finding on the page; ``answer`` is the team's, where one is kept.

    ``about`` and ``subject`` are the parts of its address.
    """

    shown: ShownFinding
    about: str
    subject: str
    reference: str
    name: str
    question: str
    answer: ChallengeAnswer | None = None
    may_be_waived: bool = False


def rows_of(worklist: Worklist, listed: Sequence[Listed]) -> list[Row]:
    """These findings as the page shows them. Three queries."""
    stored = Finding.objects.in_bulk([each.pk for each in listed if each.pk])
    hazards = Hazard.objects.in_bulk(
        [each.key.hazard for each in listed if each.key.hazard is not None]
    )
    answers = {
        Key(each.hazard_id, each.rule, each.subject): each
        for each in ChallengeAnswer.objects.filter(
            product=worklist.product, rule__in={each.key.rule for each in listed}
        ).exclude(answer="")
    }
    rows = []
    for each in listed:
        said = each.made or stored.get(each.pk)
        if said is not None:  # else it was put right while this page was made
            hazard = hazards.get(each.key.hazard) if each.key.hazard else None
            rows.append(_row(worklist, each, said, hazard, answers.get(each.key)))
    return rows


def _row(
    worklist: Worklist,
    listed: Listed,
    said: Checked | Finding,
    hazard: Hazard | None,
    answer: ChallengeAnswer | None,
) -> Row:
    rule, slug = RULES[listed.key.rule], worklist.product.slug
    waiver = worklist.marks.waivers.get(listed.key)
    named = f"{hazard.display_reference} ({hazard.name})" if hazard else worklist.product.name
    return Row(
        shown=ShownFinding(
            rule=rule,
            level=listed.level,
            message=said.message,
            field=said.field,
            subject=said.subject,
            mark=listed.mark,
            url=address_of(slug, hazard.reference, said.field)
            if hazard
            else address_on_product(slug, said.field),
            waived_until=waiver.expires_on if waiver else None,
        ),
        about=hazard.reference if hazard else OF_PRODUCT,
        subject=said.subject or NO_SUBJECT,
        reference=listed.reference,
        name=hazard.name if hazard else "",
        question=rule.question_about(named),
        answer=answer,
        may_be_waived=listed.mark is not Mark.WAIVED
        and listed.level is not FindingLevel.INFORMS
        and rule.may_be_waived(said.subject),
    )


def answers_beside(worklist: Worklist, most: int) -> list[tuple[str, ChallengeAnswer]]:
    """The newest answers to questions that the list does not ask, each with its question."""
    asked = {each.key for each in worklist.listed}
    kept = (
        ChallengeAnswer.objects.filter(product=worklist.product, rule__in=list(RULES))
        .exclude(answer="")
        .select_related("hazard")
        .order_by("-pk")
    )
    found = []
    for each in kept[: len(asked) + most]:
        if Key(each.hazard_id, each.rule, each.subject) not in asked:
            about = each.hazard.display_reference if each.hazard else worklist.product.name
            found.append((RULES[each.rule].question_about(about), each))
    return found[:most]


def families_of_rules() -> list[str]:
    """The families of the rules in force, in their order."""
    return list(dict.fromkeys(rule.family for rule in every_rule()))
