"""Hazards that are to be looked at because something that touches them changed."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.features import link_feature
from hazards.log_marks import marks_of
from hazards.models import Hazard
from products.actions import edit_feature, withdraw_feature
from products.models import Feature, Product
from reviews.actions.hazard_reviews import record_review
from reviews.actions.looks import ask_for_looks, close_looks
from reviews.rhythm.looking import looks_of, looks_waiting
from reviews.rhythm.triage_reading import TriageState, reading_of
from tests.factories import make_feature
from tests.hazards.factories import a_hazard, a_live_hazard
from tests.people import ClientOf

MARK = '<span class="pill pill-warn">To look at</span>'


@pytest.fixture
def feature(product: Product) -> Feature:
    return make_feature(product)


@pytest.fixture
def hazard(product: Product, cso: User, feature: Feature) -> Hazard:
    hazard = a_live_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    return hazard


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "title"),
        ("for_patients", "meaning for patients"),
        ("for_product", "meaning for the product"),
    ],
)
def test_a_feature_that_is_said_anew_marks_its_hazards(
    hazard: Hazard, feature: Feature, product_manager: User, field: str, words: str
) -> None:
    edit_feature(feature=feature, by=product_manager, changes={field: "Said anew"})
    [look] = looks_of(hazard)
    assert f"its {words} changed" in look.why
    assert marks_of([hazard.pk]) == {hazard.pk: ("to look at",)}


def test_an_owner_or_a_link_marks_nothing(
    hazard: Hazard, feature: Feature, product_manager: User
) -> None:
    edit_feature(
        feature=feature, by=product_manager, changes={"tracker_url": "https://tracker.example/1"}
    )
    edit_feature(feature=feature, by=product_manager, changes={"title": feature.title})
    assert not looks_of(hazard)


def test_two_changes_are_told_in_one_mark(hazard: Hazard, feature: Feature, cso: User) -> None:
    ask_for_looks(feature=feature, by=cso, why="It is yearly")
    ask_for_looks(feature=feature, by=cso, why="It is yearly")
    ask_for_looks(feature=feature, by=cso, why="It has tiers")
    [look] = looks_of(hazard)
    assert look.why == "It is yearly\nIt has tiers"


def test_somebody_looked_and_nothing_changes(
    product: Product, hazard: Hazard, feature: Feature, clinician: User, engineer: User
) -> None:
    ask_for_looks(feature=feature, by=engineer, why="It is yearly")
    version = Hazard.objects.get(pk=hazard.pk).content_version
    with pytest.raises(NotAllowed):
        close_looks(hazard=hazard, by=engineer, note="Looked")
    with pytest.raises(NotPossible, match="what you saw"):
        close_looks(hazard=hazard, by=clinician, note=" ")
    assert close_looks(hazard=hazard, by=clinician, note="Looked, nothing changes") == 1
    assert not looks_waiting(product)
    assert marks_of([hazard.pk]) == {}
    assert Hazard.objects.get(pk=hazard.pk).content_version == version, "its approval stands"
    with pytest.raises(NotPossible, match="waits for no look"):
        close_looks(hazard=hazard, by=clinician, note="Looked")


def test_a_review_is_a_look(hazard: Hazard, feature: Feature, cso: User) -> None:
    ask_for_looks(feature=feature, by=cso, why="It is yearly")
    soon = timezone.localdate() + datetime.timedelta(days=30)
    record_review(hazard=hazard, by=cso, note="Read it whole", next_review=soon)
    assert not looks_of(hazard)
    assert hazard.looks.get().note == "Read it whole"


def test_a_hazard_that_left_the_log_waits_for_nobody(
    product: Product, hazard: Hazard, feature: Feature, cso: User
) -> None:
    from hazards.actions.hazards import withdraw_hazard

    ask_for_looks(feature=feature, by=cso, why="It is yearly")
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    assert not looks_waiting(product)


def test_withdrawing_a_feature_asks_whether_it_was_a_control(
    hazard: Hazard, feature: Feature, product_manager: User, client_of: ClientOf
) -> None:
    browser = client_of(product_manager)
    url = f"/products/{feature.product.slug}/features/{feature.reference}/withdraw/"
    refused = browser.post(url, {"reason": "Not wanted"})
    assert refused.status_code == 422
    assert "Say whether a hazard relied on it" in refused.content.decode()
    assert browser.post(url, {"reason": "Not wanted", "was_a_control": "yes"}).status_code == 302
    feature.refresh_from_db()
    assert not feature.is_active
    reading = reading_of(feature)
    assert reading.state is TriageState.WAITING
    assert [each.key for each in reading.touches] == ["control"]
    assert "relied on it as a control" in looks_of(hazard)[0].why


def test_a_feature_that_was_none_is_looked_after_all_the_same(
    hazard: Hazard, feature: Feature, product_manager: User
) -> None:
    withdraw_feature(feature=feature, by=product_manager, reason="Not wanted", was_a_control=False)
    assert reading_of(feature).state is TriageState.UNTRIAGED
    assert "was withdrawn." in looks_of(hazard)[0].why


def test_the_mark_is_on_the_hazard_and_in_the_log(
    product: Product, hazard: Hazard, feature: Feature, clinician: User, client_of: ClientOf
) -> None:
    other = a_hazard(product, clinician, "Another")
    ask_for_looks(feature=feature, by=clinician, why="It is yearly now")
    browser = client_of(clinician)
    page = browser.get(f"{product.get_absolute_url()}hazards/{hazard.reference}/").content.decode()
    assert "It is yearly now" in page
    log = browser.get(f"{product.get_absolute_url()}hazards/").content.decode()
    assert log.count(MARK) == 1
    narrowed = f"{product.get_absolute_url()}hazards/?to_look_at=1"
    assert [each.reference for each in browser.get(narrowed).context["rows"]] == [hazard.reference]
    assert other.name in log
    url = f"{product.get_absolute_url()}hazards/{hazard.reference}/looked/"
    assert browser.post(url, {"note": "Looked, nothing changes."}).status_code == 302
    assert MARK not in browser.get(f"{product.get_absolute_url()}hazards/").content.decode()
    assert browser.get(narrowed).context["rows"] == []
