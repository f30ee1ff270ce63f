"""What each part of a checkpoint's agenda says, read from the record; nothing is written."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from audit.models import Entry
from hazards.choices import ControlState, FindingLevel, Party
from hazards.models import Control, ControlLink, Hazard
from hazards.quality.worklist import Row, Wanted, read_worklist, rows_of
from hazards.queries import IN_THE_LOG
from products.models import Product
from reviews.calendar.cadence import reviews_due
from reviews.decisions.queries import open_decisions
from reviews.meetings.action_reading import actions_waiting
from reviews.models import Concern
from reviews.rhythm.clock import Waiting
from reviews.rhythm.question_reading import questions_waiting
from reviews.rhythm.triage_reading import triages_waiting

LONGEST = 160  # characters of a detail


@dataclass(frozen=True)
class AgendaItem:
    """One thing to talk about. ``hazard`` is the reference of the hazard that it is about, or ''
    where there is none in the log.

    ``tone`` is warn or bad where it is late, else ''.
    """

    text: str
    address: str
    reference: str = ""
    detail: str = ""
    tone: str = ""
    hazard: str = ""


@dataclass(frozen=True)
class Stretch:
    """The time that an agenda looks at: back to ``since``, ahead to ``until``."""

    since: datetime.datetime
    until: datetime.date
    today: datetime.date
    checkpoint: int


def to_triage(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Features and changes that nobody has triaged, or whose triage waits for an answer."""
    return map(_that_waits, triages_waiting(product))


def changed_hazards(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Hazards in the log that changed, or had something on them changed, the newest first."""
    newest: dict[int, Entry] = {}
    times: dict[int, int] = {}
    entries = Entry.objects.filter(scope=product.scope, model=Hazard._meta.label_lower)
    rows = entries.select_related("person__profile").defer("row").order_by("-pk")
    for entry in rows.iterator():
        if entry.at <= stretch.since:
            break
        newest.setdefault(entry.object_id, entry)
        times[entry.object_id] = times.get(entry.object_id, 0) + 1
    hazards = Hazard.objects.filter(product=product, state__in=IN_THE_LOG).in_bulk(list(newest))
    for key, entry in newest.items():
        if key in hazards:
            also = times[key] - 1
            more = f", and {also} {'change' if also == 1 else 'changes'} before" if also else ""
            detail = f"{entry.person.name}: {Truncator(entry.reason).chars(LONGEST)}{more}"
            yield _of_hazard(product, hazards[key], detail=detail)


def controls_due(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Controls of ours that are not verified and are due until the next checkpoint.

    One without a day of its own is due with the release that delivers it. One that acts on nothing
    in the log any more is due for nobody.
    """
    links = ControlLink.objects.filter(is_active=True, hazard__state__in=IN_THE_LOG)
    due = (
        Control.objects.filter(product=product)
        .exclude(state__in=(ControlState.VERIFIED, ControlState.WITHDRAWN))
        .exclude(party__in=(Party.DEPLOYER, Party.USER))
        .annotate(due=Coalesce(F("due_on"), F("delivered_in__planned_on")))
        .filter(due__lte=stretch.until)
        .select_related("implementer__profile")
        .prefetch_related(
            Prefetch(
                "links",
                links.select_related("hazard").order_by("hazard__number"),
                to_attr="acts_on",
            )
        )
        .order_by("due", "number")
    )
    for control in due:
        link = next(iter(control.acts_on), None)
        if link is None:
            continue
        who = control.implementer.name if control.implementer else "nobody named yet"
        day: datetime.date = control.due
        late = day < stretch.today
        yield AgendaItem(
            text=Truncator(control.text).chars(LONGEST),
            address=reverse("control_detail", args=[product.slug, control.reference]),
            reference=control.reference,
            detail=f"{control.get_state_display()}, {who}, "
            f"{'was due' if late else 'due'} {day:%-d %B %Y}",
            tone="bad" if late else "",
            hazard=link.hazard.reference,
        )


def blocking(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """What the quality rules find that blocks the release in hand: a line for each rule and hazard,
    however often it is found there."""
    worklist = read_worklist(product, Wanted(level=FindingLevel.BLOCKS))
    alike: dict[tuple[str, str], list[Row]] = {}
    for row in rows_of(worklist, worklist.listed):
        alike.setdefault((row.shown.rule.id, row.about), []).append(row)
    for (rule, _), rows in alike.items():
        first = rows[0]
        more = f", and {len(rows) - 1} more of this kind" if len(rows) > 1 else ""
        yield AgendaItem(
            text=first.shown.message,
            address=first.shown.url,
            reference=first.reference or rule,
            detail=f"{rule}: {first.shown.rule.title}{more}",
            tone="bad",
            hazard=first.about if first.name else "",
        )


def to_review(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Hazards to be looked at until the next checkpoint."""
    dues = reviews_due(product, stretch.until)
    hazards = Hazard.objects.in_bulk([each.hazard_id for each in dues])
    for each in dues:
        if each.on is None or each.hazard_id not in hazards:
            continue
        late = each.on < stretch.today
        why = f": {each.why}" if each.why else ""
        detail = f"{'Was due' if late else 'Due'} {each.on:%-d %B %Y}{why}"
        tone = "bad" if late else ""
        yield _of_hazard(product, hazards[each.hazard_id], detail=detail, tone=tone)


def decisions_to_make(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Trade-offs that are not decided yet."""
    for reading in reversed(open_decisions(product)):
        decision = reading.decision
        apart = "The views stand against each other" if reading.is_apart else ""
        yield AgendaItem(
            text=decision.title,
            address=reverse("decision_detail", args=[product.slug, decision.reference]),
            reference=decision.reference,
            detail=apart or Truncator(decision.question).chars(LONGEST),
            tone="warn" if apart else "",
        )


def to_answer(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Questions that wait for a side, and concerns of which nobody said what becomes of them."""
    yield from map(_that_waits, questions_waiting(product))
    waiting = Concern.objects.filter(product=product, outcome="").select_related(
        "raised_by__profile"
    )
    for concern in waiting.order_by("pk"):
        day = timezone.localdate(concern.raised_at)
        yield AgendaItem(
            text=Truncator(concern.text).chars(LONGEST),
            address=reverse("concern_detail", args=[product.slug, concern.public_id]),
            reference="Concern",
            detail=f"Raised by {concern.raised_by.name} on {day:%-d %B %Y}",
        )


def open_actions(product: Product, stretch: Stretch) -> Iterator[AgendaItem]:
    """Actions that nobody has done yet, the late ones first."""
    for each in actions_waiting(product):
        hazard = each.item.hazard
        yield AgendaItem(
            text=each.item.text,
            address=each.url,
            detail=f"{each.owner.name}, {'was due' if each.is_late else 'due'} "
            f"{each.due_on:%-d %B %Y}",
            tone="bad" if each.is_late else "",
            hazard=hazard.reference if hazard and hazard.state in IN_THE_LOG else "",
        )


def _that_waits(waiting: Waiting) -> AgendaItem:
    asked = f", asked by {waiting.asked_by}" if waiting.asked_by else ""
    return AgendaItem(
        text=waiting.words,
        address=waiting.url,
        detail=f"{waiting.side.label} side, {waiting.clock.words}{asked}",
        tone="bad" if waiting.clock.is_late else "",
    )


def _of_hazard(product: Product, hazard: Hazard, *, detail: str, tone: str = "") -> AgendaItem:
    return AgendaItem(
        text=hazard.name,
        address=reverse("hazard_detail", args=[product.slug, hazard.reference]),
        reference=hazard.display_reference,
        detail=detail,
        tone=tone,
        hazard=hazard.reference,
    )
