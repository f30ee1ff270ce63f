"""The hazard log page: what it shows, finds and leaves to whom."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from hazards.actions.causes import withdraw_cause
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, set_status, withdraw_hazard
from hazards.choices import HazardStatus, Stage
from hazards.models import Hazard
from products.actions import carry_feature
from products.models import Product
from tests.factories import make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_estimate,
    levels,
    verify,
)
from tests.hazards.pages.whole import a_whole_hazard
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import a_plan_in_force, accept

LOG = "/products/digital-pharmacy/hazards/"


@pytest.fixture
def page(cso: User, client_of: ClientOf) -> "Page":
    return Page(client_of, cso)


class Page:
    """The log as the clinical safety officer reads it."""

    def __init__(self, client_of: ClientOf, person: User) -> None:
        self.browser = client_of(person)

    def text(self, query: str = "", **headers: str) -> str:
        response = self.browser.get(f"{LOG}?{query}", headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    def references(self, query: str = "") -> list[str]:
        return re.findall(r'<span class="reference">([^<]+)</span>', self.text(query))


def test_a_filter_that_is_on_still_says_what_it_filters(
    product: Product, cso: User, page: Page
) -> None:
    an_estimate(a_hazard(product, cso, "A dose is late"), cso)
    chosen = re.findall(r"<option[^>]* selected>([^<]+)<", page.text("initial=3"))
    assert chosen == ["Initial risk: Class 3 (1)"]
    assert "selected" not in page.text().split("<tbody")[0]


def test_a_row_says_everything_of_its_hazard(product: Product, cso: User, page: Page) -> None:
    whole = a_whole_hazard(product, cso)
    edit_hazard(
        hazard=whole.hazard,
        by=cso,
        changes={"owner_id": cso.pk, "review_date": timezone.localdate()},
    )

    text = page.text()

    for said in (
        "HAZ-001",
        "A medicine is reissued without a result",
        "Organ damage, possibly fatal",
        "Yearly prescription",
        "Major · High",
        "Major · Low",
        "provisional",
        "1 not verified",
        "Clara Officer",
        "Draft",
    ):
        assert said in text
    assert "overdue" not in text


def test_the_residual_says_confirmed_not_estimated_or_not_needed(
    product: Product, cso: User, page: Page
) -> None:
    release = make_release(product)
    confirmed, missing, fine = (a_hazard(product, cso, f"Hazard {n}") for n in range(3))
    verify(a_control(confirmed, cso), cso, release)
    an_estimate(confirmed, cso)
    an_estimate(confirmed, cso, stage=Stage.RESIDUAL)
    an_estimate(missing, cso)
    an_estimate(fine, cso, "Minor", "Very low")

    text = page.text()

    assert text.count('<span class="risk-mark">confirmed</span>') == 1
    assert text.count("not estimated</span>") == 1
    assert text.count("not needed") == 1
    assert page.references("residual=not_needed") == ["HAZ-003"]
    assert page.references("residual=none") == ["HAZ-002"]
    assert page.references("needs_estimate=1") == ["HAZ-002"]


def test_the_quick_filters_and_their_counts(product: Product, cso: User, page: Page) -> None:
    mine, other = a_hazard(product, cso, "Mine"), a_hazard(product, cso, "Of a role")
    edit_hazard(hazard=mine, by=cso, changes={"owner_id": cso.pk})
    edit_hazard(hazard=other, by=cso, changes={"owner_role": "Clinical lead"})
    a_control(other, cso)

    text = page.text()

    assert re.search(r"Mine <span class=\"number\">1</span>", text)
    assert re.search(r"Needs estimate <span class=\"number\">2</span>", text)
    assert re.search(r"Controls not verified <span class=\"number\">1</span>", text)
    assert "Provisional" not in text  # nothing is, so it is not offered
    assert page.references("mine=1") == ["HAZ-001"]
    assert page.references("unverified=1") == ["HAZ-002"]
    assert page.references("owner=role:Clinical+lead") == ["HAZ-002"]
    assert page.references("owner=none") == []


def test_filters_by_feature_release_family_state_and_square(
    product: Product, cso: User, page: Page
) -> None:
    whole = a_whole_hazard(product, cso)
    later = make_release(product, "2.0.0")
    feature = make_feature(product, "Alerts")
    carry_feature(release=later, feature=feature, by=cso)
    other = a_hazard(product, cso, "Another", family="Triage")
    link_feature(hazard=other, feature=feature, by=cso)
    gone = a_hazard(product, cso, "Gone")
    withdraw_hazard(hazard=gone, by=cso, reason="A duplicate")
    severity, likelihood = levels(product, "Major", "High")

    assert page.references() == ["HAZ-001", "HAZ-002"]
    assert page.references(f"feature={feature.reference}") == ["HAZ-002"]
    assert page.references(f"release={whole.release.label}") == ["HAZ-001"]
    assert page.references("release=2.0.0") == ["HAZ-001", "HAZ-002"]
    assert page.references("family=Triage") == ["HAZ-002"]
    assert page.references("state=withdrawn") == ["HAZ-003"]
    assert page.references(f"initial_cell={severity.pk}:{likelihood.pk}") == ["HAZ-001"]
    assert page.references(f"residual_cell={severity.pk}:{likelihood.pk}") == []
    assert page.references("release=no-such-release") == ["HAZ-001", "HAZ-002"]


def test_transferred_and_overdue(product: Product, cso: User, executive: User, page: Page) -> None:
    hazard = a_live_hazard(product, cso)
    a_control(hazard, cso, party="deployer", instruction="Check the list each day.")
    an_estimate(hazard, cso)
    an_estimate(hazard, cso, stage=Stage.RESIDUAL)
    a_plan_in_force(product, cso, executive)
    accept(hazard, executive)
    set_status(hazard=Hazard.objects.get(), by=cso, status=HazardStatus.TRANSFERRED)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": yesterday})

    assert page.references("status=transferred&overdue=1") == ["HAZ-001"]
    assert page.references("status=open") == []
    assert "overdue 1 day" in page.text()


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("haz-001", True),
        ("REISSUED result", True),
        ("another code", True),
        ("possibly fatal", True),
        ("what was measured", True),
        ("looks at dates", True),
        ("toxic", True),
        ("CTL-001", True),
        ("reissued elephant", False),
        ("%", False),
        ("_", False),
        ("100%", False),
        ("'; DROP TABLE hazards_hazard; --", False),
        ('" OR 1=1', False),
        ("\\", False),
        ("\x00", True),  # nothing is asked for
        ("x" * 100_000, False),
        ("word " * 1_000, False),
    ],
)
def test_the_search_looks_for_every_word_everywhere(
    product: Product, cso: User, page: Page, search: str, found: bool
) -> None:
    a_whole_hazard(product, cso)

    response = page.browser.get(LOG, {"q": search})

    assert response.status_code == 200
    assert ("HAZ-001" in response.content.decode().split("<tbody>")[-1]) is found


def test_percent_and_underscore_stand_for_themselves(
    product: Product, cso: User, page: Page
) -> None:
    a_hazard(product, cso, "A dose is 50% too high")
    a_hazard(product, cso, "The field dose_mg is empty")

    assert page.references("q=50%25") == ["HAZ-001"]
    assert page.references("q=dose_") == ["HAZ-002"]


def test_a_search_sees_only_what_is_in_the_log_and_in_the_product(
    product: Product, other_product: Product, cso: User, page: Page
) -> None:
    a_hazard(other_product, system_person(), "Elsewhere a zebra")
    hazard = a_hazard(product, cso)
    withdraw_cause(cause=a_cause(hazard, cso, "A zebra"), by=cso, reason="A mistake")

    assert page.references("q=zebra") == []


def test_what_was_typed_is_shown_as_text(product: Product, cso: User, page: Page) -> None:
    attack = "<script>alert(1)</script>"
    hazard = a_hazard(product, cso, attack, family=attack)
    a_harm(hazard, cso, attack)
    make_feature(product, attack)

    text = page.text("q=%3Cscript%3Ealert(1)%3C%2Fscript%3E")

    assert attack not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_filter_in_place_answers_with_the_list_alone(
    product: Product, cso: User, page: Page
) -> None:
    a_hazard(product, cso)

    response = page.browser.get(
        f"{LOG}?q=&status=open&family=", headers={"HX-Request": "true", "HX-Target": "log"}
    )

    text = response.content.decode()
    assert text.lstrip().startswith('<div id="log"')
    assert "<html" not in text
    assert response["HX-Push-Url"] == f"{LOG}?status=open"
    assert "HX-Request" in response["Vary"]


def test_an_empty_log_teaches_and_leads_on(
    product: Product, cso: User, auditor: User, client_of: ClientOf, page: Page
) -> None:
    text = page.text()
    assert "A worked example" in text
    assert reverse("import_hazards", args=[product.slug]) in text
    assert reverse("hazard_new", args=[product.slug]) in text

    reader = client_of(auditor).get(LOG).content.decode()
    assert "A worked example" in reader
    assert reverse("hazard_new", args=[product.slug]) not in reader


def test_nothing_found_says_how_to_go_on(product: Product, cso: User, page: Page) -> None:
    a_hazard(product, cso)

    assert "No hazard fits" in page.text("q=elephant")


def test_pages_of_fifty(product: Product, cso: User, page: Page) -> None:
    for number in range(52):
        a_hazard(product, cso, f"Hazard {number}")

    assert len(page.references()) == 50
    assert page.references("page=2") == ["HAZ-051", "HAZ-052"]
    assert page.references("page=99") == ["HAZ-051", "HAZ-052"]
    assert len(page.references("page=nonsense")) == 50


def test_the_log_runs_the_same_queries_however_long_it_is(
    product: Product, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    browser = client_of(cso)
    for number in range(3):
        _furnish(product, cso, number)
    few = queries_of(browser, LOG)
    for number in range(3, 15):
        _furnish(product, cso, number)

    # Three are for the reviews.
    assert queries_of(browser, LOG) == few <= 18
    assert queries_of(browser, f"{LOG}?q=hazard&release=1.0.0&mine=1&sort=residual") <= 18


def _furnish(product: Product, by: User, number: int) -> None:
    hazard = a_hazard(product, by, f"Hazard {number}", owner_id=by.pk)
    a_cause(hazard, by)
    a_harm(hazard, by)
    for control in range(3):
        a_control(hazard, by, f"Control {number} {control}")
    an_estimate(hazard, by)
    an_estimate(hazard, by, stage=Stage.RESIDUAL)
    link_feature(hazard=hazard, feature=make_feature(product, f"Feature {number}"), by=by)


def test_who_reads_the_log(
    product: Product,
    engineer: User,
    auditor: User,
    administrator: User,
    stranger: User,
    client_of: ClientOf,
) -> None:
    assert client_of(engineer).get(LOG).status_code == 200
    assert client_of(auditor).get(LOG).status_code == 200
    assert client_of(administrator).get(LOG).status_code == 403
    assert client_of(stranger).get(LOG).status_code == 404
