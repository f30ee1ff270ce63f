"""Products, their team, features, releases and background jobs."""

from products.models.comment import Comment, Mention
from products.models.feature import Feature
from products.models.intended_use import IntendedUse
from products.models.job import Job
from products.models.membership import Membership
from products.models.product import Organisation, Product
from products.models.release import Release, ReleaseFeature

__all__ = [
    "Comment",
    "Feature",
    "IntendedUse",
    "Job",
    "Membership",
    "Mention",
    "Organisation",
    "Product",
    "Release",
    "ReleaseFeature",
]
