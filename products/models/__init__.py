"""Products, their team, features, releases and background jobs."""

from products.models.change import Change
from products.models.comment import Comment, Mention
from products.models.feature import Feature
from products.models.glossary import GlossaryTerm
from products.models.intended_use import IntendedUse
from products.models.job import Job
from products.models.membership import Membership
from products.models.product import Organisation, Product
from products.models.release import Release, ReleaseFeature
from products.models.token import ApiToken, ApiTokenSecret
from products.models.tracker import (
    InboundDelivery,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
    TrackerSecret,
)

__all__ = [
    "ApiToken",
    "ApiTokenSecret",
    "Change",
    "Comment",
    "Feature",
    "GlossaryTerm",
    "InboundDelivery",
    "IntendedUse",
    "Job",
    "Membership",
    "Mention",
    "Organisation",
    "Product",
    "Release",
    "ReleaseFeature",
    "TrackerConnection",
    "TrackerItem",
    "TrackerMessage",
    "TrackerSecret",
]
