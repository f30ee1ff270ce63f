"""Rules of the life cycle and of what stops being true: ST01, LC01, TR04 and PE05."""

from collections.abc import Iterable, Iterator

from hazards.choices import HazardStatus, Stage
from hazards.quality.facts import (
    AssumptionInQuestion,
    Circumstances,
    HazardInQuestion,
    LogInQuestion,
)
from hazards.quality.rule import BLOCKS, WARNS, Found, hazard_rule
from hazards.quality.words import any_of, quoted, what_it_says


@hazard_rule(
    "ST01",
    BLOCKS,
    "The status does not fit",
    why="Transferred says that the manufacturer is done, closed that everybody is. Whoever reads "
    "it stops looking.",
    good="Transferred: every control of ours is verified, two of yours have instructions",
    bad="Closed with a control that nobody has implemented",
    question="{hazard} is no longer open: what shows that nothing is left to do?",
)
def status_does_not_fit(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """ST01: closed or transferred with something open, or with nothing to transfer."""
    if hazard.status == HazardStatus.OPEN or not hazard.why_status_does_not_fit:
        return
    first, *more = (sentence.rstrip(".") for sentence in hazard.why_status_does_not_fit)
    also = f", and {len(more)} more thing{'s' if len(more) > 1 else ''}" if more else ""
    yield Found(
        f"It is {HazardStatus(hazard.status).label.lower()}, but: "
        f"{first[:1].lower()}{first[1:]}{also}. Put that right, or open the hazard again.",
        "status",
    )


@hazard_rule(
    "LC01",
    WARNS,
    "Past its review date",
    why="Somebody said when this would be looked at again, and nobody did.",
    good="Next review 3 May 2027",
    bad="Next review 3 May 2024",
    question="When was {hazard} looked at last, and what has changed since?",
)
def is_overdue(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """LC01: past its review date."""
    if hazard.review_date is not None and hazard.review_date < at.today:
        yield Found(
            f"Its review was due on {hazard.review_date:%-d %B %Y}: review it and set the next "
            "date.",
            "review_date",
        )


def broken_assumptions(
    assumptions: Iterable[AssumptionInQuestion], at: Circumstances
) -> Iterator[Found]:
    """TR04: what is said of assumptions that are broken or past their validity."""
    for each in assumptions:
        is_past = each.valid_until is not None and each.valid_until < at.today
        if each.is_broken:
            what = "does not hold any more: estimate the risk without it"
        elif is_past:
            what = (
                f"was valid until {each.valid_until:%-d %B %Y}: check that it holds and set a new "
                "date"
            )
        else:
            continue
        yield Found(
            f"The assumption {quoted(each.text)} {what}.", "assumptions", f"assumption:{each.id}"
        )


_TR04 = {
    "why": "An estimate stands on its assumptions. When one breaks, the estimate is about another "
    "world.",
    "good": "Valid until the new formulary goes live on 1 March 2027, held by the lead pharmacist",
    "bad": "Valid until 2023",
    "question": "Does what {hazard} assumes still hold, and who would notice if it did not?",
}


@hazard_rule("TR04", WARNS, "An assumption that does not hold", **_TR04)
def assumption_does_not_hold(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """TR04: an assumption is past its validity or broken."""
    yield from broken_assumptions(hazard.assumptions, at)


def assumption_of_product_does_not_hold(log: LogInQuestion, at: Circumstances) -> Iterator[Found]:
    """TR04 for assumptions that belong to the product as a whole."""
    yield from broken_assumptions(log.assumptions, at)


_ALWAYS_TOO_MUCH = any_of(
    r"fully compliant|100\s?% (?:safe|secure|reliable|accurate)|completely safe|totally safe"
    r"|perfectly safe|no risk at all|zero risk|risk[\s\-]free|cannot (?:ever )?fail|never fails?"
    r"|fool[\s\-]?proof|guarantees? (?:patient )?safety"
)
_TOO_MUCH_WITH_A_RISK = any_of(
    r"risks? (?:is |are |has been |have been |was |were )?(?:fully |completely )?"
    r"(?:eliminated|removed)|eliminates? (?:the |all |any )?risks?|no residual risk"
)


@hazard_rule(
    "PE05",
    WARNS,
    "Words that claim too much",
    why="“Fully compliant” and “100% safe” are not evidence, and they cost the trust of whoever "
    "reads the rest.",
    good="Reissue stops without an in-range result; tested with the samples of five laboratories",
    bad="Risk eliminated (residual class 3)",
    question="{hazard} says that the risk is gone: how do you know, and why is a class left?",
)
def claims_too_much(hazard: HazardInQuestion, at: Circumstances) -> Iterator[Found]:
    """PE05: overclaiming words; "risk eliminated" only while a residual risk remains."""
    worst = hazard.worst_residual
    for field, subject, text in _claims(hazard):
        too_much = what_it_says(_ALWAYS_TOO_MUCH, text)
        if not too_much and worst is not None and not worst.is_lowest_class:
            too_much = what_it_says(_TOO_MUCH_WITH_A_RISK, text)
        if too_much:
            yield Found(
                f"{quoted(too_much)} claims too much: say what is done and what shows it.",
                field,
                subject,
            )


def _claims(hazard: HazardInQuestion) -> Iterator[tuple[str, str, str]]:
    yield "name", "name", hazard.name
    yield "description", "description", hazard.description
    yield "effect", "effect", hazard.effect
    yield "justification", "justification", hazard.justification
    yield "actions", "actions", hazard.actions
    for cause in hazard.causes:
        yield "causes", f"because:{cause.id}", cause.accepted_because
    for control in hazard.controls:
        yield "controls", f"control:{control.id}", control.text
    for stage, estimates in ((Stage.INITIAL, hazard.initial), (Stage.RESIDUAL, hazard.residual)):
        for each in estimates:
            why = f"{each.why_severity}\n{each.why_likelihood}"
            yield stage.value, f"estimate:{each.id}", why
