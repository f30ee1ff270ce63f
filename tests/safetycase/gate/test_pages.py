"""The gate's page, its summary on the release, and the pages on which people sign."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.models import Product, Release
from products.permissions import standing_of
from reviews.choices import Meaning
from safetycase.actions.versions import issue_version
from safetycase.gate.page import gate_summary
from safetycase.gate.signing import glass_subject
from safetycase.models import Baseline, BreakGlass, ReleaseStatement
from tests.people import ClientOf, QueriesOf
from tests.safetycase.gate.factories import (
    MEASURES,
    WHY,
    a_blocked_release,
    a_breakable_release,
    a_later_release,
    broken_glass,
    in_days,
    send_out,
    some_glass,
    something_blocks,
)

PASSWORD = "correct horse battery"


@pytest.fixture
def breakable(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_breakable_release(product, cso, clinician, executive)


@pytest.fixture
def blocked(product: Product, cso: User, clinician: User, executive: User) -> Release:
    return a_blocked_release(product, cso, clinician, executive)


def gate(release: Release) -> str:
    return reverse("release_gate", args=[release.product.slug, release.label])


def text(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_can_we_ship_is_the_first_thing_on_the_page(
    blocked: Release, cso: User, client_of: ClientOf
) -> None:
    page = text(client_of(cso), gate(blocked))
    assert "No: 1 thing blocks release 1.0.0." in page
    assert page.index("gate-headline") < page.index("The shortest way to green")
    hazard = reverse("hazard_detail", args=[blocked.product.slug, "HAZ-002"])
    assert f"{hazard}#hazard-risk" in page
    assert "Break the glass" not in page, "a risk that is not estimated is estimated"


def test_only_who_may_is_offered_what_they_may(
    blocked: Release, product_manager: User, client_of: ClientOf
) -> None:
    page = text(client_of(product_manager), gate(blocked))
    assert "Break the glass" not in page
    assert "State that it changes no clinical risk" not in page


def test_the_way_to_green_leads_nobody_to_a_refusal(
    blocked: Release, auditor: User, client_of: ClientOf
) -> None:
    reader = client_of(auditor)
    release = reverse("release_detail", args=[blocked.product.slug, blocked.label])
    for page in (gate(blocked), release):
        links = set(re.findall(r'href="(/products/[^"#?]+)', text(reader, page)))
        assert len(links) > 5
        assert {url: reader.get(url).status_code for url in links} == dict.fromkeys(links, 200)


def test_the_release_says_whether_it_can_go(
    blocked: Release, product_manager: User, client_of: ClientOf
) -> None:
    url = reverse("release_detail", args=[blocked.product.slug, blocked.label])
    page = text(client_of(product_manager), url)
    assert "No: 1 thing blocks release 1.0.0." in page
    assert "Estimate the initial risk of HAZ-002" in page


def test_a_release_that_is_out_shows_what_was_said(
    product: Product, cso: User, clinician: User, executive: User, client_of: ClientOf
) -> None:
    from tests.safetycase.gate.factories import a_passing_release

    release = send_out(a_passing_release(product, cso, clinician, executive), cso)
    release.product = product
    something_blocks(product, cso, release)
    summary = gate_summary(release, standing_of(cso, product))
    assert summary.page is None
    assert summary.result is not None
    assert summary.result.get_decision_display() == "Pass"
    page = text(client_of(cso), reverse("release_detail", args=[product.slug, release.label]))
    assert "So the gate said when the release went out" in page
    assert summary.result.fingerprint in page
    asked = text(client_of(cso), gate(release))
    assert "the gate said pass." in asked
    assert "Asked today it says “No: 2 things block release 1.0.0.”" in asked
    assert "The shortest way to green" not in asked


def test_setting_it_to_released_is_refused_in_the_form(
    blocked: Release, product_manager: User, client_of: ClientOf
) -> None:
    browser = client_of(product_manager)
    url = reverse("release_edit", args=[blocked.product.slug, blocked.label])
    browser.post(url, {"state": "in_work", "summary": "", "base_version": "1"})
    out = {
        "state": "released",
        "released_on": in_days(0).isoformat(),
        "summary": "",
        "base_version": "2",
    }
    answer = browser.post(url, out)
    assert answer.status_code == 422
    assert "The release gate blocks release 1.0.0" in answer.content.decode()


def test_the_glass_is_asked_for_and_signed_on_pages(
    breakable: Release, executive: User, client_of: ClientOf
) -> None:
    executive.set_password(PASSWORD)
    executive.save()
    browser = client_of(executive)
    assert "Break the glass" in text(client_of(executive), gate(breakable))
    ask = reverse("break_glass_ask", args=[breakable.product.slug, breakable.label])
    assert "What it goes out in spite of" in text(browser, ask)
    terms = {"why": WHY, "interim_measures": MEASURES, "expires_on": in_days(7).isoformat()}
    asked = browser.post(ask, terms)
    glass = BreakGlass.objects.get()
    assert asked["Location"] == reverse(
        "break_glass", args=[breakable.product.slug, breakable.label, glass.public_id]
    )
    page = text(browser, asked["Location"])
    assert "Authorise it" in page
    assert "clinical safety officer and of the accountable executive is missing" in page
    sign = reverse(
        "break_glass_sign",
        args=[breakable.product.slug, breakable.label, glass.public_id, "authorised"],
    )
    assert "As accountable executive I authorise" in text(browser, sign)
    signature = {"seen": glass_subject(glass).fingerprint, "has_read": "on", "password": PASSWORD}
    assert browser.post(sign, signature).status_code == 302
    page = text(browser, asked["Location"])
    assert "the signature of the clinical safety officer is missing" in page


def test_what_nobody_may_break_hides_the_form(
    product: Product, cso: User, executive: User, client_of: ClientOf
) -> None:
    release = a_later_release(product, "2.0.0")
    page = text(client_of(cso), reverse("break_glass_ask", args=[product.slug, release.label]))
    assert "Nobody may break it now" in page
    assert "interim_measures" not in page


def test_the_page_of_its_signature_leads_back(
    breakable: Release, cso: User, client_of: ClientOf
) -> None:
    from tests.safetycase.gate.factories import signed_glass

    glass = some_glass(breakable, cso)
    signed = signed_glass(glass, cso, Meaning.APPROVED)
    page = text(
        client_of(cso), reverse("sign_off", args=[breakable.product.slug, signed.public_id])
    )
    assert "in spite of the gate" in page
    assert "Interim measures" in page


def test_a_statement_is_made_and_read(
    product: Product, cso: User, clinician: User, executive: User, client_of: ClientOf
) -> None:
    from tests.safetycase.gate.factories import a_passing_release

    a_passing_release(product, cso, clinician, executive)
    baseline = Baseline.objects.get()
    issue_version(baseline=baseline, by=cso)
    release = a_later_release(product)
    cso.set_password(PASSWORD)
    cso.save()
    browser = client_of(cso)
    read = reverse("release_statement", args=[product.slug, release.label])
    assert "No statement" in text(browser, read)
    state = reverse("release_state", args=[product.slug, release.label])
    assert "I make the statement that release 1.0.1" in text(browser, state)
    said = {"covered_by": "1", "why": "A colour", "has_read": "on", "password": PASSWORD}
    assert browser.post(state, said).status_code == 302
    assert ReleaseStatement.objects.get().why == "A colour"
    assert "It is covered by" in text(browser, read)
    assert "Yes: nothing blocks release 1.0.1." in text(browser, gate(release))


def test_the_page_asks_as_much_of_forty_hazards_as_of_ten(
    blocked: Release, cso: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    browser = client_of(cso)
    for number in range(8):
        something_blocks(blocked.product, cso, blocked, name=f"Dose {number} is given twice")
    queries_of(browser, gate(blocked))
    few = queries_of(browser, gate(blocked))
    for number in range(30):
        something_blocks(blocked.product, cso, blocked, name=f"Parcel {number} is lost")
    queries_of(browser, gate(blocked))
    assert queries_of(browser, gate(blocked)) == few


def test_what_it_went_out_in_spite_of_stays_on_its_page(
    breakable: Release,
    cso: User,
    executive: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From what was frozen, whatever is put right, and whether the glass still holds."""
    glass = broken_glass(breakable, cso, executive)
    release = send_out(breakable, cso)
    hazard = Hazard.objects.get(reference="HAZ-002")
    edit_hazard(hazard=hazard, by=cso, changes={"description": ""}, reason="Nothing more to say")
    something_blocks(breakable.product, cso, breakable, name="A dose goes to a neighbour")
    much_later = in_days(60)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: much_later)
    release.product = breakable.product
    page = text(client_of(cso), gate(release))
    assert "Went out in spite of 1 finding" in page
    assert WHY in page
    assert MEASURES in page
    assert f"Until {glass.expires_on:%-d %B %Y}:" in page
    assert "#hazard-words" in page
    assert "TBC" in page
    assert "Asked today it says" in page
    assert "HAZ-003" not in page, "of today only the sentence is told"
    assert "What blocks" not in page
