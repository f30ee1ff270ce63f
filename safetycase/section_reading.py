"""Sections as their pages show them: how far each is, who wrote last, what is generated in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from audit.models import Entry
from safetycase.choices import SectionKey
from safetycase.models import Section
from safetycase.narrative import unknown_placeholders
from safetycase.report import PARTS


@dataclass(frozen=True)
class SectionReading:
    """A section in the list of the report."""

    number: int
    key: str
    title: str
    words: int
    unknown: list[str]
    generated: list[str]
    changed_at: datetime | None
    changed_by: str

    @property
    def is_empty(self) -> bool:
        """Whether it has no narrative."""
        return self.words == 0


def generated_in(key: SectionKey) -> list[str]:
    """The titles of what is generated in a section."""
    return [part.title for part in PARTS.get(key, ())]


def read_sections(sections: Iterable[Section], known: Mapping[str, str]) -> list[SectionReading]:
    """These sections with who wrote last. Two queries, however often they were written.

    ``known`` are the placeholders that there are; their values are not asked for.
    """
    rows = list(sections)
    last = _last_entries([row.pk for row in rows if row.pk])
    readings = []
    for row in rows:
        entry = last.get(row.pk) if row.narrative.strip() else None
        key = SectionKey(row.key)
        readings.append(
            SectionReading(
                number=key.number,
                key=key.value,
                title=key.label,
                words=len(row.narrative.split()),
                unknown=unknown_placeholders(row.narrative, known),
                generated=generated_in(key),
                changed_at=entry.at if entry else None,
                changed_by=entry.person.name if entry else "",
            )
        )
    return readings


def _last_entries(keys: list[int]) -> dict[int, Entry]:
    newest = (
        Entry.objects.filter(model=Section._meta.label_lower, object_id__in=keys)
        .values("object_id")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    entries = Entry.objects.filter(pk__in=newest).select_related("person__profile").defer("row")
    return {entry.object_id: entry for entry in entries}
