"""What somebody sends to the hazard log who does not send what its pages send."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from audit.errors import NotPossible, ReasonNeeded
from hazards.actions.hazards import edit_hazard
from hazards.actions.undoing import last_change_of, undo_last_change
from hazards.changing_many import MOST
from hazards.models import Hazard, HazardSummary, SearchDocument
from hazards.record_format.read import read_record
from hazards.search.index import put_into_index
from hazards.search.matching import search_log
from products.models import Product
from tests.hazards.factories import a_control, a_hazard
from tests.hazards.record_format.twins import record_bytes
from tests.people import ClientOf

Forge = Callable[[Any], object]


def _is_called(things: str, reference: str) -> Forge:
    return lambda record: record[things][-1].update(reference=reference)


#: What no log ever is: the next number would be taken, or a page could not be led to.
FORGED: dict[str, tuple[Forge, str]] = {
    "the next hazard's": (_is_called("hazards", "HAZ-003"), "does not end with -002."),
    "a slash": (_is_called("hazards", "a/b-002"), "does not end with -002."),
    "a page": (_is_called("hazards", "imports"), "does not end with -002."),
    "the next control's": (_is_called("controls", "CTL-002"), "is not CTL-001."),
    "no control's": (_is_called("controls", "a/b"), "is not CTL-001."),
    "called alike": (
        lambda record: record["hazards"][1].update(imported_reference="HAZ-001"),
        "HAZ-001 is there twice.",
    ),
}


@pytest.fixture
def record(product: Product, cso: User) -> Any:
    """The record of a log of two hazards and a control."""
    a_control(a_hazard(product, cso), cso)
    a_hazard(product, cso, name="Another")
    return json.loads(record_bytes(product))


@pytest.mark.parametrize("forged", FORGED)
def test_references_that_would_stop_a_log_for_good_are_not_restored(
    record: Any, forged: str
) -> None:
    forge, said = FORGED[forged]
    forge(record)
    with pytest.raises(NotPossible) as refusal:
        read_record(name="log.json", content=json.dumps(record).encode())
    assert said in refusal.value.sentence


def test_a_long_chain_of_splits_is_read_at_once(record: Any) -> None:
    first, many = record["hazards"][0], 5_000
    record["hazards"] = [
        {
            **first,
            "number": number,
            "reference": f"HAZ-{number:03d}",
            "split_from": f"HAZ-{number + 1:03d}" if number < many else None,
        }
        for number in range(1, many + 1)
    ]
    read_record(name="log.json", content=json.dumps(record).encode())
    record["hazards"][-1]["split_from"] = "HAZ-001"
    with pytest.raises(NotPossible, match="in a circle"):
        read_record(name="log.json", content=json.dumps(record).encode())


@pytest.fixture
def approved(product: Product, cso: User) -> Hazard:
    """A hazard that was approved after the officer gave it a family."""
    hazard = a_hazard(product, cso)
    edit_hazard(hazard=hazard, by=cso, changes={"family": "Medicines"})
    HazardSummary.objects.filter(hazard=hazard).update(approved_version=1)
    return hazard


def test_what_was_approved_is_not_undone_without_a_reason_of_ones_own(
    approved: Hazard, cso: User, client_of: ClientOf
) -> None:
    with pytest.raises(ReasonNeeded):
        undo_last_change(hazard=approved, by=cso)
    change = last_change_of(approved, cso)
    assert change is not None
    slug, client = approved.product.slug, client_of(cso)
    in_row = reverse("log_cell_undo", args=[slug, approved.reference, "name", change.id])
    page = client.post(in_row, follow=True)
    assert "Undo it on the hazard’s own page" in page.content.decode()
    client.post(reverse("act_undo", args=[slug, change.id]), {"reason": ""})
    approved.refresh_from_db()
    assert approved.family == "Medicines"


def test_what_was_said_for_the_change_a_moment_ago_counts_for_its_undo(
    approved: Hazard, cso: User, client_of: ClientOf
) -> None:
    slug, client = approved.product.slug, client_of(cso)
    cell = reverse("log_cell", args=[slug, approved.reference, "name"])
    sent = {"name": "Wrong", "reason": "As the board decided", "base_version": approved.version}
    assert client.post(cell, sent).status_code == 302
    change = last_change_of(approved, cso)
    assert change is not None
    client.post(reverse("log_cell_undo", args=[slug, approved.reference, "name", change.id]))
    taken_back = last_change_of(approved, cso)
    assert taken_back is not None
    assert taken_back.reason == "Undid: As the board decided"


def test_a_choice_of_more_hazards_than_any_database_asks_for_is_answered(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso)
    chosen = ",".join(f"HAZ-{number:03d}:1" for number in range(1, 300_000))
    change = reverse("log_change", args=[product.slug])
    answered = client_of(cso).post(change, {"chosen": chosen, "family": "Medicines"})
    assert answered.status_code == 422
    assert not Hazard.objects.filter(family="Medicines").exists()
    assert MOST < 30_000


@pytest.mark.parametrize("address", ["http://[", "http://a]b", "::", "https://x/?columns=%00"])
def test_a_page_whose_address_is_none_gets_the_usual_columns(
    product: Product, cso: User, client_of: ClientOf, address: str
) -> None:
    hazard = a_hazard(product, cso)
    cell = reverse("log_cell", args=[product.slug, hazard.reference, "name"])
    asked = {"HX-Request": "true", "HX-Target": "slot-1-name", "HX-Current-URL": address}
    assert client_of(cso).get(cell, headers=asked).status_code == 200


def test_more_words_than_an_index_holds_keep_nobody_from_saving(
    product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso, name="Zebra")
    document = SearchDocument.objects.get(hazard=hazard)
    document.body = " ".join(f"word{number}" for number in range(150_000))
    put_into_index([document])
    assert [each.reference for each in search_log(product, "zebra word7")] == ["HAZ-001"]
