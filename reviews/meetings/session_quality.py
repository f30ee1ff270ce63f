"""PE03: a hazard session that was not multi-disciplinary (clause 4.1.2)."""

from collections import defaultdict
from collections.abc import Iterator

from hazards.quality.of_hazard import register_page
from hazards.quality.registry import Asked, FoundBy, register_log_source
from hazards.quality.rule import WARNS, Found, Rule
from reviews.meetings.rules import SessionFacts, listed, sessions_lacking
from reviews.models import Attendance, Workshop

TOO_FEW = Rule(
    "PE03",
    WARNS,
    "A session without the people it needs",
    why="Who builds a thing, who treats with it and who answers for its safety each see hazards "
    "that the others do not (clause 4.1.2).",
    good="Kick-off of 3 November: clinical safety officer, pharmacist, engineer, product manager",
    bad="Kick-off of 3 November: two engineers",
    question="Which clinician was in the room when you looked for hazards?",
)


def register_session_rule() -> None:
    """Let the quality rules ask about sessions."""
    register_page("sessions", "workshop_list")
    register_log_source(about_sessions, TOO_FEW)


def about_sessions(asked: Asked) -> Iterator[FoundBy]:
    """PE03 for sessions that are over, unless a later one had who was missing. Two queries."""
    sessions = list(Workshop.objects.filter(product=asked.product).order_by("held_on", "pk"))
    if not sessions:
        return
    roles: dict[int, set[str]] = defaultdict(set)
    there = Attendance.objects.filter(workshop__product=asked.product, is_active=True)
    for session, role in there.order_by().values_list("workshop_id", "role"):
        roles[session].add(role)
    facts = [
        SessionFacts(
            id=each.pk,
            release=each.release_id,
            is_over=each.closed_at is not None or each.held_on < asked.at.today,
            roles=frozenset(roles[each.pk]),
        )
        for each in sessions
    ]
    lacking = sessions_lacking(facts)
    for each in sessions:
        if each.pk in lacking:
            yield FoundBy(TOO_FEW.id, Found(_says(each, lacking[each.pk]), *_about(each)))


def _about(session: Workshop) -> tuple[str, str]:
    return "sessions", f"session:{session.public_id}"


def _says(session: Workshop, lacked: list[str]) -> str:
    kind = session.get_kind_display().lower()
    return (
        f"The {kind} of {session.held_on:%-d %B %Y} was held without {listed(lacked)}: go through "
        "it with them in another session, or waive this with the reason why it needed nobody else."
    )
