"""What the REST API says and takes of products, features and releases."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from products.choices import BuildState, ReleaseState, Role
from products.rest.paging import Paging
from products.rest.shapes import (
    ONE_LINE,
    PLAIN,
    Address,
    Link,
    PersonNamed,
    Reason,
    Reply,
    Sent,
    text,
)

_VOICE = 5_000  # characters


class ProductReply(Reply):
    """The product that the token is of."""

    slug: str
    name: str
    organisation: str
    summary: str
    roles: Annotated[
        list[Role], Field(description="What the person whom the token acts for is there today.")
    ]
    url: str


class FeatureReply(Reply):
    """Something the product does, in both voices."""

    reference: str
    title: str
    for_patients: str
    for_product: str
    tracker_url: str
    owner: PersonNamed | None
    state: Annotated[BuildState, Field(description="How far it is built.")]
    build_began_on: datetime.date | None
    is_withdrawn: bool
    releases: Annotated[list[str], Field(description="The releases that carry it.")]
    version: int
    url: str


class FeatureQuery(Paging):
    """Which features; as the page of features is filtered."""

    q: Annotated[str, text(200), Field(description="Words that it says.")] = ""
    release: Annotated[str, text(40), Field(description="The release that carries it.")] = ""
    withdrawn: Annotated[bool, Field(description="Those that are in the product no more.")] = False
    sort: Annotated[
        Literal["", "title", "owner"], Field(description="By their numbers where nothing is said.")
    ] = ""


class NewFeature(Sent):
    """A feature that is new."""

    title: Annotated[str, text(200, least=1), ONE_LINE]
    reference: Annotated[
        str, text(40), Field(description="As your tracker calls it; the next free one if empty.")
    ] = ""
    for_patients: Annotated[str, text(_VOICE), PLAIN] = ""
    for_product: Annotated[str, text(_VOICE), PLAIN] = ""
    tracker_url: Link = ""
    owner: Address | None = None
    reason: Reason = ""


class FeatureChanges(Sent):
    """What changes of a feature; what is left out stays."""

    title: Annotated[str, text(200, least=1), ONE_LINE] = ""
    for_patients: Annotated[str, text(_VOICE), PLAIN] = ""
    for_product: Annotated[str, text(_VOICE), PLAIN] = ""
    tracker_url: Link = ""
    owner: Address | None = None
    state: BuildState | None = None
    reason: Reason = ""


class ReleaseReply(Reply):
    """A version of the product."""

    label: str
    state: ReleaseState
    planned_on: datetime.date | None
    released_on: datetime.date | None
    summary: str
    features: Annotated[list[str], Field(description="The references of what it carries.")]
    version: int
    url: str
