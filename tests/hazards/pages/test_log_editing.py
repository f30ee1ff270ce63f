"""Editing in the rows of the hazard log: saved where it stands, taken back, never lost."""

import datetime
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from audit.tracked import history_of
from hazards.actions.hazards import edit_hazard, set_status
from hazards.choices import ControlState, HazardStatus
from hazards.models import Estimate, Hazard
from hazards.queries import current_matrix
from hazards.views import log_editing
from products.models import Product
from tests.hazards.factories import (
    a_control,
    a_hazard,
    a_live_hazard,
    an_estimate,
    bring_to,
    levels,
)
from tests.people import ClientOf

ROWS = "/products/digital-pharmacy/hazards/HAZ-001/log/"


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_live_hazard(product, cso, name="A repeat continues")


@pytest.fixture
def row(cso: User, client_of: ClientOf, hazard: Hazard) -> "Row":
    return Row(client_of, cso)


class Row:
    """The row of the first hazard in a browser with script."""

    def __init__(self, client_of: ClientOf, person: User) -> None:
        self.browser = client_of(person)

    def open(self, cell: str) -> str:
        response = self.browser.get(f"{ROWS}{cell}/", headers=self._headers(f"slot-1-{cell}"))
        assert response.status_code == 200
        return response.content.decode()

    def save(self, cell: str, /, slot: str = "", **values: object) -> Any:
        headers = self._headers(slot or f"slot-1-{cell}")
        return self.browser.post(f"{ROWS}{cell}/", values, headers=headers)

    def post(self, address: str, slot: str) -> Any:
        return self.browser.post(address, headers=self._headers(slot))

    def _headers(self, slot: str, columns: str = "") -> dict[str, str]:
        page = f"http://testserver/products/digital-pharmacy/hazards/?{columns}"
        return {"HX-Request": "true", "HX-Target": slot, "HX-Current-URL": page}


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def now(hazard: Hazard) -> Hazard:
    return Hazard.objects.get(pk=hazard.pk)


def test_a_cell_opens_with_what_it_says(row: Row, hazard: Hazard) -> None:
    form = row.open("name")
    assert "A repeat continues</textarea>" in form
    assert f'name="base_version" value="{hazard.version}"' in form
    assert 'hx-select="#slot-1-name"' in form
    assert "<html" not in form


def test_a_save_brings_the_row_anew_with_the_way_back(row: Row, hazard: Hazard) -> None:
    answer = row.save("name", name="A repeat goes on", base_version=hazard.version)

    text = text_of(answer)
    assert answer.status_code == 200
    assert 'id="slot-1-name"' in text
    assert "A repeat goes on" in text
    assert "Saved" in text
    assert "Undo" in text
    assert answer["HX-Push-Url"] == "false"
    assert "HAZ-001: Saved" in answer["HX-Trigger"]
    assert now(hazard).name == "A repeat goes on"


def test_each_save_has_its_entry_and_its_reason(row: Row, hazard: Hazard) -> None:
    row.save(
        "review",
        review_date=_soon().isoformat(),
        reason="Moved to March",
        base_version=hazard.version,
    )

    assert now(hazard).review_date == _soon()
    newest = history_of(hazard).first()
    assert newest is not None
    assert newest.history_change_reason == "Moved to March"


def test_an_owner_is_a_person_or_a_role(row: Row, hazard: Hazard, engineer: User) -> None:
    row.save("owner", owner=engineer.pk, base_version=hazard.version)
    assert now(hazard).owner == engineer
    text = text_of(row.save("owner", owner_role="Ward lead", base_version=now(hazard).version))
    assert (now(hazard).owner, now(hazard).owner_role) == (None, "Ward lead")
    assert "Ward lead" in text


def test_what_was_saved_is_taken_back(row: Row, hazard: Hazard) -> None:
    text = text_of(row.save("name", name="Wrong", base_version=hazard.version))
    [address] = set(re.findall(r'hx-post="([^"]+/undo/[^"]+)"', text))

    answer = row.post(f"/products/digital-pharmacy/hazards/{address}", "slot-1-name")

    assert now(hazard).name == "A repeat continues"
    assert "Undone" in text_of(answer)
    again = row.post(f"/products/digital-pharmacy/hazards/{address}", "slot-1-name")
    assert "cannot be undone" in text_of(again)
    assert 'role="alert"' in text_of(again)


def test_a_save_that_changes_nothing_offers_nothing_to_undo(
    row: Row, hazard: Hazard, cso: User
) -> None:
    edit_hazard(hazard=hazard, by=cso, changes={"family": "Medicines"})
    before = now(hazard)

    answer = row.save("name", name=hazard.name, base_version=before.version)

    assert now(hazard).version == before.version
    assert "/undo/" not in text_of(answer)


def test_what_cannot_be_saved_stays_in_the_cell(row: Row, hazard: Hazard) -> None:
    answer = row.save("name", name=" ", base_version=hazard.version)

    assert answer.status_code == 422
    assert "cannot be empty" in text_of(answer)
    assert answer["HX-Retarget"] == "#slot-1-name .cell-form"
    assert answer["HX-Reselect"] == "unset"


def test_a_status_that_it_cannot_have_is_said_beside_it(row: Row, hazard: Hazard) -> None:
    answer = row.save("status", status="closed", base_version=hazard.version)

    assert answer.status_code == 422
    assert "cannot be closed yet" in text_of(answer)
    assert now(hazard).status == HazardStatus.OPEN
    assert re.search(r'class="cell-why"\s*>', text_of(answer)), "a reason would not help"


def test_the_same_status_is_no_change(row: Row, hazard: Hazard) -> None:
    assert row.save("status", status="open", base_version=hazard.version).status_code == 200
    assert now(hazard).version == hazard.version


def test_a_status_that_somebody_moved_at_that_very_moment_is_shown_first(
    row: Row, hazard: Hazard, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_estimate(hazard, cso, "Minor", "Low")
    control = a_control(hazard, cso, party="deployer", kind="existing", instruction="Train them")
    bring_to(control, cso, ControlState.IMPLEMENTED)

    def after_another(**values: Any) -> Hazard:
        set_status(hazard=hazard, by=cso, status=HazardStatus.TRANSFERRED)
        return set_status(**values)

    monkeypatch.setattr(log_editing, "set_status", after_another)
    answer = row.save("status", status="closed", base_version=now(hazard).version)

    assert answer.status_code == 409
    assert now(hazard).status == HazardStatus.TRANSFERRED


def test_two_people_see_both_versions_beneath_the_row(
    row: Row, hazard: Hazard, engineer: User
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"name": "What Ed wrote"})

    answer = row.save("name", name="What Clara wrote", base_version=hazard.version)

    text = text_of(answer)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#slot-1"
    assert "Ed Engineer saved this while you were writing" in text
    assert "What Ed wrote" in text
    assert "What Clara wrote" in text
    assert now(hazard).name == "What Ed wrote"
    assert 'id="slot-1-drawer"' in text
    assert 'hx-target="#slot-1-drawer"' in text

    chosen = row.save(
        "name", slot="slot-1-drawer", name="What Clara wrote", base_version=now(hazard).version
    )
    assert chosen.status_code == 200
    assert chosen["HX-Retarget"] == "#slot-1"
    assert now(hazard).name == "What Clara wrote"


def test_what_others_changed_elsewhere_is_no_conflict(
    row: Row, hazard: Hazard, engineer: User
) -> None:
    edit_hazard(hazard=hazard, by=engineer, changes={"family": "Medicines"})
    assert row.save("name", name="New", base_version=hazard.version).status_code == 200
    assert (now(hazard).name, now(hazard).family) == ("New", "Medicines")


def test_a_risk_is_estimated_beneath_the_row(
    row: Row, hazard: Hazard, product: Product, cso: User
) -> None:
    severity, likelihood = levels(product, "Major", "Low")
    drawer = row.browser.get(
        f"{ROWS}risk/initial/", headers={"HX-Request": "true", "HX-Target": "slot-1"}
    ).content.decode()
    asked = {"patients": "one", "cell": f"{severity.pk}:{likelihood.pk}"}

    refused = row.save("risk/initial", slot="slot-1-drawer", **asked)
    saved = row.save(
        "risk/initial",
        slot="slot-1-drawer",
        why_severity="As in the review",
        why_likelihood="Seen once",
        **asked,
    )

    assert current_matrix(product) is not None
    assert '<tr class="log-drawer"' in drawer
    assert 'id="slot-1-drawer"' in drawer
    assert refused.status_code == 422
    assert "cannot be empty" in text_of(refused)
    assert saved.status_code == 200
    assert saved["HX-Retarget"] == "#slot-1"
    assert "Major · Low" in text_of(saved)
    assert Estimate.objects.get().estimated_by == cso


def test_the_row_has_the_columns_of_the_page(row: Row, hazard: Hazard) -> None:
    headers = {
        "HX-Request": "true",
        "HX-Target": "slot-1-name",
        "HX-Current-URL": "https://x/?columns=family,state",
    }
    text = row.browser.post(
        f"{ROWS}name/", {"name": "New", "base_version": hazard.version}, headers=headers
    ).content.decode()
    assert 'data-label="Family"' in text
    assert 'data-label="Owner"' not in text


def test_without_script_a_cell_is_a_page(row: Row, hazard: Hazard) -> None:
    page = row.browser.get(f"{ROWS}owner/").content.decode()
    answer = row.browser.post(
        f"{ROWS}owner/", {"owner_role": "Ward lead", "base_version": hazard.version}, follow=True
    )

    assert "<h1>" in page
    assert 'href="/products/digital-pharmacy/hazards/">Cancel' in re.sub(r" data-[a-z-]+", "", page)
    assert answer.redirect_chain[0][0] == "/products/digital-pharmacy/hazards/"
    assert "HAZ-001: Saved." in answer.content.decode()


@pytest.mark.parametrize("cell", ["name", "owner", "review", "status", "risk/initial"])
def test_who_may_not_is_refused(
    cell: str, hazard: Hazard, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    for person, code in ((auditor, 403), (stranger, 404)):
        assert client_of(person).get(f"{ROWS}{cell}/").status_code == code
        assert client_of(person).post(f"{ROWS}{cell}/", {"name": "x"}).status_code == code


def test_only_the_officer_sets_a_status(
    hazard: Hazard, engineer: User, client_of: ClientOf
) -> None:
    assert client_of(engineer).get(f"{ROWS}status/").status_code == 403
    assert client_of(engineer).get(f"{ROWS}name/").status_code == 200


def test_another_cell_is_not_there(row: Row) -> None:
    assert row.browser.get(f"{ROWS}version/").status_code == 404
    assert row.browser.get(f"{ROWS}risk/final/").status_code == 404


def test_what_one_may_not_edit_is_plain_words(
    product: Product, cso: User, hazard: Hazard, auditor: User, engineer: User, client_of: ClientOf
) -> None:
    a_hazard(product, cso)
    log = "/products/digital-pharmacy/hazards/"
    reads = client_of(auditor).get(log).content.decode()
    writes = client_of(engineer).get(log).content.decode()
    assert "data-open" not in reads
    assert 'name="hazard"' not in reads
    assert 'data-open="owner"' in writes
    assert 'data-open="status"' not in writes
    assert 'data-open="initial"' not in writes


def _soon() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=100)
