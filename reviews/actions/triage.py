"""Triage: the team goes through the questions, and the clinical side answers."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.urls import reverse

from accounts.actions.notifications import tell
from accounts.models import User
from accounts.validation import check_row
from audit.acts import Act, act
from audit.errors import NotPossible
from hazards.actions.raising import raise_hazard
from hazards.models import Control, Hazard
from products.choices import Role
from products.models import Change, Feature, Product, TrackerItem
from products.permissions import Ability, check_can
from products.queries import people_on_team
from products.trackers.outbox import comment_on
from reviews.choices import TriageOutcome
from reviews.models import Triage, TriageAnswer, TriageCover
from reviews.rhythm.covering import why_not_cover
from reviews.rhythm.triage_comment import ticket_comment
from reviews.rhythm.triage_reading import TriageReading, reading_of
from reviews.rhythm.triage_rules import stored, why_not_anew, why_not_answer, why_not_outcome


def record_triage(
    *,
    product: Product,
    by: User,
    feature: Feature | None = None,
    change: Change | None = None,
    touches: Collection[str],
    outcome: TriageOutcome,
    hazards: Iterable[Hazard] = (),
    controls: Iterable[Control] = (),
    note: str = "",
    reason: str = "",
) -> Triage:
    """Record what a feature or a change touches (keys of the questions), and what comes of it.

    Where it needs the clinical safety officer they are told, and their clock runs. Raises
    ``NotAllowed``; ``NotPossible`` for an outcome that the answers do not leave, or that would take
    from the officer what waits for them or what they stopped, and for cover that does not stand in
    the log; ``BadText``.
    """
    subject = feature or change
    if subject is None or (feature is not None and change is not None):
        raise ValueError("record_triage takes a feature or a change")
    check_can(by, Ability.TRIAGE, product)
    covering = _of(product, [*hazards, *controls])
    refusal = why_not_outcome(touches, outcome, covers=len(covering), note=note)
    if subject.product_id != product.pk:
        refusal = f"{subject.reference} is of another product. Nothing was saved."
    if refusal:
        raise NotPossible(refusal)
    words = f"Triaged {subject.reference}: {outcome.label.lower()}"
    with act(by=by, reason=reason or words, scope=product.scope) as under_way:
        _check_anew(subject, outcome)
        triage = Triage(
            product=product,
            feature=feature,
            change=change,
            touches=stored(touches),
            outcome=outcome,
            note=note.strip(),
            triaged_at=under_way.at,
            triaged_by=by,
        )
        check_row(triage)
        triage.save()
        _cover(triage, None, covering)
        if outcome is TriageOutcome.NEEDS_CSO:
            _tell_officers(triage, subject, by)
    return triage


def answer_triage(
    *,
    triage: Triage,
    by: User,
    outcome: TriageOutcome,
    hazards: Iterable[Hazard] = (),
    controls: Iterable[Control] = (),
    note: str = "",
    none_because: str = "",
    reason: str = "",
) -> TriageAnswer:
    """Answer for the clinical side: covered by these, no hazard because, or stop; or overrule.

    Whoever triaged it is told, and the ticket gets the answer with the controls as acceptance
    criteria. Raises ``NotAllowed``; ``NotPossible`` for an answer that does not say what it must,
    for cover that does not stand in the log, or to a triage that was superseded; ``BadText``.
    """
    product = triage.product
    check_can(by, Ability.ANSWER_TRIAGE, product)
    covering = _of(product, [*hazards, *controls])
    refusal = why_not_answer(outcome, covers=len(covering), note=note, none_because=none_because)
    if refusal:
        raise NotPossible(refusal)
    subject = triage.feature or triage.change
    if subject is None:
        raise ValueError("a triage is of a feature or a change")
    words = f"Answered the triage of {subject.reference}: {outcome.label.lower()}"
    with act(by=by, reason=reason or words, scope=product.scope) as under_way:
        _check_newest(subject, triage)
        answer = _answer(triage, under_way, outcome, note, none_because, by)
        _cover(triage, answer, covering)
        _say(reading_of(subject), answer, by)
    return answer


def answer_with_hazard(
    *, triage: Triage, by: User, name: str, note: str = "", reason: str = "", **values: Any
) -> TriageAnswer:
    """Raise a hazard from a triage, linked to the feature, and answer that it covers it.

    ``values`` are those of ``raise_hazard``. Raises as ``answer_triage`` and ``raise_hazard`` do.
    """
    product = triage.product
    check_can(by, Ability.ANSWER_TRIAGE, product)
    subject = triage.feature or triage.change
    if subject is None:
        raise ValueError("a triage is of a feature or a change")
    feature = triage.feature or (triage.change.feature if triage.change else None)
    words = f"Raised a hazard from the triage of {subject.reference}"
    with act(by=by, reason=reason or words, scope=product.scope):
        hazard = raise_hazard(
            product=product, by=by, name=name, features=[feature] if feature else [], **values
        )
        return answer_triage(
            triage=triage, by=by, outcome=TriageOutcome.COVERED, hazards=[hazard], note=note
        )


def _answer(
    triage: Triage,
    under_way: Act,
    outcome: TriageOutcome,
    note: str,
    none_because: str,
    by: User,
) -> TriageAnswer:
    answer = TriageAnswer(
        triage=triage,
        outcome=outcome,
        note=note.strip(),
        none_because=none_because.strip() if outcome is TriageOutcome.NO_EFFECT else "",
        answered_at=under_way.at,
        answered_by=by,
    )
    check_row(answer)
    answer.save()
    return answer


def _of(product: Product, covering: Sequence[Hazard | Control]) -> list[Hazard | Control]:
    """What covers it, each once; all of it stands in the log of the product."""
    for each in covering:
        refusal = why_not_cover(product, each)
        if refusal:
            raise NotPossible(refusal)
    return list({(type(each), each.pk): each for each in covering}.values())


def _cover(
    triage: Triage, answer: TriageAnswer | None, covering: Iterable[Hazard | Control]
) -> None:
    for each in covering:
        TriageCover(
            triage=triage,
            answer=answer,
            hazard=each if isinstance(each, Hazard) else None,
            control=each if isinstance(each, Control) else None,
        ).save()


def _check_anew(subject: Feature | Change, outcome: TriageOutcome) -> None:
    """Lock what is triaged, and refuse to take from the officer what is theirs."""
    type(subject).objects.select_for_update().get(pk=subject.pk)
    reading = reading_of(subject)
    refusal = why_not_anew(subject.reference, outcome, is_officers=reading.is_officers)
    if refusal:
        raise NotPossible(refusal)


def _check_newest(subject: Feature | Change, triage: Triage) -> None:
    """Refuse an answer to a triage that was done anew meanwhile; the subject is locked."""
    type(subject).objects.select_for_update().get(pk=subject.pk)
    newest = reading_of(subject).triage
    if newest is None or newest.pk != triage.pk:
        raise NotPossible(
            f"{subject.reference} was triaged anew meanwhile. Nothing was saved; what you wrote "
            "stands here. Read the new triage, then answer that one."
        )


def _tell_officers(triage: Triage, subject: Feature | Change, by: User) -> None:
    words = f"{by.name} asks you about {subject.reference} {subject.title}: it needs your answer"
    for officer in people_on_team(triage.product, [Role.CLINICAL_SAFETY_OFFICER]):
        if officer.pk != by.pk:
            _tell(officer, words, triage, subject)


def _say(reading: TriageReading, answer: TriageAnswer, by: User) -> None:
    """Tell whoever triaged it, and its ticket."""
    subject, triage = reading.subject, reading.triage
    if triage is None:
        return
    if triage.triaged_by_id != by.pk and not triage.triaged_by.is_system:
        words = f"{by.name} answered the triage of {subject.reference}: {reading.word.lower()}"
        _tell(triage.triaged_by, words, triage, subject)
    of = {reading.kind: subject}
    comment_on(
        TrackerItem.objects.filter(**of),
        ticket_comment(reading),
        about_kind="triage",
        about_id=str(answer.pk),
    )


def _tell(person: User, words: str, triage: Triage, subject: Feature | Change) -> None:
    kind = "feature" if isinstance(subject, Feature) else "change"
    tell(
        person=person,
        text=words,
        url=reverse("triage_of", args=[triage.product.slug, kind, subject.reference]),
        about_kind="triage",
        about_id=str(triage.pk),
    )
