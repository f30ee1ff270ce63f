"""Who disagrees: whoever refused to sign, or took a signature back, and why."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.choices import Meaning
from reviews.models import Rejection, SignOff
from reviews.signing.subjects import Subject


@dataclass(frozen=True)
class Disagreement:
    """One person's refusal or withdrawal. ``is_of_this`` is False where it was changed since."""

    name: str
    role: str
    when: datetime.datetime
    what: str
    why: str
    is_of_this: bool


def disagreements_over(subjects: Iterable[Subject]) -> list[Disagreement]:
    """Every refusal and withdrawal under these subjects, as they are or were; newest first.

    Two queries.
    """
    live = {subject.id: subject.fingerprint for subject in subjects}
    found = [
        Disagreement(
            name=each.signer_name,
            role=each.signer_role,
            when=each.signed_at,
            what="rejected it",
            why=each.why,
            is_of_this=each.fingerprint == live[each.subject_id],
        )
        for each in Rejection.objects.filter(subject_id__in=list(live))
    ]
    for each in SignOff.objects.filter(
        subject_id__in=list(live), meaning=Meaning.WITHDRAWN
    ).select_related("withdraws"):
        taken_back = Meaning(each.withdraws.meaning).label.lower() if each.withdraws else ""
        found.append(
            Disagreement(
                name=each.signer_name,
                role=each.signer_role,
                when=each.signed_at,
                what=f"withdrew their signature ({taken_back})",
                why=each.comment,
                is_of_this=each.fingerprint == live[each.subject_id],
            )
        )
    return sorted(found, key=lambda each: each.when, reverse=True)
