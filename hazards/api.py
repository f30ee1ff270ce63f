"""The REST API of the hazard log, over the actions and queries of the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Path, Query, Router, Status

from accounts.history import history_page
from audit.errors import ChangedMeanwhile
from hazards.access import HazardAt, hazard_for_editing, hazard_for_reading
from hazards.actions.hazards import RaisedBefore, edit_hazard
from hazards.actions.raising import raise_hazard
from hazards.api_reading import (
    act_reply,
    hazard_reply,
    keys_in_order,
    row_reply,
    square_named,
)
from hazards.api_shapes import (
    ActReply,
    HazardChanges,
    HazardQuery,
    HazardReply,
    HazardRowReply,
    NewHazard,
)
from hazards.forms.fields import check_next_review
from hazards.history import objects_of
from hazards.log import FACETS, MARKS, NONE, Wanted, wanted_from
from hazards.log_filters import OF_A_ROLE, Asked
from hazards.log_reading import Reads, features_in_order, log_rows, releases_newest_first
from hazards.reading import read_hazards
from products.access import product_for, product_for_reading
from products.models import Product
from products.permissions import Ability
from products.queries import people_on_team
from products.rest.door import reads, writes
from products.rest.named import features_named, person_key, release_key
from products.rest.paging import FromCursor, before_in, cursor_of, page_of_keys
from products.rest.preconditions import IF_MATCH, check_current, tag, version_named
from products.rest.shapes import PageOf

hazards = Router(tags=["Hazards"])

#: What a body calls otherwise than the row does.
_COLUMNS = {"actions": "action_summary"}


@hazards.get("", auth=reads, response=PageOf[HazardRowReply], operation_id="list_hazards")
def list_hazards(
    request: HttpRequest, slug: Path[str], query: Query[HazardQuery]
) -> PageOf[HazardRowReply]:
    """The hazard log, filtered and sorted as its page is."""
    standing = product_for_reading(request, slug)
    product, today = standing.product, timezone.localdate()
    wanted = _wanted(product, query)
    releases = releases_newest_first(product)
    release = next((each for each in releases if each.label == wanted.release), None)
    asked = Asked(product, features_in_order(product), wanted, standing.person.pk, today, release)
    # The page of the log leaves out a release that there is none of; here nothing is in its scope.
    keys = keys_in_order(asked) if release is not None or not query.release else []
    page = page_of_keys(keys, query)
    everything = asked.everything
    has_approved = everything.filter(approved_version__isnull=False).exists()
    reads = Reads(today, has_approved, asked.reviewing)
    chosen = log_rows(everything.filter(pk__in=page.keys), reads)
    rows = {row.pk: row for row in chosen}
    items = [row_reply(request, product, rows[key]) for key in page.keys if key in rows]
    return PageOf[HazardRowReply](items=items, next=page.next)


@hazards.post("", auth=writes, response={201: HazardReply}, operation_id="raise_hazard")
def add_hazard(
    request: HttpRequest, response: HttpResponse, slug: Path[str], body: Body[NewHazard]
) -> Status[HazardReply]:
    """Raise a hazard as a draft, with its first cause, first harm and features."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    values = body.model_dump(exclude={"features", "id"})
    features = features_named(standing.product, body.features)
    try:
        made = raise_hazard(
            product=standing.product,
            by=standing.person,
            features=features,
            public_id=body.id,
            **values,
        )
    except RaisedBefore as refusal:
        raise ChangedMeanwhile(
            f"A hazard was raised with the id {body.id} already. Nothing was saved again."
        ) from refusal
    response.headers["Location"] = request.build_absolute_uri(f"{request.path}/{made.reference}")
    return Status(201, _read(request, response, slug, made.reference))


@hazards.get("/{reference}", auth=reads, response=HazardReply, operation_id="get_hazard")
def get_hazard(
    request: HttpRequest, response: HttpResponse, slug: Path[str], reference: Path[str]
) -> HazardReply:
    """One hazard, whole. Its ETag rises with whatever changes on it."""
    return _read(request, response, slug, reference)


@hazards.patch(
    "/{reference}",
    auth=writes,
    response=HazardReply,
    operation_id="change_hazard",
    openapi_extra={"parameters": [IF_MATCH]},
)
def change_hazard(
    request: HttpRequest,
    response: HttpResponse,
    slug: Path[str],
    reference: Path[str],
    body: Body[HazardChanges],
) -> HazardReply:
    """Change a hazard's own words, owner, next review or scope."""
    at = hazard_for_editing(request, slug, reference)
    base = version_named(request)
    changes = _changes(at, body)
    check_current(at.hazard, base, changes)
    edit_hazard(
        hazard=at.hazard,
        by=at.person,
        changes=changes,
        base_version=base,
        reason=body.reason,
    )
    return _read(request, response, slug, at.hazard.reference)


@hazards.get(
    "/{reference}/history",
    auth=reads,
    response=PageOf[ActReply],
    operation_id="list_hazard_history",
)
def list_history(
    request: HttpRequest, slug: Path[str], reference: Path[str], query: Query[FromCursor]
) -> PageOf[ActReply]:
    """Who changed what on a hazard, when and why; the newest first."""
    at = hazard_for_reading(request, slug, reference)
    acts, earlier = history_page(objects_of(at.hazard), before_in(query))
    following = cursor_of(earlier, 0) if earlier is not None else None
    return PageOf[ActReply](items=[act_reply(act) for act in acts], next=following)


def _read(request: HttpRequest, response: HttpResponse, slug: str, reference: str) -> HazardReply:
    at = hazard_for_reading(request, slug, reference)
    tag(response, at.hazard)
    [reading] = read_hazards([at.hazard])
    return hazard_reply(request, at.product, reading)


def _wanted(product: Product, query: HazardQuery) -> Wanted:
    """What is asked for, read as the address of the log's page is."""
    asked = {name: str(value) for name in FACETS if (value := getattr(query, name, None))}
    asked |= {name: "1" for name in MARKS if getattr(query, name)}
    for name in ("initial_cell", "residual_cell"):
        if name in asked:
            asked[name] = square_named(product, asked[name])
    asked |= {"q": query.q, "release": query.release, "sort": query.sort}
    if query.owner and query.owner != NONE and not query.owner.startswith(OF_A_ROLE):
        found = people_on_team(product).filter(email__iexact=query.owner).first()
        asked["owner"] = str(found.pk) if found is not None else "0"
    return wanted_from(asked)


def _changes(at: HazardAt, body: HazardChanges) -> dict[str, Any]:
    sent = body.model_dump(exclude_unset=True, exclude={"owner", "first_release", "reason"})
    changes = {_COLUMNS.get(name, name): value for name, value in sent.items()}
    if "owner" in body.model_fields_set:
        changes["owner_id"] = person_key(at.product, body.owner)
    if "first_release" in body.model_fields_set:
        changes["first_release_id"] = release_key(at.product, body.first_release)
    if changes.get("review_date", at.hazard.review_date) != at.hazard.review_date:
        check_next_review(changes["review_date"])
    return changes
