"""What has the rules look at hazards again although nothing on the hazards was changed.

A change of a hazard or of anything on it raises its content version, and that is enough
(``storing.changed_since_checked``). These reach hazards from further away.
"""

from collections.abc import Set

from django.db.models import Q

from audit.following import follow
from hazards.choices import MatrixState
from hazards.models import Assumption, Estimate, HazardSummary, MatrixVersion
from hazards.summaries import at_the_end
from products.models import Release


def keep_due() -> None:
    """Follow releases, the assumptions that estimates rest on, and the matrix in use."""
    follow(Release, at_the_end("rules by release", _by_release))
    follow(Assumption, at_the_end("rules by assumption", _by_assumption))
    follow(MatrixVersion, at_the_end("rules by matrix", _by_matrix))


def _by_release(keys: Set[int]) -> None:
    """Another release may be in hand, or deliver what a hazard counts on."""
    _due_again(Q(product__releases__in=keys))


def _by_assumption(keys: Set[int]) -> None:
    """An estimate may rest on what is the product's or another hazard's."""
    _due_again(Q(hazard__in=Estimate.objects.filter(assumption__in=keys).values("hazard")))


def _by_matrix(keys: Set[int]) -> None:
    """Another version of the matrix may be in use, which moves risks of older ones."""
    approved = MatrixVersion.objects.filter(pk__in=keys, state=MatrixState.APPROVED)
    _due_again(Q(product__in=approved.values("product")))


def _due_again(those: Q) -> None:
    rows = HazardSummary.objects.filter(those).exclude(checked_version=None)
    rows.update(checked_version=None)
