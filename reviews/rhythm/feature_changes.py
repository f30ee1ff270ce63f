"""What follows when a feature changes or is withdrawn: its hazards are looked at."""

from collections.abc import Collection, Sequence

from accounts.models import User
from products.models import Feature
from reviews.actions.looks import ask_for_looks
from reviews.actions.triage import record_triage
from reviews.choices import TriageOutcome

#: Fields of a feature that say what it does, and what each is called in a sentence.
TELLING = {
    "title": "title",
    "for_patients": "meaning for patients",
    "for_product": "meaning for the product",
}


def feature_was_changed(feature: Feature, by: User, fields: Collection[str]) -> None:
    """Have the hazards of a feature looked at where what it does was said anew."""
    changed = [words for name, words in TELLING.items() if name in fields]
    if changed:
        why = f"{feature.reference} {feature.title}: its {_and(changed)} changed."
        ask_for_looks(feature=feature, by=by, why=why)


def feature_was_withdrawn(feature: Feature, by: User, was_a_control: bool | None) -> None:
    """Have its hazards looked at; where one relied on it, the officer is asked as at kick-off."""
    words = f"{feature.reference} {feature.title} was withdrawn"
    relied_on = f"{words}, and a hazard relied on it as a control."
    ask_for_looks(feature=feature, by=by, why=relied_on if was_a_control else f"{words}.")
    if was_a_control:
        record_triage(
            product=feature.product,
            by=by,
            feature=feature,
            touches={"control"},
            outcome=TriageOutcome.NEEDS_CSO,
            note=relied_on,
        )


def _and(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
