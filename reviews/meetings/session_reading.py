"""Sessions as pages read them: the grid of steps and prompts, who took part, what it came to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, QuerySet, Sum

from products.models import Feature, Product
from reviews.choices import Prompt
from reviews.meetings.rules import who_lacked
from reviews.models import Attendance, Workshop, WorkshopEntry, WorkshopStep


@dataclass(frozen=True)
class Square:
    """Where a step and a prompt meet, with what was said there."""

    step: WorkshopStep
    prompt: Prompt
    entries: Sequence[WorkshopEntry]


@dataclass(frozen=True)
class GridRow:
    """A step of the pathway with its ten squares."""

    step: WorkshopStep
    squares: list[Square]


@dataclass
class SessionReading:
    """A session with everything that was recorded in it."""

    session: Workshop
    steps: list[WorkshopStep] = field(default_factory=list)
    entries: list[WorkshopEntry] = field(default_factory=list)
    people: list[Attendance] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it can still be written in."""
        return self.session.closed_at is None

    @property
    def prompts(self) -> list[Prompt]:
        """The prompts in their order."""
        return list(Prompt)

    @property
    def rows(self) -> list[GridRow]:
        """The grid."""
        said: dict[tuple[int | None, str], list[WorkshopEntry]] = defaultdict(list)
        for entry in self.entries:
            said[(entry.step_id, entry.prompt)].append(entry)
        return [
            GridRow(step, [Square(step, p, said[(step.pk, p.value)]) for p in Prompt])
            for step in self.steps
        ]

    @property
    def beside_the_grid(self) -> list[WorkshopEntry]:
        """What was said at no step, or under no prompt."""
        steps = {step.pk for step in self.steps}
        return [each for each in self.entries if each.step_id not in steps or not each.prompt]

    @property
    def unsettled(self) -> list[WorkshopEntry]:
        """Entries that have come to nothing yet."""
        return [each for each in self.entries if not each.hazard_id and not each.none_because]

    @property
    def raised(self) -> list[WorkshopEntry]:
        """Entries that are hazards of the log."""
        return [each for each in self.entries if each.hazard_id]

    @property
    def considered(self) -> list[WorkshopEntry]:
        """Entries of which somebody said why they are no hazard."""
        return [each for each in self.entries if each.none_because]

    @property
    def squares(self) -> int:
        """How many squares the grid has."""
        return len(self.steps) * len(Prompt)

    @property
    def covered(self) -> int:
        """In how many squares something was said."""
        return len({(e.step_id, e.prompt) for e in self.entries if e.step_id and e.prompt})

    @property
    def lacked(self) -> list[str]:
        """Who was missing, in words (PE03)."""
        return who_lacked({each.role for each in self.people})


def read_session(session: Workshop) -> SessionReading:
    """A session whole. Four queries."""
    return SessionReading(
        session,
        steps=list(WorkshopStep.objects.filter(workshop=session, is_active=True)),
        entries=list(entries_of(session)),
        people=list(
            Attendance.objects.filter(workshop=session, is_active=True).select_related(
                "person__profile"
            )
        ),
        features=list(
            Feature.objects.filter(
                workshop_links__workshop=session, workshop_links__is_active=True
            ).order_by("number")
        ),
    )


def entries_of(session: Workshop) -> QuerySet[WorkshopEntry]:
    """What was said in a session and stands, in its order, with the hazards."""
    return (
        WorkshopEntry.objects.filter(workshop=session, is_active=True)
        .select_related("step", "hazard")
        .order_by("pk")
    )


def state_of_grid(session: Workshop) -> str:
    """A mark that changes with every change of the grid. Two queries."""
    entries = WorkshopEntry.objects.filter(workshop=session).aggregate(
        last=Max("pk"), versions=Sum("version")
    )
    steps = WorkshopStep.objects.filter(workshop=session).aggregate(
        last=Max("pk"), versions=Sum("version")
    )
    words = [entries["last"], entries["versions"], steps["last"], steps["versions"]]
    return "-".join(str(each or 0) for each in [*words, int(session.closed_at is not None)])


def sessions_of(product: Product) -> QuerySet[Workshop]:
    """The sessions of a product, the newest first, with how much each came to."""
    standing = Q(entries__is_active=True)
    return (
        Workshop.objects.filter(product=product)
        .select_related("release", "closed_by__profile")
        .annotate(
            said=Count("entries", filter=standing, distinct=True),
            hazards=Count("entries__hazard", filter=standing, distinct=True),
            people=Count("attendances", filter=Q(attendances__is_active=True), distinct=True),
        )
        .order_by("-held_on", "-pk")
    )
