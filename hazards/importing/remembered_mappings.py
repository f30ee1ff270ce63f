"""What a person said earlier of files with the same headings, for the page that asks again."""

import datetime
import json
from dataclasses import dataclass, replace

from audit.tracked import history_of
from hazards.importing.mapping import Mapping, Proposal
from hazards.importing.words_said import AxisWords, known_words
from hazards.models import ImportMapping
from products.models import Product


@dataclass(frozen=True)
class Remembered:
    """A mapping that was confirmed for this layout, when, and by whom."""

    mapping: Mapping
    when: datetime.datetime
    who: str


def mapping_of(row: ImportMapping) -> Mapping:
    """A stored mapping."""
    return Mapping(json.loads(row.columns or "{}"), json.loads(row.words or "{}"))


def remembered_for(product: Product, proposal: Proposal) -> Remembered | None:
    """What was confirmed for files with the headings of this one; None before the first."""
    row = ImportMapping.objects.filter(product=product, layout=proposal.layout).first()
    if row is None:
        return None
    newest = history_of(row).select_related("history_user__profile").first()
    if newest is None:
        return None
    return Remembered(mapping_of(row), newest.history_date, newest.history_user.name)


def proposed_mapping(
    proposal: Proposal, remembered: Remembered | None, words: AxisWords | None
) -> Mapping:
    """The proposal, with what is remembered in the place of what is only guessed.

    A level that the matrix no longer has is not proposed.
    """
    fresh = proposal.mapping
    if remembered is None:
        return fresh
    kept = remembered.mapping
    columns = {key: kept.columns.get(key, value) for key, value in fresh.columns.items()}
    known = {each.key: set(known_words(each.axis, words)) | {""} for each in proposal.words}
    levels = {
        key: kept.words[key] if kept.words.get(key) in known[key] else level
        for key, level in fresh.words.items()
    }
    return replace(fresh, columns=columns, words=levels)
