"""The REST API of products, features and releases, over the actions and queries of the pages."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Body, Path, Query, Router, Status

from products.access import product_for, product_for_reading
from products.actions.build_state import edit_and_place_feature
from products.actions.features import create_feature
from products.api_reading import references_carried
from products.api_shapes import (
    FeatureChanges,
    FeatureQuery,
    FeatureReply,
    NewFeature,
    ProductReply,
    ReleaseReply,
)
from products.choices import BuildState, ReleaseState, Role
from products.models import Feature, Product, Release
from products.parts import feature_in
from products.permissions import Ability, Standing
from products.queries import FeatureFilter, features_of, features_where, releases_of
from products.rest.door import caller_of, reads, writes
from products.rest.named import person_key, person_named, person_working
from products.rest.paging import Paging, page_of_keys
from products.rest.preconditions import IF_MATCH, check_current, tag, version_named
from products.rest.shapes import PageOf

router = Router(tags=["Products"])
features = Router(tags=["Features"])
releases = Router(tags=["Releases"])


@router.get("/products", auth=reads, response=PageOf[ProductReply], operation_id="list_products")
def list_products(request: HttpRequest, paging: Query[Paging]) -> PageOf[ProductReply]:
    """The product that the token is of: a token is made for one."""
    standing = caller_of(request).standing
    found = page_of_keys([standing.product.pk], paging)
    items = [_product(request, standing) for _ in found.keys]
    return PageOf[ProductReply](items=items, next=found.next)


@features.get("", auth=reads, response=PageOf[FeatureReply], operation_id="list_features")
def list_features(
    request: HttpRequest, slug: Path[str], query: Query[FeatureQuery]
) -> PageOf[FeatureReply]:
    """The features, in their order."""
    product = product_for_reading(request, slug).product
    wanted = FeatureFilter(
        words=query.q, release=query.release, withdrawn=query.withdrawn, order=query.sort
    )
    found = features_where(features_of(product), wanted)
    page = page_of_keys(list(found.values_list("pk", flat=True)), query)
    rows = {row.pk: row for row in features_of(product).filter(pk__in=page.keys)}
    items = [_feature(request, product, rows[key]) for key in page.keys if key in rows]
    return PageOf[FeatureReply](items=items, next=page.next)


@features.post("", auth=writes, response={201: FeatureReply}, operation_id="add_feature")
def add_feature(
    request: HttpRequest, response: HttpResponse, slug: Path[str], body: Body[NewFeature]
) -> Status[FeatureReply]:
    """Add a feature."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    product = standing.product
    values = body.model_dump(exclude={"owner"})
    owner = person_working(product, body.owner)
    made = create_feature(product=product, by=standing.person, owner=owner, **values)
    response.headers["Location"] = request.build_absolute_uri(f"{request.path}/{made.reference}")
    return Status(201, _read_feature(request, response, standing, made.reference))


@features.get("/{reference}", auth=reads, response=FeatureReply, operation_id="get_feature")
def get_feature(
    request: HttpRequest, response: HttpResponse, slug: Path[str], reference: Path[str]
) -> FeatureReply:
    """One feature. Its ETag is the version to name in If-Match."""
    return _read_feature(request, response, product_for_reading(request, slug), reference)


@features.patch(
    "/{reference}",
    auth=writes,
    response=FeatureReply,
    operation_id="change_feature",
    openapi_extra={"parameters": [IF_MATCH]},
)
def change_feature(
    request: HttpRequest,
    response: HttpResponse,
    slug: Path[str],
    reference: Path[str],
    body: Body[FeatureChanges],
) -> FeatureReply:
    """Change a feature, and say how far it is built."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    feature, base = feature_in(standing, reference), version_named(request)
    changes: dict[str, Any] = body.model_dump(
        exclude_unset=True, exclude={"owner", "state", "reason"}
    )
    if "owner" in body.model_fields_set:
        changes["owner_id"] = person_key(standing.product, body.owner)
    check_current(feature, base, changes)
    edit_and_place_feature(
        feature=feature,
        by=standing.person,
        changes=changes,
        state=body.state,
        base_version=base,
        reason=body.reason,
    )
    return _read_feature(request, response, standing, reference)


@releases.get("", auth=reads, response=PageOf[ReleaseReply], operation_id="list_releases")
def list_releases(
    request: HttpRequest, slug: Path[str], paging: Query[Paging]
) -> PageOf[ReleaseReply]:
    """The releases, the newest first."""
    product = product_for_reading(request, slug).product
    found = releases_of(product)
    page = page_of_keys(list(found.values_list("pk", flat=True)), paging)
    rows = {row.pk: row for row in found.filter(pk__in=page.keys)}
    carried = references_carried(page.keys)
    items = [
        _release(request, product, rows[key], carried.get(key, []))
        for key in page.keys
        if key in rows
    ]
    return PageOf[ReleaseReply](items=items, next=page.next)


def _product(request: HttpRequest, standing: Standing) -> ProductReply:
    product = standing.product
    return ProductReply(
        slug=product.slug,
        name=product.name,
        organisation=product.organisation.name,
        summary=product.summary,
        roles=[role for role in Role if role in standing.roles],
        url=request.build_absolute_uri(product.get_absolute_url()),
    )


def _read_feature(
    request: HttpRequest, response: HttpResponse, standing: Standing, reference: Path[str]
) -> FeatureReply:
    feature = feature_in(standing, reference)
    tag(response, feature)
    return _feature(request, standing.product, feature)


def _feature(request: HttpRequest, product: Product, feature: Feature) -> FeatureReply:
    links: Iterable[Any] = feature.carried_by  # type: ignore[attr-defined]  # features_of
    page = reverse("feature_detail", args=[product.slug, feature.reference])
    return FeatureReply(
        reference=feature.reference,
        title=feature.title,
        for_patients=feature.for_patients,
        for_product=feature.for_product,
        tracker_url=feature.tracker_url,
        owner=person_named(feature.owner),
        state=BuildState(feature.state),
        build_began_on=feature.build_began_on,
        is_withdrawn=not feature.is_active,
        releases=[link.release.label for link in links],
        version=feature.version,
        url=request.build_absolute_uri(page),
    )


def _release(
    request: HttpRequest, product: Product, release: Release, carried: list[str]
) -> ReleaseReply:
    page = reverse("release_detail", args=[product.slug, release.label])
    return ReleaseReply(
        label=release.label,
        state=ReleaseState(release.state),
        planned_on=release.planned_on,
        released_on=release.released_on,
        summary=release.summary,
        features=carried,
        version=release.version,
        url=request.build_absolute_uri(page),
    )
