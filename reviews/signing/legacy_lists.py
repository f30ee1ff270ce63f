"""Lists of legacy findings as they are signed: one holds once a clinical safety officer has."""

import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from hazards.models import LegacyList
from hazards.quality.marks import lists_of
from hazards.quality.registry import register_signed_lists
from products.models import Product
from reviews.choices import Meaning, SubjectKind
from reviews.plan.reading import current_officer
from reviews.signing.reading import Signatures, signatures_under
from reviews.signing.subject_sources import SubjectAt, register_subjects
from reviews.signing.subjects import Subject, subject_with


def register_legacy_lists() -> None:
    """Let the quality rules know which lists are signed, and signatures find their list."""
    register_signed_lists(signed_lists)
    register_subjects(SubjectKind.LEGACY_LIST, _find)


def legacy_subject(legacy: LegacyList) -> Subject:
    """A list as it is signed; it never changes. ``legacy`` brings its product and import along."""
    day = timezone.localtime(legacy.listed_at)
    name = legacy.batch.file_name
    name = name if len(name) <= 120 else f"{name[:119]}…"
    return subject_with(
        legacy.product,
        SubjectKind.LEGACY_LIST,
        legacy.public_id,
        f"the list of {legacy.count} legacy findings that came in with {name} on {day:%-d %B %Y}",
        {
            "product": str(legacy.product.public_id),
            "import": str(legacy.batch.public_id),
            "count": legacy.count,
            "entries_sha256": legacy.sha256,
        },
    )


def signatures_of(legacy: LegacyList) -> Signatures:
    """What is signed under a list. Two queries."""
    subject = legacy_subject(legacy)
    return signatures_under([subject])[subject.id]


def signed_lists(lists: Sequence[LegacyList]) -> set[int]:
    """The keys of those lists under which an officer's approval stands. A few queries."""
    read = LegacyList.objects.filter(pk__in=[each.pk for each in lists]).select_related(
        "product", "batch"
    )
    subjects = {each.pk: legacy_subject(each) for each in read.defer("entries")}
    signed = signatures_under(subjects.values())
    return {
        key for key, subject in subjects.items() if signed[subject.id].current(Meaning.APPROVED)
    }


def against_signing_list(legacy: LegacyList, by: User) -> list[str]:
    """Why a person whose role signs such a list cannot sign this one now; empty when they can."""
    if signatures_of(legacy).current(Meaning.APPROVED):
        return ["It is signed already."]
    officer = current_officer(by, legacy.product)
    return officer.problems if officer else ["You are no current clinical safety officer."]


def _find(product: Product, public_id: uuid.UUID) -> SubjectAt | None:
    legacy = lists_of(product).filter(public_id=public_id).first()
    if legacy is None:
        return None
    legacy.product = product
    return SubjectAt(legacy_subject(legacy), reverse("legacy_list", args=[product.slug, public_id]))
