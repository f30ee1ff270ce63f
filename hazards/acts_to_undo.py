"""What an act on the log changed, and what stands in the way of taking it back.

Read from the ledger: for each thing, the fields that the act changed, with the values before and
after it. Nothing here writes.
"""

import datetime
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery

from accounts.models import User
from audit.models import Entry
from audit.timeline import Change, acts_of
from audit.tracked import Tracked
from hazards.choices import AssumptionState, ControlState
from hazards.models import (
    Assumption,
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
    HazardFeature,
    NewHazardLink,
)
from products.models import Product
from products.permissions import Ability, standing_of

#: More than this in one act is no slip of the hand.
MOST = 10_000  # entries of the ledger

MOST_SHOWN = 20  # entries

UNDOABLE: dict[str, type[Tracked]] = {
    model._meta.label_lower: model
    for model in (
        Hazard, Cause, Harm, Control, ControlLink, NewHazardLink, Evidence, EvidenceLink,
        Assumption, HazardFeature,
    )
}  # fmt: skip

#: What follows from other things, and is worked out anew.
FOLLOWS = frozenset(
    {"id", "public_id", "version", "content_version", "worst_initial_id", "worst_residual_id"}
)

#: What is decided by its own step, with the words of the way back.
DECIDED = {
    (Hazard, "state"): "It moved a hazard into or out of the log. Use the hazard’s own buttons "
    "to make it live, to withdraw or to restore it.",
    (Hazard, "merged_into_id"): "It merged hazards, which is not taken back. Split the hazard, or "
    "raise another.",
    (Hazard, "split_from_id"): "It split a hazard, which is not taken back. Merge the two.",
    (Control, "state"): "It moved the state of a control, which is a step of its own. Set the "
    "state of the control instead.",
}

#: What is never taken back, with what to do instead.
KEPT = {
    "hazards.estimate": "It recorded an estimate of risk. Estimates are superseded, never taken "
    "back: estimate the risk again.",
    "hazards.importbatch": "It was an import. Import a corrected file, or change what it brought.",
    "hazards.matrixversion": "It changed the risk matrix. Start a new version of it.",
}
_KEPT_ELSE = (
    "It recorded something that is never taken back, such as a review or a signature. Record a "
    "newer one, or withdraw it on its own page."
)
_RAISED = "It raised a hazard. Withdraw the hazard with a reason instead."


@dataclass(frozen=True)
class Touched:
    """One thing that the act changed or added: the fields that differ, before and after."""

    model: type[Tracked]
    key: int
    label: str
    is_new: bool
    before: dict[str, Any]
    after: dict[str, Any]
    version: int  # of the thing, when the act was over


@dataclass
class ActToUndo:
    """One act, with everything that keeps it from being taken back."""

    id: uuid.UUID
    by: int  # the key of the person
    reason: str
    when: datetime.datetime
    touched: list[Touched] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.obstacles

    @property
    def what(self) -> list[str]:
        """What would be taken back, in words, one for each thing that was changed or added."""
        words = [
            f"{each.label} was added"
            if each.is_new
            else f"{', '.join(_label(each.model, name) for name in each.after)} of {_named(each)}"
            for each in self.touched
            if each.is_new or each.after
        ]
        return [word[:1].upper() + word[1:] for word in words]

    @property
    def abilities(self) -> list[Ability]:
        """What the change itself asked for."""
        asked = set()
        for each in self.touched:
            if each.model is HazardFeature:
                asked.add(Ability.LINK_FEATURES)
            elif each.model is not Hazard or set(each.after) - {"status"}:
                asked.add(Ability.EDIT_LOG)
            if each.model is Hazard and "status" in each.after:
                asked.add(Ability.GOVERN_LOG)
        return sorted(asked or {Ability.EDIT_LOG}, key=lambda each: each.name)

    @property
    def hazards(self) -> list[int]:
        """The keys of the hazards that it was on."""
        return [each.key for each in self.touched if each.model is Hazard]

    def of(self, model: type[Tracked]) -> list[Touched]:
        """What it touched of one kind."""
        return [each for each in self.touched if each.model is model]


def act_in(product: Product, act: uuid.UUID) -> ActToUndo | None:
    """An act on a product with what it touched and what stands in the way; None: not there."""
    entries = Entry.objects.filter(act=act, scope=product.scope)
    first = entries.order_by("pk").first()
    if first is None:
        return None
    found = ActToUndo(act, first.person_id, first.reason, first.at)
    kinds = list(entries.values_list("model", flat=True)[: MOST + 1])
    found.obstacles = [KEPT[kind] for kind in KEPT if kind in kinds]
    if not found.obstacles and set(kinds) - set(UNDOABLE):
        found.obstacles = [_KEPT_ELSE]
    if len(kinds) > MOST:
        found.obstacles.append("It changed too much to be taken back in one go.")
    if found.obstacles:
        return found
    found.touched = _touched(entries)
    found.obstacles = _decided(found.touched) or changed_since(found)
    return found


def last_change_of(hazard: Hazard, by: User) -> ActToUndo | None:
    """The newest act of a person on a hazard, to be taken back; None: they never changed it.

    Every change of a hazard, or of anything on it, leaves an entry of the hazard itself. That they
    may not make the change any more is an obstacle too.
    """
    newest = (
        Entry.objects.filter(model=Hazard._meta.label_lower, object_id=hazard.pk, person=by)
        .order_by("-pk")
        .values_list("act", flat=True)
        .first()
    )
    found = act_in(hazard.product, newest) if newest else None
    if found is not None and found.is_possible:
        standing = standing_of(by, hazard.product)
        if not all(standing.can(ability) for ability in found.abilities):
            found.obstacles.append("Your role does not let you make this change any more.")
    return found


def changes_in(found: ActToUndo) -> list[Change]:
    """The newest changes of an act as the history shows them: old and new words; 20 at most."""
    entries = Entry.objects.filter(act=found.id).order_by("-pk")[:MOST_SHOWN]
    return [change for each in acts_of(entries) for change in each.changes]


def _touched(entries: "models.QuerySet[Entry]") -> list[Touched]:
    earlier = Entry.objects.filter(
        model=OuterRef("model"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    rows = entries.order_by("pk").annotate(former=Subquery(earlier.values("row")[:1]))
    first: dict[tuple[str, int], Any] = {}
    last: dict[tuple[str, int], Any] = {}
    for entry in rows:
        key = (entry.model, entry.object_id)
        first.setdefault(key, entry)
        last[key] = entry
    return [_difference(UNDOABLE[key[0]], first[key], last[key]) for key in first]


def _difference(model: type[Tracked], first: Any, last: Any) -> Touched:
    is_new = first.kind == Entry.Kind.ADDED
    old = {} if is_new else json.loads(first.former)
    new = json.loads(last.row)
    before, after = {}, {}
    for column in model._meta.concrete_fields:
        name = column.attname
        # A column that is younger than the former version was not changed by the act.
        if name in FOLLOWS or name not in new or not (is_new or name in old):
            continue
        if is_new or old.get(name) != new[name]:
            after[name] = column.to_python(new[name])
            before[name] = None if is_new else column.to_python(old.get(name))
    return Touched(model, last.object_id, last.label, is_new, before, after, new["version"])


def _decided(touched: Iterable[Touched]) -> list[str]:
    obstacles = []
    for each in touched:
        if each.is_new:
            obstacles += [_RAISED] if each.model is Hazard else []
            continue
        decided = [(each.model, name) for name in each.after]
        obstacles += [DECIDED[each] for each in decided if each in DECIDED]
    return list(dict.fromkeys(obstacles))


def changed_since(act: ActToUndo) -> list[str]:
    """What somebody changed later of what the act changed, a sentence each.

    One query for each kind of thing, and three more where the act added something.
    """
    now: dict[type[Tracked], dict[int, Any]] = {}
    for model in {each.model for each in act.touched}:
        keys = [each.key for each in act.touched if each.model is model]
        now[model] = {row.pk: row for row in model._default_manager.filter(pk__in=keys)}
    sentences = []
    for each in act.touched:
        row = now[each.model][each.key]
        if each.is_new:
            if row.version != each.version:
                sentences.append(f"{each.label} was changed since.")
            continue
        names = [name for name, value in each.after.items() if getattr(row, name) != value]
        if names:
            labels = ", ".join(_label(each.model, name) for name in names)
            sentences.append(f"The {labels} of {_named(each)} was changed since.")
    return sentences + _leaned_on_since(act)


def _leaned_on_since(act: ActToUndo) -> list[str]:
    """What was put since on what the act added: taking that away would take the rest with it."""
    added: dict[type[Tracked], set[int]] = defaultdict(set)
    for each in act.touched:
        if each.is_new:
            added[each.model].add(each.key)
    links = ControlLink.objects.filter(is_active=True).exclude(pk__in=added[ControlLink])
    evidence = EvidenceLink.objects.filter(is_active=True).exclude(pk__in=added[EvidenceLink])
    linked, shown = (
        "A control was linked to the {} that it added since.",
        ("Evidence was linked with the {} that it added since."),
    )
    estimated = "A risk was estimated with the {} that it added since."
    estimates = Estimate.objects.all()
    asked: list[tuple[str, type[Tracked], models.QuerySet[Any], str]] = [
        ("cause", Cause, links, linked),
        ("harm", Harm, links, linked),
        ("control", Control, links, linked),
        ("control", Control, evidence, shown),
        ("evidence", Evidence, evidence, shown),
        ("cause", Cause, estimates, estimated),
        ("harm", Harm, estimates, estimated),
        ("assumption", Assumption, estimates, estimated),
    ]
    return [
        sentence.format(name)
        for name, model, rows, sentence in asked
        if added[model] and rows.filter(**{f"{name}__in": added[model]}).exists()
    ]


#: What an added thing becomes when it is taken back, where that is not “no longer in use”.
TAKEN_BACK: dict[type[Tracked], dict[str, Any]] = {
    Control: {"state": ControlState.WITHDRAWN},
    Assumption: {"state": AssumptionState.WITHDRAWN},
}


def former_values(each: Touched) -> dict[str, Any]:
    """The values that take the change of one thing back."""
    if not each.is_new:
        return each.before
    for model, values in TAKEN_BACK.items():
        if each.model is model:
            return values
    return {"is_active": False}


def _named(each: Touched) -> str:
    return each.label[:1].lower() + each.label[1:]


def _label(model: type[Tracked], name: str) -> str:
    column: Any = model._meta.get_field(name.removesuffix("_id"))
    return str(column.verbose_name)
