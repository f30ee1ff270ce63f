"""A feature, or a change of what is built, with how it was triaged."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from audit.plain_markdown import plain
from products.models import Feature
from reviews.models import TriageAnswer
from reviews.rhythm.triage_reading import TriageReading
from safetycase.repository.markdown import facts, labelled, section, text_of
from safetycase.snapshot.shape import FeatureShape
from safetycase.snapshot.words import name


def built_content(
    reading: TriageReading, hazards: Sequence[str], carried: FeatureShape | None
) -> dict[str, Any]:
    """What a feature or change says, and its triage: with the references of the hazards that it
    touches, and ``carried`` where a release carries it."""
    subject = reading.subject
    said: dict[str, Any] = {
        "kind": reading.kind,
        "reference": subject.reference,
        "title": subject.title,
        "for_patients": "",
        "for_product": "",
        "first_release": "",
        "owner": name(subject.owner),
        "tracker_url": subject.tracker_url,
        "hazards": list(hazards),
    }
    if isinstance(subject, Feature):
        said |= {"for_patients": subject.for_patients, "for_product": subject.for_product}
    else:
        said |= {
            "feature": subject.feature.reference if subject.feature else "",
            "first_release": subject.release.label if subject.release else "",
        }
    return said | (carried or {}) | {"triage": _triage(reading)}


def _triage(reading: TriageReading) -> dict[str, Any] | None:
    triage, answer = reading.triage, reading.answer
    if triage is None:
        return None
    return {
        "outcome_words": triage.get_outcome_display(),
        "touches": [each.label for each in reading.touches],
        "note": triage.note,
        "by": triage.triaged_by.name,
        "on": timezone.localdate(triage.triaged_at).isoformat(),
        "answer": _answer(answer) if answer else None,
        "hazards": [each.display_reference for each in reading.hazards],
        "controls": [each.reference for each in reading.controls],
    }


def _answer(answer: TriageAnswer) -> dict[str, str]:
    return {
        "outcome_words": answer.get_outcome_display(),
        "note": answer.note,
        "none_because": answer.none_because,
        "by": answer.answered_by.name,
        "on": timezone.localdate(answer.answered_at).isoformat(),
    }


def built_page(said: Mapping[str, Any]) -> str:
    """The page of a feature or change."""
    return text_of(_lines(said))


def _lines(said: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {plain(said['reference'])} {plain(said['title'])}"
    yield ""
    yield from facts(
        [
            ("Change of", said.get("feature", "")),
            ("From release", said["first_release"]),
            ("Owner", said["owner"]),
            ("Hazards", ", ".join(said["hazards"])),
            ("Tracker", said["tracker_url"]),
        ]
    )
    yield ""
    yield from labelled("For patients", said["for_patients"])
    yield from labelled("For the product", said["for_product"])
    triage = said["triage"]
    yield from section("Triage", _triaged(triage) if triage else ["Not triaged."])


def _triaged(triage: Mapping[str, Any]) -> Iterator[str]:
    yield from facts(
        [
            ("Outcome", triage["outcome_words"]),
            ("Triaged by", f"{triage['by']}, {triage['on']}"),
            ("Touches", ", ".join(triage["touches"])),
            ("Covered by", ", ".join([*triage["hazards"], *triage["controls"]])),
        ]
    )
    yield ""
    yield from labelled("Note", triage["note"])
    answer = triage["answer"]
    if answer:
        yield from facts(
            [
                ("Clinical answer", answer["outcome_words"]),
                ("Answered by", f"{answer['by']}, {answer['on']}"),
            ]
        )
        yield ""
        yield from labelled("What the team needs to know", answer["note"])
        yield from labelled("No hazard because", answer["none_because"])
