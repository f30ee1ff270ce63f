"""The REST API of controls and of the evidence about them."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Path, Query, Router, Status

from hazards.access import HazardAt, control_in, hazard_for_editing, hazard_for_reading
from hazards.actions.controls import add_control
from hazards.actions.evidence import add_evidence
from hazards.api_reading import control_reply, evidence_reply
from hazards.api_shapes import ControlReply, EvidenceReply, NewControl, NewEvidence
from hazards.models import Cause, Harm
from hazards.queries import parts_of
from hazards.reading import read_hazards
from products.access import product_for
from products.permissions import Ability
from products.rest.door import reads, writes
from products.rest.named import person_key, release_key
from products.rest.paging import Paging, page_of_keys
from products.rest.problems import NOT_POSSIBLE, Problem
from products.rest.shapes import PageOf

on_hazards = Router(tags=["Controls and evidence"])
controls = Router(tags=["Controls and evidence"])

Part = TypeVar("Part", Cause, Harm)


@on_hazards.get(
    "/{reference}/controls",
    auth=reads,
    response=PageOf[ControlReply],
    operation_id="list_controls",
)
def list_controls(
    request: HttpRequest, slug: Path[str], reference: Path[str], paging: Query[Paging]
) -> PageOf[ControlReply]:
    """The controls of a hazard, with the evidence about each."""
    at = hazard_for_reading(request, slug, reference)
    [reading] = read_hazards([at.hazard])
    found = {each.control.pk: each for each in reading.controls}
    page = page_of_keys(list(found), paging)
    items = [control_reply(found[key]) for key in page.keys]
    return PageOf[ControlReply](items=items, next=page.next)


@on_hazards.post(
    "/{reference}/controls",
    auth=writes,
    response={201: ControlReply},
    operation_id="add_control",
)
def propose_control(
    request: HttpRequest, slug: Path[str], reference: Path[str], body: Body[NewControl]
) -> Status[ControlReply]:
    """Propose a control for a hazard: on some of its causes and harms, or on the whole of it."""
    at = hazard_for_editing(request, slug, reference)
    causes, harms = parts_of(at.hazard)
    made = add_control(
        hazard=at.hazard,
        by=at.person,
        causes=_parts(causes, body.causes),
        harms=_parts(harms, body.harms),
        **_control_values(at, body),
    )
    [reading] = read_hazards([at.hazard])
    [reply] = [control_reply(each) for each in reading.controls if each.control.pk == made.pk]
    return Status(201, reply)


@controls.post(
    "/{id}/evidence", auth=writes, response={201: EvidenceReply}, operation_id="add_evidence"
)
def record_evidence(
    request: HttpRequest,
    slug: Path[str],
    id: Path[str],  # noqa: A002  # the name that stands in the address
    body: Body[NewEvidence],
) -> Status[EvidenceReply]:
    """Plan or record evidence about a control, for example what a pipeline has just tested.

    A control becomes verified by a person, on passed evidence of both kinds; evidence that failed
    takes that back at once.
    """
    standing = product_for(request, slug, Ability.EDIT_LOG)
    control = control_in(standing, id)
    values = body.model_dump(exclude={"of", "result", "release", "verifier"})
    made = add_evidence(
        controls=[control],
        by=standing.person,
        of=body.of or "",
        result=body.result or "",
        release_id=release_key(standing.product, body.release),
        verifier_id=person_key(standing.product, body.verifier),
        **values,
    )
    return Status(201, evidence_reply(made))


def _control_values(at: HazardAt, body: NewControl) -> dict[str, Any]:
    said = {name: getattr(body, name) or "" for name in ("type", "strength", "function", "party")}
    named = {"causes", "harms", "delivered_in", "implementer", *said}
    return {
        **body.model_dump(exclude=named),
        **said,
        "delivered_in_id": release_key(at.product, body.delivered_in),
        "implementer_id": person_key(at.product, body.implementer),
    }


def _parts(there: Sequence[Part], wanted: Sequence[UUID]) -> list[Part]:
    """The causes or harms with these ids. Raises ``Problem``."""
    by_id = {part.public_id: part for part in there}
    if missing := [str(each) for each in wanted if each not in by_id]:
        raise Problem(
            NOT_POSSIBLE,
            f"This hazard has no cause or harm {', '.join(missing)}. Nothing was saved. Read it "
            "again: GET it, and name those that it has.",
        )
    return [by_id[each] for each in dict.fromkeys(wanted)]
