"""The only way that a view gets a hazard or a thing on it.

A stranger gets 404, a team member who may only read gets 403 where something would change, and a
thing of another hazard or product is not found.
"""

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404, HttpRequest

from hazards.models import (
    Assumption,
    Cause,
    Control,
    Evidence,
    EvidenceFile,
    Harm,
    Hazard,
    SavedView,
)
from hazards.permissions import check_may_change_view
from hazards.queries import IN_THE_LOG, with_scope_label
from hazards.saved_views import views_seen_by
from products.access import AtProduct, product_for, product_for_reading
from products.models import Feature, Product
from products.permissions import Ability, Standing


@dataclass(frozen=True)
class HazardAt(AtProduct):
    """A hazard, and the standing of the person who looks at it."""

    hazard: Hazard

    @property
    def is_in_the_log(self) -> bool:
        """Whether it is draft or live, so that it may be worked on."""
        return self.hazard.state in IN_THE_LOG

    def may(self, ability: Ability) -> bool:
        """Whether the person may do this with it now."""
        return self.is_in_the_log and self.standing.can(ability)


def hazard_for(request: HttpRequest, slug: str, reference: str, ability: Ability) -> HazardAt:
    """The hazard, for a person who may do this on its product.

    ``reference`` is its own or its imported one, in any case. Raises ``Http404`` and
    ``NotAllowed``.
    """
    standing = product_for(request, slug, ability)
    return HazardAt(standing, _hazard_in(standing.product, reference))


def hazard_for_reading(request: HttpRequest, slug: str, reference: str) -> HazardAt:
    """The hazard, for everybody on the team."""
    return hazard_for(request, slug, reference, Ability.READ)


def hazard_for_editing(request: HttpRequest, slug: str, reference: str) -> HazardAt:
    """The hazard, for a person who changes the log."""
    return hazard_for(request, slug, reference, Ability.EDIT_LOG)


LONGEST_REFERENCE = 60  # characters


def _check_asks(reference: str) -> None:
    """Raise ``Http404`` for what no reference can be, and no database should be asked for."""
    if len(reference) > LONGEST_REFERENCE or "\x00" in reference:
        raise Http404


def _hazard_in(product: Product, reference: str) -> Hazard:
    _check_asks(reference)
    log = with_scope_label(Hazard.objects.filter(product=product)).select_related(
        "owner__profile", "first_release", "merged_into", "summary"
    )

    def closeness(hazard: Hazard) -> tuple[bool, bool]:
        own, imported = hazard.reference, hazard.imported_reference
        is_own = own.lower() == reference.lower()
        return not is_own, reference not in (own, imported)

    # Its own reference, spelt as it is, stands in an index; for others the whole log is looked at.
    hazards: list[Hazard] = list(log.filter(reference=reference))
    if not hazards:
        alike = Q(reference__iexact=reference) | Q(imported_reference__iexact=reference)
        hazards = sorted(log.filter(alike), key=closeness)
    if not hazards:
        raise Http404
    hazards[0].product = product
    return hazards[0]


def cause_on(at: HazardAt, pk: int) -> Cause:
    """A cause of the hazard that is in the log; raises ``Http404``."""
    cause = Cause.objects.filter(pk=pk, hazard=at.hazard, is_active=True).first()
    if cause is None:
        raise Http404
    cause.hazard = at.hazard
    return cause


def harm_on(at: HazardAt, pk: int) -> Harm:
    """A harm of the hazard that is in the log; raises ``Http404``."""
    harm = Harm.objects.filter(pk=pk, hazard=at.hazard, is_active=True).first()
    if harm is None:
        raise Http404
    harm.hazard = at.hazard
    return harm


def control_on(at: HazardAt, reference: str) -> Control:
    """A control that acts on the hazard; raises ``Http404``."""
    _check_asks(reference)
    control = (
        Control.objects.filter(
            product=at.product,
            reference__iexact=reference,
            links__hazard=at.hazard,
            links__is_active=True,
        )
        .distinct()
        .first()
    )
    if control is None:
        raise Http404
    control.product = at.product
    return control


def evidence_on(at: HazardAt, pk: int) -> Evidence:
    """A piece of evidence about a control that acts on the hazard; raises ``Http404``."""
    evidence = (
        Evidence.objects.filter(
            pk=pk,
            product=at.product,
            is_active=True,
            control_links__is_active=True,
            control_links__control__links__hazard=at.hazard,
            control_links__control__links__is_active=True,
        )
        .select_related("file")
        .distinct()
        .first()
    )
    if evidence is None:
        raise Http404
    evidence.product = at.product
    return evidence


def assumption_on(at: HazardAt, pk: int) -> Assumption:
    """An assumption of the hazard; raises ``Http404``."""
    assumption = Assumption.objects.filter(pk=pk, hazard=at.hazard).first()
    if assumption is None:
        raise Http404
    assumption.product = at.product
    return assumption


def feature_on(at: HazardAt, reference: str) -> Feature:
    """A feature that touches the hazard; raises ``Http404``."""
    _check_asks(reference)
    feature = Feature.objects.filter(
        product=at.product,
        reference__iexact=reference,
        hazard_links__hazard=at.hazard,
        hazard_links__is_active=True,
    ).first()
    if feature is None:
        raise Http404
    return feature


def evidence_file_for_reading(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> EvidenceFile:
    """A file of evidence, for everybody on the team; raises ``Http404``."""
    standing = product_for_reading(request, slug)
    stored = EvidenceFile.objects.filter(product=standing.product, public_id=public_id).first()
    if stored is None:
        raise Http404
    stored.product = standing.product
    return stored


@dataclass(frozen=True)
class SavedViewAt(AtProduct):
    """A saved view of the log, and the standing of the person who changes it."""

    view: SavedView


def saved_view_for(request: HttpRequest, slug: str, public_id: uuid.UUID) -> SavedViewAt:
    """A saved view of the log that the person may change; raises ``Http404`` and ``NotAllowed``."""
    standing = product_for(request, slug, Ability.KEEP_VIEWS)
    view = views_seen_by(standing).filter(public_id=public_id).first()
    if view is None:
        raise Http404
    view.product = standing.product
    check_may_change_view(view, standing.person)
    return SavedViewAt(standing, view)


def control_in(standing: Standing, reference: str) -> Control:
    """A control of the product, whatever it acts on; raises ``Http404``."""
    _check_asks(reference)
    control = (
        Control.objects.filter(product=standing.product, reference__iexact=reference)
        .select_related("delivered_in", "implementer__profile")
        .first()
    )
    if control is None:
        raise Http404
    control.product = standing.product
    return control


def other_hazard(at: HazardAt, reference: str) -> Hazard:
    """Another hazard of the same product, draft or live; raises ``Http404``."""
    other = _hazard_in(at.product, reference)
    if other.pk == at.hazard.pk or other.state not in IN_THE_LOG:
        raise Http404
    return other
