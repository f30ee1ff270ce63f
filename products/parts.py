"""How views get the parts of a product that they have a standing on; what is not there is 404."""

import uuid

from django.http import Http404

from products.comments import CommentSubject
from products.models import Change, Comment, Feature, IntendedUse, Membership, Release
from products.permissions import Standing
from products.queries import changes_of, features_of, intended_uses_of, releases_of, team_of


def _could_be_stored(text: str) -> bool:
    """Whether the database may be asked for a text of an address: PostgreSQL knows no NUL."""
    return "\x00" not in text


def feature_in(standing: Standing, reference: str) -> Feature:
    """The feature with this reference, with what ``features_of`` brings; raises ``Http404``."""
    if not _could_be_stored(reference):
        raise Http404
    feature: Feature | None = features_of(standing.product).filter(reference=reference).first()
    if feature is None:
        raise Http404
    feature.product = standing.product
    return feature


def release_in(standing: Standing, label: str) -> Release:
    """The release with this version, with what ``releases_of`` brings; raises ``Http404``."""
    if not _could_be_stored(label):
        raise Http404
    release: Release | None = releases_of(standing.product).filter(label=label).first()
    if release is None:
        raise Http404
    release.product = standing.product
    return release


def membership_in(standing: Standing, public_id: uuid.UUID) -> Membership:
    """The role on the team, with its person; raises ``Http404``."""
    membership: Membership | None = team_of(standing.product).filter(public_id=public_id).first()
    if membership is None:
        raise Http404
    membership.product = standing.product
    return membership


def intended_use_in(standing: Standing, number: int) -> IntendedUse:
    """A version of the statement of intended use; raises ``Http404``."""
    statement: IntendedUse | None = intended_uses_of(standing.product).filter(number=number).first()
    if statement is None:
        raise Http404
    return statement


def comment_about(subject: CommentSubject, public_id: uuid.UUID) -> Comment:
    """A comment that stands about a thing, with its author; raises ``Http404``."""
    comment = (
        Comment.objects.filter(
            product=subject.product,
            about_kind=subject.kind,
            about_id__in=subject.ids,
            public_id=public_id,
            is_active=True,
        )
        .select_related("written_by__profile", "replies_to")
        .first()
    )
    if comment is None:
        raise Http404
    comment.product = subject.product
    return comment


def change_in(standing: Standing, reference: str) -> Change:
    """The change with this reference, with what ``changes_of`` brings; raises ``Http404``."""
    if not _could_be_stored(reference):
        raise Http404
    change: Change | None = changes_of(standing.product).filter(reference=reference).first()
    if change is None:
        raise Http404
    change.product = standing.product
    return change
