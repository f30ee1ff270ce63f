"""The page of acceptances: what waits, who may accept it, and what can be in the way."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from hazards.actions.estimates import edit_assumption
from hazards.actions.hazards import edit_hazard
from hazards.models import Hazard
from products.models import Product
from reviews.acceptance import page as acceptance_page
from reviews.actions.acceptances import accept_risks
from reviews.models import Acceptance, SignOff
from tests.hazards.factories import a_control, an_assumption
from tests.people import ClientOf, QueriesOf
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_plan_in_force,
    a_residual_estimate,
    accept,
    accepting,
    proof,
    risk_of,
)
from tests.reviews.pages import PASSWORD, hidden, signed_in

PAGE = "/products/digital-pharmacy/acceptances/"


@pytest.fixture
def hazard(product: Product, cso: User, clinician: User, executive: User) -> Hazard:
    """A hazard that a clinician estimated, and a plan in force that lets two roles accept it."""
    a_plan_in_force(product, cso, executive)
    return a_hazard_to_accept(product, clinician, justification="No better alert exists")


def what_accepts(client: Client, *hazards: Hazard, why: str = "Impractical") -> dict[str, Any]:
    """What a person posts who ticks these hazards."""
    html = client.get(PAGE).content.decode()
    values = {"has_read": "on", "password": PASSWORD}
    for each in hazards:
        key = each.pk
        values |= {f"accept_{key}": "on", f"why_{key}": why}
        values[f"seen_{key}"] = hidden(html, f"seen_{key}")
    return values


# --- The way that it goes well --------------------------------------------------------------------


def test_several_risks_are_accepted_with_one_password(
    product: Product, clinician: User, cso: User, hazard: Hazard
) -> None:
    other = a_hazard_to_accept(product, clinician, name="An alert is not seen")
    left = a_hazard_to_accept(product, clinician, name="A parcel is late")
    a_control(hazard, clinician, "A pharmacist checks each parcel")
    client = signed_in(cso)
    page = client.get(PAGE)
    assertContains(page, "No better alert exists")
    assertContains(page, "A pharmacist checks each parcel")
    assertContains(page, "Farah Pharmacist")
    assertContains(
        page, f"the residual risk of {hazard.display_reference} (class 3, Major · Low, provisional)"
    )
    after = client.post(PAGE, what_accepts(client, hazard, other), follow=True)
    assertRedirects(after, PAGE)
    assert Acceptance.objects.count() == 2
    signed = SignOff.objects.filter(subject_kind="acceptance")
    assert len(set(signed.values_list("batch", flat=True))) == 1
    assertContains(after, "2 residual risks are accepted.")
    assertContains(after, "as clinical safety officer, plan version 1")
    assert [row.hazard for row in after.context["page"].waiting] == [left]


def test_the_statement_on_the_page_is_the_one_that_is_signed(cso: User, hazard: Hazard) -> None:
    client = signed_in(cso)
    [row] = client.get(PAGE).context["page"].waiting
    client.post(PAGE, what_accepts(client, hazard))
    assert SignOff.objects.get(subject_kind="acceptance").statement == row.estimates[0].statement


def test_a_lapsed_acceptance_says_why_and_comes_first(
    product: Product, clinician: User, executive: User, hazard: Hazard
) -> None:
    lapsed = a_hazard_to_accept(product, clinician, name="An alert is not seen")
    accept(lapsed, executive)
    a_residual_estimate(lapsed, clinician)
    page = signed_in(executive).get(PAGE)
    assertContains(page, "has lapsed")
    assertContains(page, "A newer estimate has taken the place of the one that was accepted.")
    assert [row.hazard for row in page.context["page"].waiting] == [lapsed, hazard]


def test_an_unacceptable_risk_stands_apart_and_cannot_be_ticked(
    product: Product, clinician: User, executive: User, hazard: Hazard
) -> None:
    worse = a_hazard_to_accept(product, clinician, name="A dose is doubled")
    a_residual_estimate(worse, clinician, "Major", "High")
    client = signed_in(executive)
    page = client.get(PAGE)
    assertContains(page, "No signature helps here")
    assertNotContains(page, f"accept_{worse.pk}")
    data = what_accepts(client, hazard) | {f"accept_{worse.pk}": "on", f"why_{worse.pk}": "x"}
    answer = client.post(PAGE, data)
    assertContains(answer, "no longer waits for you", status_code=422)
    assert not Acceptance.objects.exists()


# --- Who may --------------------------------------------------------------------------------------


def test_others_see_who_may(
    hazard: Hazard, engineer: User, auditor: User, clinical_product_manager: User, stranger: User
) -> None:
    for person in (engineer, auditor, clinical_product_manager):
        client = signed_in(person)
        page = client.get(PAGE)
        assertContains(
            page, "The plan gives class 3 to accountable executive or clinical safety officer"
        )
        assertNotContains(page, 'type="password"')
        assertNotContains(page, f"accept_{hazard.pk}")
        assert client.post(PAGE, {f"accept_{hazard.pk}": "on"}).status_code == 403
    assert signed_in(stranger).get(PAGE).status_code == 404
    assert not Acceptance.objects.exists()


def test_nobody_accepts_their_own_estimate(product: Product, cso: User, executive: User) -> None:
    a_plan_in_force(product, cso, executive)
    own = a_hazard_to_accept(product, cso)
    client = signed_in(cso)
    page = client.get(PAGE)
    assertContains(page, f"You estimated the residual risk of {own.display_reference} yourself")
    assertContains(page, "Who may: accountable executive or clinical safety officer.")
    assertNotContains(page, f"accept_{own.pk}")
    data = {f"accept_{own.pk}": "on", f"why_{own.pk}": "x", "has_read": "on", "password": PASSWORD}
    assertContains(client.post(PAGE, data), "no longer waits for you", status_code=422)
    assert not Acceptance.objects.exists()


def test_without_a_plan_in_force_nobody_may(product: Product, clinician: User, cso: User) -> None:
    a_hazard_to_accept(product, clinician)
    client = signed_in(cso)
    page = client.get(PAGE)
    assertContains(page, "No clinical risk management plan is in force", count=1)
    assertContains(page, 'href="/products/digital-pharmacy/plan/"')
    assertNotContains(page, 'type="password"')


# --- What can be in the way -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "another one"}, "That is not your password."),
        ({"password": ""}, "Type your password"),
        ({"has_read": ""}, "Tick this once you have read it."),
        ({"why": "  "}, "why further reduction is impractical."),
        ({"why": "x" * 5_001}, "5,000 fit"),
        ({"accept": ""}, "Tick at least one risk to accept."),
    ],
)
def test_what_is_missing_is_said_and_everything_else_is_kept(
    product: Product,
    clinician: User,
    cso: User,
    hazard: Hazard,
    change: dict[str, str],
    sentence: str,
) -> None:
    other = a_hazard_to_accept(product, clinician, name="An alert is not seen")
    client = signed_in(cso)
    data = what_accepts(client, hazard) | {f"why_{other.pk}": "Begun, not ticked"}
    data |= {(f"{name}_{hazard.pk}" if name in ("why", "accept") else name): value
             for name, value in change.items()}  # fmt: skip
    answer = client.post(PAGE, data)
    assertContains(answer, sentence, status_code=422)
    assertContains(answer, "Begun, not ticked", status_code=422)
    assertNotContains(answer, "another one", status_code=422)
    assert not Acceptance.objects.exists()


def test_a_hazard_that_changed_meanwhile_is_read_again(
    cso: User, clinician: User, hazard: Hazard
) -> None:
    client = signed_in(cso)
    data = what_accepts(client, hazard, why="In my own words")
    edit_hazard(hazard=hazard, by=clinician, changes={"effect": "A dose is missed"})
    answer = client.post(PAGE, data)
    assertContains(answer, "was changed while you read it. Nothing was signed.", status_code=422)
    assertContains(answer, "In my own words", status_code=422)
    assert answer.context["form"]["has_read"].value() in (None, False)
    assert not Acceptance.objects.exists()
    assertRedirects(client.post(PAGE, what_accepts(client, hazard)), PAGE)


def test_what_somebody_else_accepted_meanwhile_is_said(
    cso: User, executive: User, hazard: Hazard
) -> None:
    client = signed_in(cso)
    data = what_accepts(client, hazard)
    accept(hazard, executive)
    assertContains(client.post(PAGE, data), "no longer waits for you", status_code=422)
    assert Acceptance.objects.count() == 1


def test_a_broken_assumption_is_in_everybodys_way(
    product: Product, cso: User, clinician: User, hazard: Hazard
) -> None:
    broken = an_assumption(product, clinician, hazard=hazard)
    edit_assumption(assumption=broken, by=clinician, changes={"state": "broken"})
    page = signed_in(cso).get(PAGE)
    assertContains(page, "stands on an assumption that does not hold")
    assertNotContains(page, f"accept_{hazard.pk}")


# --- Elsewhere ------------------------------------------------------------------------------------


def test_the_hazard_page_says_whether_its_risk_is_accepted(
    product: Product, cso: User, clinician: User, executive: User, hazard: Hazard
) -> None:
    url = f"/products/{product.slug}/hazards/{hazard.reference}/"
    client = signed_in(cso)
    assertContains(client.get(url), "Waits for acceptance.")
    assertContains(client.get(url), f"{PAGE}?hazard={hazard.reference}#risk-{hazard.pk}")
    accept(hazard, executive)
    accepted = client.get(url)
    assertContains(accepted, "by Dora Director as accountable executive")
    a_residual_estimate(hazard, clinician)
    assertContains(client.get(url), "Lapsed: it has to be accepted anew.")
    a_residual_estimate(hazard, clinician, "Catastrophic", "High")
    assertContains(client.get(url), "Unacceptable: no signature helps.")


def test_a_page_on_which_nothing_waits_teaches(product: Product, auditor: User) -> None:
    assertContains(signed_in(auditor).get(PAGE), "No residual risk waits for acceptance")


def test_the_page_runs_the_same_queries_for_ten_hazards_and_for_forty(
    product: Product, clinician: User, executive: User, hazard: Hazard, client_of: ClientOf
) -> None:
    client = client_of(executive)

    def grow(number: int) -> None:
        for each in range(number):
            grown = a_hazard_to_accept(product, clinician, name=f"Hazard {each}")
            a_control(grown, clinician, f"Control {each}")
            if each % 2:
                accept(grown, executive)
            if each % 4 == 1:
                a_residual_estimate(grown, clinician)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(PAGE).status_code == 200
        return len(counted)

    grow(9)
    assert risk_of(hazard).waiting
    few = queries()
    grow(30)
    assert queries() == few


# --- A long log -----------------------------------------------------------------------------------


def parts_on(answer: Any) -> list[list[str]]:
    """The names of the hazards in each part of a page."""
    page = answer.context["page"]
    return [[row.hazard.name for row in rows]
            for rows in (page.waiting, page.unacceptable, page.accepted)]  # fmt: skip


@pytest.fixture
def long_log(
    product: Product,
    cso: User,
    clinician: User,
    executive: User,
    hazard: Hazard,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, Hazard]:
    """Of two on a page: two that wait, the executive's own, one of each other kind."""
    monkeypatch.setattr(acceptance_page, "ON_A_PAGE", 2)
    names = ("accepted", "unacceptable", "lapsed", "waits", "last")
    found = {name: a_hazard_to_accept(product, clinician, name=name) for name in names}
    accept(found["accepted"], executive)
    accept(found["lapsed"], executive)
    a_residual_estimate(found["lapsed"], clinician)
    a_residual_estimate(found["unacceptable"], clinician, "Major", "High")
    found["own"] = a_hazard_to_accept(product, cso, name="own")
    return found | {"first": hazard}


def test_a_long_page_is_cut_and_what_one_may_accept_comes_first(
    cso: User, long_log: dict[str, Hazard]
) -> None:
    client = signed_in(cso)
    first = long_log["first"].name
    pages = [client.get(PAGE, {"page": number}) for number in range(1, 5)]
    assert [parts_on(page) for page in pages] == [
        [["lapsed", first], [], []],
        [["waits", "last"], [], []],
        [["own"], ["unacceptable"], []],
        [[], [], ["accepted"]],
    ]
    for page in pages:
        assertContains(page, "5 wait")
        assertContains(page, "1 unacceptable")
        assertContains(page, 'href="?page=4#accepted-heading"')
    assertContains(pages[1], "3–4 of 7 residual risks")


def test_a_hazard_leads_to_the_page_that_it_is_on(cso: User, long_log: dict[str, Hazard]) -> None:
    client = signed_in(cso)
    for name, place in (("waits", 2), ("unacceptable", 3), ("accepted", 4)):
        page = client.get(PAGE, {"hazard": long_log[name].reference})
        assert page.context["page"].page.number == place
        assertContains(page, f'id="risk-{long_log[name].pk}"')
    for nothing in ({"hazard": "HAZ-999"}, {"page": "x"}, {"hazard": "\x00"}):
        assert client.get(PAGE, nothing).context["page"].page.number == 1


def test_what_is_written_on_a_later_page_is_kept_and_accepted(
    cso: User, executive: User, long_log: dict[str, Hazard]
) -> None:
    """While they read the second page somebody accepts what was on the first, and all move up."""
    client = signed_in(cso)
    second = f"{PAGE}?page=2"
    html = client.get(second).content.decode()
    ticked, other = long_log["waits"].pk, long_log["last"].pk
    data = {"has_read": "on", "password": PASSWORD, f"accept_{ticked}": "on",
            f"why_{ticked}": "", f"why_{other}": "Begun, not ticked"}  # fmt: skip
    data |= {f"seen_{key}": hidden(html, f"seen_{key}") for key in (ticked, other)}
    accept(long_log["first"], executive)
    accept(long_log["lapsed"], executive)
    answer = client.post(second, data)
    assertContains(answer, "why further reduction is impractical.", status_code=422)
    assertContains(answer, "Begun, not ticked", status_code=422)
    client.post(second, data | {f"why_{ticked}": "Impractical"})
    assert Acceptance.objects.filter(hazard=ticked, accepted_by=cso).count() == 1


def test_no_more_is_read_than_fits_however_many_keys_are_sent(
    cso: User, long_log: dict[str, Hazard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acceptance_page, "ON_A_PAGE", 1)
    sent = {f"accept_{each.pk}": "on" for each in long_log.values()}
    answer = signed_in(cso).post(f"{PAGE}?page=5", sent | {"accept_": "on", "seen_x": "on"})
    assertContains(answer, "no longer waits for you", status_code=422)
    assert len(answer.context["page"].waiting) == 2


def test_sixty_hazards_run_the_queries_of_ten(
    product: Product, cso: User, clinician: User, executive: User, hazard: Hazard,
    client_of: ClientOf, queries_of: QueriesOf,
) -> None:  # fmt: skip
    """On the four pages that show or count what waits for acceptance or review."""
    client = client_of(executive)
    home = f"/products/{product.slug}/"
    urls = ("/", PAGE, f"{home}missing/", f"{home}reviews/")

    def grow(number: int) -> list[Hazard]:
        return [a_hazard_to_accept(product, clinician, name=f"Hazard {n}") for n in range(number)]

    def queries() -> list[int]:
        cache.clear()
        for url in urls:
            client.get(url)
        return [queries_of(client, url) for url in urls]

    a_control(hazard, clinician, "A pharmacist checks each parcel")
    for each in grow(4):
        accept(each, executive)
    a_residual_estimate(each, clinician)
    grow(5)
    few = queries()
    many = grow(50)
    accept_risks(
        product=product, by=cso, risks=[accepting(each) for each in many[:20]], confirmed=proof(cso)
    )
    for lapsing in many[:3]:
        a_residual_estimate(lapsing, clinician)
    assert queries() == few
