"""A decision as its pages show it: how far it is, its views, its table, its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from products.choices import Side
from products.permissions import roles_in_words
from reviews.choices import DecisionState, FourQuestions, Meaning
from reviews.decisions.access import DecisionAt
from reviews.decisions.disagreement import disagreements_over
from reviews.decisions.obstacles import against_choosing, against_signing_decision
from reviews.decisions.queries import successor_of
from reviews.decisions.rules import Effect
from reviews.decisions.shapes import DecisionReading, OptionReading, SafeguardReading
from reviews.sides import SIDE_OF, SIGNS_FOR
from reviews.signing.reading import SignatureReading

#: How a state reads, and its tone (``components/status.html``).
STATES = {
    DecisionState.OPEN: "accent",
    DecisionState.AGREED: "good",
    DecisionState.SUPERSEDED: "",
    DecisionState.DROPPED: "",
}

#: The four questions that a third option is made of, and what each is of.
QUESTIONS = {
    FourQuestions.BASELINE: "What does everybody get, whatever happens?",
    FourQuestions.STRATIFY: (
        "Who is at higher risk, how would we know, and how does somebody move between groups?"
    ),
    FourQuestions.MONITOR: "What would tell us early that we are wrong, and who acts on it?",
    FourQuestions.FALLBACK: "What must never be interrupted meanwhile?",
}

#: How the repeat prescription answered them: the worked example beside the questions.
EXAMPLES = {
    FourQuestions.BASELINE: (
        "Everybody: a clinician reviews every prescription at least once a year",
        "A prescription that was not reviewed for a year cannot be reissued",
    ),
    FourQuestions.STRATIFY: (
        "New medicine: a check-in every month",
        "Complex conditions: a check-in every quarter",
        "Missing answers place the patient in the higher tier",
    ),
    FourQuestions.MONITOR: (
        "Short questionnaires, and an alert to a clinician on a warning answer",
        "Dismissed alerts: reviewed where the rate is above 60 %",
        "New hazard: a frequent question worries somebody into stopping their medicine",
    ),
    FourQuestions.FALLBACK: (
        "A time-critical medicine is never held without a pharmacist choosing to bridge, replace "
        "or stop it",
    ),
}

#: Words and signs of what an option does to a hazard.
_SIGNS = {
    Effect.BETTER: "▼",
    Effect.SAME: "=",
    Effect.WORSE: "▲",
    Effect.NEW: "+",
    Effect.UNTOUCHED: "·",
    Effect.FIRST: "?",
    Effect.ELSEWHERE: "?",
    Effect.UNSAID: "",
}


def sign_of(effect: Effect) -> str:
    """The sign beside the word of an effect."""
    return _SIGNS[effect]


@dataclass(frozen=True)
class PathStep:
    """A step of the way to an agreement; ``state`` is done, now, or later."""

    label: str
    words: str
    state: str
    side: str = ""


@dataclass(frozen=True)
class ViewOnPage:
    """A side's view, and whether the person writes it."""

    side: Side
    text: str
    would_change: str
    url: str  # '' where the person does not write it


@dataclass(frozen=True)
class QuestionOnPage:
    """One of the four questions with its answer and what became of it."""

    key: FourQuestions
    question: str
    answer: str
    example: Sequence[str]
    safeguards: Sequence[SafeguardReading]


@dataclass(frozen=True)
class SideSigned:
    """A side of the agreement: its signature, or what is needed for one.

    ``withdrawn`` is the one by which it was agreed, where that was taken back since.
    """

    meaning: Meaning
    side: Side
    signature: SignatureReading | None
    withdrawn: SignatureReading | None
    url: str  # '' where the person's role does not sign for it
    in_the_way: Sequence[str]
    who: str


def path_of(reading: DecisionReading) -> list[PathStep]:
    """How far a decision is: what is done, what is next, what comes after."""
    decision = reading.decision
    clinical = reading.signed_for(Meaning.FOR_CLINICAL)
    product = reading.signed_for(Meaning.FOR_PRODUCT)
    views = [bool(decision.clinical_view), bool(decision.product_view)]
    said = sum(cell.estimate is not None for each in reading.options for cell in each.cells)
    cells = sum(len(each.cells) for each in reading.options)
    done: list[tuple[str, str, bool, str]] = [
        ("Two views", f"{sum(views)} of 2", all(views), ""),
        (
            "Options",
            f"{len(reading.options)}, {said} of {cells} estimates",
            len(reading.options) >= 2 and bool(cells) and said == cells,
            "",
        ),
    ]
    if reading.asks_the_four:
        third = reading.third
        words = third.option.name if third else "to be found"
        done.append(("Third option", words, third is not None, "both"))
    chosen = reading.chosen
    done += [
        ("Choice", chosen.option.name if chosen else "open", chosen is not None, ""),
        ("Clinical side", _signed(clinical), clinical is not None, "clinical"),
        ("Product side", _signed(product), product is not None, "product"),
    ]
    return _steps(done)


def _signed(signature: SignatureReading | None) -> str:
    return signature.sign_off.signer_name if signature else "not signed"


def _steps(done: Sequence[tuple[str, str, bool, str]]) -> list[PathStep]:
    steps, is_next = [], True
    for label, words, is_done, side in done:
        state = "done" if is_done else "now" if is_next else "later"
        is_next = is_next and is_done
        steps.append(PathStep(label, words, state, side))
    return steps


def views_of(at: DecisionAt, *, to_read: bool = False) -> list[ViewOnPage]:
    """The clinical view and the product view, in that order."""
    views = []
    for side in Side:
        text, would_change = at.reading.view_of(side)
        url = (
            reverse("decision_view", args=[at.product.slug, at.decision.reference, side.value])
            if at.may_write_view(side) and not to_read
            else ""
        )
        views.append(ViewOnPage(side, text, would_change, url))
    return views


def questions_of(reading: DecisionReading) -> list[QuestionOnPage]:
    """The four questions with their answers and what became of each."""
    third = reading.third
    return [
        QuestionOnPage(
            key,
            question,
            reading.answers[key],
            EXAMPLES[key],
            [each for each in (third.safeguards if third else ()) if each.safeguard.answers == key],
        )
        for key, question in QUESTIONS.items()
    ]


def sides_signed(at: DecisionAt) -> list[SideSigned]:
    """Both sides of the agreement."""
    sides = []
    for meaning, roles in SIGNS_FOR.items():
        may = meaning in at.signs_for and at.reading.is_open
        signature = at.reading.signed_for(meaning)
        url = reverse("decision_sign", args=[at.product.slug, at.decision.reference, meaning.value])
        in_the_way = (
            against_signing_decision(at.reading, at.person, meaning)
            if may and signature is None
            else []
        )
        who = roles_in_words(roles)
        withdrawn = None if signature else _withdrawn(at.reading, meaning)
        sides.append(
            SideSigned(
                meaning, SIDE_OF[meaning], signature, withdrawn, url if may else "", in_the_way, who
            )
        )
    return sides


def _withdrawn(reading: DecisionReading, meaning: Meaning) -> SignatureReading | None:
    """A side's signature under a settled decision that was taken back: no other is to come."""
    if reading.is_open:
        return None
    signed = reversed(reading.signatures.readings)
    return next((each for each in signed if each.meaning is meaning and each.withdrawal), None)


@dataclass(frozen=True)
class OptionToChoose:
    """An option as the form offers it; ``problems`` keep everybody from choosing it."""

    option: OptionReading
    problems: Sequence[str]

    @property
    def value(self) -> str:
        """What the form posts."""
        return str(self.option.option.pk)


def options_to_choose(reading: DecisionReading) -> list[OptionToChoose]:
    """The options in their order."""
    return [OptionToChoose(each, against_choosing(each)) for each in reading.options]


def page_of(at: DecisionAt, *, to_read: bool = False) -> dict[str, Any]:
    """What the page of a decision shows; ``to_read`` without anything to do, as signers read it."""
    reading = at.reading
    return {
        "at": at,
        "reading": reading,
        "decision": reading.decision,
        "tone": "warn" if reading.to_review else STATES[reading.state],
        "path": path_of(reading) if reading.is_open else [],
        "views": views_of(at, to_read=to_read),
        "questions": questions_of(reading),
        "successor": successor_of(reading.decision),
        "disagreements": disagreements_over([reading.subject]),
        "may_write": at.may_write and not to_read,
        "may_estimate": at.may_estimate and not to_read,
    }
