"""The part of the charter and of the plan that applies at a moment: two to four lines.

Both are shown, and each is named: the plan's criteria hold whatever both sides agreed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from reviews.charter.reading import CharterLines, CharterReading
from reviews.plan.quotes import PlanQuoted

#: When somebody is about to decide something.
Moment = Literal["decision", "estimate", "acceptance", "gate"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)

#: What alone lifts an unacceptable risk below the highest class (clause 6.2).
_ANALYSIS = "a concluded clinical risk–benefit analysis"

MOST = 2  # of one kind that a quotation holds, so that it stays short; the charter has the rest


@dataclass(frozen=True)
class QuotedLine:
    """A line: what it is about, its texts, and how many more of them the charter has."""

    label: str
    texts: Sequence[str]
    more: int = 0
    tone: str = ""


def plan_line(plan: PlanQuoted, moment: Moment) -> str:
    """What the plan's criteria mean at this moment."""
    return _OF_PLAN[moment](plan)


def charter_lines(charter: CharterReading, moment: Moment) -> list[QuotedLine]:
    """What both sides agreed that applies at this moment; empty lines are left out."""
    found = [make(charter.lines) for make in _OF_CHARTER[moment]]
    return [line for line in found if line.texts]


# --- The plan's words -----------------------------------------------------------------------------


def _decision(plan: PlanQuoted) -> str:
    words = []
    if plan.unacceptable:
        words.append(
            f"An option with a risk of {plan.unacceptable} cannot be chosen, whoever signs."
        )
    for classes, who in plan.justified:
        words.append(
            _capital(f"{classes} may be chosen, and goes out {_only_once(who)}.")
            if who
            else _capital(f"{classes} cannot be chosen: it {_only_once(who)}.")
        )
    return " ".join(words)


def _estimate(plan: PlanQuoted) -> str:
    words = []
    if plan.unacceptable:
        words.append(f"{plan.unacceptable}: unacceptable")
    words += [f"{classes}: {_only_once(who)}" for classes, who in plan.justified]
    if plan.acceptable:
        words.append(f"{plan.acceptable}: acceptable")
    return _capital("; ".join(words)) + "." if words else ""


def _acceptance(plan: PlanQuoted) -> str:
    words = []
    for classes, who in plan.justified:
        if who:
            words.append(
                _capital(f"{classes} is accepted by the {who}, never by who estimated it.")
            )
        else:
            words.append(_capital(f"{classes} is nobody's to accept."))
    if plan.beyond_help:
        words.append(_capital(f"{plan.beyond_help} is unacceptable: no signature helps."))
    if plan.weighed:
        words.append(_capital(f"{plan.weighed} is unacceptable: only {_ANALYSIS} may bear it."))
    return " ".join(words)


def _gate(plan: PlanQuoted) -> str:
    words = []
    if plan.beyond_help:
        words.append(f"Nothing goes out with a residual risk of {plan.beyond_help}.")
    if plan.weighed:
        words.append(_capital(f"{plan.weighed} only where {_ANALYSIS} bears it."))
    for classes, who in plan.justified:
        words.append(_capital(f"{classes} {_only_once(who)}."))
    if plan.needs_authorisation:
        words.append("The accountable executive authorises each release.")
    return " ".join(words)


def _only_once(who: str) -> str:
    return f"only once the {who} has accepted it" if who else "is nobody's to accept"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_OF_PLAN: dict[Moment, Callable[[PlanQuoted], str]] = {
    "decision": _decision,
    "estimate": _estimate,
    "acceptance": _acceptance,
    "gate": _gate,
}


# --- The charter's words --------------------------------------------------------------------------


def _line(label: str, texts: Sequence[str], tone: str = "") -> QuotedLine:
    short = [text.rstrip(".") for text in texts[:MOST]]
    return QuotedLine(label, short, max(len(texts) - MOST, 0), tone)


def _never(lines: CharterLines) -> QuotedLine:
    return _line("We never", [each.text for each in lines.never], "bad")


def _may(lines: CharterLines) -> QuotedLine:
    return _line("We may", [each.text for each in lines.may])


def _decides(lines: CharterLines) -> QuotedLine:
    return _line("Who decides", [f"{each.what}: {each.decides}" for each in lines.rights])


def _for_patients(lines: CharterLines) -> QuotedLine:
    return QuotedLine("What matters most clinically", [each.outcome for each in lines.clinical])


def _for_both(lines: CharterLines) -> QuotedLine:
    first = [rows[0] for rows in (lines.clinical, lines.of_product) if rows]
    with_targets = [
        f"{each.outcome} ({each.target})" if each.target else each.outcome for each in first
    ]
    return QuotedLine("What matters most", with_targets, len(lines.outcomes) - len(first))


_OF_CHARTER: dict[Moment, Sequence[Callable[[CharterLines], QuotedLine]]] = {
    "decision": (_never, _may, _decides),
    "estimate": (_for_patients,),
    "acceptance": (_for_patients, _never),
    "gate": (_for_both, _never),
}
