"""Changing several hazards at once from the log: choose, look, do it, take it back."""

import datetime
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.tracked import history_of
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.actions.undoing import undo_act
from hazards.forms.log_bulk import chosen_in
from hazards.models import Hazard, HazardSummary
from products.models import Product
from tests.factories import make_release
from tests.hazards.factories import a_hazard, a_live_hazard
from tests.people import ClientOf, QueriesOf

CHANGE = "/products/digital-pharmacy/log/change/"


@pytest.fixture
def three(product: Product, cso: User) -> list[Hazard]:
    return [a_live_hazard(product, cso, name=f"Hazard number {number}") for number in (1, 2, 3)]


@pytest.fixture
def browser(cso: User, client_of: ClientOf) -> Client:
    return client_of(cso)


def chosen(browser: Client, hazards: list[Hazard]) -> str:
    """What the form carries for these hazards."""
    page = browser.get(CHANGE, {"hazard": [each.reference for each in hazards]}).content.decode()
    found = re.search(r'name="chosen" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def post(browser: Client, **values: object) -> Any:
    return browser.post(CHANGE, values)


def names(hazards: list[Hazard], field: str) -> list[object]:
    return [getattr(Hazard.objects.get(pk=each.pk), field) for each in hazards]


def test_the_form_names_what_is_chosen(browser: Client, three: list[Hazard]) -> None:
    page = browser.get(CHANGE, {"hazard": ["HAZ-003", "HAZ-001", "HAZ-999"]}).content.decode()
    assert "Change 2 hazards" in page
    assert "Hazard number 1" in page
    assert "Hazard number 2" not in page
    assert f'value="HAZ-001:{three[0].version},HAZ-003:{three[2].version}"' in page


def test_nothing_chosen_leads_back(browser: Client, three: list[Hazard]) -> None:
    answer = browser.get(CHANGE, follow=True)
    assert answer.redirect_chain[0][0] == "/products/digital-pharmacy/hazards/"
    assert "No hazard is chosen" in answer.content.decode()


def test_all_that_fit_are_chosen_beyond_the_page(
    product: Product, cso: User, browser: Client, three: list[Hazard]
) -> None:
    for number in range(50):
        a_hazard(product, cso, f"Draft {number}", family="Medicines" if number else "")
    log = "/products/digital-pharmacy/hazards/"
    assert "Change all 53 that fit" in browser.get(log).content.decode()
    assert "that fit" not in browser.get(log, {"state": "live"}).content.decode()
    assert "Change 53 hazards" in browser.get(CHANGE, {"all": ""}).content.decode()
    fit = browser.get(CHANGE, {"all": "family=Medicines", "hazard": "HAZ-001"}).content.decode()
    assert "Change 49 hazards" in fit
    assert "Hazard number 1" not in fit


def test_too_many_are_not_changed_at_once(
    browser: Client, three: list[Hazard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hazards.views.bulk.MOST", 2)
    answer = browser.get(CHANGE, {"all": ""}, follow=True).content.decode()
    assert "More than 2 hazards fit" in answer


def test_a_preview_saves_nothing_and_shows_each(
    browser: Client, three: list[Hazard], engineer: User
) -> None:
    answer = post(browser, chosen=chosen(browser, three), owner=engineer.pk, family="Medicines")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("Ed Engineer") == 3
    assert "Change 3 hazards" in text
    assert 'name="confirmed"' in text
    assert names(three, "owner") == [None, None, None]


def test_the_change_is_one_act_with_an_entry_for_each(
    product: Product, cso: User, browser: Client, three: list[Hazard]
) -> None:
    release = make_release(product)
    answer = post(
        browser,
        chosen=chosen(browser, three),
        review_date=_soon().isoformat(),
        owner_role="Ward lead",
        first_release=release.pk,
        reason="Agreed at the review",
        confirmed="1",
    )

    assert names(three, "review_date") == [_soon()] * 3
    assert names(three, "first_release") == [release] * 3
    for hazard in three:
        newest = history_of(hazard).first()
        assert newest is not None
        assert newest.history_change_reason == "Agreed at the review"
    act = uuid.UUID(answer["Location"].partition("changed=")[2])
    page = browser.get(answer["Location"]).content.decode()
    assert f"/products/digital-pharmacy/undo/{act}/" in page
    undo_act(product=product, act=act, by=cso)
    assert names(three, "owner_role") == ["", "", ""]


def test_fields_are_emptied_by_a_tick(product: Product, browser: Client, cso: User) -> None:
    hazards = [a_hazard(product, cso, "One", family="Medicines", owner_id=cso.pk)]
    values = {"no_family": "on", "no_owner": "on", "confirmed": "1"}
    post(browser, chosen=chosen(browser, hazards), **values)
    assert names(hazards, "family") == [""]
    assert names(hazards, "owner") == [None]


def test_the_preview_says_the_role_that_a_person_takes_over_from(
    product: Product, browser: Client, cso: User
) -> None:
    hazards = [a_hazard(product, cso, "One", owner_role="Ward lead")]
    preview = post(browser, chosen=chosen(browser, hazards), owner=cso.pk).content.decode()
    assert "Ward lead (a role, in words)" in preview


@pytest.mark.parametrize(("most", "is_offered"), [(1_000, True), (50, False)])
def test_no_more_are_offered_than_can_be_changed(
    product: Product,
    browser: Client,
    cso: User,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    is_offered: bool,
) -> None:
    for number in range(51):
        a_hazard(product, cso, f"Hazard {number}")
    monkeypatch.setattr("hazards.views.log.MOST", most)
    text = browser.get(f"/products/{product.slug}/hazards/").content.decode()
    assert ("Change all 51 that fit" in text) is is_offered
    assert (f"at most {most} are changed at a time" in text) is not is_offered


def test_a_value_and_its_emptying_do_not_go_together(browser: Client, three: list[Hazard]) -> None:
    answer = post(browser, chosen=chosen(browser, three), family="x", no_family="on")
    assert answer.status_code == 422
    assert "not both" in answer.content.decode()


def test_all_or_none(browser: Client, cso: User, three: list[Hazard]) -> None:
    carried = chosen(browser, three)
    withdraw_hazard(hazard=three[1], by=cso, reason="Raised twice")

    preview = post(browser, chosen=carried, family="Medicines").content.decode()
    answer = post(browser, chosen=carried, family="Medicines", confirmed="1")

    assert "1 of them cannot be changed so" in preview
    assert "It is no longer in the log." in preview
    assert 'name="confirmed"' not in preview
    assert answer.status_code == 422
    assert "HAZ-002: It is no longer in the log." in answer.content.decode()
    assert names(three, "family") == ["", "", ""]


def test_what_somebody_changed_meanwhile_stands_in_the_way(
    browser: Client, engineer: User, three: list[Hazard]
) -> None:
    carried = chosen(browser, three)
    edit_hazard(hazard=three[0], by=engineer, changes={"family": "Identity"})

    answer = post(browser, chosen=carried, family="Medicines", confirmed="1")

    assert answer.status_code == 422
    assert "Somebody else changed its" in answer.content.decode()
    assert names(three, "family") == ["Identity", "", ""]


def test_what_was_approved_asks_for_a_reason_in_ones_own_words(
    browser: Client, three: list[Hazard]
) -> None:
    HazardSummary.objects.filter(pk=three[1].pk).update(approved_version=1)

    page = browser.get(CHANGE, {"hazard": ["HAZ-001", "HAZ-002"]}).content.decode()
    refused = post(browser, chosen=chosen(browser, three), family="Medicines")
    taken = post(
        browser, chosen=chosen(browser, three), family="Medicines", reason="Sorted", confirmed="1"
    )

    assert "HAZ-002 stands in an issued version of the report." in page
    assert refused.status_code == 422
    assert "Say why you change them, in your own words." in refused.content.decode()
    assert taken.status_code == 302
    assert names(three, "family") == ["Medicines"] * 3


def test_a_status_is_the_officers_to_change(
    browser: Client, three: list[Hazard], engineer: User, client_of: ClientOf
) -> None:
    page = client_of(engineer).get(CHANGE, {"hazard": ["HAZ-001"]}).content.decode()
    preview = post(browser, chosen=chosen(browser, three), status="closed").content.decode()
    assert 'name="status"' not in page
    assert "3 of them cannot be changed so" in preview


def test_nothing_to_change_is_said(browser: Client, three: list[Hazard]) -> None:
    answer = post(browser, chosen=chosen(browser, three))
    assert answer.status_code == 422
    assert "Nothing to change is chosen yet" in answer.content.decode()


def test_one_may_go_back_to_the_values(browser: Client, three: list[Hazard]) -> None:
    answer = post(browser, chosen=chosen(browser, three), family="Medicines", back="1")
    assert answer.status_code == 200
    assert 'value="Medicines"' in answer.content.decode()


def test_hazards_of_another_product_are_not_found(
    product: Product, other_product: Product, stranger: User, browser: Client, client_of: ClientOf
) -> None:
    a_hazard(other_product, stranger, "Theirs")
    answer = post(browser, chosen="HAZ-001:1", family="Medicines", confirmed="1")
    assert answer.status_code == 422
    assert names([Hazard.objects.get()], "family") == [""]


@pytest.mark.parametrize("text", ["", "x", "HAZ-001", "HAZ-001:", ":7", "HAZ-001:x", "HAZ-001:-1"])
def test_what_is_no_choice_chooses_nothing(text: str) -> None:
    assert chosen_in(text) == {}


def test_a_preview_of_many_costs_as_many_queries_as_of_few(
    product: Product, cso: User, browser: Client, three: list[Hazard], queries_of: QueriesOf
) -> None:
    few = queries_of(browser, f"{CHANGE}?hazard=HAZ-001&hazard=HAZ-002")
    more = [a_hazard(product, cso, f"More {number}") for number in range(20)]
    address = "&".join(f"hazard={each.reference}" for each in more)
    assert queries_of(browser, f"{CHANGE}?{address}") == few


def _soon() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=100)
