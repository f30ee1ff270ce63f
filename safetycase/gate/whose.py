"""Whose move each reason is and where it is put right, read for all reasons at once."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.urls import reverse

from hazards.choices import Acceptability
from hazards.models import Control, Hazard, HazardFeature
from hazards.quality.of_hazard import address_of, address_on_product
from products.choices import ReleaseState, Role
from products.models import Change, Feature, Membership, Product, Release, ReleaseFeature
from products.permissions import current_memberships, roles_in_words
from reviews.plan.reading import classes_of, plan_in_force
from safetycase.gate.effort import Kind, Whose, kind_of
from safetycase.gate.findings import GateFinding
from safetycase.gate.reading import GateReading
from safetycase.gate.signing import statement_in_force
from safetycase.gate.steps import Move, Step, steps_of
from safetycase.gate.without_features import Carried, Scope, Without, without_features
from safetycase.quality_rules import stands_without

_OFFICER = Role.CLINICAL_SAFETY_OFFICER

#: The role that answers, where the record names nobody.
ROLES = {
    Whose.HAZARD_OWNER: _OFFICER,
    Whose.IMPLEMENTER: Role.CONTRIBUTOR,
    Whose.ACCEPTORS: Role.ACCOUNTABLE_EXECUTIVE,
    Whose.OFFICER: _OFFICER,
    Whose.EXECUTIVE: Role.ACCOUNTABLE_EXECUTIVE,
    Whose.PRODUCT: Role.PRODUCT_MANAGER,
    Whose.WRITERS: Role.CLINICAL_PRODUCT_MANAGER,
}


@dataclass
class Surroundings:
    """What stands around the reasons of a gate: hazards, controls, features and people.

    A constant number of queries, each made when it is first asked for.
    """

    product: Product
    release: Release
    reasons: Sequence[GateFinding]

    @cached_property
    def hazards(self) -> dict[int, Hazard]:
        """The hazards of the reasons, by key."""
        keys = {each.key for each in self.reasons if each.key is not None}
        rows = Hazard.objects.filter(pk__in=keys).select_related("owner__profile", "first_release")
        return {each.pk: each for each in rows}

    @cached_property
    def controls(self) -> dict[str, Control]:
        """The controls that subjects name, by public id; whatever else they name is none."""
        named = [
            public_id for each in self.reasons if (public_id := _parsed(_named_in(each.subject)))
        ]
        rows = Control.objects.filter(product=self.product, public_id__in=named)
        return {str(each.public_id): each for each in rows.select_related("implementer__profile")}

    @cached_property
    def built(self) -> dict[str, Feature | Change]:
        """The features and changes that subjects name, by subject (``feature:FEAT-4``; of one that
        triage stopped ``stopped-feature:FEAT-4``)."""
        found: dict[str, Feature | Change] = {}
        for kind, model in (("feature", Feature), ("change", Change)):
            named = {
                each.subject: _named_in(each.subject)
                for each in self.reasons
                if each.subject.startswith((f"{kind}:", f"stopped-{kind}:"))
            }
            if named:
                rows = model.objects.filter(
                    product=self.product, reference__in=set(named.values())
                ).select_related("owner__profile")
                by_name = {row.reference: row for row in rows}
                found |= {
                    subject: by_name[name] for subject, name in named.items() if name in by_name
                }
        return found

    @cached_property
    def carried(self) -> list[Carried]:
        """The features that the release carries, in their order."""
        links = ReleaseFeature.objects.filter(release=self.release, is_active=True)
        return [
            Carried(each.feature.pk, each.feature.reference, each.feature.title)
            for each in links.select_related("feature").order_by("feature__number")
        ]

    @cached_property
    def features_of(self) -> dict[int, list[int]]:
        """The keys of the features of each hazard, in their order."""
        found: dict[int, list[int]] = defaultdict(list)
        links = HazardFeature.objects.filter(hazard__in=list(self.hazards), is_active=True)
        for hazard, feature in links.order_by("feature__number").values_list("hazard", "feature"):
            found[hazard].append(feature)
        return found

    @cached_property
    def scopes(self) -> dict[int, Scope]:
        """Through what each hazard of the reasons is in scope of the release. Two queries."""
        carriers: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for feature, position, label in (
            ReleaseFeature.objects.filter(
                feature__in={key for keys in self.features_of.values() for key in keys},
                is_active=True,
                release__position__lte=self.release.position,
            )
            .exclude(release__state=ReleaseState.WITHDRAWN)
            .order_by("release__position")
            .values_list("feature", "release__position", "release__label")
        ):
            carriers[feature].append((position, label))
        return {
            key: self._scope(hazard, {each: carriers[each] for each in self.features_of[key]})
            for key, hazard in self.hazards.items()
        }

    def _scope(self, hazard: Hazard, carriers: dict[int, list[tuple[int, str]]]) -> Scope:
        if hazard.first_release is not None:
            return Scope(stays=f"it was placed in release {hazard.first_release.label} by hand")
        earlier = sorted(
            (position, label)
            for those in carriers.values()
            for position, label in those
            if position < self.release.position
        )
        if earlier:
            return Scope(stays=f"it has been in scope since release {earlier[0][1]}")
        return Scope(features=frozenset(key for key, those in carriers.items() if those))

    @cached_property
    def acceptors(self) -> str:
        """The roles whom the plan in force lets accept what is acceptable if justified."""
        plan = plan_in_force(self.product)
        if plan is None:
            return ""
        roles = dict.fromkeys(
            role
            for each in classes_of(plan)
            if each.risk_class.acceptability == Acceptability.IF_JUSTIFIED
            for role in each.accepting_roles
        )
        return roles_in_words(roles)

    @cached_property
    def people(self) -> dict[Role, list[str]]:
        """The names of those who hold each role today, deputies last. One query."""
        found: dict[Role, list[str]] = defaultdict(list)
        members = Membership.objects.filter(current_memberships(), product=self.product)
        for each in members.select_related("person__profile").order_by("is_deputy", "pk"):
            found[Role(each.role)].append(each.person.name)
        return found

    def subject_features(self) -> dict[str, int]:
        """Which carried feature a finding's subject is about, by subject. A change stays in the
        release when its feature leaves."""
        carried = {each.key for each in self.carried}
        found = {}
        for subject, row in self.built.items():
            if isinstance(row, Feature) and row.pk in carried:
                found[subject] = row.pk
        return found


def _named_in(subject: str) -> str:
    """What a subject names after its kind."""
    return subject.partition(":")[2]


def _parsed(public_id: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(public_id)
    except ValueError:
        return None


def way_of(reading: GateReading) -> tuple[list[Step], Without | None]:
    """The steps that leave nothing blocking, the quickest first, and the features without which
    nothing does. About twelve queries, however many reasons there are.

    Of a release that its report blocks: everything that would block now, since a new version
    freezes that too, and then the new version; leaving features out would change nothing of what
    is issued.
    """
    if reading.report is None:
        return _way(reading.product, reading.release, reading.reasons)
    if not reading.reasons:
        return [], None
    still = [each for each in reading.live if each.blocks and not each.waits_for_version]
    steps, _ = _way(reading.product, reading.release, [*still, _new_version(reading)])
    return steps, None


def _new_version(reading: GateReading) -> GateFinding:
    label = reading.release.label
    return GateFinding(
        rule="DO01",
        message=f"Freeze a new version for release {label} and have it approved and issued.",
        field="version",
        subject="report",
    )


def _way(
    product: Product, release: Release, reasons: Sequence[GateFinding]
) -> tuple[list[Step], Without | None]:
    around = Surroundings(product, release, reasons)
    steps = steps_of(_move(around, each) for each in reasons)
    without = without_features(
        reasons, around.scopes, around.carried, features_of_subject=around.subject_features()
    )
    if without is None or not without.features:
        return steps, without
    return steps, replace(
        without, signatures_remain=_signatures_remain(product, release, reasons, without)
    )


def _signatures_remain(
    product: Product, release: Release, reasons: Sequence[GateFinding], without: Without
) -> bool:
    """Whether the release has to be signed for all the same once the features are out."""
    if statement_in_force(release) is not None:
        return True  # it names what the release carries
    if any(each.waits_for_version for each in reasons) or without.hazards:
        return not stands_without(product, release, without.hazards)
    return False


def _move(around: Surroundings, found: GateFinding) -> Move:
    kind = kind_of(found)
    control = around.controls.get(_named_in(found.subject))
    built = around.built.get(found.subject)
    who, is_role = _who(around, found, kind, control, built)
    if control is not None:
        thing = control.reference
    elif built is not None:
        thing = built.reference
    else:
        thing = found.hazard
    return Move(
        finding=found,
        thing=thing,
        url=_url(around, found, kind, control, built),
        who=who,
        is_role=is_role,
        feature=_feature(around, found),
    )


def _who(
    around: Surroundings,
    found: GateFinding,
    kind: Kind,
    control: Control | None,
    built: Feature | Change | None,
) -> tuple[str, bool]:
    """A person's name, or a role's words and True."""
    if built is not None and built.owner is not None:
        return built.owner.name, False
    if kind.whose is Whose.IMPLEMENTER and control is not None and control.implementer:
        return control.implementer.name, False
    if kind.whose is Whose.ACCEPTORS and around.acceptors:
        return around.acceptors[:1].upper() + around.acceptors[1:], True
    hazard = around.hazards.get(found.key or 0)
    owns = (Whose.HAZARD_OWNER, Whose.IMPLEMENTER)
    if kind.whose in owns and hazard is not None and hazard.owner:
        return hazard.owner.name, False
    role = ROLES[kind.whose]
    holders = around.people.get(role, [])
    if len(holders) == 1:
        return f"{holders[0]} ({role.label.lower()})", False
    return role.label, True


def _url(
    around: Surroundings,
    found: GateFinding,
    kind: Kind,
    control: Control | None,
    built: Feature | Change | None,
) -> str:
    """Where it is done: a page that everybody on the team can read, auditors too."""
    slug = around.product.slug
    if kind.page:
        return reverse(kind.page, args=[slug])
    if isinstance(built, Feature):
        return reverse("feature_detail", args=[slug, built.reference])
    if not found.address:
        return address_on_product(slug, found.field) or reverse("quality", args=[slug])
    if control is not None:
        page = reverse("hazard_detail", args=[slug, found.address])
        return f"{page}#control-{control.reference}"
    return address_of(slug, found.address, found.field)


def _feature(around: Surroundings, found: GateFinding) -> str:
    """The feature of the release that the reason's hazard belongs to, where there is one."""
    if found.key is None:
        return ""
    carried = {each.key: each.reference for each in around.carried}
    mine: Iterable[int] = around.features_of.get(found.key, [])
    return next((carried[key] for key in mine if key in carried), "")
