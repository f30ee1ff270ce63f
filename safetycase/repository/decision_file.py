"""A trade-off decision: both views, the options and what each does to each hazard, the choice."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils import timezone

from audit.plain_markdown import plain
from reviews.decisions.page import QUESTIONS
from reviews.decisions.shapes import DecisionReading
from safetycase.repository.agreement_files import signed_by
from safetycase.repository.markdown import (
    facts,
    labelled,
    paragraph,
    section,
    table,
    text_of,
)
from safetycase.snapshot.decisions import decision_shape
from safetycase.snapshot.words import day

#: Of days alone, which pass without anybody changing the record.
_PASSES = "to_review"


def decision_content(reading: DecisionReading) -> dict[str, Any]:
    """What a decision says, wherever it stands."""
    decision = reading.decision
    shape: dict[str, Any] = {**decision_shape(reading)}
    del shape[_PASSES]
    return shape | {
        "state": decision.state,
        "state_words": decision.get_state_display(),
        "feature": decision.feature.reference if decision.feature else "",
        "for_patients": decision.for_patients,
        "for_product": decision.for_product,
        "views_differ": reading.is_apart,
        "answers": [
            {"question": QUESTIONS[key], "answer": answer}
            for key, answer in reading.answers.items()
            if answer
        ],
        "triggers": [
            {
                "text": each.text,
                "fired_on": day(timezone.localdate(each.fired_at)) if each.fired_at else None,
                "note": each.note,
            }
            for each in reading.triggers
        ],
    }


def decision_page(said: Mapping[str, Any]) -> str:
    """The page of a decision."""
    return text_of(_lines(said))


def _lines(said: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {plain(said['reference'])} {plain(said['title'])}"
    yield ""
    chosen = next((each["name"] for each in said["options"] if each["is_chosen"]), "")
    yield from facts(
        [
            ("State", said["state_words"]),
            ("Chosen", chosen),
            ("Release", said["release"]),
            ("Feature", said["feature"]),
            ("Takes the place of", said["supersedes"]),
            ("Review on", said["review_on"] or ""),
            ("Views", "they stand against each other" if said["views_differ"] else ""),
        ]
    )
    yield ""
    yield from labelled("Question", said["question"])
    yield from labelled("For patients", said["for_patients"])
    yield from labelled("For the product", said["for_product"])
    for side in ("clinical", "product"):
        yield from section(f"The {side} view", _view(said, side))
    yield from section("Options", (line for each in said["options"] for line in _option(each)))
    yield from section("What each option does to each hazard", _grid(said))
    yield from section(
        "The four questions",
        (line for each in said["answers"] for line in labelled(each["question"], each["answer"])),
    )
    yield from section("Why this option", paragraph(said["why"].strip()) if said["why"] else [])
    yield from _afterwards(said)


def _afterwards(said: Mapping[str, Any]) -> Iterator[str]:
    yield from section("Safeguards", [_safeguard(each) for each in said["safeguards"]])
    yield from section("Reviewed when", [_trigger(each) for each in said["triggers"]])
    yield from section(
        "Dissent",
        (
            line
            for each in said["dissents"]
            for line in labelled(
                f"{plain(each['by'])}, {each['side_words'].lower()} side, {each['at'][:10]}",
                each["text"],
            )
        ),
    )
    yield from section("Signatures", signed_by(said["signatures"]))


def _view(said: Mapping[str, Any], side: str) -> Iterator[str]:
    if said[f"{side}_view"].strip():
        yield from paragraph(said[f"{side}_view"].strip())
        yield ""
        yield from labelled("What would change this view", said[f"{side}_would_change"])
    else:
        yield "Not written yet."


def _option(option: Mapping[str, Any]) -> Iterator[str]:
    yield f"### {plain(option['name'])}"
    yield ""
    yield from facts(
        [
            ("From", f"the {option['side_words'].lower()} side" if option["side_words"] else ""),
            ("Third option", "made of the four answers" if option["is_third"] else ""),
            ("Limit", "above what the plan accepts" if option["is_above"] else ""),
            ("Chosen", "yes" if option["is_chosen"] else ""),
        ]
    )
    yield ""
    for label, key in (
        ("Description", "description"),
        ("Evidence", "evidence"),
        ("For patients", "for_patients"),
        ("For the business", "for_business"),
        ("Cost", "cost"),
    ):
        yield from labelled(label, option[key])


def _grid(said: Mapping[str, Any]) -> Iterable[str]:
    """Hazards down, options across, and beneath it why, a line each."""
    if not said["rows"] or not said["options"]:
        return
    names = [each["name"] for each in said["options"]]
    yield from table(
        ("Hazard", "Today", *names),
        (
            (
                _hazard(row),
                _today(row) or "not in the log",
                *(_cell(cell) for cell in row["cells"]),
            )
            for row in said["rows"]
        ),
    )
    for row in said["rows"]:
        for name, cell in zip(names, row["cells"], strict=True):
            if cell["why"]:
                hazard = plain(row["reference"] or row["name"])
                yield f"- {hazard}, {plain(name)}: {plain(cell['why'])}"


def _hazard(row: Mapping[str, Any]) -> str:
    new = " (new)" if row["is_new"] else ""
    return f"{row['reference']} {row['name']}{new}".strip()


def _risk(risk: Mapping[str, Any] | None) -> str:
    return f"{risk['class_number']}, {risk['severity']} · {risk['likelihood']}" if risk else ""


def _today(row: Mapping[str, Any]) -> str:
    mark = {True: ", provisional", False: ", confirmed"}.get(row["is_provisional"], "")
    return f"{_risk(row['today'])}{mark}"


def _cell(cell: Mapping[str, Any]) -> str:
    risk = _risk(cell["risk"])
    return f"{risk}: {cell['effect']}" if risk else str(cell["effect"])


def _safeguard(safeguard: Mapping[str, Any]) -> str:
    more = ", ".join(
        plain(each)
        for each in (
            safeguard["kind_words"].lower(),
            safeguard["tier"],
            safeguard["often"],
            safeguard["threshold"],
            ", ".join(safeguard["hazards"]),
        )
        if each
    )
    control = f"{plain(safeguard['control'])}: " if safeguard["control"] else ""
    return f"- {control}{plain(safeguard['text'])} ({more})"


def _trigger(trigger: Mapping[str, Any]) -> str:
    fired = f" (happened on {trigger['fired_on']}" if trigger["fired_on"] else ""
    note = f": {plain(trigger['note'])}" if fired and trigger["note"] else ""
    return f"- {plain(trigger['text'])}{fired}{note}{')' if fired else ''}"
