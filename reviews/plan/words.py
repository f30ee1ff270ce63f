"""What a plan says, as texts that can be compared word by word with another version."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from audit.timeline import FieldChange
from hazards.choices import Acceptability, LifecyclePhase
from hazards.models import Plan
from products.choices import Role
from products.permissions import roles_in_words
from reviews.calendar.rules import months_in_words

#: The texts that people write, in their order on the page.
TEXTS = ("purpose", "governance", "activities", "competence", "process_review")


def label_of(name: str) -> str:
    """What a field of a plan is called, as a heading."""
    words = str(Plan._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return words[:1].upper() + words[1:]


def changes_between(before: str, now: str) -> list[FieldChange]:
    """What differs between two plans, given as the canonical JSON that is signed (projection 1).

    ``before`` may be '', for a plan that there was nothing before.
    """
    old = plan_texts(json.loads(before)) if before else {}
    new = plan_texts(json.loads(now))
    labels = list(dict.fromkeys([*new, *old]))
    return [
        FieldChange(label, old.get(label, ""), new.get(label, ""))
        for label in labels
        if old.get(label, "") != new.get(label, "")
    ]


def plan_texts(content: Mapping[str, Any]) -> dict[str, str]:
    """Everything that the content of a plan says, text by text, under its heading."""
    texts = {label_of(name): content[name] for name in TEXTS}
    texts[label_of("phases")] = "; ".join(phases_in_words(content["phases"]))
    texts["Authorisation"] = authorisation_in_words(bool(content["needs_authorisation"]))
    matrix = content["matrix"]
    texts["Risk matrix"] = f"{matrix['name']}, version {matrix['version']}"
    for each in content["classes"]:
        texts[f"Class {each['number']}"] = _class_in_words(each)
    for word, meaning in matrix["severities"]:
        texts[f"Severity “{word}”"] = meaning
    for word, meaning in matrix["likelihoods"]:
        texts[f"Likelihood “{word}”"] = meaning
    words = [word for word, _ in matrix["severities"]]
    for likelihood, classes in matrix["rows"]:
        squares = (f"{word} class {number}" for word, number in zip(words, classes, strict=True))
        texts[f"Classes at “{likelihood}”"] = ", ".join(squares)
    return texts


def phases_in_words(keys: Sequence[str]) -> list[str]:
    """The names of lifecycle phases."""
    return [LifecyclePhase(key).label for key in keys]


def authorisation_in_words(needed: bool) -> str:
    """Whether the accountable executive authorises each release."""
    if needed:
        return "The accountable executive authorises each release."
    return "No authorisation by the accountable executive is asked for."


def _class_in_words(said: Mapping[str, Any]) -> str:
    acceptability = Acceptability(said["acceptability"])
    parts = [f"{acceptability.label}: {said['meaning']}"]
    if acceptability is Acceptability.IF_JUSTIFIED:
        roles = roles_in_words([Role(key) for key in said["accepted_by"]])
        parts.append(f"Accepted by: {roles or 'nobody'}.")
    parts.append(f"Reviewed at least {months_in_words(said['review_months'])}.")
    return " ".join(parts)
