"""The forms of a hazard that was approved ask why, and remember it for a while."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard, HazardSummary
from hazards.views import reasons
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import a_control, a_hazard
from tests.people import ClientOf


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    hazard = a_hazard(product, cso)
    HazardSummary.objects.update(approved_version=1)
    return hazard


@pytest.fixture
def browser(engineer: User, client_of: ClientOf) -> Client:
    return client_of(engineer)


def page(name: str, hazard: Hazard, *more: str) -> str:
    return reverse(name, args=[hazard.product.slug, hazard.reference, *more])


def test_the_reason_is_asked_once_for_a_run_of_edits(hazard: Hazard, browser: Client) -> None:
    words, add = page("hazard_edit", hazard, "words"), page("cause_add", hazard)
    text = browser.get(words).content.decode()
    assert "Why, in your own words" in text
    assert "HAZ-001 stands in an issued version" in text
    change = {"name": "Renamed", "base_version": hazard.version}
    refused = browser.post(words, change)
    assert refused.status_code == 422
    assert "Say why you change it, in your own words." in refused.content.decode()
    assert browser.post(words, change | {"reason": "As the ward says it"}).status_code == 302
    form = browser.get(add).context["form"]
    assert form["reason"].value() == "As the ward says it"
    assert browser.post(add, {"text": "A cause", "reason": "Another one"}).status_code == 302
    assert browser.get(words).context["form"]["reason"].value() == "Another one"


def test_it_is_forgotten_after_half_an_hour(
    hazard: Hazard, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = page("cause_add", hazard)
    browser.post(add, {"text": "A cause", "reason": "As the ward says it"})
    later = time.time() + reasons.KEPT_FOR + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert not browser.get(add).context["form"]["reason"].value()


def test_it_is_offered_for_no_other_hazard_and_asked_of_no_new_one(
    product: Product, cso: User, hazard: Hazard, browser: Client
) -> None:
    browser.post(page("cause_add", hazard), {"text": "A cause", "reason": "As the ward says it"})
    other = a_hazard(product, cso, "Another")
    form = browser.get(page("cause_add", other)).context["form"]
    assert not form["reason"].value()
    assert not form.fields["reason"].required
    assert browser.post(page("cause_add", other), {"text": "A cause"}).status_code == 302


def test_a_shared_control_of_an_approved_hazard_asks_on_the_page_of_another(
    product: Product, cso: User, hazard: Hazard, browser: Client
) -> None:
    other = a_hazard(product, cso, "Another")
    control = a_control(other, cso)
    share = reverse("control_share", args=[product.slug, control.reference])
    refused = browser.post(share, {"hazards": hazard.reference})
    assert refused.status_code == 422
    assert "HAZ-001 stands in an issued version" in refused.content.decode()
    sent = {"hazards": hazard.reference, "reason": "It protects both"}
    assert browser.post(share, sent).status_code == 302
    state = page("control_state", other, control.reference)
    refused = browser.post(state, {"state": "agreed"})
    assert refused.context["form"].errors.keys() == {"reason"}
    assert browser.post(state, {"state": "agreed", "reason": "Decided"}).status_code == 302


def test_only_the_newest_reasons_are_kept(
    product: Product, cso: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reasons, "MOST_KEPT", 2)
    for number in range(4):
        each = a_hazard(product, cso, f"Hazard {number}")
        browser.post(page("cause_add", each), {"text": "A cause", "reason": f"Reason {number}"})
    kept = browser.session["reasons"]
    assert len(kept) == 2


def test_a_button_without_a_reason_leads_to_the_form_that_asks(
    product: Product, cso: User, hazard: Hazard, browser: Client
) -> None:
    feature = make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso, reason="It touches it")
    names = [product.slug, feature.reference, hazard.reference]
    answer = browser.post(reverse("feature_hazard_unlink", args=names))
    asked = page("hazard_feature_unlink", hazard, feature.reference)
    assert answer["Location"] == asked
    assert "in your own words" in browser.get(asked).content.decode()
    assert browser.post(asked, {"reason": "It does not"}).status_code == 302


def test_the_form_beneath_a_conflict_asks_too_and_keeps_what_was_written(
    hazard: Hazard, cso: User, browser: Client
) -> None:
    edit_hazard(hazard=hazard, by=cso, changes={"name": "Hers"}, reason="As she says it")
    change = {"name": "Mine", "base_version": 1, "reason": "As I say it"}
    answer = browser.post(page("hazard_edit", hazard, "words"), change)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert form.fields["reason"].required
    assert form["reason"].value() == "As I say it"
