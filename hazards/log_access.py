"""The only way that a view gets several hazards of a log at once, to change them."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from hazards.access import LONGEST_REFERENCE
from hazards.changing_many import MOST
from hazards.log import Wanted
from hazards.log_filters import Asked
from hazards.log_reading import features_in_order
from hazards.models import Hazard
from products.access import AtProduct, product_for
from products.models import Release
from products.permissions import Ability, Standing


@dataclass(frozen=True)
class HazardsAt(AtProduct):
    """Hazards of a product's log, and the standing of the person who changes them."""

    hazards: list[Hazard]


def hazards_for_editing(request: HttpRequest, slug: str, references: Collection[str]) -> HazardsAt:
    """The hazards with these references, in their order, for a person who changes the log.

    What is no hazard of the product is left out, and what is more than can be changed at a time by
    more than one. Raises ``Http404`` and ``NotAllowed``.
    """
    standing = product_for(request, slug, Ability.EDIT_LOG)
    asked = [each for each in references if len(each) <= LONGEST_REFERENCE and "\x00" not in each]
    asked = list(dict.fromkeys(asked))[: MOST + 1]  # a database takes only so many
    found = Hazard.objects.filter(product=standing.product, reference__in=asked)
    return _together(standing, found)


def hazards_that_fit(request: HttpRequest, slug: str, wanted: Wanted, *, most: int) -> HazardsAt:
    """The hazards that the log would show, ``most`` of them, for a person who changes the log.

    Raises ``Http404`` and ``NotAllowed``.
    """
    standing = product_for(request, slug, Ability.EDIT_LOG)
    product = standing.product
    releases = Release.objects.filter(product=product, label=wanted.release)
    asked = Asked(
        product,
        features_in_order(product),
        wanted,
        me=standing.person.pk,
        today=timezone.localdate(),
        release=releases.first() if wanted.release else None,
    )
    keys = asked.rows().order_by("number").values_list("pk", flat=True)[:most]
    return _together(standing, Hazard.objects.filter(pk__in=list(keys)))


def _together(standing: Standing, found: QuerySet[Hazard]) -> HazardsAt:
    hazards = list(found.select_related("owner__profile", "first_release").order_by("number"))
    for hazard in hazards:
        hazard.product = standing.product
    return HazardsAt(standing, hazards)
