"""What one change of several hazards would do to each of them, and what keeps it from being done.

The preview shows it, and the action does exactly that, so the two never disagree. Nothing here
writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User
from accounts.validation import check_row
from audit.concurrency import merged_changes
from audit.errors import BadText, Conflict, NotPossible
from hazards.choices import HazardStatus
from hazards.facts import facts_of
from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from hazards.rules import HAZARD_STATUS_MOVES, may_move, why_not_status
from hazards.transitions import conditions_from_above
from products.models import Product, Release

#: What can be changed on many hazards at once, in the order in which it is shown.
CHANGEABLE = ("owner_id", "owner_role", "review_date", "family", "first_release_id", "status")

#: How many at a time: each is checked, and stands in the history by itself.
MOST = 1_000


@dataclass(frozen=True)
class FieldOnHazard:
    """One field of one hazard: its name, and in words what it is and what it would become."""

    label: str
    before: str
    after: str


@dataclass
class PlannedChange:
    """One hazard: which values it would get, and a sentence for each thing that forbids it."""

    hazard: Hazard
    values: dict[str, Any]
    obstacles: list[str]
    fields: tuple[FieldOnHazard, ...] = ()

    @property
    def is_a_change(self) -> bool:
        """Whether it would be another than it is."""
        return bool(self.values)


def check_changes(hazards: Sequence[Hazard], changes: Mapping[str, Any], product: Product) -> None:
    """Refuse what makes no sense for any hazard: none chosen, nothing to change, another product.

    Raises ``NotPossible``; ``TypeError`` for fields that are not in ``CHANGEABLE``.
    """
    unknown = set(changes) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not fields that are changed on many hazards: {sorted(unknown)}")
    if not hazards:
        raise NotPossible("No hazard is chosen. Nothing was changed. Tick at least one.")
    if not changes:
        raise NotPossible("Nothing to change is chosen. Nothing was changed. Choose a value.")
    if len(hazards) > MOST:
        raise NotPossible(
            f"{len(hazards):,} hazards are chosen, and at most {MOST:,} are changed at a time. "
            "Nothing was changed. Choose fewer, for example with a filter."
        )
    if any(hazard.product_id != product.pk for hazard in hazards):
        raise NotPossible("One of them is of another product. Nothing was changed.")


def planned_changes(
    hazards: Iterable[Hazard], changes: Mapping[str, Any], seen: Mapping[int, int] | None = None
) -> list[PlannedChange]:
    """What the change would do to each hazard, in the order of the log.

    ``seen`` holds the version of each hazard (by key) that the person had before them: what
    somebody else changed since then stands in the way. Without a status the number of queries is
    the same for any number of hazards; with one, each hazard that it would move is read.
    """
    rows = sorted(hazards, key=lambda each: each.number)
    names = _names(rows, changes)
    return [_planned(row, changes, (seen or {}).get(row.pk), names) for row in rows]


def _planned(
    row: Hazard, changes: Mapping[str, Any], version: int | None, names: dict[str, dict[Any, str]]
) -> PlannedChange:
    if row.state not in IN_THE_LOG:
        return PlannedChange(row, {}, ["It is no longer in the log."])
    try:
        values = merged_changes(row, changes, version)
    except Conflict as conflict:
        what = ", ".join(field.label for field in conflict.fields)
        return PlannedChange(row, {}, [f"Somebody else changed its {what} meanwhile."])
    ordered = {name: values[name] for name in CHANGEABLE if name in values}
    fields = tuple(
        FieldOnHazard(
            _label(name),
            _said(row, name, {}, names),
            _said(row, name, ordered, names),
        )
        for name, value in ordered.items()
    )
    return PlannedChange(row, ordered, _obstacles(row, ordered), fields)


def _obstacles(row: Hazard, values: Mapping[str, Any]) -> list[str]:
    obstacles = []
    if "status" in values:
        obstacles = _why_not(row, HazardStatus(row.status), HazardStatus(values["status"]))
    before = {name: getattr(row, name) for name in values}
    try:
        for name, value in values.items():
            setattr(row, name, value)
        check_row(row)
    except (NotPossible, BadText) as refusal:
        obstacles.append(refusal.sentence)
    finally:
        for name, value in before.items():
            setattr(row, name, value)
    return obstacles


def _why_not(row: Hazard, now: HazardStatus, then: HazardStatus) -> list[str]:
    if not may_move(HAZARD_STATUS_MOVES, now, then):
        return [f"It is {now.label.lower()}, which cannot become {then.label.lower()}."]
    return [*why_not_status(facts_of(row), then), *conditions_from_above(row, then)]


def refusal_of(planned: Iterable[PlannedChange]) -> str:
    """One sentence that names every hazard that cannot be changed, and why; '' when all can."""
    refused = [each for each in planned if each.obstacles]
    if not refused:
        return ""
    lines = [f"{each.hazard.display_reference}: {' '.join(each.obstacles)}" for each in refused]
    count = "One hazard" if len(refused) == 1 else f"{len(refused)} hazards"
    return (
        f"{count} cannot be changed so, and all are changed or none. Nothing was saved. "
        f"Take them out of the choice, or put right what is missing. {' '.join(lines)}"
    )


def _names(rows: Iterable[Hazard], changes: Mapping[str, Any]) -> dict[str, dict[Any, str]]:
    """The words of the people and releases that are named before or after. Two queries at most."""
    names: dict[str, dict[Any, str]] = {}
    if "owner_id" in changes:
        keys = {changes["owner_id"], *(row.owner_id for row in rows)} - {None}
        people = User.objects.filter(pk__in=keys).select_related("profile")
        names["owner_id"] = {person.pk: person.name for person in people}
    if "first_release_id" in changes:
        keys = {changes["first_release_id"], *(row.first_release_id for row in rows)} - {None}
        labels = Release.objects.filter(pk__in=keys).values_list("pk", "label")
        names["first_release_id"] = dict(labels)
    return names


def _said(
    row: Hazard, name: str, values: Mapping[str, Any], names: dict[str, dict[Any, str]]
) -> str:
    """A value of a hazard in words, with these new ones: where no person owns it, the role does."""
    value = values.get(name, getattr(row, name))
    if name == "owner_id" and value is None:
        value = values.get("owner_role", row.owner_role)
        return f"{value} (a role, in words)" if value else "nobody"
    return _in_words(name, value, names)


def _in_words(name: str, value: Any, names: dict[str, dict[Any, str]]) -> str:
    if value is None or value == "":
        return "nothing"
    if name in names:
        return names[name].get(value, "somebody or something that is not there")
    if name == "status":
        return HazardStatus(value).label
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return str(value)


def _label(name: str) -> str:
    field: Any = Hazard._meta.get_field(name.removesuffix("_id"))
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def labels_of(changes: Iterable[str]) -> str:
    """The names of the fields in a sentence: ``owner, next review``."""
    wanted = set(changes)
    return ", ".join(_label(name).lower() for name in CHANGEABLE if name in wanted)
