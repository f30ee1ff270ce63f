"""Hazards on the pages of features and releases, linked from that side too."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.models import HazardFeature
from products.models import Product
from tests.factories import make_feature
from tests.hazards.factories import a_hazard
from tests.hazards.pages.whole import Whole, a_whole_hazard
from tests.people import ClientOf, QueriesOf


@pytest.fixture
def whole(product: Product, cso: User) -> Whole:
    return a_whole_hazard(product, cso)


@pytest.fixture
def browser(engineer: User, client_of: ClientOf) -> Client:
    return client_of(engineer)


def feature_url(product: Product, reference: str = "FEAT-1") -> str:
    return reverse("feature_detail", args=[product.slug, reference])


def test_the_features_page_lists_its_hazards(
    whole: Whole, product: Product, browser: Client
) -> None:
    text = browser.get(feature_url(product)).content.decode()

    assert whole.hazard.name in text
    assert whole.url() in text
    assert "Major · Low" in text
    assert "provisional" in text


def test_hazards_are_linked_by_reference_and_unlinked(
    whole: Whole, product: Product, cso: User, browser: Client
) -> None:
    feature = make_feature(product, "Alerts")
    a_hazard(product, cso, "Imported", imported_reference="Rx-7")
    link = reverse("feature_hazards_link", args=[product.slug, feature.reference])

    refused = browser.post(link, {"hazards": "HAZ-001, HAZ-404"})
    assert refused.status_code == 422
    assert "HAZ-001, HAZ-404" in refused.content.decode()
    assert not HazardFeature.objects.filter(feature=feature).exists()

    assert browser.post(link, {"hazards": "haz-001 rx-7"}).status_code == 302
    assert HazardFeature.objects.filter(feature=feature, is_active=True).count() == 2

    unlink = reverse(
        "feature_hazard_unlink", args=[product.slug, feature.reference, whole.hazard.reference]
    )
    assert browser.post(unlink)["Location"] == feature_url(product, feature.reference)
    assert HazardFeature.objects.filter(feature=feature, is_active=True).count() == 1
    again = browser.post(unlink, follow=True)
    assert "not linked any more" in again.content.decode()


def test_who_links_from_the_features_side(
    whole: Whole, product: Product, auditor: User, stranger: User, client_of: ClientOf
) -> None:
    link = reverse("feature_hazards_link", args=[product.slug, "FEAT-1"])
    unlink = reverse("feature_hazard_unlink", args=[product.slug, "FEAT-1", "HAZ-001"])

    assert link not in client_of(auditor).get(feature_url(product)).content.decode()
    for person, code in ((auditor, 403), (stranger, 404)):
        assert client_of(person).get(link).status_code == code
        assert client_of(person).post(link, {"hazards": "HAZ-001"}).status_code == code
        assert client_of(person).post(unlink).status_code == code
    assert HazardFeature.objects.filter(is_active=True).count() == 1


def test_more_hazards_are_no_more_queries(
    whole: Whole, product: Product, cso: User, browser: Client, queries_of: QueriesOf
) -> None:
    few = queries_of(browser, feature_url(product))
    references = [a_hazard(product, cso, f"Hazard {n}").reference for n in range(10)]
    link = reverse("feature_hazards_link", args=[product.slug, "FEAT-1"])
    browser.post(link, {"hazards": ",".join(references)})

    assert queries_of(browser, feature_url(product)) <= few + 1  # the history has more to name


def test_a_release_says_how_many_hazards_are_in_scope(
    whole: Whole, product: Product, browser: Client
) -> None:
    page = reverse("release_detail", args=[product.slug, whole.release.label])

    text = " ".join(browser.get(page).content.decode().split())

    assert f'hazards/?release={whole.release.label}">1 hazard</a> belongs to it' in text


def test_a_feature_s_history_shows_the_hazards_it_was_linked_to(
    product: Product, cso: User, client_of: ClientOf
) -> None:
    hazard, feature = a_hazard(product, cso), make_feature(product)
    link_feature(hazard=hazard, feature=feature, by=cso, reason="It prints the label")
    page = client_of(cso).get(reverse("feature_history", args=[product.slug, feature.reference]))
    assertContains(page, "It prints the label")
    assertContains(page, hazard.reference)
